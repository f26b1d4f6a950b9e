// What the nightly reconciliation checks, as staff read it.

import { title } from './format.js';

const RULES = {
  I1: 'Users and licenses',
  I2: 'Licenses and adjustments',
  I3: 'Invoices',
  I4: 'Confirmations',
};

export const ruleName = (invariant) => RULES[invariant] ?? title(invariant);
