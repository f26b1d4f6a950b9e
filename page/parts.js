// Pieces that several views are made of.

import { keepDraft, signIn } from './auth.js';
import { h } from './dom.js';
import { clock, count } from './format.js';
import { catchUp, connectionProblem, readMore } from './live.js';
import { draw, focusOn, say, state } from './state.js';

export const button = (label, onclick, props = {}) =>
  h('button', { type: 'button', onclick, ...props }, label);
export const quiet = (label, onclick, props = {}) =>
  button(label, onclick, { class: 'quiet', ...props });
export const link = (label, hash, props = {}) => h('a', { href: hash, ...props }, label);
export const here = (is) => ({ 'aria-current': is && 'page' });
export const unseen = (text) => h('span.unseen', text);
export const viewTitle = (text, level = 'h2') => h(level, { id: 'view-title', tabindex: -1 }, text);
export const heading = (...children) => h('div.heading', children);
export const empty = (text, next = undefined) => h('div.empty', h('p', text), next);
export const more = (entry) =>
  entry.data.next_cursor &&
  button(entry.reading ? 'Loading…' : 'Show more', () => readMore(entry), { class: 'more' });
export const chip = (tone, text) => h(`span.chip.${tone}`, text);

// What a view shows of data that may not be there yet, or not at all: each with one next step.
export function panel(entry, view, home = link('Go to clinics', '#/')) {
  if (entry.data) return view(entry.data);
  if (!entry.error) return h('p.loading', 'Loading…');
  const { status, message, passes } = entry.error;
  // Said above everything.
  if (status === 401) return undefined;
  return h(
    'div.empty',
    { role: 'alert' },
    h('p', message),
    passes ? button('Try again', catchUp) : status === 404 && home,
  );
}

// A table that stays one for screen readers when narrow windows show its rows as cards.
export const table = (caption, heads, rows, props = {}) =>
  h(
    'table',
    { role: 'table', ...props },
    h('caption.unseen', caption),
    rowGroup('thead', headRow(heads)),
    rowGroup('tbody', rows),
  );

export const rowGroup = (tag, rows) => h(tag, { role: 'rowgroup' }, rows);
// A head is a text, or a text with a class, or such with further properties.
export const headRow = (heads) =>
  row(
    {},
    heads.map((head) => {
      const [label, kind, props = {}] = [head].flat();
      return h('th', { scope: 'col', role: 'columnheader', class: kind, ...props }, label);
    }),
  );
export const row = (props, ...cells) => h('tr', { role: 'row', ...props }, cells);
export const rowHead = (...children) => h('th', { scope: 'row', role: 'rowheader' }, children);
// `label` stands before the value where there is no column head above it.
export const cell = (label, value, props = {}) =>
  h('td', { role: 'cell', 'data-label': label, ...props }, value);
export const number = (label, value) => cell(label, value, { class: 'number' });

export const facts = (...pairs) =>
  h(
    'dl.facts',
    pairs.filter(Boolean).map(([name, value]) => h('div', h('dt', name), h('dd', value))),
  );

// --- long lists -------------------------------------------------------------------------------

const ROWS = 50;

// The column's head sorts by it, the other way round when it does already.
export function sortable(name, label, kind = undefined) {
  const { by, down } = state.sort;
  const sort = () => {
    state.sort = { by: name, down: by === name && !down };
    state.pages = {};
    draw();
  };
  const mark = by === name && h('span.mark', { 'aria-hidden': 'true' }, down ? '↓' : '↑');
  return [
    [h('button.sort', { type: 'button', onclick: sort }, label, mark)],
    kind,
    { 'aria-sort': by === name ? (down ? 'descending' : 'ascending') : undefined },
  ];
}

// What a filter came to, for those who do not see the list change.
export function sayFound(items, noun, unread) {
  if (state.sought) say(`${count(items.length, noun)}${unread ? ' or more' : ''} found.`);
  state.sought = false;
}

// The rows that are in view, and how to get to the others; an entry's later pages come when wanted.
export function paged(name, items, noun, entry = undefined) {
  const last = Math.max(0, Math.ceil(items.length / ROWS) - 1);
  const page = Math.min(state.pages[name] ?? 0, last);
  const unread = entry?.data?.next_cursor;
  const from = page * ROWS;
  const until = Math.min(from + ROWS, items.length);
  const go = (to) => async () => {
    const { pages } = state;
    if (to > last) await readMore(entry);
    if (pages !== state.pages) return;
    pages[name] = to;
    draw();
    document.getElementById('view-title')?.scrollIntoView();
  };
  const bar =
    (last > 0 || unread) &&
    h(
      'nav.pager',
      { 'aria-label': `Pages of ${noun}s` },
      h(
        'span.hint',
        `${from + 1}–${until} of ${count(items.length, noun)}${unread ? ' or more' : ''}`,
      ),
      button('Previous', go(page - 1), { disabled: page === 0 }),
      button(entry?.reading ? 'Loading…' : 'Next', go(page + 1), {
        disabled: page === last && !unread,
      }),
    );
  sayFound(items, noun, unread);
  return { rows: items.slice(from, until), bar };
}

// Says what it is by what it shows, too.
export const filterField = (name, label, tag, props, options = []) =>
  h(
    'div',
    h('label.unseen', { for: `filter-${name}` }, label),
    h(
      tag,
      {
        id: `filter-${name}`,
        value: state.filter[name],
        oninput: ({ target }) => {
          state.filter[name] = target.value;
          state.sought = true;
          state.pages = {};
          draw();
        },
        ...props,
      },
      options.map(([value, text]) => h('option', { value, key: value }, text)),
    ),
  );

// --- what the page says -----------------------------------------------------------------------

export const notice = (tone, key, text, body, actions = [], props = {}) =>
  h(
    'section',
    { class: `notice ${tone}`, key, 'aria-label': text, ...props },
    h('div', h('p.label', text), body),
    actions.length > 0 && h('p.actions', actions),
  );

// Stays until it is dismissed, where its form was opened; the focus goes there, since it says how
// the request ended.
export function keepNotice(
  { clinicId },
  text,
  body = undefined,
  actions = () => [],
  tone = 'good',
) {
  const kept = { id: `notice-${Date.now()}`, clinicId, text, body, actions, tone };
  state.notices = [kept, ...state.notices];
  if (clinicId === state.route.clinicId) focusOn(kept.id);
  else draw();
}

export const keepProblem = (where, text, body) => keepNotice(where, text, body, undefined, 'warn');

export function keptNotices() {
  const present = state.notices.filter(({ clinicId }) => clinicId === state.route.clinicId);
  return present.map((kept) => {
    const dismiss = () => {
      state.notices = state.notices.filter((other) => other !== kept);
      focusOn('view-title');
    };
    return notice(
      kept.tone,
      kept.id,
      kept.text,
      kept.body && h('p', kept.body),
      [...kept.actions(), quiet('Dismiss', dismiss)],
      { id: kept.id, tabindex: -1 },
    );
  });
}

export const warning = (text, detail, ...actions) =>
  notice('warn', text, text, h('p', detail), actions, { role: 'alert' });

// One that the focus goes to, where what was tried ended with it.
export const obstacle = (id, text, detail, ...actions) =>
  notice('warn', id, text, h('p', detail), actions, { id, tabindex: -1, role: 'alert' });

// What stands between the reader and fresh numbers. An open dialog shows it inside, where alone
// it can be reached.
export function obstacles() {
  const kept = state.dialog && 'What you entered is kept.';
  if (state.signIn.expired) {
    const again = button('Sign in again', signIn, { class: 'main' });
    return obstacle('expired', 'Your sign-in has expired', kept, again);
  }
  if (state.outdated) {
    const reload = () => {
      keepDraft();
      location.reload();
    };
    const renewed = button('Reload the page', reload, { class: 'main' });
    return obstacle(
      'outdated',
      'This page was updated',
      ['Reload it to continue. ', kept],
      renewed,
    );
  }
  // What was just tried says it already, where it was tried.
  const tried = [state.dialog, ...Object.values(state.rows)].some((one) => one?.problem?.passes);
  const failed = !tried && connectionProblem();
  if (!navigator.onLine) {
    return warning('You’re offline', 'Showing the last known data until you’re back online.');
  }
  const again = button('Try again', catchUp);
  return (
    failed &&
    warning(
      'Can’t refresh',
      `${failed.error.message} Showing data from ${clock(failed.at)}.`,
      again,
    )
  );
}
