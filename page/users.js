// The users of a clinic: who they are, and who holds a license.

import { openAdjustment } from './adjust.js';
import { ask, Problem } from './api.js';
import {
  address,
  choiceField,
  closeDialog,
  inputField,
  kinds,
  matching,
  openDialog,
  tickField,
} from './dialogs.js';
import { h } from './dom.js';
import { byName, count, day, licenseCount, money, plain, title, words } from './format.js';
import { countsNow } from './licenses.js';
import { afterChange, catchUp, clinicEntry, licensesOf, read, refresh } from './live.js';
import {
  button,
  cell,
  empty,
  heading,
  keepNotice,
  panel,
  quiet,
  row,
  rowHead,
  table,
  unseen,
  viewTitle,
} from './parts.js';
import { draw, say, state } from './state.js';

const isOf = (type) => (item) => item.license_type === type;
const typeOf = (clinicId, user) => licensesOf(clinicId).find(isOf(user.license_type)) ?? {};
const typeNames = (clinicId) =>
  licensesOf(clinicId).map(({ license_type: type }) => [type, title(type)]);

// --- making active and inactive ---------------------------------------------------------------

const statusOf = (active) => (active ? 'active' : 'inactive');

// One after the other: a switch of ours must not look to the next like somebody else's.
let switched = Promise.resolve();

// Shown at once, since it is nearly always granted; a refusal puts the server's word back.
function setActive(clinicId, user, active) {
  const { user_id: id, license_type: type } = user;
  draw();
  if (state.rows[id]?.busy) return;
  const seen = countsNow(clinicEntry(clinicId), state.rows).licenses.find(isOf(type));
  const row = { active, busy: true, type, by: active - user.active };
  state.rows[id] = row;
  const begin = () => switchOne(clinicId, user, row, seen);
  switched = switched.then(begin, begin);
}

async function switchOne(clinicId, user, row, seen) {
  const { user_id: id, license_type: type, name } = user;
  const { active } = row;
  /** @type {Row} */
  let outcome = { changed: true };
  try {
    await sendSwitch(clinicId, user, row, seen);
    await afterChange();
    say(
      `${name} is ${statusOf(active)}. ` +
        `${licenseCount(typeOf(clinicId, user).available, type)} available.`,
    );
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    await catchUp();
    outcome = { problem, wanted: active };
  }
  // Somebody may have gone to another clinic meanwhile.
  if (state.rows[id] === row) state.rows[id] = outcome;
  draw();
}

// A click means what its reader saw: where that is no longer true, it is not carried out.
async function sendSwitch(clinicId, user, row, seen) {
  for (let attempt = 1; ; attempt += 1) {
    const detail = changedMeanwhile(clinicId, user, seen);
    if (detail) throw new Problem(412, { detail });
    row.etag = clinicEntry(clinicId).etag;
    try {
      return await ask('PUT', `/clinics/${clinicId}/users/${user.user_id}/activation`, {
        body: { active: row.active },
        headers: { 'If-Match': row.etag },
      });
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
  const stays = `${user.name} stays ${statusOf(user.active)}, since`;
  if (type && type !== user.license_type) {
    return `${stays} the license type was changed to ${words(type)}.`;
  }
  const { purchased, in_use: used, available } = typeOf(clinicId, user);
  return (
    type &&
    (seen.in_use !== used || seen.purchased !== purchased) &&
    `${stays} ${words(type)} licenses changed before your click arrived: ` +
      `of ${purchased} in all, ${used} in use and ${available} available now.`
  );
}

function rowNote(clinicId, user, can) {
  const { changed, problem, wanted } = state.rows[user.user_id] ?? {};
  if (!(changed || problem) || !can.manage) return undefined;
  const { name, license_type: type } = user;
  const request = (action) => () =>
    openAdjustment(action, [{ action, license_type: type, quantity: 1 }]);
  const dismiss = quiet('Dismiss', () => {
    delete state.rows[user.user_id];
    document.getElementById(`active-${user.user_id}`).focus();
    draw();
  });
  if (problem) {
    return noteView(
      'bad',
      problem.message,
      problem.code === 'licenses_unavailable' &&
        button(`Add ${licenseCount(1, type)}`, request('add')),
      button(problem.status === 412 ? `Make ${name} ${statusOf(wanted)}` : 'Try again', () =>
        setActive(clinicId, user, wanted),
      ),
      dismiss,
    );
  }
  const undo = button('Undo', () => setActive(clinicId, user, !user.active));
  const { available, unit_price_cents: price } = typeOf(clinicId, user);
  if (user.active || !available) {
    const text = user.active ? `active and uses ${licenseCount(1, type)}` : 'inactive';
    return noteView('good', `${name} is ${text}.`, undo, dismiss);
  }
  return noteView(
    'idle',
    [
      `The ${words(type)} license is free and still billed: it costs `,
      h('strong', `${money(price, clinicEntry(clinicId).data.currency)} per month`),
      '.',
    ],
    button('Release it now', request('remove')),
    undo,
    dismiss,
  );
}

const noteView = (tone, text, ...actions) =>
  row(
    { class: 'row-note' },
    cell(
      '',
      h(`div.${tone}`, { role: tone === 'bad' && 'alert' }, h('p', text), h('p.actions', actions)),
      { colspan: 5 },
    ),
  );

// --- the table --------------------------------------------------------------------------------

export const usersOf = (clinicId) =>
  read(`/clinics/${clinicId}/users?limit=100`, { list: 'users', all: true });

const noFilter = () => ({ search: '', type: '', active: '' });
state.filter = noFilter();

export function usersView(clinicId, can) {
  return panel(usersOf(clinicId), ({ users }) => {
    const found = users.filter((user) => fitsFilter(user, state.filter)).sort(byName);
    const all = count(users.length, 'user');
    return [
      heading(
        viewTitle('Users'),
        h(
          'p.hint',
          found.length < users.length
            ? `${found.length} of ${all}`
            : `${all}, ${users.filter((user) => user.active).length} active`,
        ),
        can.manage && button('Add user', () => openDialog('user', newUser(clinicId))),
      ),
      h(
        'div.filters',
        { role: 'search', 'aria-label': 'Users' },
        filter('search', 'Search', 'input', { type: 'search', placeholder: 'Name or e-mail' }),
        filter('type', 'License type', 'select', {}, [['', 'All'], ...typeNames(clinicId)]),
        filter('active', 'Status', 'select', {}, [
          ['', 'All'],
          ['active', 'Active'],
          ['inactive', 'Inactive'],
        ]),
      ),
      found.length
        ? table(
            'Users',
            ['Name', 'License type', ['Active', 'middle'], 'Since', unseen('Change')],
            found.map((user) => userRows(clinicId, user, can)),
            { class: 'users cards' },
          )
        : empty(
            'Nobody fits this search.',
            button('Show all users', () => {
              state.filter = noFilter();
              draw();
            }),
          ),
    ];
  });
}

export const fitsFilter = (user, { search, type, active }) =>
  (!type || user.license_type === type) &&
  (!active || user.active === (active === 'active')) &&
  plain(`${user.name} ${user.email}`).includes(plain(search.trim()));

const filter = (name, label, tag, props, options = []) =>
  h(
    'div',
    h('label', { for: `filter-${name}` }, label),
    h(
      tag,
      {
        id: `filter-${name}`,
        value: state.filter[name],
        oninput: ({ target }) => {
          state.filter[name] = target.value;
          draw();
        },
        ...props,
      },
      options.map(([value, text]) => h('option', { value, key: value }, text)),
    ),
  );

function userRows(clinicId, user, can) {
  const { user_id: id, name } = user;
  const { active = user.active, busy } = state.rows[id] ?? {};
  const tick = h(
    'label.switch',
    unseen(`Active: ${name}`),
    h('input', {
      type: 'checkbox',
      id: `active-${id}`,
      checked: active,
      onchange: () => setActive(clinicId, user, !active),
    }),
  );
  return [
    row(
      { key: id, class: busy && 'busy', 'aria-busy': busy && 'true' },
      rowHead(
        h('span.name', name),
        user.permissions.includes('user_manager') && h('span.badge', 'User Manager'),
        h('span.why', user.email),
      ),
      cell('License type', title(user.license_type)),
      cell('Active', can.manage ? tick : active ? 'Yes' : 'No', { class: 'middle' }),
      cell('Since', day(active ? user.active_since : user.inactive_since), { class: 'muted' }),
      cell(
        '',
        can.manage &&
          quiet('Edit', () => openDialog('user', oldUser({ ...user, active })), {
            'aria-label': `Edit ${name}`,
          }),
        { class: 'end' },
      ),
    ),
    rowNote(clinicId, user, can),
  ];
}

// --- adding and changing ----------------------------------------------------------------------

const newUser = (clinicId) => ({
  name: '',
  email: '',
  license_type: typeNames(clinicId)[0][0],
  user_manager: false,
});
const oldUser = ({ permissions, ...user }) => ({
  ...user,
  user_manager: permissions.includes('user_manager'),
});

kinds.user = {
  title: ({ fields }) => (fields.user_id ? 'Edit user' : 'Add user'),
  submitLabel: ({ fields }) => (fields.user_id ? 'Save changes' : 'Add user'),
  busyLabel: () => 'Saving…',
  check: ({ fields }) => ({
    name: matching(/\S/, 'Enter the name.')(fields.name),
    email: address(fields.email),
  }),
  body: (dialog) => [
    inputField(dialog, 'name', 'Name'),
    dialog.fields.user_id
      ? h('p.hint', `Signs in as ${dialog.fields.email}.`)
      : inputField(dialog, 'email', 'E-mail address', {
          type: 'email',
          hint: 'An invitation to sign in goes there.',
        }),
    choiceField(dialog, 'license_type', 'License type', typeNames(dialog.clinicId), {
      disabled: dialog.fields.active,
      hint: dialog.fields.active && 'Make the user inactive to change it.',
    }),
    tickField(dialog, 'user_manager', 'User Manager: may adjust licenses and activate users'),
  ],
  async submit(dialog) {
    const { clinicId, fields } = dialog;
    const { user_id: id, active, license_type } = fields;
    const path = `/clinics/${clinicId}/users`;
    const name = fields.name.trim();
    const body = { name, permissions: fields.user_manager ? ['user_manager'] : [] };
    if (id) {
      await ask('PATCH', `${path}/${id}`, { body: active ? body : { ...body, license_type } });
      say(`${name} is saved.`);
    } else {
      const email = fields.email.trim();
      const { data } = await ask('POST', path, { body: { ...body, email, license_type } });
      keepNotice(
        `${name} was added, inactive for now.`,
        () =>
          h(
            'p',
            `An invitation went to ${email}. To work, ${name} must be active, `,
            `which takes ${licenseCount(1, license_type)}.`,
          ),
        () => [button(`Make ${name} active`, () => setActive(clinicId, data, true))],
      );
    }
    closeDialog(dialog);
    await afterChange();
  },
};
