// What the page's modules hand to each other. The API's answers come from docs/openapi.json.
type Schemas = import('./contract').components['schemas'];
type LicenseStatus = Schemas['LicenseStatusAnswer'];
type License = Schemas['LicenseAnswer'];
type User = Schemas['UserAnswer'] & { mail_suppressed?: string | null };
type Adjustment = Schemas['AdjustmentAnswer'];
type Preview = Schemas['PreviewAnswer'];
type ClinicLicenses = Schemas['ClinicLicensesAnswer'];
type Invoice = Schemas['InvoiceWithLinesAnswer'];
type InvoiceLine = Schemas['InvoiceLineAnswer'];

interface VirtualNode {
  tag: string;
  props: Record<string, any>;
  children: Child[];
}
type Child = VirtualNode | string | number | boolean | null | undefined | Child[];

type Problem = import('./api.js').Problem;

/** What is known of one address of the API. */
interface Entry<Data = any> {
  path: string;
  list?: string;
  all?: boolean;
  turn: number;
  /** The turn of the latest question. */
  asked?: number;
  /** When it last came. */
  at?: number;
  partial?: boolean;
  reading?: boolean;
  data?: Data;
  etag?: string;
  error?: Problem;
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
  /** The user as the switch left them. */
  after?: any;
  problem?: Problem;
  wanted?: boolean;
}

interface Step {
  name: string;
  at?: string;
  waits: boolean;
  due?: string;
  state: string;
  note?: string;
}

interface State {
  config: any;
  route: any;
  signIn: { session?: any; expired: boolean; problem?: string };
  dialog?: Dialog;
  outdated: boolean;
  /** Tries again what could not be opened. */
  unloaded?: () => void;
  saving: boolean;
  notices: any[];
  /** What goes on in a user's row: what is being switched, or why it was not. */
  rows: Record<string, Row>;
  /** Users as they became by switches that can be undone. */
  switched: User[];
  /** Ids of users. */
  selected: Set<string>;
  filter: Record<'search' | 'type' | 'active' | 'status', string>;
  sort: { by: string; down: boolean };
  pages: Record<string, number>;
  sought: boolean;
  /** Whether a narrow window shows the counts of each type, too. */
  allTypes?: boolean;
}
