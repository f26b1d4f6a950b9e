// Who changed what, when, by which way, and why.

import { h } from './dom.js';
import { title, when, words } from './format.js';
import { read } from './live.js';
import { cell, empty, heading, more, panel, row, rowHead, table, viewTitle } from './parts.js';

export function historyView(clinicId) {
  const entry = read(`/clinics/${clinicId}/history`, { list: 'history' });
  return [
    heading(viewTitle('History')),
    panel(entry, ({ history }) =>
      history.length
        ? [
            table(
              'Changes, newest first',
              [['What'], ['Change'], ['By'], ['When']],
              history.map(historyRow),
              { class: 'cards' },
            ),
            more(entry),
          ]
        : empty('Nothing happened yet.'),
    ),
  ];
}

function historyRow(item) {
  const name = item.after?.name ?? item.before?.name;
  return row(
    { key: item.history_id },
    rowHead(title(item.action), name && h('span.why', name), item.why && h('q.why', item.why)),
    cell(
      'Change',
      h(
        'span',
        differences(item).map((text) => h('span.difference', text)),
      ),
    ),
    cell('By', h('span', item.actor.name, h('span.why', words(item.channel)))),
    cell('When', when(item.at), { class: 'muted' }),
  );
}

// Only what differs, as "active: yes → no".
export function differences({ before, after }) {
  const [old, now] = [flat(before), flat(after)];
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .filter((name) => old[name] !== now[name])
    .map((name) => `${words(name)}: ${[old[name], now[name]].filter((text) => text).join(' → ')}`);
}

function flat(value, name = '') {
  if (Array.isArray(value) && typeof value[0] !== 'object')
    return { [name]: value.join(', ') || 'none' };
  if (value && typeof value === 'object') {
    return Object.assign(
      {},
      ...Object.entries(value).map(([key, inner]) => flat(inner, `${name} ${key}`.trim())),
    );
  }
  if (value === null || value === undefined) return {};
  return { [name]: { true: 'yes', false: 'no' }[value] ?? `${value}` };
}
