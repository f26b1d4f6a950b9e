// The vendor's desk: all clinics, found by name, ID or address.

import { h } from './dom.js';
import { use } from './later.js';
import { read, readMore } from './live.js';
import {
  button,
  cell,
  empty,
  filterField,
  heading,
  keptNotices,
  link,
  paged,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';
import { draw, state } from './state.js';

const PATIENCE = 250; // milliseconds after a letter, in which the next one may come

let wanted = ''; // what was last searched for
let timer;

function search({ target }) {
  state.filter.search = target.value;
  clearTimeout(timer);
  timer = setTimeout(() => {
    wanted = target.value.trim();
    state.sought = true;
    state.pages = {};
    draw();
  }, PATIENCE);
  draw();
}

function showAll() {
  clearTimeout(timer);
  Object.assign(state.filter, { search: '' });
  draw();
}

export function clinicsView() {
  if (!state.filter.search) wanted = '';
  const query = wanted && `q=${encodeURIComponent(wanted)}&`;
  const entry = read(`/clinics?${query}limit=100`, { list: 'clinics' });
  return [
    heading(
      viewTitle('Clinics', 'h1'),
      button('Unblock an email address', () => use('staff', (staff) => staff.openAddress())),
      button('Register a clinic', () => use('staff', (staff) => staff.openRegistration()), {
        class: 'main',
      }),
    ),
    keptNotices(),
    h(
      'div.filters.one',
      { role: 'search', 'aria-label': 'Clinics' },
      filterField('search', 'Search', 'input', {
        type: 'search',
        placeholder: 'Search name, ID, or a user’s email',
        maxlength: 200,
        oninput: search,
      }),
    ),
    panel(entry, ({ clinics, next_cursor: unread }) => {
      // Of several words the server looks through a part at a time, in which none may fit.
      if (!clinics.length && unread && !entry.error) {
        queueMicrotask(() => readMore(entry));
        return h('p.loading', 'Loading…');
      }
      const { rows, bar } = paged('clinics', clinics, 'clinic', entry);
      return [
        clinics.length
          ? table(
              'Clinics',
              ['Name', 'Clinic ID'],
              rows.map((clinic) =>
                row(
                  { key: clinic.clinic_id },
                  rowHead(link(clinic.name, `#/clinics/${clinic.clinic_id}`)),
                  cell('Clinic ID', clinic.clinic_id, { class: 'muted' }),
                ),
              ),
              { class: 'clinics cards' },
            )
          : wanted
            ? empty('No clinics match.', button('Show all clinics', showAll))
            : empty('No clinics yet.'),
        bar,
      ];
    }),
  ];
}
