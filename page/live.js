// The server's data as the page shows it, kept fresh without a reload. A view asks for what it
// shows while it is drawn; exactly that is asked for again, by conditional requests.

import { ask, Problem } from './api.js';
import { signedIn } from './auth.js';
import { draw, state } from './state.js';

const SOON = 3;
const CALM = 30;
const MOST = 120;
const SELDOM = 300;

/** @type {Map<string, Entry>} path → what is known of it */
const kept = new Map();
/** @type {Set<string>} what the last drawing used */
let shown = new Set();
let turns = 0;
let failures = 0;
let timer;
let round = 0;
let touched = Date.now();
let checked = 0;

export function beginDrawing() {
  const before = shown;
  shown = new Set();
  // What has just come into view may be old, and says anew how often to ask.
  queueMicrotask(async () => {
    const fresh = [...shown].filter((path) => !before.has(path));
    if (!fresh.length) return;
    await Promise.all(fresh.map((path) => refresh(kept.get(path))));
    tick(false);
  });
}

// `list` names the array of a paged answer, of which the first page is wanted, or `all`.
/** @returns {Entry} */
export function read(path, { list = undefined, all = false } = {}) {
  shown.add(path);
  if (!kept.has(path)) kept.set(path, { path, list, all, turn: 0 });
  return kept.get(path);
}

const nextPage = async (entry, cursor) => {
  const mark = entry.path.includes('?') ? '&' : '?';
  return (await ask('GET', `${entry.path}${mark}cursor=${encodeURIComponent(cursor)}`)).data;
};

// One page more; those before it are not read again.
export async function readMore(entry) {
  if (entry.reading || !entry.data?.next_cursor) return;
  entry.reading = true;
  draw();
  try {
    const page = await nextPage(entry, entry.data.next_cursor);
    entry.data = joined(entry.list, entry.data, page);
  } catch (problem) {
    entry.error = asProblem(problem);
  } finally {
    entry.reading = false;
    draw();
  }
}

const joined = (list, one, other) => ({ ...one, ...other, [list]: [...one[list], ...other[list]] });

function asProblem(problem) {
  if (problem instanceof Problem) return problem;
  throw problem;
}

// True when there is something new.
export async function refresh(entry) {
  const turn = (turns += 1);
  let data;
  let error;
  let etag;
  entry.asked = turn;
  try {
    const headers = entry.etag && !entry.list ? { 'If-None-Match': entry.etag } : {};
    const answer = await ask('GET', entry.path, { headers });
    data = answer.unchanged ? entry.data : answer.data;
    etag = answer.unchanged ? entry.etag : answer.etag;
    if (entry.all) data = await followed(entry, data);
    else if (entry.list) data = withLaterPages(entry, data);
  } catch (problem) {
    error = asProblem(problem);
  }
  // A slow answer must not put the past over what a later question has brought; where only an own
  // change has overtaken it, the rest of it is asked for again.
  if (turn < entry.turn) return turn === entry.asked ? refresh(entry) : false;
  entry.turn = turn;
  entry.error = error;
  // What is known stays in view while the server can't be reached, not when it may not be seen.
  if ([403, 404].includes(error?.status)) {
    Object.assign(entry, { data: undefined, etag: undefined });
  }
  if (error) {
    draw();
    return false;
  }
  const news = JSON.stringify(data) !== JSON.stringify(entry.data);
  Object.assign(entry, { data, etag, at: Date.now() });
  draw();
  return news;
}

// The first page is shown as soon as it is there.
async function followed(entry, first) {
  let data = first;
  while (data.next_cursor) {
    if (!entry.data || entry.partial) {
      Object.assign(entry, { data, partial: true });
      draw();
    }
    data = joined(entry.list, data, await nextPage(entry, data.next_cursor));
  }
  entry.partial = false;
  return data;
}

const idOf = (item) =>
  item.adjustment_id ??
  item.history_id ??
  item.invoice_id ??
  (item.invariant ? JSON.stringify(item) : item.clinic_id) ??
  item.date;

// What is new comes on the first page; what was read after it stays as it was.
function withLaterPages({ list, data }, first) {
  const last = idOf(first[list].at(-1) ?? {});
  const index = data?.[list].findIndex((item) => idOf(item) === last) ?? -1;
  if (index < 0) return first;
  const later = data[list].slice(index + 1);
  return later.length
    ? { ...first, next_cursor: data.next_cursor, [list]: [...first[list], ...later] }
    : first;
}

const lead = () => [...shown].find((path) => path.endsWith('/licenses'));
const versionOf = (etag) => Number(etag?.match(/\d+/)?.[0]);

// The licenses carry an ETag that every change of the clinic moves: while it stands still the rest
// is asked for only now and then.
async function refreshShown(everything) {
  if (!signedIn()) return;
  checked = Date.now();
  const first = lead();
  const news = first && (await refresh(kept.get(first)));
  const rest = [...shown].filter((path) => path !== first);
  const old = Date.now() - refreshShown.last > SELDOM * 1000;
  if (!(everything || news || old || !first || rest.some((path) => kept.get(path).error))) return;
  refreshShown.last = Date.now();
  await Promise.all(rest.map((path) => refresh(kept.get(path))));
}
refreshShown.last = 0;

// Why what is shown is not fresh, if so. A view that shows nothing for it says so itself.
export function connectionProblem() {
  const entries = [...shown].map((path) => kept.get(path));
  if (entries.some(({ data, error }) => error && !data)) return undefined;
  return entries.find(({ error }) => error?.passes);
}

export async function catchUp() {
  await refreshShown(true);
  tick(false);
}

// After an own change: what is shown becomes true at once, here and in the other windows.
export function afterChange() {
  otherWindows.postMessage({});
  return catchUp();
}

// A user was made active or inactive: only that row and the counts can have changed, unless
// somebody else was there as well, which the clinic's version tells.
export async function afterSwitch(clinicId, users) {
  otherWindows.postMessage({ clinicId, users });
  const before = versionOf(clinicEntry(clinicId).etag);
  takeUsers(clinicId, users);
  await refresh(clinicEntry(clinicId));
  if (versionOf(clinicEntry(clinicId).etag) - before > users.length) await catchUp();
}

// What an answer tells of users is known at once, before the list is read again.
export function takeUsers(clinicId, users) {
  const entry = kept.get(usersPath(clinicId));
  if (!entry?.data) return;
  // An answer that is on its way already may not know of it.
  entry.turn = turns += 1;
  const others = entry.data.users.filter(
    (user) => !users.some((changed) => changed.user_id === user.user_id),
  );
  // A list knows more of a user than other answers.
  const known = users.map((user) => ({
    ...entry.data.users.find(({ user_id: id }) => id === user.user_id),
    ...user,
  }));
  entry.data = { ...entry.data, users: [...others, ...known] };
  draw();
}

export const usersPath = (clinicId) => `/clinics/${clinicId}/users?limit=100`;
/** @returns {Entry<LicenseStatus>} */
export const clinicEntry = (clinicId) =>
  kept.get(`/clinics/${clinicId}/licenses`) ?? /** @type {Entry} */ ({});
export const licensesOf = (clinicId) => clinicEntry(clinicId).data?.licenses ?? [];

// Days lie between a request and its invoice: only under a demo clock is it worth asking often.
export function secondsToNext({ open, demo, idle, failures: failed }) {
  if (failed) return Math.min(SOON * 2 ** failed, MOST);
  if (open && demo) return SOON;
  if (idle < 120) return CALM;
  return idle < 600 ? MOST : SELDOM;
}

const delay = () =>
  secondsToNext({
    open: kept.get(lead())?.data?.open_adjustments.count,
    demo: state.config.demo_clock,
    idle: (Date.now() - touched) / 1000,
    failures,
  });

async function tick(now = true) {
  clearTimeout(timer);
  const mine = (round += 1);
  if (document.hidden || !signedIn()) return;
  if (now) await refreshShown(false);
  failures = connectionProblem() ? failures + 1 : 0;
  if (mine === round) timer = setTimeout(tick, delay() * 1000);
}

const otherWindows = new BroadcastChannel('changes');

export function startWatching() {
  otherWindows.onmessage = async ({ data: { clinicId, users } }) => {
    const entry = users && kept.get(`/clinics/${clinicId}/licenses`);
    if (!users) await catchUp();
    else if (entry) {
      takeUsers(clinicId, users);
      await refresh(entry);
    }
  };
  addEventListener('focus', () => tick());
  addEventListener('online', catchUp);
  addEventListener('offline', () => draw());
  document.addEventListener('visibilitychange', () => tick());
  // Whoever comes back to a page that was asked for less often sees it fresh at once.
  for (const type of ['pointermove', 'pointerdown', 'keydown', 'wheel']) {
    addEventListener(
      type,
      () => {
        const idle = Date.now() - touched;
        touched = Date.now();
        if (idle > 120_000 && touched - checked > CALM * 1000) tick();
      },
      { capture: true, passive: true },
    );
  }
  tick(false);
}
