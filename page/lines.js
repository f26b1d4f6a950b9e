// Invoice lines in a table, each with how its amount came about.

import { h } from './dom.js';
import { change, LOCALE, money, period, title } from './format.js';
import { licensesOf } from './live.js';
import { cell, headRow, number, row, rowGroup, rowHead, unseen } from './parts.js';
import { state } from './state.js';

// Monthly first, then what changed, then credits; in each by type, then by time.
const GROUPS = [
  ['Monthly licenses', ({ kind }) => kind === 'recurring'],
  ['Changes', ({ kind }) => kind === 'proration_charge'],
  ['Credits', ({ kind }) => kind === 'proration_credit'],
  ['Corrections', ({ kind }) => kind === 'correction'],
];
function inOrder(one, other) {
  const types = licensesOf(state.route.clinicId).map(({ license_type: type }) => type);
  const place = (line) => types.indexOf(line.license_type);
  return place(one) - place(other) || one.from.localeCompare(other.from);
}

// A release's explanation is none of what was added by the same request.
function explanationOf(line, lines) {
  const released = lines.some(
    (other) => other.adjustment_id === line.adjustment_id && other.kind === 'proration_credit',
  );
  return line.kind === 'proration_charge' && released ? undefined : line.explanation;
}

export function lineTable(lines, currency, caption, total = undefined) {
  const groups = GROUPS.map(([name, fits]) => ({ name, lines: lines.filter(fits).sort(inOrder) }));
  const sum = (some) => some.reduce((cents, line) => cents + line.amount_cents, 0);
  const lineRow = (line, index) =>
    row(
      { key: `${line.adjustment_id}${line.kind}${line.license_type}${line.from}${index}` },
      rowHead(
        total && line.kind === 'recurring' ? title(line.license_type) : nameOf(line),
        total && line.kind === 'recurring' ? undefined : h('span.why', howItCame(line, currency)),
        explanationOf(line, lines) && h('q.why', explanationOf(line, lines)),
      ),
      number('Quantity', line.quantity),
      number('Unit price', money(line.unit_price_cents, currency)),
      number('Amount', (total ? money : change)(line.amount_cents, currency)),
    );
  return h(
    'table.lines.cards',
    { role: 'table' },
    h('caption.unseen', caption),
    rowGroup(
      'thead',
      headRow([caption, ['Quantity', 'number'], ['Unit price', 'number'], ['Amount', 'number']]),
    ),
    groups
      .filter((group) => group.lines.length)
      .map((group) =>
        h(
          'tbody',
          { role: 'rowgroup', key: group.name },
          total &&
            row(
              { key: 'head', class: 'group' },
              h(
                'th',
                { scope: 'rowgroup', role: 'rowheader', colspan: 3 },
                group.name,
                group.lines[0].kind === 'recurring' &&
                  h('small', period(group.lines[0].from, group.lines[0].to)),
              ),
              number('Subtotal', [unseen('Subtotal '), money(sum(group.lines), currency)]),
            ),
          group.lines.map(lineRow),
        ),
      ),
    total &&
      rowGroup(
        'tfoot',
        row(
          { key: 'total', class: 'total' },
          rowHead(total.label),
          cell('', '', { colspan: 2 }),
          number('Amount', money(total.cents, currency)),
        ),
      ),
  );
}

const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 2 });

// A share arrives exact: days ("17/31") are said so, seconds ("1216543/2592000") in percent.
export function share(fraction) {
  const [part, whole] = fraction.split('/').map(Number);
  return whole > 31 ? PERCENT.format(part / whole) : fraction;
}

const KINDS = { recurring: 'Monthly', proration_charge: 'Added', proration_credit: 'Released' };

function nameOf({ kind, adjustment_id: id, license_type: type }) {
  if (!type) return 'Correction';
  const begun = kind === 'proration_charge' && !id;
  return `${begun ? 'From registration' : KINDS[kind]}: ${title(type)}`;
}

function howItCame({ kind, quantity, fraction, description, ...line }, currency) {
  if (!quantity || kind === 'correction') return description;
  const time = period(line.from, line.to);
  if (kind === 'recurring') return time;
  const price = money(line.unit_price_cents, currency);
  return `${time} · ${quantity} × ${price} × ${share(fraction)} of the month`;
}
