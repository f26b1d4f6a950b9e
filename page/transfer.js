// Transfer licenses between two clinics: fill in, review what it does in both, submit.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { byName, count, licenseCount, money, title } from './format.js';
import { choiceField, explained, quantityField, textField, tickField } from './forms.js';
import { afterChange, read, usersPath } from './live.js';
import { managed, mine } from './mine.js';
import { keepNotice, link, panel } from './parts.js';
import { listed, people, quantityOf } from './requests.js';
import { countsTable, prevented, sums } from './review.js';
import { focusOn, say, state } from './state.js';

// From the clinic that is shown, or that is named, if from one; filled in as far as it was begun.
export function openTransfer(from = state.route.clinicId, begun = {}) {
  openDialog('transfer', { from: from ?? '', to: '', explanation: '', ...begun });
}

// As a link in a mail begins it: from=ID&to=ID&types=TYPE:NUMBER,…
export function openBegun(query) {
  const { from, to, types = '' } = Object.fromEntries(new URLSearchParams(query));
  const numbers = types.split(',').map((one) => one.split(':'));
  const chosen = numbers.map(([type, quantity]) => [`type.${type}`, quantity]);
  openTransfer(from, { to, ...Object.fromEntries(chosen) });
}

const clinics = () => managed(mine().data?.clinics ?? []);
const clinicOf = (id) => clinics().find((clinic) => clinic.clinic_id === id);
const source = ({ fields }) => clinicOf(fields.from);
const target = ({ fields }) => clinicOf(fields.to);

// Licenses are paid in one currency; only types that both clinics have can be transferred.
const targets = (dialog) =>
  clinics().filter(
    (clinic) =>
      clinic.clinic_id !== dialog.fields.from && clinic.currency === source(dialog)?.currency,
  );
const typesOf = (dialog) => {
  const there = target(dialog)?.licenses.map((item) => item.license_type);
  return (source(dialog)?.licenses ?? []).filter(
    (item) => !there || there.includes(item.license_type),
  );
};

const usersHere = ({ fields }) =>
  fields.from
    ? (read(usersPath(fields.from), { list: 'users', all: true }).data?.users ?? [])
        .filter((user) => user.active && user.user_id !== state.signIn.session.subject)
        .sort(byName)
    : [];
const movers = (dialog) => usersHere(dialog).filter((user) => dialog.fields[user.user_id]);

// Each who moves along takes a license along, besides those that are available.
function linesOf(dialog) {
  return typesOf(dialog).flatMap(({ license_type: type, available }) => {
    const moving = movers(dialog).filter((user) => user.license_type === type).length;
    const chosen = Number(dialog.fields[`type.${type}`] || 0);
    // What was chosen of another clinic is not among this one's choices, and not seen.
    const quantity = (chosen > available ? 0 : chosen) + moving;
    return quantity ? [{ license_type: type, quantity }] : [];
  });
}

const bodyOf = (dialog) => {
  const users = movers(dialog).map((user) => ({ user_id: user.user_id }));
  return {
    from_clinic_id: dialog.fields.from,
    to_clinic_id: dialog.fields.to,
    lines: linesOf(dialog),
    explanation: dialog.fields.explanation.trim(),
    ...(users.length && { users }),
  };
};

const inWords = (lines) =>
  listed(lines.map((line) => licenseCount(line.quantity, line.license_type)));

function check(dialog) {
  const { from, to, explanation } = dialog.fields;
  const first = typesOf(dialog).find((item) => item.available > 0);
  return {
    from: source(dialog) ? undefined : 'Choose the clinic to transfer from.',
    to: target(dialog) && from !== to ? undefined : 'Choose the clinic to transfer to.',
    [`type.${first?.license_type}`]: linesOf(dialog).length
      ? undefined
      : 'Choose at least one license or user.',
    explanation: explained(explanation),
  };
}

async function review(dialog) {
  const body = bodyOf(dialog);
  const moving = movers(dialog);
  const { data } = await ask('POST', '/license-transfers/preview', { body });
  // Had it been sent before without an answer, it is done once all the same.
  const same = JSON.stringify(body) === JSON.stringify(dialog.sent);
  Object.assign(dialog, {
    preview: data,
    sent: body,
    moving,
    idempotencyKey: same ? dialog.idempotencyKey : crypto.randomUUID(),
    submitted: false,
  });
  focusOn('dialog-title');
}

async function send(dialog) {
  const { data } = await ask('POST', '/license-transfers', {
    body: dialog.sent,
    headers: { 'Idempotency-Key': dialog.idempotencyKey },
  });
  const names = [source(dialog), target(dialog)].map((clinic) => clinic?.name);
  closeDialog(dialog);
  const done = `${inWords(dialog.sent.lines)} transferred from ${names.join(' to ')}.`;
  keepNotice(dialog, done, movedWords(dialog), () =>
    [data.from, data.to].map((half, index) =>
      link(
        `View at ${names[index]}`,
        `#/clinics/${half.clinic_id}/adjustments/${half.adjustment_id}`,
      ),
    ),
  );
  say(done);
  await afterChange();
}

const movedWords = ({ moving }) =>
  moving.length ? `${people(moving)} ${moving.length > 1 ? 'move' : 'moves'} too.` : undefined;

kinds.transfer = {
  wide: true,
  check: (dialog) => (dialog.preview ? {} : check(dialog)),
  title: ({ preview }) => (preview ? 'Review the transfer' : 'Transfer licenses'),
  submitLabel: (dialog) =>
    dialog.preview
      ? `Transfer ${count(quantityOf(dialog.sent.lines), 'license')}`
      : 'Review transfer',
  busyLabel: ({ preview }) => (preview ? 'Transferring…' : 'Calculating…'),
  back: (dialog) =>
    dialog.preview &&
    (() => {
      Object.assign(dialog, { preview: undefined, problem: undefined });
      focusOn('dialog-title');
    }),
  body: (dialog) => (dialog.preview ? reviewBody(dialog) : formBody(dialog)),
  submit: (dialog) => (dialog.preview ? send(dialog) : review(dialog)),
};

const options = (some) => [
  ['', 'Choose a clinic'],
  ...some.map((clinic) => [clinic.clinic_id, clinic.name]),
];

const formBody = (dialog) => panel(mine(), () => fieldsOf(dialog));

function fieldsOf(dialog) {
  const here = source(dialog);
  const users = usersHere(dialog);
  return [
    h(
      'fieldset.columns.roomy',
      { key: 'clinics' },
      h('legend', 'Clinics', h('small', 'You manage both, and they use the same currency.')),
      choiceField(dialog, 'from', 'From', options(clinics())),
      choiceField(dialog, 'to', 'To', options(targets(dialog))),
    ),
    here &&
      h(
        'fieldset.columns',
        { key: `types ${dialog.fields.from}` },
        h('legend', 'Available licenses to transfer'),
        typesOf(dialog).map((item) => typeField(dialog, item)),
      ),
    users.length > 0 &&
      h(
        'details',
        { key: `users ${dialog.fields.from}` },
        h('summary', 'Users who move with their licenses'),
        h('p.hint', `They become inactive at ${here?.name}, and active at the other clinic.`),
        h(
          'div.choose',
          users.map((user) =>
            tickField(dialog, user.user_id, `${user.name}, ${title(user.license_type)}`),
          ),
        ),
      ),
    textField(
      dialog,
      'explanation',
      'Reason',
      'Why they’re transferred. Shown with the request and on both invoices.',
    ),
  ];
}

const typeField = (dialog, { license_type: type, available, unit_price_cents: price }) =>
  quantityField(dialog, `type.${type}`, title(type), available, [
    h('span.line', `${money(price, source(dialog).currency)}/mo`),
    h('span.line', `${available || 'None'} available`),
  ]);

function reviewBody(dialog) {
  const { preview, sent } = dialog;
  const concerned = (item) => sent.lines.some((line) => line.license_type === item.license_type);
  return [
    h(
      'p',
      h('strong', inWords(sent.lines)),
      ` from ${source(dialog)?.name} to ${target(dialog)?.name}, effective immediately. `,
      movedWords(dialog),
    ),
    h('blockquote', sent.explanation),
    [
      [source(dialog), preview.from],
      [target(dialog), preview.to],
    ]
      // After a new sign-in the clinics come later than the form.
      .filter(([clinic]) => clinic)
      .map(([clinic, seen]) =>
        h(
          'section',
          { key: clinic.clinic_id, 'aria-label': clinic.name },
          h('h3', clinic.name),
          prevented(seen),
          countsTable(seen, concerned, `Licenses of ${clinic.name} before and after`),
          sums(seen),
        ),
      ),
  ];
}
