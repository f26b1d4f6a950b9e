// Request license adjustment: fill in, review what the server says it will do, submit.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { change, dateName, day, money, shortDate, title, words } from './format.js';
import {
  dateField,
  explained,
  inputField,
  quantityField,
  radioField,
  submit,
  textField,
} from './forms.js';
import { use } from './later.js';
import { lineTable } from './lines.js';
import { afterChange, catchUp, clinicEntry, licensesOf, read, refresh } from './live.js';
import { button, keepNotice, link, warning } from './parts.js';
import { linesInWords, people, submitWords } from './requests.js';
import { countsTable, prevented, sums } from './review.js';
import { focusOn, say, state } from './state.js';

// `lines` is what the form begins with: a release offered elsewhere, or the reverse of a request.
// `purpose` says what the licenses are for: { user, fields } to be added, { users } to be made
// active. `from` is the day that it begins with, or renewal.
export function openAdjustment(
  mode = 'add',
  lines = [],
  { explanation = '', purpose = /** @type {any} */ ({}), from = 'now' } = {},
) {
  const date = /^\d/.test(from) ? from : '';
  const when = date ? 'date' : from === 'renewal' ? from : 'now';
  const fields = { mode: lines[0]?.action ?? mode, explanation, when, date };
  for (const line of lines) fields[`${line.action}.${line.license_type}`] = `${line.quantity}`;
  openDialog('adjustment', fields, { purpose, ...(purpose.fields && { begun: '' }) });
}

// As a link in a mail begins it: add=therapist:2,billing:1&release=…&from=2027-01-05.
export function openBegun(query) {
  const { from, ...wanted } = Object.fromEntries(new URLSearchParams(query));
  const lines = Object.entries(wanted).flatMap(([action, types]) =>
    types.split(',').map((one) => {
      const [license_type, quantity] = one.split(':');
      return { action: action === 'add' ? action : 'remove', license_type, quantity };
    }),
  );
  openAdjustment('add', lines, { from });
  state.dialog.linked = true;
}

// Licenses that are needed for something: nothing is left to fill in, so that the review comes first.
export function openPurchase(lines, purpose) {
  openAdjustment('add', lines, { purpose });
  return submit(state.dialog);
}

const typesOf = (dialog) => licensesOf(dialog.clinicId);
const pathOf = (dialog) => `/clinics/${dialog.clinicId}/license-adjustments`;
const currencyOf = (dialog) => clinicEntry(dialog.clinicId).data?.currency ?? 'USD';

function linesOf(dialog, action = dialog.fields.mode) {
  return typesOf(dialog).flatMap(({ license_type }) => {
    const quantity = Number(dialog.fields[`${action}.${license_type}`] || 0);
    return quantity ? [{ action, license_type, quantity }] : [];
  });
}

// One request adds or releases: a mail may have proposed both, of which the other is offered next.
const othersOf = (dialog) => linesOf(dialog, dialog.fields.mode === 'add' ? 'remove' : 'add');

const dayOf = ({ fields: { when, date } }) => (when === 'date' ? date : when);

function requestOf(dialog) {
  const explanation = dialog.fields.explanation.trim();
  return {
    lines: linesOf(dialog),
    ...(explanation && { explanation }),
    ...(isLater(dialog) && { effective_on: dayOf(dialog) }),
  };
}

const isLater = ({ fields }) => fields.when !== 'now';

// What can be released on a later day may still be in use today.
const releasable = (dialog, item) => (isLater(dialog) ? item.purchased : item.available);

function check(dialog) {
  const { mode, ...fields } = dialog.fields;
  const adding = mode === 'add';
  const errors = {};
  for (const item of typesOf(dialog)) {
    const { license_type: type } = item;
    const available = releasable(dialog, item);
    const name = `${mode}.${type}`;
    const text = (fields[name] ?? '').trim();
    if (adding && text && !/^[1-9]\d*$/.test(text)) {
      errors[name] = `${title(type)}: enter a whole number, 1 or more.`;
    } else if (!adding && Number(text) > available) {
      errors[name] = `${title(type)}: at most ${available} can be released. Choose again.`;
    }
  }
  if (!Object.keys(errors).length && !linesOf(dialog).length) {
    const first = typesOf(dialog).find((item) => adding || releasable(dialog, item) > 0);
    errors[`${mode}.${first?.license_type}`] = first
      ? 'Enter licenses for at least one type.'
      : 'No license is available to release. Make a user inactive first.';
  }
  if (!adding) errors.explanation = explained(fields.explanation);
  if (fields.when === 'date' && !/^\d{4}-\d\d-\d\d$/.test(fields.date)) {
    errors.date = 'Choose tomorrow or a later date.';
  }
  return errors;
}

// What the server would do. Its priced_at goes with the request, so that what is shown is what is
// charged; each review has its own key, so that sending it again does nothing twice.
async function review(dialog) {
  const { unanswered } = dialog;
  // Perhaps it was done: then it is answered now, and else it is done once all the same.
  if (unanswered?.request === JSON.stringify(requestOf(dialog))) {
    Object.assign(dialog, { ...unanswered.as, submitted: false });
    focusOn('dialog-title');
    return;
  }
  const entry = clinicEntry(dialog.clinicId);
  await refresh(entry);
  if (entry.error) throw entry.error;
  const { data } = await ask('POST', `${pathOf(dialog)}/preview`, { body: requestOf(dialog) });
  Object.assign(dialog, { preview: data, idempotencyKey: crypto.randomUUID(), submitted: false });
  focusOn('dialog-title');
}

async function send(dialog, attempt = 1) {
  const { user, users = [] } = dialog.purpose;
  try {
    if (user && !dialog.added) {
      const path = `/clinics/${dialog.clinicId}/users`;
      dialog.added = (await ask('POST', path, { body: user })).data;
      await catchUp();
    }
    if (!dialog.made) {
      const { etag } = clinicEntry(dialog.clinicId);
      const { data } = await ask('POST', pathOf(dialog), {
        body: {
          ...requestOf(dialog),
          ...(!isLater(dialog) && { priced_at: dialog.preview.priced_at }),
        },
        headers: { 'Idempotency-Key': dialog.idempotencyKey, ...(etag && { 'If-Match': etag }) },
      });
      dialog.made = data;
    }
  } catch (problem) {
    const { preview, idempotencyKey } = dialog;
    if (problem.passes) {
      const request = JSON.stringify(requestOf(dialog));
      dialog.unanswered = { request, as: { preview, idempotencyKey } };
    }
    if (![409, 412].includes(problem.status) || problem.code === 'user_exists') throw problem;
    dialog.unanswered = undefined;
    await catchUp();
    // An older request was invoiced meanwhile, say: all that this review shows is still true.
    if (problem.status === 412 && attempt < 3 && stillTrue(dialog)) {
      await send(dialog, attempt + 1);
      return;
    }
    // The input stays; what it leads to is shown anew before anything is sent.
    dialog.preview = undefined;
    if (Object.values(check(dialog)).some(Boolean)) throw problem;
    await review(dialog);
    dialog.changed =
      problem.status === 412
        ? 'The licenses changed while you were looking.'
        : problem.code === 'price_expired'
          ? 'The prices you saw had expired.'
          : problem.message;
    return;
  }
  succeed(dialog, await activated(dialog, [dialog.added, ...users].filter(Boolean)));
}

// Those that the licenses were bought for; bought they are, even where somebody else was faster.
async function activated(dialog, users) {
  if (!users.length) return '';
  try {
    for (const one of users) {
      const path = `/clinics/${dialog.clinicId}/users/${one.user_id}/activation`;
      await ask('PUT', path, { body: { active: true } });
    }
    const { added } = dialog;
    const told = added ? ` We emailed ${added.email} how to sign in.` : '';
    return `${namesOf(dialog.purpose)} ${users.length > 1 ? 'are' : 'is'} active.${told}`;
  } catch (problem) {
    return `Not everyone is active yet: ${problem.message}`;
  }
}

function stillTrue(dialog) {
  // What a later day is like was foretold from all that is scheduled: that is shown anew.
  if (isLater(dialog)) return false;
  const counts = (licenses) =>
    licenses
      .filter(concerned(dialog))
      .map((item) => `${item.license_type} ${item.purchased} ${item.in_use}`)
      .join();
  return counts(dialog.preview.licenses_before) === counts(typesOf(dialog));
}

const concerned = (dialog) => (item) =>
  linesOf(dialog).some((line) => line.license_type === item.license_type);

const peopleIn = ({ user, users = [] }) => [user, ...users].filter(Boolean);
const namesOf = (purpose) => people(peopleIn(purpose));
const needOf = ({ purpose }) => {
  const several = peopleIn(purpose).length > 1;
  const need = several
    ? 'need licenses, and too few are left'
    : 'needs a license, and none are left';
  return namesOf(purpose) && `${namesOf(purpose)} ${need}. `;
};

function submitLabel(dialog) {
  if (!dialog.preview) return 'Review request';
  const { user, users = [] } = dialog.purpose;
  if (isLater(dialog)) return 'Schedule the change';
  if (user) return `${submitWords(linesOf(dialog))} and add ${user.name}`;
  return submitWords(linesOf(dialog)) + (users.length ? ' and make active' : '');
}

kinds.adjustment = {
  wide: true,
  check: (dialog) => (dialog.preview ? {} : check(dialog)),
  title: ({ preview }) => (preview ? 'Review your request' : 'Request license adjustment'),
  submitLabel,
  busyLabel: ({ preview }) => (preview ? 'Submitting…' : 'Calculating…'),
  nameOf(field, dialog) {
    if (field === 'effective_on') return 'date';
    const line = linesOf(dialog)[field.match(/\d+/)?.[0]];
    return line && `${line.action}.${line.license_type}`;
  },
  back: (dialog) =>
    dialog.preview &&
    !dialog.made &&
    (() => {
      const { fields } = dialog.purpose;
      if (fields) use('user', () => openDialog('user', fields, { begun: '' }));
      else Object.assign(dialog, { preview: undefined, problem: undefined, changed: undefined });
      focusOn('dialog-title');
    }),
  body: (dialog) => [madeBefore(dialog), dialog.preview ? reviewBody(dialog) : formBody(dialog)],
  submit: (dialog) => (dialog.preview ? send(dialog) : review(dialog)),
};

function succeed(dialog, news) {
  const { made } = dialog;
  const others = othersOf(dialog);
  const done = isLater(dialog)
    ? `Scheduled for ${day(made.applies_at)}: ${linesInWords(made.lines, false)}.`
    : `${linesInWords(made.lines)}.`;
  closeDialog(dialog);
  if (!isLater(dialog)) forgetReleased(made.lines);
  keepNotice(dialog, done, isLater(dialog) ? CANCELABLE : `${news}${creditWords(dialog)}`, () => [
    others.length > 0 &&
      button(submitWords(others), () => openAdjustment('add', others, { from: dayOf(dialog) })),
    link('View request', `#/clinics/${dialog.clinicId}/adjustments/${made.adjustment_id}`),
  ]);
  say(done);
  afterChange();
}

const CANCELABLE = 'Nothing changes until then, and you can cancel it.';

// One leaver, one release: what was released is not offered to be released again.
function forgetReleased(lines) {
  for (const { action, license_type: type, quantity } of lines) {
    const freed = state.switched.filter((user) => !user.active && user.license_type === type);
    const gone = action === 'remove' ? freed.slice(0, quantity) : [];
    state.switched = state.switched.filter((user) => !gone.includes(user));
  }
}

function creditWords({ preview, fields }) {
  if (fields.mode === 'add') return '';
  return preview.change_now_cents < 0
    ? `You’ll be credited on your ${shortDate(preview.next_invoice_on)} invoice.`
    : `No longer billed from ${shortDate(preview.next_invoice_on)}.`;
}

const CREDITED = {
  now: 'Credited on your next invoice.',
  date: 'Credited from that day on.',
  renewal: 'Not billed after the next renewal.',
};

// The mail with the link may have been answered already, or its link followed before.
function madeBefore(dialog) {
  if (!dialog.linked) return undefined;
  const lines = linesOf(dialog);
  const among = (all) => (line) =>
    all.some((other) => Object.keys(line).every((name) => line[name] === other[name]));
  const list = read(pathOf(dialog), { list: 'license_adjustments' });
  const made = list.data?.license_adjustments.find(
    (item) => !item.cancelled_at && lines.length && lines.every(among(item.lines)),
  );
  const { adjustment_id: id, requested_by: by, requested_at: at } = made ?? {};
  return (
    made &&
    warning(
      'The same was requested before',
      `By ${by.name} on ${day(at)}. Submit this only if you want it again.`,
      link('View request', `#/clinics/${dialog.clinicId}/adjustments/${id}`),
    )
  );
}

function formBody(dialog) {
  const adding = dialog.fields.mode === 'add';
  const credited = clinicEntry(dialog.clinicId).data?.release_credit !== 'none';
  return [
    radioField(dialog, 'mode', 'What do you need?', [
      [
        'add',
        'Add licenses',
        isLater(dialog) ? 'Ready to use on that day.' : 'Ready to use right away.',
      ],
      ['remove', 'Release licenses', credited ? CREDITED[dialog.fields.when] : CREDITED.renewal],
    ]),
    !dialog.purpose.user && !dialog.purpose.users && whenFields(dialog),
    h(
      'fieldset.columns',
      { key: dialog.fields.mode },
      h('legend', adding ? 'Licenses to add' : 'Licenses to release'),
      typesOf(dialog).map((item) => (adding ? addField : releaseField)(dialog, item)),
    ),
    textField(
      dialog,
      'explanation',
      adding ? 'Reason (optional)' : 'Reason',
      adding
        ? 'Shown with the request and on the invoice.'
        : 'Why they’re no longer needed. Shown with the request and on the invoice.',
    ),
    othersOf(dialog).length > 0 &&
      h('p.hint', `Also filled in: ${linesInWords(othersOf(dialog), false)}. That comes next.`),
    estimate(dialog),
  ];
}

function whenFields(dialog) {
  const { next_renewal: renewal } = clinicEntry(dialog.clinicId).data ?? {};
  return [
    radioField(dialog, 'when', 'When?', [
      ['now', 'Now', 'As soon as you submit it.'],
      ['date', 'On a date', 'At the start of that day.'],
      ['renewal', 'At the next renewal', renewal && `${dateName(renewal)}. Nothing is prorated.`],
    ]),
    dialog.fields.when === 'date' && dateField(dialog, 'date', 'Date', 1, 'Up to 12 months ahead.'),
  ];
}

// What it costs each month stands there while it is typed; the review says what it costs now.
function estimate(dialog) {
  const cents = linesOf(dialog).reduce((sum, { license_type: type, quantity, action }) => {
    const { unit_price_cents: price } = typesOf(dialog).find((item) => item.license_type === type);
    return sum + (action === 'add' ? quantity : -quantity) * price;
  }, 0);
  return h(
    'p.estimate',
    'Monthly change ',
    h('strong', `${change(cents, currencyOf(dialog))}/month`),
  );
}

const priceHint = (dialog, price, available, total = /** @type {number | false} */ (false)) => [
  h('span.line', `${money(price, currencyOf(dialog))}/mo`),
  h('span.line', `${total ? `${total} total, ` : ''}${available} available`),
];

const addField = (dialog, { license_type: type, available, unit_price_cents: price }) =>
  inputField(dialog, `add.${type}`, title(type), {
    hint: priceHint(dialog, price, available),
    inputmode: 'numeric',
  });

function releaseField(dialog, item) {
  const { license_type: type, available, in_use: used } = item;
  const most = releasable(dialog, item);
  const none = used
    ? `None available, ${used} in use. Make a ${words(type)} user inactive first.`
    : 'None purchased.';
  const hint = most
    ? priceHint(dialog, item.unit_price_cents, available, isLater(dialog) && most)
    : none;
  return quantityField(dialog, `remove.${type}`, title(type), most, hint);
}

function reviewBody(dialog) {
  /** @type {{ preview: Preview }} */
  const { preview: seen } = /** @type {any} */ (dialog);
  const { currency } = seen;
  const { explanation } = requestOf(dialog);
  return [
    dialog.changed &&
      warning(
        'Something changed',
        `${dialog.changed} Nothing was submitted. The numbers below are up to date.`,
      ),
    h(
      'p',
      needOf(dialog),
      h('strong', linesInWords(linesOf(dialog), false)),
      `, effective ${seen.applies_at ? day(seen.applies_at) : 'immediately'}.`,
    ),
    seen.would_lapse &&
      warning(
        'Not enough available as of today',
        `${seen.would_lapse} Make users inactive before that day, or the release won’t happen.`,
      ),
    prevented(seen),
    countsTable(seen, concerned(dialog)),
    seen.invoice_lines.length > 0
      ? lineTable(seen.invoice_lines, currency, 'On the invoice')
      : explanation && h('blockquote', explanation),
    sums(seen),
  ];
}
