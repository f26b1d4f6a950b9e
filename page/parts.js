// Pieces that several views are made of.

import { signIn } from './auth.js';
import { h } from './dom.js';
import { catchUp, connectionProblem, readMore } from './live.js';
import { focusOn, state } from './state.js';

export const button = (label, onclick, props = {}) =>
  h('button', { type: 'button', onclick, ...props }, label);
export const quiet = (label, onclick, props = {}) =>
  button(label, onclick, { class: 'quiet', ...props });
export const link = (label, hash, props = {}) => h('a', { href: hash, ...props }, label);
export const here = (is) => ({ 'aria-current': is && 'page' });
export const unseen = (text) => h('span.unseen', text);
export const viewTitle = (text, level = 'h2') => h(level, { id: 'view-title', tabindex: -1 }, text);
export const heading = (...children) => h('div.heading', children);
export const empty = (text, next) => h('div.empty', h('p', text), next);
export const more = (entry) => entry.data.more && button('Show more', () => readMore(entry));

// What a view shows of data that may not be there yet, or not at all: each with one next step.
export function panel(entry, view) {
  if (entry.data) return view(entry.data);
  if (!entry.error) return h('p.loading', 'Loading');
  const { status, message } = entry.error;
  const next = {
    401: () => button('Sign in again', signIn),
    403: () => undefined,
    404: () => link('Choose a clinic', '#/'),
  };
  const again = () => button('Try again', catchUp);
  return h('div.empty', { role: 'alert' }, h('p', message), (next[status] ?? again)());
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
export const headRow = (heads) =>
  row(
    {},
    heads.map((head) => {
      const [label, kind] = [head].flat();
      return h('th', { scope: 'col', role: 'columnheader', class: kind }, label);
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
    pairs.map(([name, value]) => h('div', h('dt', name), h('dd', value))),
  );

export const notice = (tone, key, text, body, actions = [], props = {}) =>
  h(
    'section',
    { class: `notice ${tone}`, key, 'aria-label': text, ...props },
    h('p.label', text),
    body,
    actions.length > 0 && h('p.actions', actions),
  );

// Stays until it is dismissed; the focus goes there, since it says how the request ended.
export function keepNotice(text, body, actions = () => []) {
  const kept = { id: `notice-${Date.now()}`, clinicId: state.route.clinicId, text, body, actions };
  state.notices = [kept, ...state.notices];
  focusOn(kept.id);
}

export function keptNotices() {
  const present = state.notices.filter(({ clinicId }) => clinicId === state.route.clinicId);
  return present.map((kept) => {
    const dismiss = () => {
      state.notices = state.notices.filter((other) => other !== kept);
      focusOn('view-title');
    };
    return notice(
      'good',
      kept.id,
      kept.text,
      kept.body(),
      [...kept.actions(), quiet('Dismiss', dismiss)],
      { id: kept.id, tabindex: -1 },
    );
  });
}

export const warning = (text, detail, ...actions) =>
  notice('warn', text, text, h('p', detail), actions, { role: 'alert' });

// What stands between the reader and fresh numbers. An open dialog shows it inside, where alone
// it can be reached.
export function obstacles() {
  if (state.signIn.expired) {
    const again = button('Sign in again', signIn, { class: 'main' });
    return warning('Your sign-in has expired', 'What you typed is kept.', again);
  }
  if (!navigator.onLine) {
    return warning('You are offline', 'You see what was last known until you are online again.');
  }
  const problem = connectionProblem();
  const again = button('Try again', catchUp);
  return problem && warning('No fresh numbers right now', problem.message, again);
}
