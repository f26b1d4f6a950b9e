// The upcoming invoice with lines that explain themselves, and past ones.

import { h } from './dom.js';
import { change, count, day, money, period } from './format.js';
import { exportButton } from './later.js';
import { upcoming } from './licenses.js';
import { lineTable } from './lines.js';
import { clinicEntry, read } from './live.js';
import {
  button,
  cell,
  chip,
  empty,
  facts,
  heading,
  headRow,
  here,
  link,
  more,
  number,
  panel,
  row,
  rowGroup,
  rowHead,
  viewTitle,
} from './parts.js';
import { linesInWords } from './requests.js';
import { state } from './state.js';

const UPCOMING = 'upcoming';

export function invoicesView(clinicId, _can, chosen = UPCOMING) {
  const path = `/clinics/${clinicId}/invoices`;
  const entry = read(path, { list: 'invoices' });
  const idOf = (invoice) => (invoice.status === UPCOMING ? UPCOMING : invoice.invoice_id);
  const invoice = read(`${path}/${chosen}`);
  return h(
    'div.split',
    h(
      'section.card.sheet',
      { 'aria-labelledby': 'view-title' },
      panel(invoice, (data) => sheet(clinicId, data)),
    ),
    h(
      'nav.side',
      { 'aria-label': 'Invoices' },
      h('h2', 'All invoices'),
      panel(entry, ({ invoices }) => [
        h(
          'ul.plain',
          invoices.map((item) =>
            h(
              'li',
              { key: item.invoice_id },
              link(
                [
                  h('span', item.status === UPCOMING ? 'Upcoming' : day(item.period_start)),
                  h('span.number', money(totalOf(clinicId, item), item.currency)),
                ],
                `#/clinics/${clinicId}/invoices/${idOf(item)}`,
                // A mail names the upcoming one by the id that it keeps.
                here([idOf(item), item.invoice_id].includes(chosen)),
              ),
            ),
          ),
        ),
        more(entry),
      ]),
    ),
  );
}

// The upcoming invoice has one total wherever it is named: the one that is expected.
const totalOf = (clinicId, { status, total_cents: total }) =>
  status === UPCOMING ? (upcoming(clinicId).data?.expected_total_cents ?? total) : total;

/** @param {string} clinicId @param {Invoice} invoice */
function sheet(clinicId, invoice) {
  const { status, lines, currency, pending } = invoice;
  const isUpcoming = status === UPCOMING;
  const clinic = clinicEntry(clinicId).data;
  const { vendor } = state.config;
  const expected = isUpcoming && pending.some((one) => one.on_this_invoice);
  return [
    heading(
      viewTitle(isUpcoming ? 'Upcoming invoice' : `Invoice dated ${day(invoice.period_start)}`),
      chip(isUpcoming ? 'wait' : 'good', isUpcoming ? 'Not final' : 'Final'),
      exportButton(
        `/clinics/${clinicId}/invoices/${isUpcoming ? UPCOMING : invoice.invoice_id}`,
        `${clinicId}-${invoice.invoice_id}`,
      ),
      button('Print', () => window.print()),
    ),
    h(
      'div.parties',
      facts(
        [
          'From',
          [vendor.name, ...vendor.address.split(';')]
            .filter(Boolean)
            .map((part) => h('span.line', part.trim())),
        ],
        ['Billed to', clinic?.name],
      ),
      facts(
        ['Invoice number', [`${clinicId} `, h('span.number', invoice.invoice_id)]],
        ['Period', period(invoice.period_start, invoice.period_end)],
        isUpcoming
          ? ['Issued on', day(invoice.period_start)]
          : ['Final since', day(invoice.finalized_at)],
      ),
    ),
    lines.length
      ? lineTable(lines, currency, 'Invoice lines', {
          label: expected ? 'Total so far' : 'Total',
          cents: invoice.total_cents,
        })
      : empty('No lines yet.'),
    pending.length > 0 && pendingPart(clinicId, invoice, expected),
  ];
}

/** @param {string} clinicId @param {Invoice} invoice @param {boolean} expected */
function pendingPart(clinicId, { pending, currency, expected_total_cents: total }, expected) {
  const amount = (one) => one.lines.reduce((sum, line) => sum + line.amount_cents, 0);
  return [
    h('h3', `${count(pending.length, 'pending request')}`),
    h(
      'table.pending.cards',
      { role: 'table' },
      h('caption.unseen', 'Pending requests'),
      rowGroup(
        'thead',
        headRow(['Request', 'On the invoice by', ['Prorated', 'number'], ['Monthly', 'number']]),
      ),
      rowGroup('tbody', [
        pending.map((one) =>
          row(
            { key: one.adjustment_id },
            rowHead(
              one.adjustment_id
                ? link(
                    linesInWords(one.requested, !one.applies_at),
                    `#/clinics/${clinicId}/adjustments/${one.adjustment_id}`,
                  )
                : 'When the clinic closes',
              one.applies_at && h('small', `Scheduled for ${day(one.applies_at)}`),
            ),
            cell(
              'On the invoice by',
              h(
                'span',
                day(one.invoice_update_due_at),
                !one.on_this_invoice && h('small', 'On the invoice after this one'),
              ),
            ),
            number('Prorated', change(amount(one), currency)),
            number('Monthly', change(one.monthly_change_cents, currency)),
          ),
        ),
        expected &&
          row(
            { key: 'total', class: 'total' },
            rowHead('Expected total'),
            cell('', '', { colspan: 2 }),
            number('', money(total, currency)),
          ),
      ]),
    ),
  ];
}
