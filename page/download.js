// A list as a file to keep, as the server makes it.

import { ask, Problem } from './api.js';
import { say } from './state.js';

// The whole list: what does not fit into one answer is at the address that it names.
export async function saveCsv(path, name, done) {
  const parts = [];
  try {
    for (let part = path; part; ) {
      const { data, next } = await ask('GET', part, { headers: { Accept: 'text/csv' } });
      parts.push(parts.length ? data.slice(data.indexOf('\n') + 1) : data);
      part = next && path.replace(/\?.*|$/, next);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    say(problem.message);
    return;
  }
  // Reading it as text has taken the mark away by which spreadsheets know UTF-8.
  const address = URL.createObjectURL(new Blob(['\ufeff', ...parts], { type: 'text/csv' }));
  const anchor = document.createElement('a');
  Object.assign(anchor, { href: address, download: `${name}.csv` });
  anchor.click();
  URL.revokeObjectURL(address);
  say(done);
}
