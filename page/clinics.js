// All clinics of somebody who has several, at a glance: what is unused, and what comes next.

import { h } from './dom.js';
import { byName, count, money, plain, shortDate } from './format.js';
import { exportButton, use } from './later.js';
import { isOver } from './licenses.js';
import { isManaged, managed, mine } from './mine.js';
import {
  button,
  cell,
  empty,
  filterField,
  heading,
  keptNotices,
  link,
  number,
  paged,
  panel,
  quiet,
  row,
  rowGroup,
  rowHead,
  sortable,
  table,
  unseen,
  viewTitle,
} from './parts.js';
import { draw, forgetQuery, state } from './state.js';

const by = (worth) => (one, other) => worth(one) - worth(other) || byName(one, other);
const SORTS = {
  name: byName,
  purchased: by((clinic) => clinic.purchased),
  in_use: by((clinic) => clinic.in_use),
  available: by((clinic) => clinic.available),
  cost: by((clinic) => clinic.idle_monthly_cost_cents),
  renewal: by((clinic) => Date.parse(clinic.closure?.closes_on ?? clinic.next_renewal)),
  total: by((clinic) => clinic.expected_total_cents ?? -1),
  requests: by((clinic) => clinic.open_adjustments),
};

const renewal = ({ closure, next_renewal: next }) =>
  closure
    ? `${isOver({ closure }) ? 'Closed' : 'Closes'} ${shortDate(closure.closes_on)}`
    : shortDate(next);

const transfer = (from = undefined) => use('transfer', ({ openTransfer }) => openTransfer(from));

function showAll() {
  state.filter.search = '';
  draw();
}

export function clinicsView() {
  const entry = mine();
  const several = managed(entry.data?.clinics ?? []).length > 1;
  const { query } = state.route;
  if (query && several) {
    forgetQuery();
    queueMicrotask(() => use('transfer', ({ openBegun }) => openBegun(query)));
  }
  return [
    heading(
      viewTitle('Clinics', 'h1'),
      several && button('Transfer licenses', () => transfer()),
      exportButton('/licenses', 'licenses'),
    ),
    keptNotices(),
    panel(entry, ({ clinics }) => {
      const { sort, filter } = state;
      const search = plain(filter.search.trim());
      const found = clinics
        .filter(({ name, clinic_id: id }) => plain(`${name} ${id}`).includes(search))
        .sort((one, other) => (SORTS[sort.by] ?? byName)(one, other) * (sort.down ? -1 : 1));
      const { rows, bar } = paged('clinics', found, 'clinic');
      return [
        clinics.length > 10 &&
          h(
            'div.filters.one',
            { role: 'search', 'aria-label': 'Clinics' },
            filterField('search', 'Search', 'input', {
              type: 'search',
              placeholder: 'Search name or ID',
            }),
          ),
        found.length
          ? glanceTable(
              rows.map((clinic) => clinicRow(clinic, several)),
              found,
            )
          : empty('No clinics match.', button('Show all clinics', showAll)),
        bar,
      ];
    }),
  ];
}

function glanceTable(rows, found) {
  const { tag, props, children } = table(
    'Clinics',
    [
      sortable('name', 'Clinic'),
      sortable('purchased', 'Total', 'number'),
      sortable('in_use', 'In use', 'number'),
      sortable('available', 'Available', 'number'),
      sortable('cost', 'Unused, per month', 'number'),
      sortable('renewal', 'Renews', 'number'),
      sortable('total', 'Next invoice', 'number'),
      sortable('requests', 'Open requests', 'number'),
      [unseen('Actions'), 'end'],
    ],
    rows,
    { class: 'clinics glance cards' },
  );
  return h(tag, props, children, rowGroup('tfoot', sumRow(found)));
}

function clinicRow(clinic, several) {
  const { clinic_id: id, name, currency, available, expected_total_cents: cents } = clinic;
  const spare = clinic.licenses.filter((item) => item.spare > 0);
  const types = spare.map((item) => `${item.license_type}:${item.spare}`).join();
  return row(
    { key: id },
    rowHead(link(name, `#/clinics/${id}`)),
    number('Total', clinic.purchased),
    number('In use', clinic.in_use),
    number('Available', available),
    number('Unused', money(clinic.idle_monthly_cost_cents, currency)),
    number('Renews', renewal(clinic)),
    number('Invoice', cents === null ? '–' : money(cents, currency)),
    number('Open requests', clinic.open_adjustments),
    cell(
      '',
      isManaged(clinic) &&
        available > 0 && [
          types &&
            link('Release', `#/clinics/${id}?release=${types}`, {
              class: 'quiet',
              'aria-label': `Release licenses of ${name}`,
            }),
          several &&
            quiet('Transfer', () => transfer(id), { 'aria-label': `Transfer licenses of ${name}` }),
        ],
      { class: 'end' },
    ),
  );
}

// What is paid in different currencies is not added up.
function sumRow(found) {
  const sum = (worth) => found.reduce((all, clinic) => all + worth(clinic), 0);
  const currencies = [...new Set(found.map((clinic) => clinic.currency))].sort();
  const sums = (worth) =>
    h(
      'div',
      currencies.map((currency) => {
        const some = found.filter((clinic) => clinic.currency === currency).map(worth);
        const cents = some.reduce((all, one) => all + (one ?? 0), 0);
        return h('div', some.every((one) => one === null) ? '–' : money(cents, currency));
      }),
    );
  return row(
    { key: 'sum', class: 'total' },
    rowHead(count(found.length, 'clinic')),
    number(
      'Total',
      sum((clinic) => clinic.purchased),
    ),
    number(
      'In use',
      sum((clinic) => clinic.in_use),
    ),
    number(
      'Available',
      sum((clinic) => clinic.available),
    ),
    number(
      'Unused',
      sums((clinic) => clinic.idle_monthly_cost_cents),
    ),
    cell('', ''),
    number(
      'Invoice',
      sums((clinic) => clinic.expected_total_cents),
    ),
    number(
      'Open requests',
      sum((clinic) => clinic.open_adjustments),
    ),
    cell('', '', { class: 'end' }),
  );
}
