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
import { afterChange, catchUp, clinicEntry, licensesOf, read } from './live.js';
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

const typeOf = (clinicId, user) =>
  licensesOf(clinicId).find((item) => item.license_type === user.license_type) ?? {};
const typeNames = (clinicId) =>
  licensesOf(clinicId).map(({ license_type: type }) => [type, title(type)]);

// --- making active and inactive ---------------------------------------------------------------

// Shown at once, since it is nearly always granted; a refusal puts the server's word back.
async function setActive(clinicId, user, active) {
  const id = user.user_id;
  draw();
  if (state.rows[id]?.busy) return;
  state.rows[id] = { active, busy: true };
  try {
    await ask('PUT', `/clinics/${clinicId}/users/${id}/activation`, { body: { active } });
    await afterChange();
    state.rows[id] = { changed: true };
    say(
      `${user.name} is ${active ? 'active' : 'inactive'}. ` +
        `${licenseCount(typeOf(clinicId, user).available, user.license_type)} available.`,
    );
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    await catchUp();
    state.rows[id] = { problem, wanted: active };
  }
  draw();
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
      button('Try again', () => setActive(clinicId, user, wanted)),
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
            [['Name'], ['License type'], ['Active', 'middle'], ['Since'], [unseen('Change')]],
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
