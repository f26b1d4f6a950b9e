// License adjustments: what was asked for, how far it is, and taking it back.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { capital, change, day, licenseCount, shortDay, when } from './format.js';
import { explained, radioField, textField } from './forms.js';
import { exportButton, use } from './later.js';
import { afterChange, clinicEntry, read } from './live.js';
import { clinics } from './mine.js';
import {
  button,
  cell,
  chip,
  empty,
  facts,
  filterField,
  heading,
  link,
  more,
  number,
  panel,
  row,
  rowHead,
  sayFound,
  table,
  viewTitle,
  warning,
} from './parts.js';
import { channel, linesInWords, opposite } from './requests.js';
import { draw, say, state } from './state.js';

const STATUSES = [
  ['', 'All statuses'],
  ['scheduled', 'Scheduled'],
  ['applied', 'Pending'],
  ['invoiced', 'Invoiced'],
  ['confirmed', 'Confirmed'],
  ['cancelled', 'Canceled'],
  ['lapsed', 'Not made'],
];

export function adjustmentsView(clinicId, can, chosen = undefined) {
  const path = `/clinics/${clinicId}/license-adjustments`;
  const { status } = state.filter;
  const list = read(status ? `${path}?status=${status}` : path, { list: 'license_adjustments' });
  // A link may lead to one that is not among the newest.
  const listed = list.data?.license_adjustments.some((item) => item.adjustment_id === chosen);
  const single = chosen && list.data && !listed ? read(`${path}/${chosen}`) : undefined;
  return [
    heading(
      viewTitle('Adjustments'),
      exportButton(status ? `${path}?status=${status}` : path, `${clinicId}-adjustments`),
      h('div.inline', filterField('status', 'Status', 'select', {}, STATUSES)),
    ),
    can.manage && byMail(clinicEntry(clinicId).data),
    single?.error && warning('That request can’t be shown', single.error.message),
    panel(list, ({ license_adjustments: found, next_cursor: unread }) => {
      sayFound(found, 'request', unread);
      const all = [...(single?.data ? [single.data] : []), ...found];
      if (!all.length) {
        return status
          ? empty('No adjustments match.', button('Show all adjustments', showAll))
          : empty('No licenses added or released yet.');
      }
      return [
        table(
          'Adjustments, newest first',
          ['Request', 'Status', 'Requested', 'By', ['Prorated', 'number']],
          all.map((item) => adjustmentRows(clinicId, item, can, item.adjustment_id === chosen)),
          { class: 'adjustments cards' },
        ),
        more(list),
      ];
    }),
  ];
}

// Where the vendor takes requests by mail, and of this clinic.
function byMail(clinic) {
  const { request_address: to } = state.config;
  if (!to || !clinic?.email_requests) return undefined;
  const [{ license_type: type }] = clinic.licenses;
  return h(
    'p.hint',
    'You can also email requests to ',
    link(to, `mailto:${to}`),
    ` from your sign-in address: “Please add ${licenseCount(1, type)} for ${clinic.name}.”`,
  );
}

function showAll() {
  state.filter.status = '';
  draw();
}

function adjustmentRows(clinicId, item, can, open) {
  const { adjustment_id: id } = item;
  const { tone, label, note } = statusOf(item, Date.now());
  const base = `#/clinics/${clinicId}/adjustments`;
  return [
    row(
      { key: id, class: open && 'open' },
      rowHead(
        link(capital(linesInWords(item.lines, isMade(item))), open ? base : `${base}/${id}`, {
          class: 'disclose',
          id: `adjustment-${id}`,
          'aria-expanded': `${open}`,
        }),
      ),
      cell('Status', h('span', chip(tone, label), h('small', note))),
      cell('Requested', day(item.requested_at), { class: 'muted' }),
      cell('By', item.requested_by.name, { class: 'muted' }),
      number(
        'Prorated',
        isBilled(item)
          ? change(item.prorated_cents, clinicEntry(clinicId).data?.currency ?? 'USD')
          : '–',
      ),
    ),
    open && detailRow(item, can),
  ];
}

function detailRow(item, can) {
  const id = item.adjustment_id;
  const about = { 'aria-describedby': `adjustment-${id}` };
  const open = (kind, fields = {}) => openDialog(kind, fields, { item });
  return row(
    { key: `${id}-details`, class: 'details' },
    cell(
      '',
      h(
        'div',
        item.explanation && h('blockquote', item.explanation),
        h('ol.timeline', { 'aria-label': 'Progress' }, stepsOf(item, Date.now()).map(stepView)),
        facts(
          ['Requested', `by ${item.requested_by.name} ${channel(item.channel)}`],
          item.transfer && ['Transferred', otherHalf(item, can)],
          ['Request ID', h('code', id)],
        ),
        h(
          'p.actions',
          can.manage &&
            ['applied', 'scheduled'].includes(item.status) &&
            button('Cancel this request', () => open('cancellation'), about),
          can.manage &&
            item.invoiced_at &&
            button('Reverse this change', () => reverse(item), about),
          can.staff &&
            item.confirmation === 'unknown' &&
            button('Settle the confirmation', () => open('settlement', { outcome: 'sent' }), about),
        ),
      ),
      { colspan: 5 },
    ),
  );
}

const direction = ({ lines }) => (lines[0].action === 'add' ? 'from' : 'to');

// A link for those who may follow it.
function otherHalf(item, can) {
  const { clinic_id: id, adjustment_id: other, name } = item.transfer;
  const known = can.staff || clinics().data?.clinics.some((clinic) => clinic.clinic_id === id);
  return [`${direction(item)} `, known ? link(name, `#/clinics/${id}/adjustments/${other}`) : name];
}

const reverse = ({ lines }) =>
  use('adjust', ({ openAdjustment }) => openAdjustment('add', opposite(lines)));

// Neither what waits for its day, nor what was canceled before it or came to nothing on it.
export const isMade = ({ status, applies_at: at, cancelled_at: cancelled }) =>
  !['scheduled', 'lapsed'].includes(status) && !(Date.parse(cancelled) < Date.parse(at));

// What is canceled in time costs nothing, though it had its price.
const isBilled = ({ status, cancelled_at: cancelled }) =>
  !['scheduled', 'lapsed'].includes(status) && !cancelled;

// One status with one date: the next thing that will happen, or the last that did.
export function statusOf(item, now) {
  const said = (tone, label, note) => ({ tone, label, note });
  if (item.cancelled_at) return said('off', 'Canceled', day(item.cancelled_at));
  if (item.status === 'scheduled') return said('wait', 'Scheduled', `for ${day(item.applies_at)}`);
  if (item.status === 'lapsed') return said('bad', 'Not made', day(item.applies_at));
  const late = (due) => Date.parse(due) < now;
  if (!item.invoiced_at) {
    return late(item.invoice_update_due_at)
      ? said('bad', 'Overdue', `invoice was due ${shortDay(item.invoice_update_due_at)}`)
      : said('wait', 'Pending', `invoice by ${shortDay(item.invoice_update_due_at)}`);
  }
  if (item.confirmation === 'unknown') return said('bad', 'Unclear', 'email may not have gone out');
  if (item.confirmed_at) return said('good', 'Confirmed', day(item.confirmed_at));
  return late(item.confirmation_due_by)
    ? said('bad', 'Overdue', `email was due ${shortDay(item.confirmation_due_by)}`)
    : said('wait', 'Invoiced', `email by ${shortDay(item.confirmation_due_by)}`);
}

// How far a request has come. Each step's state is said in words, not by color alone, and only
// what has happened is done.
/**
 * @param {Adjustment} item
 * @param {number} now
 * @returns {Step[]}
 */
export function stepsOf(item, now) {
  const step = (name, at, due = undefined) => {
    const late = due && Date.parse(due) < now;
    return { name, at: at ?? due, waits: !at, state: at ? 'Done' : late ? 'Overdue' : 'Later' };
  };
  const applied = step('Applied', item.applies_at ?? item.requested_at);
  const begun = item.applies_at ? [step('Scheduled', item.requested_at)] : [];
  if (item.cancelled_at) {
    return [...begun, ...(isMade(item) ? [applied] : []), step('Canceled', item.cancelled_at)];
  }
  if (item.status === 'scheduled')
    return [...begun, { ...applied, waits: true, due: 'on', state: 'Next' }];
  if (item.status === 'lapsed') {
    return [...begun, { ...applied, name: 'Not made', note: item.lapsed_because }];
  }
  /** @type {Step[]} */
  const steps = [
    ...begun,
    applied,
    step('Invoice updated', item.invoiced_at, item.invoice_update_due_at),
    step('Confirmation sent', item.confirmed_at, item.confirmation_due_by),
  ];
  const current = steps.find((one) => one.waits);
  if (current?.state === 'Later') current.state = 'Next';
  if (item.confirmation === 'unknown') {
    Object.assign(steps.at(-1), {
      state: 'Unclear',
      note: 'The vendor is checking whether it was sent.',
    });
  }
  return steps;
}

/** @param {Step} step */
const stepView = ({ name, state: status, at, waits, due, note }) =>
  h(
    'li',
    { class: status.toLowerCase(), 'aria-current': status === 'Next' && 'step' },
    h('span.name', name),
    h('span.state', status),
    at && h('time', { datetime: at }, waits ? `${due ?? 'due by'} ${when(at)}` : when(at)),
    note && h('small', note),
  );

async function act(dialog, path, body, done) {
  const { clinicId, item } = dialog;
  await ask('POST', `/clinics/${clinicId}/license-adjustments/${item.adjustment_id}/${path}`, {
    body,
  });
  closeDialog(dialog);
  // That it was made stands there no longer.
  if (path === 'cancellation') state.notices = [];
  say(done);
  await afterChange();
}

const startsSomebody = ({ clinic_id: clinicId, adjustment_id: id }) =>
  clinicEntry(clinicId).data?.scheduled_adjustments.some(
    (one) => one.adjustment_id === id && one.starts_user_id,
  );

kinds.cancellation = {
  title: () => 'Cancel this request?',
  leaveLabel: 'Keep the request',
  submitLabel: () => 'Cancel the request',
  busyLabel: () => 'Canceling…',
  body: ({ item }) =>
    h(
      'p',
      item.status === 'scheduled'
        ? 'This scheduled change won’t be made: '
        : 'This change is undone right away and won’t be on your invoice: ',
      h('strong', linesInWords(item.lines, isMade(item))),
      '.',
      startsSomebody(item) && ' The user who starts that day may find no license.',
      item.transfer &&
        ` It’s part of a transfer ${direction(item)} ${item.transfer.name}, where it’s undone too.`,
    ),
  submit: (dialog) => act(dialog, 'cancellation', undefined, 'The request is canceled.'),
};

kinds.settlement = {
  title: () => 'Settle the confirmation',
  submitLabel: ({ fields }) => (fields.outcome === 'sent' ? 'Record it as sent' : 'Send it again'),
  check: ({ fields }) => ({ reason: explained(fields.reason) }),
  body: (dialog) => [
    radioField(dialog, 'outcome', 'What did you find out?', [
      ['sent', 'It was sent', 'No further email will go out.'],
      ['resend', 'It was not sent', 'It will be sent again.'],
    ]),
    textField(dialog, 'reason', 'Reason', 'How you know. Recorded in the history.'),
  ],
  submit: (dialog) =>
    act(
      dialog,
      'confirmation',
      { outcome: dialog.fields.outcome, reason: dialog.fields.reason.trim() },
      'The confirmation is settled.',
    ),
};
