// Loads modules when they are wanted, and says so where they stand, should they not come.

import { Problem } from './api.js';
import { h } from './dom.js';
import { button, obstacle, quiet } from './parts.js';
import { draw, focusOn, state } from './state.js';
import { askVersion } from './version.js';

const AHEAD = 1000; // milliseconds
const sorry = () =>
  `This part of the page didn’t load. ${state.outdated ? 'The page was updated.' : 'Check your connection.'}`;

/** @type {Record<string, () => Promise<any>>} */
let modules = {};
/** @type {Map<string, any>} name → module */
const loaded = new Map();
/** @type {Map<string, Promise<any>>} */
const coming = new Map();
/** @type {Map<string, number>} */
const tries = new Map();
/** @type {Set<string>} views that did not come */
const failed = new Set();

// Takes what there is to load.
export function offer(offered) {
  modules = offered;
}

// A browser remembers that an address did not come, so that it is asked for by another one.
function fetched(name) {
  const times = (tries.get(name) ?? 0) + 1;
  tries.set(name, times);
  if (times === 1) return modules[name]();
  return import(new URL(`${name}.js?again=${times}`, import.meta.url).href);
}

function load(name) {
  if (!coming.has(name)) {
    const arrived = (module) => {
      loaded.set(name, module);
      failed.delete(name);
      draw();
      return module;
    };
    const lost = async (error) => {
      coming.delete(name);
      await askVersion();
      // A module that came and is broken is another matter.
      if (!(error instanceof TypeError)) reportError(error);
      throw new Problem(0, { detail: sorry() });
    };
    coming.set(name, fetched(name).then(arrived, lost));
  }
  return coming.get(name);
}

const actions = (again) => [
  button('Try again', again),
  quiet('Reload the page', () => location.reload()),
];

// A view from its module, if that is there; else what stands in its place.
export function later(name, view) {
  if (loaded.has(name)) return view(loaded.get(name));
  if (!failed.has(name)) {
    load(name).catch(() => {
      failed.add(name);
      draw();
    });
    // Not the one that the view has while its data come, which stands elsewhere.
    return h('p.loading', { key: 'module' }, 'Loading…');
  }
  const again = () => {
    failed.delete(name);
    draw();
  };
  return h(
    'div.empty',
    { role: 'alert' },
    h('p', sorry()),
    !state.outdated && h('p.actions', actions(again)),
  );
}

// A module for what is done with it and says itself what went wrong.
export const module = (name) => load(name);

// What a click leads to. Whoever has gone elsewhere before it came gets no form over another clinic,
// and none over the one that they have opened meanwhile.
export async function use(names, then) {
  const { hash } = location;
  const { dialog } = state;
  const gone = () => location.hash !== hash || (state.dialog && state.dialog !== dialog);
  let came;
  document.body.classList.add('opening');
  try {
    came = await Promise.all([names].flat().map(load)).finally(() =>
      document.body.classList.remove('opening'),
    );
  } catch {
    if (gone()) return;
    state.unloaded = () => use(names, then);
    focusOn(state.outdated ? 'outdated' : 'unloaded');
    return;
  }
  if (gone()) return;
  state.unloaded = undefined;
  then(...came);
}

export const exportButton = (path, name) =>
  button(
    state.saving ? 'Exporting…' : 'Export',
    () => state.saving || use('download', ({ saveCsv }) => saveCsv(path, name)),
    { 'aria-disabled': state.saving && 'true' },
  );

export const everything = () => Object.keys(modules);

export const unloaded = () =>
  state.unloaded &&
  !state.outdated &&
  obstacle('unloaded', 'That couldn’t be opened', sorry(), actions(state.unloaded));

let ahead = false;

// Once what is shown is there and nothing else is to be done; on a machine that always has
// something to do, soon anyway.
export function loadAhead(names) {
  if (ahead || !names) return;
  ahead = true;
  const rest = () => Promise.allSettled(names.map(load));
  if (window.requestIdleCallback) requestIdleCallback(rest, { timeout: AHEAD });
  else setTimeout(rest, AHEAD);
}
