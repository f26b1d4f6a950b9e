// A list as a file to keep, as the server makes it.

import { ask } from './api.js';
import { say } from './state.js';

export async function saveCsv(path, name, done) {
  const { data } = await ask('GET', path, { headers: { Accept: 'text/csv' } });
  // Reading it as text has taken the mark away by which spreadsheets know UTF-8.
  const address = URL.createObjectURL(new Blob(['\ufeff', data], { type: 'text/csv' }));
  const anchor = document.createElement('a');
  Object.assign(anchor, { href: address, download: `${name}.csv` });
  anchor.click();
  URL.revokeObjectURL(address);
  say(done);
}
