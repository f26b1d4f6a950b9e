// License adjustments: what was asked for, how far it is, and taking it back.

import { openAdjustment } from './adjust.js';
import { ask } from './api.js';
import { closeDialog, explained, kinds, openDialog, radioField, textField } from './dialogs.js';
import { h } from './dom.js';
import { channel, linesInWords, opposite, when } from './format.js';
import { afterChange, read } from './live.js';
import { button, empty, heading, more, panel, viewTitle } from './parts.js';
import { say } from './state.js';

export function adjustmentsView(clinicId, can) {
  const entry = read(`/clinics/${clinicId}/license-adjustments`, { list: 'license_adjustments' });
  return [
    heading(viewTitle('License adjustments')),
    panel(entry, ({ license_adjustments: all }) =>
      all.length
        ? [
            h(
              'ul.plain.stack',
              all.map((item) => cardOf(item, can)),
            ),
            more(entry),
          ]
        : empty('No license was added or released yet.'),
    ),
  ];
}

function cardOf(item, can) {
  const id = `adjustment-${item.adjustment_id}`;
  const about = { 'aria-describedby': id };
  const offer = (label, onclick) => h('p', button(label, onclick, about));
  const open = (kind, fields) => () => openDialog(kind, fields, { item });
  return h(
    'li.card',
    { key: id },
    h(
      'article',
      { 'aria-labelledby': id },
      h('h3', { id }, linesInWords(item.lines)),
      h(
        'p.hint',
        `Requested by ${item.requested_by.name} ${channel(item.channel)} · `,
        h('code', item.adjustment_id),
      ),
      item.explanation && h('blockquote', item.explanation),
      h('ol.timeline', { 'aria-label': 'Progress' }, stepsOf(item, Date.now()).map(stepView)),
      can.manage && item.status === 'applied' && offer('Cancel this request', open('cancellation')),
      can.manage &&
        item.invoiced_at &&
        offer('Request the opposite', () => openAdjustment('add', opposite(item.lines))),
      can.staff &&
        item.confirmation === 'unknown' &&
        offer('Settle the confirmation', open('settlement', { outcome: 'sent' })),
    ),
  );
}

// How far a request has come. Each step's state is said in words, not by colour alone.
/**
 * @param {Adjustment} item
 * @param {number} now
 * @returns {Step[]}
 */
export function stepsOf(item, now) {
  const step = (name, at, done, due) => {
    const late = due && Date.parse(due) < now;
    return { name, at: at ?? due, waits: !done, state: done ? 'Done' : late ? 'Overdue' : 'Next' };
  };
  const applied = step('Applied', item.requested_at, true);
  if (item.cancelled_at) return [applied, step('Cancelled', item.cancelled_at, true)];
  const steps = [
    applied,
    step(
      'Invoice update due by',
      item.invoice_update_due_at,
      item.invoiced_at,
      item.invoice_update_due_at,
    ),
    step('Invoice updated', item.invoiced_at, item.invoiced_at),
    step('Confirmation sent', item.confirmed_at, item.confirmed_at, item.confirmation_due_by),
  ];
  const current = steps.find((one) => one.waits);
  if (current?.state === 'Next') current.state = 'Now';
  if (item.confirmation === 'unknown') {
    Object.assign(steps[3], {
      state: 'Unclear',
      note: 'The vendor’s staff find out whether it was sent.',
    });
  }
  return steps;
}

/** @param {Step} step */
const stepView = ({ name, state, at, waits, note }) =>
  h(
    'li',
    { class: state.toLowerCase(), 'aria-current': state === 'Now' && 'step' },
    h('p.name', name),
    h('span.badge', state),
    at &&
      h('time', { datetime: at }, waits && !name.endsWith('by') ? `due by ${when(at)}` : when(at)),
    note && h('p', note),
  );

async function act(dialog, path, body, done) {
  const { clinicId, item } = dialog;
  await ask('POST', `/clinics/${clinicId}/license-adjustments/${item.adjustment_id}/${path}`, {
    body,
  });
  closeDialog(dialog);
  say(done);
  await afterChange();
}

kinds.cancellation = {
  title: () => 'Cancel this request?',
  leaveLabel: 'Keep the request',
  submitLabel: () => 'Cancel the request',
  busyLabel: () => 'Cancelling…',
  body: ({ item }) =>
    h(
      'p',
      h('strong', linesInWords(item.lines)),
      ' is undone at once, and nothing of it reaches the invoice.',
    ),
  submit: (dialog) => act(dialog, 'cancellation', undefined, 'The request is cancelled.'),
};

kinds.settlement = {
  title: () => 'Settle the confirmation',
  submitLabel: ({ fields }) => (fields.outcome === 'sent' ? 'Record it as sent' : 'Send it again'),
  check: ({ fields }) => ({ reason: explained(fields.reason) }),
  body: (dialog) => [
    radioField(dialog, 'outcome', 'What did you find out?', [
      ['sent', 'It was sent', 'No further mail goes out.'],
      ['resend', 'It was not sent', 'It is sent once more.'],
    ]),
    textField(dialog, 'reason', 'Reason', 'How you know. It goes into the history.'),
  ],
  submit: (dialog) =>
    act(
      dialog,
      'confirmation',
      { outcome: dialog.fields.outcome, reason: dialog.fields.reason.trim() },
      'The confirmation is settled.',
    ),
};
