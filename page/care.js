// What the vendor's staff does with one clinic besides its prices: who manages it, what is made up
// for on its invoice, and its end.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { dateName, title } from './format.js';
import {
  address,
  choiceField,
  dateField,
  explained,
  inputField,
  matching,
  textField,
} from './forms.js';
import { isOver } from './licenses.js';
import { afterChange, clinicEntry, licensesOf } from './live.js';
import { button, keepNotice } from './parts.js';
import { AT_THE_END, isManager } from './rules.js';
import { usersOf } from './users.js';

// What staff may begin here, of a clinic that is there.
export const clinicActions = ({ clinic_id: id, closure }) => [
  button('Correct invoice', () => openDialog('correction', {}, { once: crypto.randomUUID() })),
  button('Add User Manager', () =>
    openDialog('naming', { license_type: licensesOf(id)[0].license_type, replaces: '' }),
  ),
  closure
    ? button('Keep open', () => openDialog('reopening'))
    : button('Close clinic', () => openDialog('closing')),
];

async function done(dialog, method, path, body, text, headers = undefined) {
  await ask(method, `/clinics/${dialog.clinicId}/${path}`, { body, headers });
  closeDialog(dialog);
  keepNotice(dialog, text);
  await afterChange();
}

const reasonField = (dialog) => textField(dialog, 'reason', 'Reason', 'Recorded in the history.');
const managersOf = (clinicId) =>
  (usersOf(clinicId).data?.users ?? []).filter((user) => user.active && isManager(user));

kinds.naming = {
  title: () => 'Add User Manager',
  submitLabel: () => 'Add User Manager',
  busyLabel: () => 'Adding…',
  check: ({ fields }) => ({
    name: matching(/\S/, 'Enter a name.')(fields.name),
    email: address(fields.email),
    reason: explained(fields.reason),
  }),
  body: (dialog) => [
    h('p', 'They become active right away, use 1 license, and get an invitation to sign in.'),
    inputField(dialog, 'name', 'Name'),
    inputField(dialog, 'email', 'Email', { type: 'email' }),
    choiceField(
      dialog,
      'license_type',
      'License type',
      licensesOf(dialog.clinicId).map(({ license_type: type }) => [type, title(type)]),
    ),
    choiceField(
      dialog,
      'replaces',
      'Replaces',
      [['', 'No one'], ...managersOf(dialog.clinicId).map(({ user_id: id, name }) => [id, name])],
      { hint: 'The user they replace becomes inactive.' },
    ),
    reasonField(dialog),
  ],
  submit(dialog) {
    const { name, email, license_type, replaces, reason } = dialog.fields;
    const who = { name: name.trim(), email: email.trim(), license_type, reason: reason.trim() };
    const body = replaces ? { ...who, replaces } : who;
    return done(dialog, 'POST', 'user-managers', body, `${who.name} is now a User Manager.`);
  },
};

kinds.correction = {
  title: () => 'Correct the upcoming invoice',
  submitLabel: () => 'Add correction',
  check: ({ fields }) => ({
    amount: matching(
      /^[-−]?(?!0*(\.0*)?$)\d{1,7}(\.\d\d?)?$/,
      'Enter an amount, such as -25.00.',
    )(fields.amount),
    reason: explained(fields.reason),
  }),
  nameOf: (field) => (field === 'amount_cents' ? 'amount' : field),
  body: (dialog) => [
    inputField(dialog, 'amount', `Amount in ${clinicEntry(dialog.clinicId).data.currency}`, {
      hint: 'To credit the clinic, enter a negative amount, such as -25.00.',
    }),
    textField(dialog, 'reason', 'Reason', 'Shown to the clinic on the invoice.'),
  ],
  submit(dialog) {
    const { amount, reason } = dialog.fields;
    const cents = Math.round(Number(amount.trim().replace('−', '-')) * 100);
    const body = { amount_cents: cents, reason: reason.trim() };
    return done(
      dialog,
      'POST',
      'invoices/upcoming/corrections',
      body,
      'Correction added to the upcoming invoice.',
      {
        'Idempotency-Key': dialog.once,
      },
    );
  },
};

kinds.closing = {
  danger: true,
  leaveLabel: 'Keep it open',
  title: () => 'Close the clinic',
  submitLabel: () => 'Close clinic',
  busyLabel: () => 'Closing…',
  check: ({ fields }) => ({
    closes_on: matching(/^\d{4}-\d\d-\d\d$/, 'Choose a day.')(fields.closes_on),
    reason: explained(fields.reason),
  }),
  body: (dialog) => [
    h('p', AT_THE_END, ' Nothing can be changed after that.'),
    dateField(dialog, 'closes_on', 'Closes on', 0, 'Choose today to close it right away.'),
    reasonField(dialog),
  ],
  submit(dialog) {
    const { closes_on, reason } = dialog.fields;
    const body = { closes_on, reason: reason.trim() };
    const { time_zone } = clinicEntry(dialog.clinicId).data;
    const now = isOver({ closure: { closes_on }, time_zone });
    const text = now ? 'The clinic is closed.' : 'Closing scheduled.';
    return done(dialog, 'PUT', 'closure', body, text);
  },
};

kinds.reopening = {
  title: () => 'Keep the clinic open?',
  leaveLabel: 'Let it close',
  submitLabel: () => 'Keep it open',
  body: ({ clinicId }) =>
    h(
      'p',
      `It’s scheduled to close on ${dateName(clinicEntry(clinicId).data?.closure?.closes_on)}.`,
    ),
  submit: (dialog) => done(dialog, 'DELETE', 'closure', undefined, 'The clinic stays open.'),
};
