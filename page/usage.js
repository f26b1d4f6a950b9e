// How many licenses there were and how many were in use, month by month, and what could be released.

import { h, SVG } from './dom.js';
import { count, licenseCount, money, monthAndYear, monthName, title } from './format.js';
import { use } from './later.js';
import { clinicEntry, read } from './live.js';
import {
  button,
  empty,
  heading,
  link,
  notice,
  number,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';

const MONTHS = 12;
const STEP = 30; // units of the drawing from month to month
const WIDTH = 20;
const HEIGHT = 72;
const TOP = 14; // above the highest bar, for the numbers

export function usageView(clinicId, can) {
  const entry = read(`/clinics/${clinicId}/usage`);
  const { currency = 'USD' } = clinicEntry(clinicId).data ?? {};
  return [
    heading(
      viewTitle('Usage'),
      can.manage && link('Email notices', `#/clinics/${clinicId}/notices`),
    ),
    panel(entry, ({ periods, advice }) => [
      advice.map((one) => advised(one, currency, can)),
      periods.length
        ? [
            h(
              'p.legend',
              h('span.had', 'Licenses'),
              h('span.used', 'Peak in use'),
              h('span.hint', 'The current month isn’t over yet.'),
            ),
            h(
              'div.charts',
              { '--months': Math.min(periods.length, MONTHS) },
              typesIn(periods).map((type) => chart(type, periods, currency)),
            ),
          ]
        : empty('No usage to show yet.'),
    ]),
  ];
}

const typesIn = (periods) => periods.at(-1).licenses.map(({ license_type: type }) => type);

function advised(
  { license_type: type, unused, in_use_peak: used, periods, ...one },
  currency,
  can,
) {
  const saved = money(one.monthly_saving_cents, currency);
  const begin = () =>
    use('adjust', ({ openAdjustment }) =>
      openAdjustment('remove', [{ action: 'remove', license_type: type, quantity: unused }], {
        from: 'renewal',
      }),
    );
  const idle = `${licenseCount(unused, type)} ${unused === 1 ? 'has' : 'have'} gone unused`;
  const most = used ? `At most ${used} ${used === 1 ? 'was' : 'were'}` : 'None were';
  return notice(
    'info',
    type,
    `${idle} for ${count(periods, 'month')}.`,
    h(
      'p',
      `${most} in use at once. Releasing ${unused} at the next renewal saves ${saved} a month.`,
    ),
    can.manage ? [button(`Release ${licenseCount(unused, type)}`, begin)] : [],
  );
}

const ofMost = ({ purchased_peak: purchased, in_use_peak: used }) =>
  `Peak this month: ${used} of ${purchased} in use`;

// The drawing is for the eye; the table under it says the same to whoever can't see it.
function chart(type, periods, currency) {
  const shown = periods
    .slice(-MONTHS)
    .map(({ first_day: first, licenses }) => ({
      first,
      ...licenses.find(({ license_type: one }) => one === type),
    }))
    .filter(({ license_type: known }) => known);
  const highest = Math.max(1, ...shown.map(({ purchased_peak: purchased }) => purchased));
  const bar = (kind, value, at) => {
    const height = (value / highest) * HEIGHT;
    const y = TOP + HEIGHT - height;
    return h(`rect.${kind}`, { xmlns: SVG, x: at * STEP + 5, y, width: WIDTH, height });
  };
  const label = (text, at, y) =>
    h('text', { xmlns: SVG, x: at * STEP + STEP / 2, y, 'text-anchor': 'middle' }, text);
  const size = [shown.length * STEP, TOP + HEIGHT + 16];
  return h(
    'section.chart.card',
    { key: type, 'aria-label': title(type) },
    h('h3', title(type), h('small', ofMost(shown.at(-1)))),
    h(
      'svg',
      {
        xmlns: SVG,
        viewBox: `0 0 ${size[0]} ${size[1]}`,
        'aria-hidden': 'true',
        width: size[0],
        height: size[1],
      },
      shown.map(({ first, purchased_peak: purchased, in_use_peak: used }, at) =>
        h(
          'g',
          { xmlns: SVG, key: first },
          bar('had', purchased, at),
          bar('used', used, at),
          label(purchased, at, TOP + HEIGHT - (purchased / highest) * HEIGHT - 3),
          label(monthName(first).slice(0, 3), at, TOP + HEIGHT + 12),
        ),
      ),
    ),
    h(
      'div.unseen',
      table(
        `${title(type)} licenses by month`,
        ['Month', 'Licenses', 'Peak in use', 'Billed'],
        shown.map(({ first, purchased_peak: purchased, in_use_peak: used, billed_cents: cents }) =>
          row(
            { key: first },
            rowHead(monthAndYear(first)),
            number('Licenses', count(purchased, 'license')),
            number('Peak in use', `${used} in use`),
            number('Billed', money(cents, currency)),
          ),
        ),
      ),
    ),
  );
}
