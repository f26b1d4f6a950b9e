// Who changed what, when, by which way, and why.

import { h } from './dom.js';
import { channel, money, title, when, words } from './format.js';
import { clinicEntry, read } from './live.js';
import { cell, empty, heading, more, panel, row, rowHead, table, viewTitle } from './parts.js';

export function historyView(clinicId) {
  const entry = read(`/clinics/${clinicId}/history`, { list: 'history' });
  const { currency = 'USD' } = clinicEntry(clinicId).data ?? {};
  return [
    heading(viewTitle('History')),
    panel(entry, ({ history }) =>
      history.length
        ? [
            table(
              'Changes, newest first',
              ['What', 'Change', 'By', 'When'],
              history.map((item) => historyRow(item, currency)),
              { class: 'cards' },
            ),
            more(entry),
          ]
        : empty('Nothing happened yet.'),
    ),
  ];
}

function historyRow(item, currency) {
  const name = item.after?.name ?? item.before?.name;
  const changes = differences(item, currency).map((text) => h('span.difference', text));
  return row(
    { key: item.history_id },
    rowHead(title(item.action), name && h('span.why', name), item.why && h('q.why', item.why)),
    cell('Change', h('span', changes)),
    cell('By', h('span', item.actor.name, h('span.why', channel(item.channel)))),
    cell('When', when(item.at), { class: 'muted' }),
  );
}

// Only what differs, as "active: yes → no". What begins empty is not worth a line.
export function differences({ before, after }, currency) {
  const [old, now] = [flat(before, currency), flat(after, currency)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => (old[name] ?? 'no') !== (now[name] ?? 'no'))
    .map((name) => `${name}: ${[old[name], now[name]].filter((text) => text).join(' → ')}`);
}

// Nested facts as lines: { licenses: { billing: 2 } } becomes { 'licenses billing': '2' }.
function flat(value, currency, name = '') {
  if (value === null || value === undefined) return {};
  if (Array.isArray(value) && typeof value[0] !== 'object') {
    return { [name]: value.map(said).join(', ') || 'no' };
  }
  if (typeof value === 'object') {
    const parts = Object.entries(value).map(([key, inner]) =>
      flat(inner, currency, Array.isArray(value) ? name : `${name} ${words(key)}`.trim()),
    );
    return Object.assign({}, ...parts);
  }
  const cents = /( cents$|prices )/.test(name);
  return { [name.replace(/ cents$/, '')]: cents ? money(value, currency) : said(value) };
}

// front_office is a code, a person's name is not.
export const said = (value) =>
  ({ true: 'yes', false: 'no' })[value] ?? (/^[a-z_]+$/.test(value) ? words(value) : `${value}`);
