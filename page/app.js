// The page: which view is shown, and when it is drawn.

import { resume, signedIn, signIn, signOut, takeDraft } from './auth.js';
import { closeDialog, forms, leaveDialog, openDialog, openForm, unsent } from './dialogs.js';
import { h, render } from './dom.js';
import { setZone, title } from './format.js';
import { everything, later, loadAhead, offer, unloaded, use } from './later.js';
import { announcement, closureNotice, isOver, licenseStrip } from './licenses.js';
import { beginDrawing, clinicEntry, read, startWatching } from './live.js';
import { clinics } from './mine.js';
import { MODULES, next } from './modules.js';
import {
  button,
  empty,
  heading,
  here,
  keptNotices,
  link,
  notice,
  obstacles,
  panel,
  unseen,
  viewTitle,
} from './parts.js';
import { isManager } from './rules.js';
import { changeClinic, draw, focusOn, forgetQuery, onDraw, state } from './state.js';
import { usersView } from './users.js';
import { askVersion } from './version.js';

offer(MODULES);

const VIEWS = {
  users: usersView,
  adjustments: (...shown) => later('adjustments', (module) => module.adjustmentsView(...shown)),
  invoices: (...shown) => later('invoices', (module) => module.invoicesView(...shown)),
  usage: (...shown) => later('usage', (module) => module.usageView(...shown)),
  history: (...shown) => later('history', (module) => module.historyView(...shown)),
  state: (...shown) => later('clinic', (module) => module.stateView(...shown)),
  provisioning: (...shown) => later('provisioning', (module) => module.provisioningView(...shown)),
  notices: (...shown) => later('notices', (module) => module.noticesView(...shown)),
};
const SELDOM = ['provisioning', 'notices'];
const FOR_MEMBERS = ['users', 'adjustments', 'usage'];

// --- where we are -----------------------------------------------------------------------------

function routeOf(hash) {
  const [path, query] = hash.slice(2).split('?');
  const parts = path.split('/');
  const [area, first, second, item] = parts;
  // They become parts of the API's paths, so nothing but ids gets through.
  if (!parts.every((part) => /^[\w-]*$/.test(part))) return { name: 'clinics' };
  if (area === 'clinics' && first) {
    const view = second in VIEWS ? second : 'users';
    return { name: 'clinic', clinicId: first, view, item, query };
  }
  if (area === 'overview') return { name: area };
  const date = Number.isNaN(Date.parse(`${first}T00:00Z`)) ? undefined : first;
  return area === 'staff' ? { name: 'staff', date } : { name: 'clinics', query };
}

function go() {
  const wanted = location.hash;
  // Back and forward ask, like Close, where something typed would be lost.
  if (unsent()) {
    history.pushState(null, '', state.route.hash || '#/');
    leaveDialog(() => (location.hash = wanted));
    return;
  }
  const before = state.route;
  state.route = { ...routeOf(wanted), hash: wanted };
  if (!before) {
    draw();
    return;
  }
  closeDialog();
  state.unloaded = undefined;
  const { clinicId, view, name, item } = state.route;
  if (before.clinicId !== clinicId) {
    changeClinic(before.clinicId, clinicId);
    // A keyboard or a screen reader goes on where the new content begins: with the counts.
    focusOn(clinicId ? 'clinic-title' : 'view-title');
  } else if (before.view !== view || before.name !== name) {
    focusOn(item && view === 'adjustments' ? `adjustment-${item}` : 'view-title');
  } else draw();
}

// --- the views --------------------------------------------------------------------------------

function rightsIn(clinicId) {
  if (state.signIn.session.staff) return { staff: true };
  const clinic = clinics().data?.clinics.find((item) => item.clinic_id === clinicId);
  const manage = clinic && isManager(clinic);
  const managed = manage && clinics().data.clinics.filter((one) => isManager(one) && !one.closed);
  return { manage, member: clinic && !manage, transfers: managed?.length > 1 };
}

function barView() {
  const { session } = state.signIn;
  const { name } = state.route;
  const several = () => clinics().data?.clinics.length > 1;
  const links = session && [
    (session.staff || several()) && link('Clinics', '#/', here(name === 'clinics')),
    session.staff && link('Overview', '#/overview', here(name === 'overview')),
    session.staff && link('Reconciliation', '#/staff', here(name === 'staff')),
  ];
  return [
    h('p.brand', 'Clinic License Manager'),
    links?.some(Boolean) && h('nav', { 'aria-label': 'Main' }, links),
    session && h('p.who', h('span', session.name), button('Sign out', signOut)),
  ];
}

const signInView = () =>
  h(
    'div.hero',
    viewTitle('Your clinic’s licenses, always up to date', 'h1'),
    h(
      'p.lead',
      'See which licenses are in use. Add or release them, and see the cost before you submit.',
    ),
    state.signIn.problem && notice('bad', 'problem', state.signIn.problem),
    h('p', button('Sign in', signIn, { class: 'main' })),
  );

const clinicsView = () =>
  panel(clinics(), ({ clinics }) => {
    if (clinics.length > 1) return later('clinics', (module) => module.clinicsView());
    if (clinics.length) location.replace(`#/clinics/${clinics[0].clinic_id}`);
    return [
      heading(viewTitle('Clinics', 'h1')),
      keptNotices(),
      !clinics.length &&
        empty('You’re not active in any clinic. Ask a User Manager to make you active.'),
    ];
  });

// In a narrow window a word is enough for the eye.
const licensesTo = (verb) => [verb, h('span.longer', ' licenses')];

const request = (mode) => use('adjust', ({ openAdjustment }) => openAdjustment(mode));

const forManagers = (clinicId) =>
  empty('Only User Managers can see this.', link('Go to users', `#/clinics/${clinicId}/users`));

function clinicView({ clinicId, view, item, query }) {
  const entry = read(`/clinics/${clinicId}/licenses`);
  const over = entry.data && isOver(entry.data);
  const can = rightsIn(clinicId);
  if (over) can.manage = false;
  // While a clinic is open its own User Managers do that; once it has closed nobody else is left.
  can.remove = can.staff && entry.data?.closure?.closed;
  if (query && can.manage && entry.data) {
    forgetQuery();
    queueMicrotask(() => use('adjust', ({ openBegun }) => openBegun(query)));
  }
  // Described before the licenses are there, so that all of it is asked for at once.
  const shut = can.member && !FOR_MEMBERS.includes(view);
  const body = shut ? forManagers(clinicId) : VIEWS[view](clinicId, can, item);
  const strip = entry.data && licenseStrip(entry, can);
  if (strip) loadAhead(next(can));
  const shown = (data, actions = []) => [
    h(
      'div.clinic',
      h(
        'div.heading',
        h('h1', { id: 'clinic-title', tabindex: -1 }, data.name),
        can.member && h('p.hint', 'You have view-only access.'),
        can.manage && [
          can.transfers &&
            button(licensesTo('Transfer'), () =>
              use('transfer', ({ openTransfer }) => openTransfer()),
            ),
          button(licensesTo('Release'), () => request('remove')),
          button(licensesTo('Add'), () => request('add'), { class: 'main' }),
        ],
        can.staff &&
          !over && [
            button('Change prices and rules', () =>
              use('staff', ({ openClinicChange }) => openClinicChange(data)),
            ),
            actions,
          ],
      ),
      strip,
    ),
    closureNotice(data),
    announcement(data, can),
    keptNotices(),
    h(
      'nav.tabs',
      { 'aria-label': 'Clinic' },
      Object.keys(VIEWS)
        .filter((name) => !SELDOM.includes(name) || view === name)
        .filter((name) => !can.member || FOR_MEMBERS.includes(name))
        .filter((name) => name !== 'state' || can.staff)
        .map((name) =>
          link(
            [
              name === 'notices' ? 'Email notices' : title(name),
              name === 'adjustments' &&
                data.open_adjustments.count > 0 &&
                h('span.badge', data.open_adjustments.count, unseen(' open')),
            ],
            `#/clinics/${clinicId}/${name}`,
            { key: name, ...here(view === name) },
          ),
        ),
    ),
    h('div.view', { key: view }, body),
  ];
  // Not before it is known who may do what: buttons that come later move what is read already.
  if (entry.error && !entry.data) return [heading(viewTitle('Clinic', 'h1')), panel(entry, shown)];
  return can.staff
    ? later('care', (care) => panel(entry, (data) => shown(data, care.clinicActions(data))))
    : panel(clinics(), () => panel(entry, (data) => shown(data)));
}

function mainView() {
  if (!state.signIn.session) return signInView();
  if (state.route.name === 'clinic') return clinicView(state.route);
  const { name, date } = state.route;
  if (name === 'overview') return later(name, (module) => module.overviewView());
  if (name === 'staff') return later('staff', (module) => module.reconciliationsView(date));
  if (!state.signIn.session.staff) return clinicsView();
  return later('desk', (module) => module.clinicsView());
}

const demoNotice = () =>
  state.config.demo_clock &&
  h(
    'p.demo',
    h('strong', 'Demo clock: '),
    `a business day takes ${state.config.business_day_seconds} seconds, so everything comes early. `,
    'Scheduled changes keep their day.',
  );

// A view that fails must not take the rest of the page with it.
function safely(view) {
  try {
    return view();
  } catch (error) {
    reportError(error);
    return empty(
      'This part can’t be displayed. The rest of the page still works.',
      link('Start over', '#/'),
    );
  }
}

const show = (id, ...view) =>
  render(document.getElementById(id), view.flat(Infinity).filter(Boolean));

function paint() {
  beginDrawing();
  setZone(clinicEntry(state.route.clinicId).data?.time_zone);
  show('bar', barView());
  const view = safely(mainView);
  show('main', demoNotice(), !openForm() && obstacles(), unloaded(), view);
  show('dialogs', forms.view());
  const titles = [...document.querySelectorAll('#view-title, #clinic-title')];
  document.title = [
    ...titles.map((node) => node.textContent).reverse(),
    'Clinic License Manager',
  ].join(' – ');
}

async function start() {
  state.config = await (await fetch('config')).json();
  document.getElementById('skip').onclick = (event) => {
    event.preventDefault();
    document.getElementById('main').focus();
  };
  await resume();
  onDraw(paint);
  // Whatever an unexpected answer breaks ends here.
  for (const type of ['error', 'unhandledrejection']) addEventListener(type, askVersion);
  addEventListener('hashchange', go);
  addEventListener('beforeunload', (event) => {
    if (unsent()) event.preventDefault();
  });
  go();
  const draft = takeDraft();
  if (draft) {
    // What the address would begin with was begun already.
    state.route.query = undefined;
    use(everything(), () => openDialog(draft.kind, draft.fields, draft.more));
  }
  if (signedIn()) startWatching();
}

start().catch((error) => {
  const again = button('Reload the page', () => location.reload());
  show('main', empty('The page couldn’t be loaded.', again));
  show('dialogs');
  reportError(error);
});
