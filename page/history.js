// Who changed what, when, by which way, and why.

import { h } from './dom.js';
import { capital, dateName, money, shortDate, title, when, words } from './format.js';
import { exportButton } from './later.js';
import { clinicEntry, read } from './live.js';
import { actionName, said as saidOf } from './names.js';
import {
  cell,
  empty,
  heading,
  link,
  more,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';
import { channel } from './requests.js';

export function historyView(clinicId) {
  const entry = read(`/clinics/${clinicId}/history`, { list: 'history' });
  const { currency = 'USD' } = clinicEntry(clinicId).data ?? {};
  return [
    heading(
      viewTitle('History'),
      exportButton(`/clinics/${clinicId}/history`, `${clinicId}-history`),
    ),
    panel(entry, ({ history }) =>
      history.length
        ? [
            table(
              'Changes, newest first',
              ['What', 'Change', 'By', 'When'],
              history.map((item) => historyRow(clinicId, item, currency)),
              { class: 'history cards' },
            ),
            more(entry),
          ]
        : empty('Nothing has changed yet.'),
    ),
  ];
}

// What was asked for stands with the request.
const subject = (clinicId, { action, subject: id }) =>
  /^(adjustment|licenses|confirmation|lapse)_/.test(action)
    ? link(actionName(action), `#/clinics/${clinicId}/adjustments/${id}`)
    : actionName(action);

function historyRow(clinicId, item, currency) {
  const name = item.after?.name ?? item.before?.name;
  const changes = differences(item, currency).map((text) => h('span.difference', text));
  return row(
    { key: item.history_id },
    rowHead(subject(clinicId, item), name && h('span.why', name), item.why && h('q.why', item.why)),
    cell('Change', changes.length > 0 && h('span', changes)),
    cell('By', h('span', item.actor.name, h('span.why', channel(item.channel)))),
    cell('When', when(item.at), { class: 'muted time' }),
  );
}

// Ids of what is told by name, or beside it.
const NAMELESS = ['transfer clinic id', 'transfer adjustment id', 'users'];

// Only what differs, in the words of the page: "Therapist licenses in use: 4 → 5".
export function differences({ before, after }, currency) {
  const [old, now] = [flat(before, currency), flat(after, currency)];
  const names = [...new Set([...Object.keys(old), ...Object.keys(now)])];
  return names
    .filter((name) => (old[name] ?? 'no') !== (now[name] ?? 'no'))
    .filter((name) => !NAMELESS.includes(name) && (name !== 'name' || old.name))
    .map((name) => inWords(name, old[name], now[name]))
    .concat(announcedRules(before, after), announcedPrices(before, after, currency));
}

const STATES = { yes: 'Active', no: 'Inactive' };

function inWords(name, old, now) {
  if (name === 'active') {
    return [old, now]
      .filter(Boolean)
      .map((text) => STATES[text])
      .join(' → ');
  }
  if (name === 'permissions') {
    const manages = [old, now].map((text) => (text?.includes('user manager') ? 'Yes' : 'No'));
    return `User Manager: ${manages.join(' → ')}`;
  }
  // What was set and what was taken back look alike without the other side.
  const hasNone = name === 'starts on' || name.startsWith('identity provider ');
  const none = name.startsWith('few left ') ? 'never' : hasNone ? 'none' : undefined;
  const sides = [old ?? none, now ?? none];
  const label = capital(
    name
      .replace(/^(?:licenses )?(.+) purchased$/, '$1 total')
      .replace(/^licenses (.+?)( in use| available|)$/, '$1 licenses$2')
      .replace('transfer name', 'other clinic')
      .replace('invoice id', 'invoice')
      .replace(/^applies at$/, 'takes effect')
      .replace(/^starts on$/, 'first day')
      .replace(/^unit prices (.+)$/, '$1 price'),
  );
  const code = name.endsWith('license type') ? capital : (text) => text;
  return `${label}: ${sides
    .filter((text) => text)
    .map(code)
    .join(' → ')}`;
}

// Announced terms name all rules that will hold, changed or not: they are said as they will be.
function announcedRules(before, after) {
  const [was, is] = [before, after].map(rulesOf);
  return is === was ? [] : [is];
}

function rulesOf(terms) {
  const { first, proration_unit: unit, release_credit: credit } = terms?.coming_terms?.at(-1) ?? {};
  if (!unit) return '';
  const credited = credit === 'none' ? 'not credited' : 'credited';
  return `From ${shortDate(first)}: prorated by the ${unit}, releases ${credited}`;
}

// Announced prices are said with their day, and against those that hold until then.
function announcedPrices(before, after, currency) {
  const said = (terms) =>
    (terms?.coming_terms ?? []).flatMap(({ first, unit_prices: prices = {} }) =>
      Object.entries(prices)
        .filter(([type, cents]) => cents !== terms.unit_prices?.[type])
        .map(([type, cents]) => {
          const old = terms.unit_prices?.[type];
          const from = old === undefined ? '' : `${money(old, currency)} → `;
          return `${title(type)} price from ${shortDate(first)}: ${from}${money(cents, currency)}`;
        }),
    );
  const [was, is] = [said(before), said(after)];
  return [
    ...is.filter((text) => !was.includes(text)),
    ...was.filter((text) => !is.includes(text)).map((text) => `${text} (withdrawn)`),
  ];
}

// A day or a moment is said like everywhere else.
function said(value) {
  if (/^\d{4}-\d\d-\d\d$/.test(value)) return dateName(value);
  return /^\d{4}-\d\d-\d\dT/.test(value) ? when(value) : saidOf(value);
}

// Nested facts as lines: { licenses: { billing: 2 } } becomes { 'licenses billing': '2' }.
function flat(value, currency, name = '') {
  if (value === null || value === undefined) return {};
  if (name === 'coming terms') return {};
  if (Array.isArray(value) && typeof value[0] !== 'object') {
    return { [name]: value.map(said).join(', ') || 'no' };
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, inner]) =>
      flat(inner, currency, Array.isArray(value) ? name : `${name} ${words(key)}`.trim()),
    );
    return Object.assign({}, ...parts);
  }
  const cents = /( cents$|prices? )/.test(name);
  return { [name.replace(/ cents$/, '')]: cents ? money(value, currency) : said(value) };
}
