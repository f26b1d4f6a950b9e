// Words, money and times as people read them.

import { state } from './state.js';

const LOCALE = 'en-US'; // the page's language, whatever the browser's
const LIST = new Intl.ListFormat(LOCALE);
const dates = (options) => new Intl.DateTimeFormat(LOCALE, options);
const DATE = { month: 'short', day: 'numeric' };
const DAY = dates({ ...DATE, year: 'numeric' });
const SHORT_DAY = dates(DATE);
const CLOCK = { hour: 'numeric', minute: '2-digit', timeZoneName: 'short' };
const WHEN = dates({ ...DATE, ...CLOCK, weekday: 'short' });
const OTHER_YEAR = dates({ ...DATE, ...CLOCK, year: 'numeric' });
const PERCENT = new Intl.NumberFormat(LOCALE, { style: 'percent', maximumFractionDigits: 2 });

export const words = (name) => state.config?.license_types[name] ?? name.replaceAll('_', ' ');
export const title = (name) => words(name).replace(/^./, (first) => first.toUpperCase());
const CHANNELS = { web: 'on this page', email: 'by e-mail', api: 'by a program' };
export const channel = (name) => CHANNELS[name] ?? '';

export const listed = (items) => LIST.format(items);
export const day = (time) => (time ? DAY.format(new Date(time)) : '');
export const shortDay = (time) => SHORT_DAY.format(new Date(time));

// The year only where it is not this one.
export function when(time) {
  const date = new Date(time);
  return (date.getFullYear() === new Date().getFullYear() ? WHEN : OTHER_YEAR).format(date);
}

export const count = (number, noun) => `${number} ${noun}${number === 1 ? '' : 's'}`;
export const licenseCount = (number, type) => count(number, `${words(type)} license`);

export function money(cents, currency, signDisplay = 'auto') {
  const options = { style: 'currency', currency, signDisplay, minimumFractionDigits: 2 };
  return new Intl.NumberFormat(LOCALE, options).format(cents / 100).replace('-', '−');
}

export const change = (cents, currency) => money(cents, currency, 'exceptZero');

// A share arrives exact: days ("17/31") are said so, seconds ("1216543/2592000") in percent.
export function share(fraction) {
  const [part, whole] = fraction.split('/').map(Number);
  return whole > 31 ? PERCENT.format(part / whole) : fraction;
}

// "2 therapist licenses added and 1 billing license released"
export function linesInWords(lines) {
  const some = (action, done) => {
    const parts = lines.filter((line) => line.action === action);
    return parts.length
      ? [`${listed(parts.map((line) => licenseCount(line.quantity, line.license_type)))} ${done}`]
      : [];
  };
  return listed([...some('add', 'added'), ...some('remove', 'released')]);
}

// What the button does that sends the request: never "OK".
export function submitWords(lines) {
  const total = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (lines[0]?.action === 'add') return `Add ${count(total, 'license')}`;
  return `Release ${count(total, 'license')} and stop paying for ${total === 1 ? 'it' : 'them'}`;
}

export const opposite = (lines) =>
  lines.map((line) => ({ ...line, action: line.action === 'add' ? 'remove' : 'add' }));

export const byName = (one, other) => one.name.localeCompare(other.name);

// For searching: "Tomas" finds "Tomás".
export const plain = (text) =>
  text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLowerCase();
