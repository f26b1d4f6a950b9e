// What the nightly reconciliation checks, what history tells, and rules, as people read them.

import { title, words } from './format.js';
import { link } from './parts.js';

const RULES = {
  I1: 'Users and licenses',
  I2: 'Licenses and adjustments',
  I3: 'Invoices',
  I4: 'Confirmations',
  cancelled_additions: 'Canceled additions',
  mail_address: 'Email address',
};

export const BUSINESS_HOURS = {
  business_days: 'All hours of business days',
  office_hours: '9 AM–5 PM on business days',
};

export const PRORATION = { second: 'By the second', day: 'By the day' };
export const RELEASE_CREDIT = { prorated: 'Credited', none: 'Not credited' };
export const EMAIL_REQUESTS = { yes: 'Accepted', no: 'Not accepted' };

export const ruleName = (invariant) => RULES[invariant] ?? title(invariant);

const ACTIONS = {
  few_left_told: 'Low-license notice sent',
  notices_changed: 'Email notices changed',
  lapse_told: 'Notice sent that it was not made',
  mail_address_suppressed: 'Email address blocked',
  mail_address_cleared: 'Email address unblocked',
  user_start_dropped: 'First day canceled',
  user_start_missed: 'First day missed',
  user_activated: 'User made active',
  user_deactivated: 'User made inactive',
  users_left: 'Users made inactive',
  adjustment_cancelled: 'Request canceled',
  adjustment_lapsed: 'Scheduled change not made',
  confirmation_parked: 'Confirmation unclear',
  confirmation_requeued: 'Confirmation sent again',
  closure_planned: 'Closing scheduled',
  closure_taken_back: 'Closing canceled',
  user_manager_named: 'User Manager added by the vendor',
};

export const actionName = (action) => ACTIONS[action] ?? title(action);

const SPELLED = new Map(
  Object.entries({ true: 'yes', false: 'no', unknown: 'unclear', cancelled: 'canceled' }),
);
// front_office is a code, a person's name is not.
export const said = (value) =>
  SPELLED.get(`${value}`) ?? (/^[a-z_]+$/.test(value) ? words(value) : `${value}`);

// A clinic that staff read of, by its name; what is of none, or of one that is not there, leads nowhere.
export const clinicLink = ({ clinic_id: id, clinic_name: name }, view) =>
  name ? link(name, `#/clinics/${id}/${view}`) : id === '-' ? 'No clinic' : id;
