// Requests as people say them.

import { count, LOCALE, licenseCount } from './format.js';

const LIST = new Intl.ListFormat(LOCALE);
export const listed = (items) => LIST.format(items);
// Who, as far as a sentence can hold them.
export const people = (some) =>
  some.length > 5 ? count(some.length, 'user') : listed(some.map(({ name }) => name));

// "2 therapist licenses added and 1 billing license released"; "to be added" what is not made.
export function linesInWords(lines, made = true) {
  const some = (action, done) => {
    const parts = lines.filter((line) => line.action === action);
    return parts.length
      ? [`${listed(parts.map((line) => licenseCount(line.quantity, line.license_type)))} ${done}`]
      : [];
  };
  const to = made ? '' : 'to be ';
  return listed([...some('add', `${to}added`), ...some('remove', `${to}released`)]);
}

export const quantityOf = (lines) => lines.reduce((sum, line) => sum + line.quantity, 0);

// What the button does that sends the request: never "OK".
export function submitWords(lines) {
  const total = quantityOf(lines);
  if (lines[0]?.action === 'add') return `Add ${count(total, 'license')}`;
  return `Release ${count(total, 'license')} and stop paying for ${total === 1 ? 'it' : 'them'}`;
}

export const opposite = (lines) =>
  lines.map((line) => ({ ...line, action: line.action === 'add' ? 'remove' : 'add' }));

const CHANNELS = { web: 'on the web', email: 'by email', api: 'by API', scim: 'by SCIM' };
export const channel = (name) => CHANNELS[name] ?? '';
