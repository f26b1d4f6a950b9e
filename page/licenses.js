// The clinic's licenses in one strip above every view: what there is, what is unused and costs,
// and what the next invoice will be.

import { h } from './dom.js';
import { count, dateName, isoDay, money, shortDate, shortDay, title, words } from './format.js';
import { use } from './later.js';
import { read } from './live.js';
import { button, cell, headRow, link, notice, row, rowGroup, rowHead, unseen } from './parts.js';
import { AT_THE_END } from './rules.js';
import { draw, state } from './state.js';

// The counts with what is being switched right now: a checkbox and the numbers move together. Once
// the clinic has moved on from the version that a switch was sent for, they hold it already.
/**
 * @param {Pick<Entry<LicenseStatus>, 'data' | 'etag'>} entry
 * @param {Record<string, Row>} rows
 */
export function countsNow({ data: { licenses, totals }, etag }, rows) {
  const moved = (type) =>
    Object.values(rows)
      .filter((row) => row.busy && (!type || row.type === type))
      .filter((row) => !row.etag || row.etag === etag)
      .reduce((sum, row) => sum + row.by, 0);
  const now = (item) => {
    const by = moved(item.license_type);
    const available = item.available - by;
    return {
      ...item,
      in_use: item.in_use + by,
      available,
      ...(item.license_type && { idle_monthly_cost_cents: available * item.unit_price_cents }),
    };
  };
  const types = licenses.map(now);
  const cost = types.reduce((sum, item) => sum + item.idle_monthly_cost_cents, 0);
  return { licenses: types, totals: { ...now(totals), idle_monthly_cost_cents: cost } };
}

const HEADS = ['Total', 'In use', 'Available', 'Unused, per month'];

export function licenseStrip(entry, can) {
  const { data } = entry;
  const { licenses, totals } = countsNow(entry, state.rows);
  return h(
    'section',
    { class: state.allTypes ? 'strip all' : 'strip', 'aria-labelledby': 'licenses' },
    h(
      'table',
      { role: 'table' },
      h('caption.unseen', { id: 'licenses' }, 'Licenses'),
      rowGroup('thead', headRow([unseen('License type'), ...HEADS])),
      rowGroup('tbody', [
        licenses.map((item) => typeRow(item.license_type, item, data.currency)),
        typeRow('all', totals, data.currency),
      ]),
    ),
    (can.manage || can.staff) && !isOver(data) && nextInvoice(data),
    button(state.allTypes ? 'Hide types' : 'Show types', toggle, {
      class: 'quiet types',
      'aria-expanded': `${Boolean(state.allTypes)}`,
    }),
  );
}

function toggle() {
  state.allTypes = !state.allTypes;
  draw();
}

function typeRow(name, item, currency) {
  const { unit_price_cents: price } = item;
  const counts = [item.purchased, item.in_use, item.available];
  return row(
    { key: name, class: name === 'all' ? 'sum' : undefined },
    rowHead(
      name === 'all' ? 'All licenses' : title(name),
      price !== undefined && h('small', `${money(price, currency)}/mo`),
      h(item.purchased ? 'span.meter' : 'span.meter.none', {
        'aria-hidden': 'true',
        '--used': item.in_use / item.purchased,
      }),
    ),
    counts.map((number, index) => cell(HEADS[index], number)),
    cell('Unused', unused(item, currency), {
      class: item.available > 0 && item.idle_monthly_cost_cents > 0 && 'idle',
    }),
  );
}

function unused(item, currency) {
  if (!item.purchased) return 'None purchased';
  if (!item.available) return 'None left';
  return `${money(item.idle_monthly_cost_cents, currency)}/mo unused`;
}

export const upcoming = (clinicId) => read(`/clinics/${clinicId}/invoices/upcoming`);

// Such as "+2 therapist": what is scheduled, in the least space.
const changeInWords = ({ license_type: type, change }) =>
  `${change > 0 ? '+' : '−'}${Math.abs(change)} ${words(type)}`;

function nextInvoice(clinic) {
  const { clinic_id: clinicId, next_renewal: on, currency, open_adjustments: open } = clinic;
  const { scheduled_adjustments: scheduled } = clinic;
  const { data } = upcoming(clinicId);
  const total = data && money(data.expected_total_cents, currency);
  const base = `#/clinics/${clinicId}`;
  return h(
    'div.coming',
    h('p.label', `${shortDate(on)} invoice`),
    link(total ?? '…', `${base}/invoices`, {
      class: 'amount',
      'aria-label': total && `${total}, ${shortDate(on)} invoice`,
    }),
    h(
      'p.hint',
      open.count
        ? link(count(open.count, 'open request'), `${base}/adjustments`)
        : 'No open requests',
    ),
    scheduled
      .filter(({ adjustment_id: id }) => id)
      .map(({ adjustment_id: id, applies_at: at, changes }) =>
        h(
          'p.hint',
          { key: id },
          link(
            `${shortDay(at)}: ${changes.map(changeInWords).join(', ')}`,
            `${base}/adjustments/${id}`,
          ),
        ),
      ),
  );
}

// Announced prices are no surprise to those who pay them.
export function announced({ coming_terms: coming, licenses, currency }) {
  if (!coming) return [];
  return coming.prices.flatMap(({ license_type: type, unit_price_cents: cents }) => {
    const now = licenses.find((item) => item.license_type === type)?.unit_price_cents;
    return now === cents
      ? []
      : [
          `${title(type)} price from ${dateName(coming.first_day)}: ` +
            `${money(now, currency)} → ${money(cents, currency)}`,
        ];
  });
}

// Whether nothing can be changed any more. A list of clinics goes by its reader's day.
export const isOver = ({ closure, time_zone: zone = undefined }) =>
  closure && (closure.closed || closure.closes_on <= isoDay(new Date(), zone));

export const closureNotice = (clinic) =>
  clinic.closure &&
  notice(
    'warn',
    'closure',
    `This clinic ${isOver(clinic) ? 'closed' : 'closes'} on ${dateName(clinic.closure.closes_on)}`,
    !isOver(clinic) && h('p', AT_THE_END),
  );

// Announced prices stand above the clinic's views; staff can take them back while they are announced.
export function announcement(clinic, can) {
  const lines = announced(clinic);
  if (!lines.length) return undefined;
  const text = lines.length === 1 ? lines[0] : 'New prices announced';
  return notice(
    'info',
    'announced',
    text,
    lines.length > 1 &&
      h(
        'ul',
        lines.map((line) => h('li', line)),
      ),
    can.staff
      ? [button('Withdraw', () => use('staff', ({ openRetraction }) => openRetraction(clinic)))]
      : [],
  );
}
