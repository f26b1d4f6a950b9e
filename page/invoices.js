// The upcoming invoice with lines that explain themselves, and past ones.

import { h } from './dom.js';
import { change, day, money, share, shortDay, title } from './format.js';
import { read } from './live.js';
import {
  cell,
  empty,
  heading,
  here,
  link,
  more,
  number,
  panel,
  quiet,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';

const UPCOMING = 'upcoming';

export function invoicesView(clinicId, _can, chosen = UPCOMING) {
  const path = `/clinics/${clinicId}/invoices`;
  const entry = read(path, { list: 'invoices' });
  const idOf = (invoice) => (invoice.status === UPCOMING ? UPCOMING : invoice.invoice_id);
  return h(
    'div.split',
    h('section.card', { 'aria-labelledby': 'view-title' }, panel(read(`${path}/${chosen}`), sheet)),
    h(
      'nav.side',
      { 'aria-label': 'Invoices' },
      h('h2', 'All invoices'),
      panel(entry, ({ invoices }) => [
        h(
          'ul.plain',
          invoices.map((invoice) =>
            h(
              'li',
              { key: invoice.invoice_id },
              link(
                [
                  invoice.status === UPCOMING ? 'Upcoming' : day(invoice.period_start),
                  h('span.number', money(invoice.total_cents, invoice.currency)),
                ],
                `#/clinics/${clinicId}/invoices/${idOf(invoice)}`,
                here(idOf(invoice) === chosen),
              ),
            ),
          ),
        ),
        more(entry),
      ]),
    ),
  );
}

function sheet({ status, lines, currency, total_cents: total, ...invoice }) {
  const upcoming = status === UPCOMING;
  return [
    heading(
      viewTitle(upcoming ? 'Upcoming invoice' : `Invoice of ${day(invoice.period_start)}`),
      quiet('Print', () => window.print()),
    ),
    h(
      'p.hint',
      `For ${day(invoice.period_start)} to ${day(invoice.period_end)}. `,
      upcoming
        ? 'It changes until that period begins.'
        : `Final since ${day(invoice.finalized_at)}.`,
    ),
    lines.length ? lineTable(lines, currency, 'Invoice lines', total) : empty('Nothing on it yet.'),
  ];
}

const KINDS = { recurring: 'Monthly', proration_charge: 'Added', proration_credit: 'Released' };

export const lineTable = (lines, currency, caption, total) =>
  table(
    caption,
    [caption, ['Quantity', 'number'], ['Unit price', 'number'], ['Amount', 'number']],
    [
      lines.map((line, index) =>
        row(
          { key: index },
          rowHead(
            nameOf(line),
            h('span.why', howItCame(line, currency)),
            line.explanation && h('q.why', line.explanation),
          ),
          number('Quantity', line.quantity),
          number('Unit price', money(line.unit_price_cents, currency)),
          number('Amount', (line.adjustment_id ? change : money)(line.amount_cents, currency)),
        ),
      ),
      total !== undefined &&
        row(
          { key: 'total', class: 'total' },
          rowHead('Total'),
          cell('', '', { colspan: 2 }),
          number('Amount', money(total, currency)),
        ),
    ],
    { class: 'lines cards' },
  );

function nameOf({ kind, adjustment_id: id, license_type: type }) {
  const begun = kind === 'proration_charge' && !id;
  return `${begun ? 'From registration' : KINDS[kind]}: ${title(type)}`;
}

function howItCame({ kind, quantity, fraction, description, ...line }, currency) {
  if (!quantity) return description;
  const period = `${shortDay(line.from)} to ${day(line.to)}`;
  return kind === 'recurring'
    ? period
    : `${period}: ${quantity} × ${money(
        line.unit_price_cents,
        currency,
      )} × ${share(fraction)} of the month`;
}
