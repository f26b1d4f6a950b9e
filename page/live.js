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
let shown = new Set(); // what the last drawing used
let turns = 0;
let failures = 0;
let timer;
let round = 0;
let touched = Date.now();

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
export function read(path, { list = undefined, all = false } = {}) {
  shown.add(path);
  if (!kept.has(path)) kept.set(path, { path, list, pages: all ? Infinity : 1, turn: 0 });
  return kept.get(path);
}

export async function readMore(entry) {
  entry.pages += 1;
  await refresh(entry);
}

// True when there is something new.
export async function refresh(entry) {
  const turn = (turns += 1);
  let data;
  let error;
  let etag;
  try {
    const headers = entry.etag && !entry.list ? { 'If-None-Match': entry.etag } : undefined;
    const answer = await ask('GET', entry.path, { headers });
    if (answer.unchanged) data = entry.data;
    else data = entry.list ? await followed(entry, answer.data) : answer.data;
    etag = answer.unchanged ? entry.etag : answer.etag;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    error = problem;
  }
  // A slow answer must not put the past over what a later question has brought.
  if (turn < entry.turn) return false;
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
  Object.assign(entry, { data, etag });
  draw();
  return news;
}

async function followed(entry, first) {
  const items = [...first[entry.list]];
  let cursor = first.next_cursor;
  for (let page = 1; cursor && page < entry.pages; page += 1) {
    const mark = entry.path.includes('?') ? '&' : '?';
    const path = `${entry.path}${mark}cursor=${encodeURIComponent(cursor)}`;
    const { data } = await ask('GET', path);
    items.push(...data[entry.list]);
    cursor = data.next_cursor;
  }
  return { ...first, [entry.list]: items, more: Boolean(cursor) };
}

const lead = () => [...shown].find((path) => path.endsWith('/licenses'));

// The licenses carry an ETag that every change of the clinic moves: while it stands still the rest
// is asked for only now and then.
async function refreshShown(everything) {
  if (!signedIn()) return;
  const first = lead();
  const news = first && (await refresh(kept.get(first)));
  const rest = [...shown].filter((path) => path !== first);
  const old = Date.now() - refreshShown.last > SELDOM * 1000;
  if (!(everything || news || old || !first || rest.some((path) => kept.get(path).error))) return;
  refreshShown.last = Date.now();
  await Promise.all(rest.map((path) => refresh(kept.get(path))));
}
refreshShown.last = 0;

// Why what is shown is not fresh, if so.
export const connectionProblem = () =>
  [...shown]
    .map((path) => kept.get(path))
    .find(({ data, error }) => data && (!error?.status || error.status >= 429) && error)?.error;

export async function catchUp() {
  await refreshShown(true);
  tick(false);
}

// After an own change: what is shown becomes true at once, here and in the other tabs.
export function afterChange() {
  otherTabs.postMessage('changed');
  return catchUp();
}

/** @returns {Entry<LicenseStatus>} */
export const clinicEntry = (clinicId) =>
  kept.get(`/clinics/${clinicId}/licenses`) ?? /** @type {Entry} */ ({});
export const licensesOf = (clinicId) => clinicEntry(clinicId).data?.licenses ?? [];

export function secondsToNext({ open, due, demo, idle, failures: failed }) {
  if (failed) return Math.min(SOON * 2 ** failed, MOST);
  // Days lie between a request and its invoice update: nobody asks every 3 seconds all night.
  return open && (demo || due < 600 || idle < 120) ? SOON : CALM;
}

function delay() {
  const open = kept.get(lead())?.data?.open_adjustments;
  const dues = (open?.newest ?? []).map(
    ({ invoice_update_due_at: at }) => new Date(at).getTime() - Date.now(),
  );
  return secondsToNext({
    open: open?.count,
    due: Math.min(...dues) / 1000,
    demo: state.config.demo_clock,
    idle: (Date.now() - touched) / 1000,
    failures,
  });
}

async function tick(ask = true) {
  clearTimeout(timer);
  const mine = (round += 1);
  if (document.hidden || !signedIn()) return;
  if (ask) await refreshShown(false);
  failures = connectionProblem() ? failures + 1 : 0;
  if (mine === round) timer = setTimeout(tick, delay() * 1000);
}

const otherTabs = new BroadcastChannel('changes');

export function startWatching() {
  otherTabs.onmessage = catchUp;
  addEventListener('focus', () => tick());
  addEventListener('online', catchUp);
  addEventListener('offline', () => draw());
  document.addEventListener('visibilitychange', () => tick());
  for (const type of ['pointerdown', 'keydown']) {
    addEventListener(type, () => (touched = Date.now()), { capture: true, passive: true });
  }
  tick(false);
}
