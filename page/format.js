// Words, money and times as people read them. Everything of a clinic is said in the clinic's zone.

export const LOCALE = 'en-US'; // the page's language, whatever the browser's
const DAY = { month: 'short', day: 'numeric', year: 'numeric' };
const SHORT_DAY = { month: 'short', day: 'numeric' };
const WHEN = { ...DAY, hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
const CLOCK = { hour: 'numeric', minute: '2-digit' };
const MONTH = { month: 'long' };

let zone; // of the clinic that is shown; the reader's own where there is none
const formats = new Map();

export function setZone(name) {
  zone = name;
}

function inZone(options, timeZone = zone) {
  const key = JSON.stringify([options, timeZone]);
  if (!formats.has(key)) {
    formats.set(key, new Intl.DateTimeFormat(LOCALE, { ...options, timeZone }));
  }
  return formats.get(key);
}

export const words = (name) => name.replaceAll('_', ' ');
export const capital = (text) => text.replace(/^./, (first) => first.toUpperCase());
export const title = (name) => capital(words(name));

export const day = (time) => (time ? inZone(DAY).format(new Date(time)) : '');
export const shortDay = (time) => inZone(SHORT_DAY).format(new Date(time));
export const when = (time) => inZone(WHEN).format(new Date(time));
export const clock = (time) => inZone(CLOCK).format(new Date(time));

// Such as 2026-12-01. No locale writes it so in every browser.
export function isoDay(time, timeZone = zone) {
  const form = inZone({ year: 'numeric', month: '2-digit', day: '2-digit' }, timeZone);
  const parts = form.formatToParts(time);
  return ['year', 'month', 'day']
    .map((name) => parts.find(({ type }) => type === name).value)
    .join('-');
}

// A date without a time is the same day everywhere.
const asDate = (date) => new Date(`${date}T00:00Z`);
export const dateName = (date) => inZone(DAY, 'UTC').format(asDate(date));
export const shortDate = (date) => inZone(SHORT_DAY, 'UTC').format(asDate(date));
export const monthName = (date) => inZone(MONTH, 'UTC').format(asDate(date));

export const monthAndYear = (date) => `${monthName(date)} ${date.slice(0, 4)}`;

// "Dec 1 – 31, 2026": periods end before the moment that is given as their end.
export const period = (from, to) =>
  inZone(DAY).formatRange(new Date(from), new Date(Math.max(Date.parse(to) - 1, Date.parse(from))));

export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
export const licenseCount = (number, type) => count(number, `${words(type)} license`);

/**
 * @param {number} cents
 * @param {string} currency
 * @param {'auto' | 'exceptZero'} signDisplay
 */
export function money(cents, currency, signDisplay = 'auto') {
  return new Intl.NumberFormat(LOCALE, {
    style: 'currency',
    currency,
    signDisplay,
    minimumFractionDigits: 2,
  })
    .format(cents / 100)
    .replace('-', '−');
}

export const change = (cents, currency) => money(cents, currency, 'exceptZero');

// Clinic 2 before Clinic 10.
const names = new Intl.Collator(undefined, { numeric: true });
export const byName = (one, other) => names.compare(one.name, other.name);

// For searching: "Tomas" finds "Tomás".
export const plain = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
