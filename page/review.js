// What a request does to a clinic, as the server previews it.

import { h } from './dom.js';
import { change, money, monthName, shortDate, title, when } from './format.js';
import { facts, number, row, rowHead, table, warning } from './parts.js';

/**
 * @param {Preview} seen
 * @param {(item: License) => boolean} concerned
 */
export function countsTable(seen, concerned, caption = 'Licenses before and after') {
  const step = (item, name) =>
    number(title(name.replace('purchased', 'total')), [
      item[name],
      ' → ',
      h(
        'strong',
        seen.licenses_after.find((other) => other.license_type === item.license_type)[name],
      ),
    ]);
  return table(
    caption,
    ['License type', ['Total', 'number'], ['Available', 'number']],
    seen.licenses_before
      .filter(concerned)
      .map((item) =>
        row(
          { key: item.license_type },
          rowHead(title(item.license_type)),
          step(item, 'purchased'),
          step(item, 'available'),
        ),
      ),
  );
}

/** @param {Preview} seen */
export const prevented = (seen) =>
  seen.would_prevent.length > 0 &&
  warning('Not enough would be left for what is scheduled', seen.would_prevent.join(' '));

/** @param {Preview} seen */
export function sums(seen) {
  const { currency } = seen;
  return h(
    'div.sums',
    facts(
      (!seen.applies_at || seen.invoice_lines.length > 0) && [
        seen.applies_at ? 'Prorated' : 'Prorated now',
        change(seen.change_now_cents, currency),
      ],
      [monthName(seen.next_invoice_on), change(seen.monthly_change_cents, currency)],
      [
        `New ${shortDate(seen.next_invoice_on)} invoice total`,
        h(
          'span',
          h('strong', money(seen.next_invoice_total_cents, currency)),
          h('small', `was ${money(seen.next_invoice_total_before_cents, currency)}`),
        ),
      ],
      ['Then', `${change(seen.monthly_change_cents, currency)}/month`],
    ),
    h(
      'p.hint',
      `Invoice updated by ${when(seen.invoice_update_due_at)}. `,
      `Confirmation email by ${when(seen.confirmation_due_by)}.`,
    ),
  );
}
