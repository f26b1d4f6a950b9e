// What the page knows besides the server's data, and the one way to show a change of it.

const ofAClinic = () => ({
  rows: {},
  switched: [],
  selected: new Set(),
  filter: { search: '', type: '', active: '', status: '' },
  sort: { by: 'name', down: false },
  pages: {},
  sought: false, // something whose result is not said yet
});

/** @type {State} */
export const state = {
  config: undefined,
  route: undefined,
  signIn: { session: undefined, expired: false, problem: undefined },
  dialog: undefined, // the open form: { kind, fields, … }
  outdated: false, // whether another version of the page is served by now
  unloaded: undefined, // tries again what could not be opened
  saving: false, // whether a list is on its way into a file
  notices: [], // what stays on the page until it is dismissed
  ...ofAClinic(),
};

const list = ofAClinic();

// Another clinic: what was searched, selected or switched in the one before is of no use there. The
// list of clinics is found again as it was left.
export function changeClinic(before, after) {
  if (!before) for (const name in list) list[name] = state[name];
  Object.assign(state, after ? ofAClinic() : list);
}

// A form that the address began is begun: to reload, or to come back, begins no other one.
export function forgetQuery() {
  state.route.query = undefined;
  [state.route.hash] = state.route.hash.split('?');
  history.replaceState(null, '', state.route.hash);
}

let painter = () => {};
let waiting = false;
let wanted; // id of the element that gets the focus after the next drawing

export function onDraw(paint) {
  painter = paint;
}

export function draw() {
  if (waiting) return;
  waiting = true;
  queueMicrotask(() => {
    waiting = false;
    const had = /** @type {HTMLElement} */ (document.activeElement);
    painter();
    const lost = had !== document.body && document.activeElement === document.body;
    const found = document.getElementById(wanted ?? '');
    if (found) wanted = undefined;
    // What only moved has lost it, too; where it is gone, the view's beginning is the next best place.
    const next = lost && (had.isConnected ? had : document.getElementById('view-title'));
    const target = found ?? next;
    if (!target) return;
    // What has the focus already would not come into view.
    target.blur();
    target.focus();
  });
}

export function focusOn(id) {
  wanted = id;
  draw();
}

// Screen readers speak what changes in the status line; the same words twice need a gap.
export function say(words) {
  const status = document.getElementById('status');
  status.textContent = '';
  setTimeout(() => (status.textContent = words), 50);
}
