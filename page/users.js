// The users of a clinic: who they are, and who holds a license.

import { ask, Problem } from './api.js';
import { h } from './dom.js';
import { byName, count, day, licenseCount, plain, title, words } from './format.js';
import { exportButton, later, use } from './later.js';
import { countsNow } from './licenses.js';
import { afterSwitch, catchUp, clinicEntry, licensesOf, read, refresh, usersPath } from './live.js';
import {
  button,
  cell,
  chip,
  empty,
  filterField,
  heading,
  keepProblem,
  link,
  paged,
  panel,
  quiet,
  row,
  rowHead,
  sortable,
  table,
  unseen,
  viewTitle,
} from './parts.js';
import { isManager, STILL_BILLED } from './rules.js';
import { draw, say, state } from './state.js';

export const isOf = (type) => (item) => item.license_type === type;
export const typeOf = (clinicId, user) => licensesOf(clinicId).find(isOf(user.license_type));
export const availableNow = (clinicId, type) =>
  countsNow(clinicEntry(clinicId), state.rows).licenses.find(isOf(type))?.available ?? 0;
export const typeNames = (clinicId) =>
  licensesOf(clinicId).map(({ license_type: type }) => [type, title(type)]);
const isShown = (clinicId) => state.route.clinicId === clinicId;
export const isMe = (user) => user.user_id === state.signIn.session.subject;
const mayLeave = (user) => isMe(user) && user.active;

// --- making active and inactive ---------------------------------------------------------------

export const statusOf = (active) => (active ? 'active' : 'inactive');

// One after the other: a switch of ours must not look to the next like somebody else's.
let switched = Promise.resolve();
export const allSwitched = () => switched;

// What a click on a checkbox leads to: mostly the switch, else what has to be known before it.
export function wish(clinicId, users, active) {
  let changing = users.filter((user) => user.active !== active && !state.rows[user.user_id]?.busy);
  draw();
  if (!active && changing.some(isMe)) {
    if (changing.length === 1) {
      leave(changing);
      return;
    }
    // Whoever makes all others inactive rarely means to leave as well, and may be the last manager.
    changing = changing.filter((user) => !isMe(user));
    state.selected.delete(state.signIn.session.subject);
    keepProblem(
      { clinicId },
      'You’re still active',
      'To leave this clinic, make only yourself inactive.',
    );
  }
  const missing = active ? missingFor(clinicId, changing) : [];
  if (missing.length) buyFor(changing, missing);
  else if (active && clinicEntry(clinicId).data.scheduled_adjustments.length > 0) {
    use('user', ({ makeActive }) => makeActive(clinicId, changing));
  } else for (const user of changing) setActive(clinicId, user, active);
}

function missingFor(clinicId, users) {
  return licensesOf(clinicId).flatMap(({ license_type: type }) => {
    const wanted = users.filter(isOf(type)).length;
    const quantity = wanted - Math.max(availableNow(clinicId, type), 0);
    return wanted && quantity > 0 ? [{ action: 'add', license_type: type, quantity }] : [];
  });
}

const buyFor = (users, lines) =>
  use('adjust', ({ openPurchase }) => openPurchase(lines, { users }));

// Shown at once, since it is nearly always granted; a refusal puts the server's word back.
export function setActive(clinicId, user, active, undone = false) {
  const { user_id: id, license_type: type } = user;
  const seen = countsNow(clinicEntry(clinicId), state.rows).licenses.find(isOf(type));
  /** @type {Row} */
  const row = { active, busy: true, type, by: Number(active) - Number(user.active) };
  state.rows[id] = row;
  state.selected.delete(id);
  draw();
  const begin = () => switchOne(clinicId, user, row, seen, undone);
  switched = switched.then(begin, begin);
  return switched;
}

async function switchOne(clinicId, user, row, seen, undone) {
  const { user_id: id, license_type: type, name } = user;
  const { active } = row;
  try {
    const after = await sendSwitch(clinicId, user, row, seen);
    row.after = after;
    // Somebody may have gone to another clinic meanwhile.
    if (!undone && isShown(clinicId)) noteSwitch(after);
    await afterSwitch(clinicId, [after]);
    if (state.rows[id] === row) delete state.rows[id];
    const left = typeOf(clinicId, user)?.available;
    say(
      `${name} is ${statusOf(active)}.` +
        (left === undefined ? '' : ` ${licenseCount(left, type)} available.`) +
        (state.switched.includes(after)
          ? ` Undo${active ? '' : ' or release'} below the users.`
          : ''),
    );
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    // Whoever waits for a server that does not answer is not made to wait for it twice.
    if (!problem.passes) await catchUp();
    if (state.rows[id] === row) state.rows[id] = { problem, wanted: active };
    const free = isShown(clinicId) && !state.dialog;
    if (problem.code === 'licenses_unavailable' && active && free) {
      delete state.rows[id];
      buyFor([user], [{ action: 'add', license_type: type, quantity: 1 }]);
    }
  }
  draw();
}

// A click means what its reader saw: where that is no longer true, it is not carried out.
async function sendSwitch(clinicId, user, row, seen) {
  for (let attempt = 1; ; attempt += 1) {
    const detail = changedMeanwhile(clinicId, user, seen);
    if (detail) throw new Problem(412, { detail });
    row.etag = clinicEntry(clinicId).etag;
    try {
      const { data } = await ask('PUT', `/clinics/${clinicId}/users/${user.user_id}/activation`, {
        body: { active: row.active },
        headers: row.etag && { 'If-Match': row.etag },
      });
      return data.user;
    } catch (problem) {
      row.etag = undefined;
      if (problem.status !== 412 || attempt > 4) throw problem;
      // It may have been an invoice, or licenses of another type.
      await Promise.all([clinicEntry(clinicId), usersOf(clinicId)].map(refresh));
    }
  }
}

function changedMeanwhile(clinicId, user, seen) {
  const type = usersOf(clinicId).data?.users.find(
    (other) => other.user_id === user.user_id,
  )?.license_type;
  const stays = `${user.name} stays ${statusOf(user.active)}:`;
  if (type && type !== user.license_type) {
    return `${stays} the license type was changed to ${title(type)}.`;
  }
  const now = typeOf(clinicId, user);
  return (
    type &&
    now &&
    (seen.in_use !== now.in_use || seen.purchased !== now.purchased) &&
    `${stays} ${words(type)} licenses changed before your click arrived. ` +
      `Now ${now.purchased} total, ${now.in_use} in use, ${now.available} available.`
  );
}

// What was switched since the bar was last put away: to be undone, or released.
function noteSwitch(user) {
  const before = state.switched.find((other) => other.user_id === user.user_id);
  state.switched = state.switched.filter((other) => other !== before);
  if (!before) state.switched.push(user);
}

// What went wrong stands in the row that was clicked.
function rowNote(clinicId, user, can) {
  const { problem, wanted } = state.rows[user.user_id] ?? {};
  if (!problem || !can.manage) return undefined;
  const { name, user_id: id } = user;
  const again = () => setActive(clinicId, user, wanted);
  const dismiss = quiet('Dismiss', () => {
    delete state.rows[id];
    document.getElementById(`active-${id}`)?.focus();
    draw();
  });
  return row(
    { class: 'row-note', key: `${id}-note` },
    cell(
      '',
      h(
        'div.bad',
        { role: 'alert', onmount: (node) => node.scrollIntoView({ block: 'nearest' }) },
        h('p', problem.message),
        h(
          'p.actions',
          problem.status === 412 && button(`Make ${name} ${statusOf(wanted)}`, again),
          problem.passes && button('Try again', again),
          dismiss,
        ),
      ),
      { colspan: 7 },
    ),
  );
}

// --- the table --------------------------------------------------------------------------------

export const usersOf = (clinicId) => read(usersPath(clinicId), { list: 'users', all: true });

const SORTS = {
  name: byName,
  email: (one, other) => one.email.localeCompare(other.email),
  type: (one, other) => one.license_type.localeCompare(other.license_type) || byName(one, other),
  active: (one, other) => Number(other.active) - Number(one.active) || byName(one, other),
  since: (one, other) => sinceOf(other).localeCompare(sinceOf(one)) || byName(one, other),
};
const sinceOf = (user) => (user.active ? user.active_since : user.inactive_since) ?? '';
const startOf = ({ starts_at: starts }) => starts && `Starts ${day(starts)}`;

function edit(clinicId, user = undefined) {
  const row = state.rows[user?.user_id];
  const switching = row?.busy && switched.then(() => row.after);
  use('user', ({ openUser }) => openUser(clinicId, user, switching));
}

const leave = (users) => use('user', ({ openLeaving }) => openLeaving(users.find(isMe)));
const remove = (user) => use('user', ({ openRemoval }) => openRemoval(user));

export function usersView(clinicId, can) {
  return panel(usersOf(clinicId), ({ users }) => {
    const { by, down } = state.sort;
    const found = users
      .filter((user) => fitsFilter(user, state.filter))
      .sort((one, other) => SORTS[by](one, other) * (down ? -1 : 1));
    const all = count(users.length, 'user');
    const { rows, bar } = paged('users', found, 'user');
    return [
      heading(
        viewTitle('Users'),
        h(
          'p.hint',
          found.length < users.length
            ? `${found.length} of ${all}`
            : `${all}, ${users.filter((user) => user.active).length} active`,
        ),
        can.manage && link('Provisioning', `#/clinics/${clinicId}/provisioning`),
        exportButton(`/clinics/${clinicId}/users`, `${clinicId}-users`),
        can.manage && button('Import', () => use('imports', ({ openImport }) => openImport())),
        can.manage && button('Add user', () => edit(clinicId)),
        !can.manage && users.some(mayLeave) && button('Leave this clinic', () => leave(users)),
      ),
      h(
        'div.filters',
        { role: 'search', 'aria-label': 'Users' },
        filterField('search', 'Search', 'input', {
          type: 'search',
          placeholder: 'Search name or email',
        }),
        filterField('type', 'License type', 'select', {}, [
          ['', 'All types'],
          ...typeNames(clinicId),
        ]),
        filterField('active', 'Status', 'select', {}, [
          ['', 'All statuses'],
          ['active', 'Active'],
          ['inactive', 'Inactive'],
        ]),
      ),
      found.length
        ? table(
            'Users',
            headsOf(can, found),
            rows.map((user) => userRows(clinicId, user, can)),
            { class: can.manage ? 'users cards' : 'users cards seen' },
          )
        : users.length
          ? empty('No users match.', button('Show all users', showAll))
          : empty('All users have been deleted.'),
      bar,
      can.manage && h('p.hint.rule', STILL_BILLED),
      can.manage &&
        (state.selected.size > 0 || state.switched.length > 0) &&
        h(
          'div.bars',
          later('bars', (module) => module.barsView(clinicId, users)),
        ),
    ];
  });
}

function showAll() {
  Object.assign(state.filter, { search: '', type: '', active: '' });
  draw();
}

function headsOf(can, found) {
  const every = found.every((user) => state.selected.has(user.user_id));
  const selectAll = () => {
    for (const user of found) {
      if (every) state.selected.delete(user.user_id);
      else state.selected.add(user.user_id);
    }
    draw();
  };
  return [
    can.manage && [
      h(
        'label.tickbox',
        unseen(`Select all: ${count(found.length, 'user')}`),
        h('input', { type: 'checkbox', checked: every, onchange: selectAll }),
      ),
      'select',
    ],
    sortable('name', 'Name'),
    sortable('email', 'Email'),
    sortable('type', 'License type'),
    sortable('since', 'Since'),
    sortable('active', 'Active', 'middle'),
    can.manage && [unseen('Edit'), 'end'],
    can.remove && [unseen('Delete'), 'end'],
  ].filter(Boolean);
}

export const fitsFilter = (user, { search, type, active }) =>
  (!type || user.license_type === type) &&
  (!active || user.active === (active === 'active')) &&
  plain(`${user.name} ${user.email}`).includes(plain(search.trim()));

// Where it is too long for its place, an address breaks after its @.
const addressIn = (email) => {
  const [name, host] = email.split('@');
  return [`${name}@`, h('wbr'), host];
};

const SUPPRESSED = { bounce: 'Bounced', complaint: 'Complained' };

function userRows(clinicId, user, can) {
  const { user_id: id, name } = user;
  const { active = user.active, busy } = state.rows[id] ?? {};
  const select = ({ target }) => {
    if (target.checked) state.selected.add(id);
    else state.selected.delete(id);
    draw();
  };
  const tick = (label, props) => h('label.tickbox', unseen(label), h('input', props));
  return [
    row(
      { key: id, class: busy && 'busy', 'aria-busy': busy && 'true' },
      can.manage &&
        cell(
          '',
          tick(`Select ${name}`, {
            type: 'checkbox',
            checked: state.selected.has(id),
            onchange: select,
          }),
          { class: 'select' },
        ),
      rowHead(
        h('span.name', name),
        isManager(user) && h('span.badge', 'User Manager'),
        can.manage && startOf(user) && h('span.badge', startOf(user)),
      ),
      cell(
        'Email',
        [
          addressIn(user.email),
          ' ',
          user.mail_suppressed && h('span.badge.warn', SUPPRESSED[user.mail_suppressed]),
        ],
        { class: 'muted' },
      ),
      cell('License type', title(user.license_type)),
      cell('Since', day(sinceOf(user)), { class: 'muted' }),
      cell(
        'Active',
        can.manage
          ? tick(`Active: ${name}`, {
              type: 'checkbox',
              class: 'switch',
              id: `active-${id}`,
              checked: active,
              onchange: () => wish(clinicId, [{ ...user, active }], !active),
            })
          : chip(
              active ? 'good' : startOf(user) ? 'wait' : 'off',
              active ? 'Active' : (startOf(user) ?? 'Inactive'),
            ),
        { class: 'middle' },
      ),
      can.manage &&
        cell(
          '',
          quiet('Edit', () => edit(clinicId, { ...user, active }), {
            'aria-label': `Edit ${name}`,
          }),
          { class: 'end' },
        ),
      can.remove &&
        cell(
          '',
          quiet('Delete', () => remove(user), { 'aria-label': `Delete ${name}` }),
          { class: 'end' },
        ),
    ),
    rowNote(clinicId, user, can),
  ];
}
