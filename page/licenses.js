// The license counts at the top right of every view of a clinic.

import { openAdjustment } from './adjust.js';
import { h } from './dom.js';
import { count, licenseCount, money, shortDay, title, when } from './format.js';
import { button, cell, headRow, link, row, rowGroup, rowHead, unseen } from './parts.js';
import { state } from './state.js';

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
    return { ...item, in_use: item.in_use + by, available: item.available - by };
  };
  return { licenses: licenses.map(now), totals: now(totals) };
}

const HEADS = ['Total', 'In use', 'Available', 'Idle per month'];

export function licenseCard(entry) {
  const { currency } = entry.data;
  const { licenses, totals } = countsNow(entry, state.rows);
  const line = (name, item) => {
    const used = item.purchased ? item.in_use / item.purchased : 0;
    const idle = item.available > 0;
    return row(
      { key: name },
      rowHead(title(name), h('span.meter', { 'aria-hidden': 'true', '--used': used })),
      [item.purchased, item.in_use, item.available].map((count, index) =>
        cell(HEADS[index], count),
      ),
      cell(
        'Idle a month',
        [
          idle ? money(item.idle_monthly_cost_cents, currency) : '–',
          idle && item.idle_since && h('small', `since ${shortDay(item.idle_since)}`),
        ],
        { class: 'idle' },
      ),
    );
  };
  return h(
    'section.card.licenses',
    { 'aria-labelledby': 'licenses' },
    h(
      'table',
      { role: 'table' },
      h('caption', { id: 'licenses' }, 'Licenses'),
      rowGroup('thead', headRow([unseen('License type'), ...HEADS])),
      rowGroup(
        'tbody',
        licenses.map((item) => line(item.license_type, item)),
      ),
      rowGroup('tfoot', line('all', totals)),
    ),
  );
}

// Nothing hides the product's own trap: inactive frees a license, only a release ends its bill.
export function idleReminder({ licenses, totals, currency }, can) {
  const idle = licenses.filter((item) => item.available > 0);
  const what =
    idle.length === 1
      ? licenseCount(totals.available, idle[0].license_type)
      : count(totals.available, 'license');
  return h(
    'p.lead',
    idle.length
      ? [
          `${what} available and still billed: `,
          h('strong', `${money(totals.idle_monthly_cost_cents, currency)} a month`),
          '. ',
        ]
      : 'Every license is in use. ',
    'Making a user inactive frees a license; it is billed until you release it. ',
    can.manage &&
      idle.length > 0 &&
      button('Release licenses', () => openAdjustment('remove'), { class: 'link' }),
  );
}

export function openRequests({ clinic_id: clinicId, open_adjustments: open }) {
  const due = open.newest
    .filter(({ status }) => status === 'applied')
    .map((item) => item.invoice_update_due_at)
    .sort()[0];
  return (
    open.count > 0 &&
    h(
      'p.hint',
      link(`${count(open.count, 'request')} on the way`, `#/clinics/${clinicId}/adjustments`),
      due ? `: next invoice update due by ${when(due)}.` : ': confirmation to come.',
    )
  );
}
