// The vendor's overview: what all clinics add up to, month by month, and what waits for staff.

import { h, SVG } from './dom.js';
import { dateName, LOCALE, money, monthAndYear, shortDay, title, when } from './format.js';
import { read } from './live.js';
import { clinicLink } from './names.js';
import {
  cell,
  chip,
  empty,
  heading,
  keptNotices,
  number,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';

const MONTHS = 12;
const [WIDTH, HEIGHT, BAR, GAP] = [240, 56, 14, 6];

const amount = (number) => number.toLocaleString(LOCALE);
const sum = (rows, name) => rows.reduce((total, one) => total + one[name], 0);

// name, what stands large, and what the bars are as high as
function figuresOf(latest) {
  const licenses = (name) => (month) => sum(month.licenses, name);
  const plainly = (of) => (month) => amount(of(month));
  const figure = (name, of) => ({ name, of, said: plainly(of) });
  return [
    figure('Clinics', ({ clinics }) => clinics),
    figure('Licenses', licenses('purchased')),
    figure('Unused licenses', licenses('idle')),
    ...latest.recurring.map(({ currency }) => {
      const of = (month) =>
        month.recurring.find((one) => one.currency === currency)?.monthly_cents ?? 0;
      return { name: `Monthly, ${currency}`, of, said: (month) => money(of(month), currency) };
    }),
    figure('Open requests', ({ open_adjustments: open }) => open),
    figure('Overdue', ({ overdue_confirmations: overdue }) => overdue),
    figure('Unclear', ({ parked_confirmations: parked }) => parked),
    figure('Findings', ({ findings }) => findings),
  ];
}

function chart({ name, of, said }, months) {
  const highest = Math.max(1, ...months.map(of));
  const first = MONTHS - months.length;
  return h(
    'section.card.figure',
    { key: name, 'aria-label': name },
    h('p.label', name),
    h('p.amount', said(months.at(-1))),
    h(
      'svg',
      { xmlns: SVG, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true' },
      months.map((month, index) => {
        const height = Math.max(1, Math.round((of(month) / highest) * HEIGHT));
        return h('rect', {
          xmlns: SVG,
          key: month.month,
          x: (first + index) * (BAR + GAP),
          y: HEIGHT - height,
          width: BAR,
          height,
        });
      }),
    ),
  );
}

export function overviewView() {
  return [
    heading(viewTitle('Overview', 'h1')),
    keptNotices(),
    panel(read('/overview'), ({ months, waiting_confirmations: waiting }) => {
      if (!months.length) return empty('No figures yet. They appear after the first nightly run.');
      const [latest] = months;
      const figures = figuresOf(latest);
      const byTime = [...months].reverse();
      return [
        h('p.hint', `As of ${dateName(latest.at.slice(0, 10))}. Bars show the last 12 months.`),
        h(
          'div.figures',
          figures.map((one) => chart(one, byTime)),
        ),
        h('h2.part', 'Confirmations that need attention'),
        waiting.length
          ? table(
              'Confirmations that need attention',
              ['Clinic', 'Status', 'Confirmation due', 'Requested'],
              waiting.map(waitingRow),
              { class: 'cards' },
            )
          : empty('None are overdue or unclear.'),
        h('h2.part', 'Licenses by type'),
        table(
          'Licenses by type',
          ['License type', ['Total', 'number'], ['In use', 'number'], ['Unused', 'number']],
          latest.licenses.map((item) =>
            row(
              { key: item.license_type },
              rowHead(title(item.license_type)),
              number('Total', amount(item.purchased)),
              number('In use', amount(item.in_use)),
              number('Unused', amount(item.idle)),
            ),
          ),
          { class: 'cards' },
        ),
        h('h2.part', 'Last 12 months'),
        table(
          'Last 12 months',
          ['Month', ...figures.map(({ name }) => [name, 'number'])],
          months.map((month) =>
            row(
              { key: month.month },
              rowHead(monthAndYear(`${month.month}-01`)),
              figures.map(({ name, said }) => number(name, said(month))),
            ),
          ),
          { class: 'glance cards' },
        ),
      ];
    }),
  ];
}

function waitingRow(one) {
  const { adjustment_id: id } = one;
  const unclear = one.confirmation === 'unknown';
  return row(
    { key: id },
    rowHead(clinicLink(one, `adjustments/${id}`)),
    cell(
      'Status',
      h(
        'span',
        unclear && chip('bad', 'Unclear'),
        one.overdue && chip('bad', 'Overdue'),
        one.invoiced_at && h('small', `on the invoice since ${shortDay(one.invoiced_at)}`),
      ),
    ),
    cell('Confirmation due', when(one.confirmation_due_by), { class: 'time' }),
    cell('Requested', when(one.requested_at), { class: 'muted time' }),
  );
}
