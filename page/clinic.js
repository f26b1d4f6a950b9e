// A clinic's state as staff need it: what to do, on which terms it is, and how its mails fared.

import { ask, Problem } from './api.js';
import { h } from './dom.js';
import { dateName, day, money, title, when } from './format.js';
import { isOver, upcoming } from './licenses.js';
import { catchUp, clinicEntry, read } from './live.js';
import {
  actionName,
  BUSINESS_HOURS,
  EMAIL_REQUESTS,
  PRORATION,
  RELEASE_CREDIT,
  ruleName,
} from './names.js';
import {
  button,
  cell,
  chip,
  empty,
  facts,
  heading,
  keepProblem,
  link,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';
import { say, state } from './state.js';

const NOT_HERE = 'Can’t be corrected here. Restore the clinic from a backup of the table.';

// What can be done about a finding from here, or that nothing can.
export function remedyOf({ invariant, subject }, unclear) {
  if (invariant === 'mail_address') return { unblock: subject };
  if (unclear.includes(subject)) return { request: subject, label: 'Settle the confirmation' };
  if (invariant === 'deadline') return { request: subject, label: 'View the request' };
  if (invariant === 'cancelled_additions') return { history: true };
  return { says: NOT_HERE };
}

// All of it at once: what comes later would move what is read already.
export function stateView(clinicId) {
  const base = `/clinics/${clinicId}`;
  const state = read(`${base}/state`);
  const bills = read(`${base}/invoices?limit=6`, { list: 'invoices' });
  const past = read(`${base}/history?limit=8`, { list: 'history' });
  const all = (found) =>
    panel(clinicEntry(clinicId), (clinic) =>
      panel(bills, ({ invoices }) =>
        panel(past, ({ history }) => [
          h('h3.part', 'To do'),
          toDo(clinicId, found),
          h('h3.part', 'Terms'),
          terms(clinic, found.notices),
          h('h3.part', 'Confirmations'),
          confirmations(clinicId, found),
          h('h3.part', 'Other emails'),
          otherMails(found),
          h('h3.part', 'Invoices'),
          invoiceFacts(clinicId, invoices),
          h('h3.part', 'Latest changes'),
          changes(history),
        ]),
      ),
    );
  return [heading(viewTitle('State')), panel(state, all)];
}

function toDo(clinicId, { findings, confirmations: mails, blocked_addresses: blocked, ...found }) {
  const unclear = mails
    .filter((one) => one.confirmation === 'unknown')
    .map((one) => one.adjustment_id);
  const known = findings.map(({ subject }) => subject);
  const news = [
    ...unclear
      .filter((id) => !known.includes(id))
      .map((id) => ({ invariant: 'I4', subject: id, actual: 'May not have been sent' })),
    ...blocked
      .filter(({ address }) => !known.includes(address))
      .map(({ address, because }) => ({
        invariant: 'mail_address',
        subject: address,
        actual: `blocked after a ${because}`,
      })),
  ];
  const gone = (one) =>
    one.invariant === 'mail_address' && !blocked.some(({ address }) => address === one.subject);
  const all = [...findings.filter((one) => !gone(one)), ...news];
  const since = found.checked_at
    ? `Last checked ${when(found.checked_at)}.`
    : 'Not checked yet. The first check runs tonight.';
  return [
    h('p.hint', since),
    all.length
      ? table(
          'To do',
          ['What', 'Expected', 'Found', 'What to do'],
          all.map((one) => toDoRow(clinicId, one, remedyOf(one, unclear))),
          { class: 'findings cards' },
        )
      : empty('Nothing to do.'),
  ];
}

const toDoRow = (clinicId, finding, remedy) =>
  row(
    { key: `${finding.invariant}${finding.subject}` },
    rowHead(ruleName(finding.invariant), h('span.why', finding.subject)),
    cell('Expected', finding.expected),
    cell('Found', finding.actual),
    cell('What to do', h('div', finding.advice, h('p.actions', action(clinicId, remedy)))),
  );

function action(clinicId, { unblock, request, label, history, says }) {
  if (unblock) return button('Unblock address', () => letMailGo(unblock));
  if (request) return link(label, `#/clinics/${clinicId}/adjustments/${request}`);
  if (history) return link('View history', `#/clinics/${clinicId}/history`);
  return h('small', says);
}

async function letMailGo(address) {
  try {
    await ask('DELETE', `/suppressed-addresses/${encodeURIComponent(address)}`);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    keepProblem(state.route, `${address} is still blocked`, problem.message);
    return;
  }
  say(`${address} is unblocked.`);
  await catchUp();
}

const TOLD = {
  before_renewal: 'renewals',
  invoice_finalized: 'invoices',
  price_rise: 'new prices',
};

// What a User Manager is told unasked, in a line.
export function toldOf({ name, few_left: few, ...wants }) {
  const kinds = Object.keys(TOLD).filter((kind) => wants[kind]);
  const levels = few.map(({ license_type: type, at }) => `${title(type).toLowerCase()} at ${at}`);
  const all = kinds.map((kind) => TOLD[kind]);
  if (levels.length) all.push(`few left (${levels.join(', ')})`);
  return `${name}: ${all.join(', ') || 'none'}`;
}

function terms(clinic, told) {
  const { coming_terms: coming, currency } = clinic;
  const prices = (rows) =>
    rows.map(({ license_type: type, unit_price_cents: cents }) =>
      h('div', { key: type }, `${title(type)} ${money(cents, currency)}`),
    );
  return facts(
    ['Time zone', clinic.time_zone],
    [
      'Billing day',
      `${clinic.billing_day}${isOver(clinic) ? '' : `, next ${dateName(clinic.next_renewal)}`}`,
    ],
    ['Business hours', BUSINESS_HOURS[clinic.calendar]],
    ['Proration', PRORATION[clinic.proration_unit]],
    ['Released licenses', RELEASE_CREDIT[clinic.release_credit]],
    ['Email notices', told.map((one) => h('div', { key: one.user_id }, toldOf(one)))],
    ['Requests by email', EMAIL_REQUESTS[clinic.email_requests ? 'yes' : 'no']],
    ['Prices per month', prices(clinic.licenses)],
    coming && [`Prices from ${dateName(coming.first_day)}`, prices(coming.prices)],
    ['Open requests', clinic.open_adjustments.count],
  );
}

const FARED = {
  queued: ['wait', 'Waiting'],
  sending: ['wait', 'Being sent'],
  sent: ['good', 'Sent'],
  unknown: ['bad', 'Unclear'],
  dropped: ['off', 'Not sent'],
};
const KINDS = {
  answer: 'Reply to an email',
  news_of_mail: 'News of an email request',
  news: 'News',
  few_left: 'Few licenses left',
  before_renewal: 'Renewal ahead',
  invoice_finalized: 'Invoice',
  price_rise: 'New prices',
};
const CAME_TO = {
  add: 'Licenses added',
  remove: 'Licenses released',
  mixed: 'Licenses added and released',
  schedule: 'Change scheduled',
  undo: 'Taken back',
  ask_back: 'Asked back',
  none: 'Nothing changed',
};

const confirmations = (clinicId, { confirmations: mails }) =>
  mails.length
    ? table(
        'Confirmations, newest first',
        ['Requested', 'Email', 'Due', 'Sent'],
        mails.map((one) => {
          const [tone, label] = one.confirmation ? FARED[one.confirmation] : ['off', 'Canceled'];
          return row(
            { key: one.adjustment_id },
            rowHead(
              link(
                when(one.requested_at),
                `#/clinics/${clinicId}/adjustments/${one.adjustment_id}`,
                { class: 'time' },
              ),
            ),
            cell(
              'Email',
              h('span', chip(tone, label), one.parked_reason && h('small', one.parked_reason)),
            ),
            cell('Due', when(one.confirmation_due_by), { class: 'muted time' }),
            cell('Sent', one.confirmed_at ? when(one.confirmed_at) : '', { class: 'muted time' }),
          );
        }),
        { class: 'cards' },
      )
    : empty('No request has been made yet.');

const otherMails = ({ mails }) =>
  mails.length
    ? table(
        'Other emails, newest first',
        ['What', 'To', 'Email', 'Written'],
        mails.map((one, number) => {
          const [tone, label] = FARED[one.delivery];
          return row(
            { key: number },
            rowHead(KINDS[one.kind], one.intent && h('span.why', CAME_TO[one.intent])),
            cell('To', one.to ? one.to.name : '–'),
            cell('Email', chip(tone, label)),
            cell('Written', when(one.at), { class: 'muted' }),
          );
        }),
        { class: 'cards' },
      )
    : empty('No reply or notice has been sent yet.');

const invoiceFacts = (clinicId, invoices) =>
  facts(
    ...invoices.map(({ invoice_id: id, ...item }) => {
      const open = item.status === 'upcoming';
      const expected = open ? upcoming(clinicId).data?.expected_total_cents : undefined;
      return [
        link(
          open ? 'Upcoming' : day(item.period_start),
          `#/clinics/${clinicId}/invoices/${open ? 'upcoming' : id}`,
        ),
        money(expected ?? item.total_cents, item.currency),
      ];
    }),
  );

const changes = (history) =>
  table(
    'Latest changes',
    ['What', 'By', 'When'],
    history.map((item) =>
      row(
        { key: item.history_id },
        rowHead(actionName(item.action), item.why && h('q.why', item.why)),
        cell('By', item.actor.name, { class: 'muted' }),
        cell('When', when(item.at), { class: 'muted time' }),
      ),
    ),
    { class: 'cards' },
  );
