// What the nightly reconciliation checks and what history tells, as people read it.

import { title } from './format.js';

const RULES = {
  I1: 'Users and licenses',
  I2: 'Licenses and adjustments',
  I3: 'Invoices',
  I4: 'Confirmations',
};

export const ruleName = (invariant) => RULES[invariant] ?? title(invariant);

const ACTIONS = {
  few_left_told: 'Low-license notice sent',
  notices_changed: 'Email notices changed',
  adjustment_cancelled: 'Request canceled',
  confirmation_parked: 'Confirmation unclear',
  confirmation_requeued: 'Confirmation sent again',
  closure_planned: 'Closing scheduled',
  closure_taken_back: 'Closing canceled',
  user_manager_named: 'User Manager added by the vendor',
};

export const actionName = (action) => ACTIONS[action] ?? title(action);
