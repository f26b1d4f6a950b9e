// Request license adjustment: fill in, review what the server says it will do, submit.

import { ask } from './api.js';
import {
  choiceField,
  closeDialog,
  explained,
  inputField,
  kinds,
  openDialog,
  radioField,
  textField,
} from './dialogs.js';
import { h } from './dom.js';
import { change, linesInWords, money, submitWords, title, when } from './format.js';
import { lineTable } from './invoices.js';
import { afterChange, catchUp, clinicEntry, licensesOf } from './live.js';
import { facts, keepNotice, link, number, row, rowHead, table, warning } from './parts.js';
import { focusOn, say } from './state.js';

// `lines` is what the form begins with: a release offered elsewhere, or the reverse of a request.
export function openAdjustment(mode = 'add', lines = []) {
  const fields = { mode: lines[0]?.action ?? mode, explanation: '' };
  for (const line of lines) fields[`${line.action}.${line.license_type}`] = `${line.quantity}`;
  openDialog('adjustment', fields);
}

const typesOf = (dialog) => licensesOf(dialog.clinicId);
const pathOf = (dialog) => `/clinics/${dialog.clinicId}/license-adjustments`;

function linesOf(dialog) {
  const action = dialog.fields.mode;
  return typesOf(dialog).flatMap(({ license_type }) => {
    const quantity = Number(dialog.fields[`${action}.${license_type}`] || 0);
    return quantity ? [{ action, license_type, quantity }] : [];
  });
}

function requestOf(dialog) {
  const explanation = dialog.fields.explanation.trim();
  return { lines: linesOf(dialog), ...(explanation && { explanation }) };
}

function check(dialog) {
  const { mode, ...fields } = dialog.fields;
  const adding = mode === 'add';
  const errors = {};
  for (const { license_type: type, available } of typesOf(dialog)) {
    const name = `${mode}.${type}`;
    const text = (fields[name] ?? '').trim();
    if (adding && text && !/^[1-9]\d*$/.test(text)) {
      errors[name] = `${title(type)}: enter a whole number, 1 or more.`;
    } else if (!adding && Number(text) > available) {
      errors[name] = `${title(type)}: only ${available} available now. Choose again.`;
    }
  }
  if (!Object.keys(errors).length && !linesOf(dialog).length) {
    const first = typesOf(dialog).find((item) => adding || item.available > 0);
    errors[`${mode}.${first?.license_type}`] = adding
      ? 'Say how many licenses to add.'
      : 'Choose how many licenses to release.';
  }
  if (!adding) errors.explanation = explained(fields.explanation);
  return errors;
}

// What the server would do. Its priced_at goes with the request, so that what is shown is what is
// charged; each review has its own key, so that sending it again does nothing twice.
async function review(dialog) {
  await catchUp();
  const { data } = await ask('POST', `${pathOf(dialog)}/preview`, { body: requestOf(dialog) });
  Object.assign(dialog, { preview: data, idempotencyKey: crypto.randomUUID(), submitted: false });
  focusOn('dialog-title');
}

async function send(dialog, attempt = 1) {
  const { etag } = clinicEntry(dialog.clinicId);
  try {
    const { data } = await ask('POST', pathOf(dialog), {
      body: { ...requestOf(dialog), priced_at: dialog.preview.priced_at },
      headers: { 'Idempotency-Key': dialog.idempotencyKey, ...(etag && { 'If-Match': etag }) },
    });
    succeed(dialog, data);
  } catch (problem) {
    if (![409, 412].includes(problem.status)) throw problem;
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
    dialog.changed = problem.message;
  }
}

function stillTrue(dialog) {
  const counts = (licenses) =>
    licenses
      .filter(concerned(dialog))
      .map((item) => `${item.license_type} ${item.purchased} ${item.in_use}`)
      .join();
  return counts(dialog.preview.licenses_before) === counts(typesOf(dialog));
}

const concerned = (dialog) => (item) =>
  linesOf(dialog).some((line) => line.license_type === item.license_type);

kinds.adjustment = {
  wide: true,
  check: (dialog) => (dialog.preview ? {} : check(dialog)),
  title: ({ preview }) => (preview ? 'Review your request' : 'Request license adjustment'),
  submitLabel: (dialog) => (dialog.preview ? submitWords(linesOf(dialog)) : 'Review request'),
  busyLabel: ({ preview }) => (preview ? 'Submitting…' : 'Working out the change…'),
  nameOf(field, dialog) {
    const line = linesOf(dialog)[field.match(/\d+/)?.[0]];
    return line && `${line.action}.${line.license_type}`;
  },
  back: (dialog) =>
    dialog.preview &&
    (() => {
      Object.assign(dialog, { preview: undefined, problem: undefined, changed: undefined });
      focusOn('dialog-title');
    }),
  body: (dialog) => (dialog.preview ? reviewBody(dialog) : formBody(dialog)),
  submit: (dialog) => (dialog.preview ? send(dialog) : review(dialog)),
};

function succeed(dialog, adjustment) {
  const done = `${linesInWords(adjustment.lines)}.`;
  closeDialog(dialog);
  keepNotice(
    done,
    () => [
      h(
        'p',
        dialog.fields.mode === 'add' ? 'Ready to use: make users active. ' : 'No longer billed. ',
        'The invoice is updated next, then an e-mail confirms it.',
      ),
      facts(
        ['Request', h('code', adjustment.adjustment_id)],
        ['Invoice update due by', when(adjustment.invoice_update_due_at)],
        ['Confirmation e-mail due by', when(adjustment.confirmation_due_by)],
      ),
    ],
    () => [link('Follow this request', `#/clinics/${dialog.clinicId}/adjustments`)],
  );
  say(done);
  afterChange();
}

function formBody(dialog) {
  const adding = dialog.fields.mode === 'add';
  return [
    radioField(dialog, 'mode', 'What do you need?', [
      ['add', 'Add licenses', 'They can be used at once.'],
      ['remove', 'Release licenses', 'They are no longer billed.'],
    ]),
    h(
      'fieldset.columns',
      { key: dialog.fields.mode },
      h('legend', adding ? 'How many more?' : 'How many fewer?'),
      typesOf(dialog).map((item) => (adding ? addField : releaseField)(dialog, item)),
    ),
    textField(
      dialog,
      'explanation',
      adding ? 'Explanation (optional)' : 'Explanation',
      adding
        ? 'Kept with the request and shown on the invoice.'
        : 'Why are they no longer needed? Kept with the request and shown on the invoice.',
    ),
  ];
}

const addField = (dialog, { license_type: type, available }) =>
  inputField(dialog, `add.${type}`, title(type), {
    hint: `${available} available`,
    inputmode: 'numeric',
  });

function releaseField(dialog, { license_type: type, available, in_use: used }) {
  if (!available) {
    return h(
      'div.field',
      { key: type },
      h('p.label', title(type)),
      h(
        'p.hint',
        used ? `None available, ${used} in use. Make a user of this type inactive first.` : 'None.',
      ),
    );
  }
  const options = Array.from({ length: available }, (_, index) => [`${index + 1}`, index + 1]);
  return choiceField(dialog, `remove.${type}`, title(type), [['', 'None'], ...options], {
    hint: `${available} available`,
  });
}

function reviewBody(dialog) {
  const { currency, licenses_before: before, licenses_after: after, ...seen } = dialog.preview;
  const step = (item, name) =>
    number(title(name.replace('purchased', 'total')), [
      item[name],
      ' → ',
      h('strong', after.find((other) => other.license_type === item.license_type)[name]),
    ]);
  return [
    dialog.changed &&
      warning(
        'Something changed meanwhile',
        `${dialog.changed} Nothing was sent; this is up to date.`,
      ),
    h(
      'p',
      clinicEntry(dialog.clinicId).data?.name,
      ': ',
      h('strong', linesInWords(linesOf(dialog))),
      ', effective at once.',
    ),
    table(
      'Licenses before and after',
      ['License type', ['Total', 'number'], ['Available', 'number']],
      before
        .filter(concerned(dialog))
        .map((item) =>
          row(
            { key: item.license_type },
            rowHead(title(item.license_type)),
            step(item, 'purchased'),
            step(item, 'available'),
          ),
        ),
    ),
    lineTable(seen.invoice_lines, currency, 'On the invoice'),
    facts(
      ['Change on the invoice', change(seen.change_now_cents, currency)],
      ['Upcoming invoice, in all', money(seen.next_invoice_total_cents, currency)],
      ['Each month after that', change(seen.monthly_change_cents, currency)],
      ['Invoice update due by', when(seen.invoice_update_due_at)],
      ['Confirmation e-mail due by', when(seen.confirmation_due_by)],
    ),
  ];
}
