// A list as a file to keep, as the server makes it.

import { ask, LONG_PATIENCE, Problem } from './api.js';
import { keepProblem } from './parts.js';
import { draw, say, state } from './state.js';

const KEPT = 60_000;
const FAILED = 'The file couldn’t be downloaded';

// The whole list: what does not fit into one answer is at the address that it names.
export async function saveCsv(path, name) {
  const parts = [];
  state.saving = true;
  state.notices = state.notices.filter(({ text }) => text !== FAILED);
  draw();
  try {
    for (let part = path; part; ) {
      const { data, next } = await ask('GET', part, {
        headers: { Accept: 'text/csv' },
        patience: LONG_PATIENCE,
      });
      parts.push(parts.length ? data.slice(data.indexOf('\n') + 1) : data);
      part = next && path.replace(/\?.*|$/, next);
    }
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    keepProblem(state.route, FAILED, problem.message);
    return;
  } finally {
    state.saving = false;
    draw();
  }
  // Reading it as text has taken the mark away by which spreadsheets know UTF-8.
  const address = URL.createObjectURL(new Blob(['\ufeff', ...parts], { type: 'text/csv' }));
  const anchor = document.createElement('a');
  Object.assign(anchor, { href: address, download: `${name}.csv` });
  anchor.click();
  // Safari asks first, and reads the file once it is told where to keep it.
  setTimeout(() => URL.revokeObjectURL(address), KEPT);
  say('File downloaded.');
}
