// What the page's modules hand to each other. The API's answers come from docs/openapi.json.
type Schemas = import('./contract').components['schemas'];
type LicenseStatus = Schemas['LicenseStatusAnswer'];
type License = Schemas['LicenseAnswer'];
type User = Schemas['UserAnswer'];
type Adjustment = Schemas['AdjustmentAnswer'];
type Preview = Schemas['PreviewAnswer'];
type Invoice = Schemas['InvoiceWithLinesAnswer'];
type InvoiceLine = Schemas['InvoiceLineAnswer'];

interface VirtualNode {
  tag: string;
  props: Record<string, any>;
  children: Child[];
}
type Child = VirtualNode | string | number | boolean | null | undefined | Child[];

/** What is known of one address of the API. */
interface Entry<Data = any> {
  path: string;
  list?: string;
  pages: number;
  turn: number;
  data?: Data;
  etag?: string;
  error?: Error & { status: number; code?: string };
}

/** The open form. */
interface Dialog {
  kind: string;
  fields: Record<string, any>;
  clinicId?: string;
  touched: Record<string, boolean>;
  refused: Record<string, string>;
  key: number;
  [more: string]: any;
}

/** What goes on in a user's row. */
interface Row {
  busy?: boolean;
  active?: boolean;
  type?: string;
  by?: number;
  etag?: string;
  changed?: boolean;
  problem?: Error & { status: number; code?: string };
  wanted?: boolean;
}

interface Step {
  name: string;
  at?: string;
  waits: boolean;
  state: string;
  note?: string;
}

interface State {
  config: any;
  route: any;
  signIn: { session?: any; expired: boolean; problem?: string };
  dialog?: Dialog;
  notices: any[];
  rows: Record<string, Row>;
  filter: any;
}
