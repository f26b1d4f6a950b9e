// Adding a user and changing one, and leaving a clinic.

import { ask, Problem } from './api.js';
import { closeDialog, isTyped, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { day, isoDay, licenseCount, money, title } from './format.js';
import { address, choiceField, dateField, inputField, matching, tickField } from './forms.js';
import { module } from './later.js';
import { afterChange, clinicEntry, refresh, takeUsers } from './live.js';
import { button, facts, keepNotice, quiet } from './parts.js';
import { people } from './requests.js';
import { prevented } from './review.js';
import { isManager, MANAGER } from './rules.js';
import { draw, say, state } from './state.js';
import {
  allSwitched,
  availableNow,
  isMe,
  isOf,
  setActive,
  typeNames,
  typeOf,
  usersOf,
  wish,
} from './users.js';

// With what becomes of a switch of theirs that is still on its way.
export const openUser = (clinicId, user = undefined, switching = undefined) =>
  openDialog('user', user ? oldUser(user) : newUser(clinicId), { switching });
export const openLeaving = (user) =>
  openDialog('leaving', {}, { users: [user], once: crypto.randomUUID() });

const newUser = (clinicId) => ({
  name: '',
  email: '',
  license_type: typeNames(clinicId)[0][0],
  user_manager: false,
  active_now: true,
  starts_on: '',
});
const oldUser = ({ permissions, ...user }) => ({
  ...user,
  user_manager: isManager({ permissions }),
  starts_on: user.starts_at ? isoDay(new Date(user.starts_at)) : '',
});
const permissionsIn = (fields) => (fields.user_manager ? [MANAGER] : []);

function typeHint({ clinicId, fields }) {
  if (fields.user_id) return fields.active && 'Make the user inactive to change it.';
  const available = availableNow(clinicId, fields.license_type);
  const { unit_price_cents: price } = typeOf(clinicId, fields);
  const { currency } = clinicEntry(clinicId).data;
  if (available > 0) return `${available} available, already billed.`;
  return `None left. Adding one costs ${money(price, currency)}/month; you review it first.`;
}

function startHint({ clinicId, fields }) {
  const { unit_price_cents: price } = typeOf(clinicId, fields);
  const { currency, scheduled_adjustments: scheduled } = clinicEntry(clinicId).data;
  const planned = fields.starts_at ? 'Clear it if they won’t start. ' : '';
  const releases = scheduled.some(({ changes }) =>
    changes.some((one) => one.license_type === fields.license_type && one.change < 0),
  );
  const taken = releases
    ? ' They may take a license that is scheduled to be released later; that release then won’t go through.'
    : '';
  return `${planned}They become active that day. If no license will be left for them, one is added for ${money(price, currency)}/month.${taken}`;
}

// An invitation that went to a wrong address does not follow to the right one.
function emailHint({ fields, begun }) {
  if (!fields.user_id) return 'We’ll send an invitation to sign in.';
  return fields.email.trim() === JSON.parse(begun).email
    ? 'Used to sign in and to receive email.'
    : 'If they haven’t signed in yet, save this and then send the invitation again.';
}

// Without the manager's permission the page of this clinic is closed to them.
const losesRights = ({ fields, begun }) =>
  fields.user_id && isMe(fields) && JSON.parse(begun).user_manager && !fields.user_manager;

const needsLicense = ({ clinicId, fields }) =>
  !fields.user_id && fields.active_now && availableNow(clinicId, fields.license_type) < 1;

kinds.user = {
  title: ({ fields }) => (fields.user_id ? 'Edit user' : 'Add user'),
  submitLabel: (dialog) => {
    if (dialog.fields.user_id) return 'Save changes';
    return needsLicense(dialog) ? 'Review user and license' : 'Add user';
  },
  busyLabel: () => 'Saving…',
  check: ({ fields }) => ({
    name: matching(/\S/, 'Enter a name.')(fields.name),
    email: address(fields.email),
  }),
  nameOf: (field) => (field === 'permissions' ? 'user_manager' : field),
  body: (dialog) => [
    dialog.now && changedUser(dialog.now),
    inputField(dialog, 'name', 'Name'),
    inputField(dialog, 'email', 'Email address', {
      type: 'email',
      hint: emailHint(dialog),
    }),
    choiceField(dialog, 'license_type', 'License type', typeNames(dialog.clinicId), {
      disabled: dialog.fields.active,
      hint: typeHint(dialog),
    }),
    tickField(dialog, 'user_manager', 'User Manager', 'Adjusts licenses and manages users'),
    !dialog.fields.user_id &&
      tickField(dialog, 'active_now', 'Make active now', 'Uses 1 license of this type'),
    !dialog.fields.active &&
      !dialog.fields.active_now &&
      dateField(dialog, 'starts_on', 'First day (optional)', 1, startHint(dialog)),
    // They would close the form, and are about the user as it stands.
    dialog.fields.user_id &&
      !isTyped(dialog) &&
      h(
        'p.actions',
        quiet('Send invitation again', () => inviteAgain(dialog)),
        !dialog.fields.active && quiet('Delete user', () => openRemovalFrom(dialog)),
      ),
    dialog.told === dialog.fields.license_type &&
      dialog.fields.active_now &&
      prevented(dialog.preview),
    losesRights(dialog) &&
      h('p.alarm', { role: 'alert' }, 'You won’t be able to manage this clinic after you save.'),
  ],
  submit: (dialog) => (dialog.fields.user_id ? saveUser(dialog) : addUser(dialog)),
};

const changedUser = (user) =>
  h(
    'div.notice.warn',
    h('p.label', 'Current values'),
    facts(
      ['Name', user.name],
      ['License type', title(user.license_type)],
      ['User Manager', isManager(user) ? 'Yes' : 'No'],
      user.starts_at && ['First day', day(user.starts_at)],
    ),
  );

// The own switch before it is nobody else's change.
async function takeSwitch(dialog) {
  const switched = await dialog.switching;
  dialog.switching = undefined;
  if (!switched) return;
  const [begun, now] = [JSON.parse(dialog.begun), oldUser(switched)];
  const same = ['name', 'email', 'license_type', 'user_manager'];
  if (same.every((field) => begun[field] === now[field])) dialog.fields.etag = switched.etag;
}

async function saveUser(dialog) {
  await takeSwitch(dialog);
  const { clinicId, fields } = dialog;
  const { user_id: id, active, license_type, etag } = fields;
  const name = fields.name.trim();
  const email = fields.email.trim();
  const begun = JSON.parse(dialog.begun);
  const body = {
    name,
    permissions: permissionsIn(fields),
    ...(email !== begun.email && { email }),
  };
  const later = {
    license_type,
    ...(fields.starts_on !== begun.starts_on && { starts_on: fields.starts_on || null }),
  };
  let data;
  try {
    ({ data } = await ask('PATCH', `/clinics/${clinicId}/users/${id}`, {
      body: active ? body : { ...body, ...later },
      headers: { 'If-Match': etag },
    }));
  } catch (problem) {
    if (problem.status === 412) {
      // What was typed stays, beside what somebody else has made of it.
      await refresh(usersOf(clinicId));
      dialog.now = usersOf(clinicId).data?.users.find((user) => user.user_id === id);
      fields.etag = dialog.now?.etag;
      fields.active = dialog.now?.active;
    }
    throw problem;
  }
  // Whoever edits them again right away begins with what was saved.
  takeUsers(clinicId, [data]);
  // A license may be added for another day or type.
  const anew = begun.starts_on !== fields.starts_on || begun.license_type !== license_type;
  if (data.starts_at && anew) await refresh(clinicEntry(clinicId));
  closeDialog(dialog);
  if (data.starts_at && anew) keepNotice(dialog, `${name} saved.`, startSaid(clinicId, data));
  else say(`${name} saved.`);
  await afterChange();
}

// Somebody who has signed in already needs none: the server says so.
async function inviteAgain(dialog) {
  // Each has a new password, by which the one before is no good any more.
  if (dialog.busy) return;
  const { clinicId } = dialog;
  const { user_id: id, email } = JSON.parse(dialog.begun);
  dialog.busy = true;
  draw();
  try {
    await ask('POST', `/clinics/${clinicId}/users/${id}/invitation`);
    dialog.problem = undefined;
    closeDialog(dialog);
    say(`Invitation sent to ${email}.`);
    keepNotice(dialog, `Invitation sent to ${email}.`, `It expires in 7 days.`);
    await afterChange();
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    dialog.problem = problem;
  } finally {
    dialog.busy = false;
    draw();
  }
}

const licenseComes = (clinicId, { user_id: id }) =>
  clinicEntry(clinicId).data?.scheduled_adjustments.some(
    (one) => one.starts_user_id === id && one.adjustment_id,
  );

function startSaid(clinicId, user) {
  const { name, license_type: type, starts_at: starts } = user;
  const more = licenseComes(clinicId, user) ? `, and ${licenseCount(1, type)} is added` : '';
  return `${name} becomes active on ${day(starts)}${more}.`;
}

export const openRemoval = (user, switching = undefined) =>
  openDialog('removal', {}, { users: [user], switching });

function openRemovalFrom(dialog) {
  closeDialog(dialog);
  openRemoval(JSON.parse(dialog.begun), dialog.switching);
}

kinds.removal = {
  title: ({ users: [user] }) => `Delete ${user.name}?`,
  danger: true,
  leaveLabel: 'Keep user',
  submitLabel: () => 'Delete user',
  busyLabel: () => 'Deleting…',
  body: ({ clinicId, users: [user] }) => [
    h(
      'p',
      'Their name and email are erased; the history shows them as “Former user.” The name stays in ',
      'reasons our staff gave, and in what was written before it was theirs. They can’t sign in to ',
      'this clinic again. You can’t undo this.',
    ),
    licenseComes(clinicId, user) &&
      h(
        'p',
        'The license scheduled for their first day won’t be added, unless another user who starts ',
        'needs it.',
      ),
  ],
  async submit(dialog) {
    const { clinicId, users } = dialog;
    const [user] = users;
    await dialog.switching;
    await ask('DELETE', `/clinics/${clinicId}/users/${user.user_id}`);
    closeDialog(dialog);
    say(`${user.name} is deleted.`);
    await afterChange();
  },
};

async function addUser(dialog) {
  const { clinicId, fields } = dialog;
  const { license_type, active_now: activeNow } = fields;
  const name = fields.name.trim();
  const email = fields.email.trim();
  const user = {
    name,
    email,
    license_type,
    permissions: permissionsIn(fields),
    ...(!activeNow && fields.starts_on && { starts_on: fields.starts_on }),
  };
  if (needsLicense(dialog)) {
    const { openPurchase } = await module('adjust');
    if (state.dialog !== dialog) return;
    closeDialog(dialog);
    await openPurchase([{ action: 'add', license_type, quantity: 1 }], { user, fields });
    return;
  }
  if (activeNow && dialog.told !== license_type) {
    dialog.preview = await activationPreview(clinicId, [user]);
    dialog.told = license_type;
    if (dialog.preview?.would_prevent.length) return;
  }
  const path = `/clinics/${clinicId}/users`;
  const { data } = await ask('POST', path, { body: user });
  if (activeNow) {
    try {
      await ask('PUT', `${path}/${data.user_id}/activation`, { body: { active: true } });
    } catch (problem) {
      // Somebody was faster, say: the user is there, and the form offers a license from now on.
      await afterChange();
      throw problem;
    }
  }
  // Whether a license is added with them stands with what the clinic has scheduled.
  if (data.starts_at) await refresh(clinicEntry(clinicId));
  closeDialog(dialog);
  const then = data.starts_at ? startSaid(clinicId, data) : `Activate ${name} to assign a license.`;
  keepNotice(
    dialog,
    `${name} added${activeNow ? ' and active' : ''}.`,
    `We emailed ${email} how to sign in.${activeNow ? '' : ` ${then}`}`,
    () =>
      activeNow || data.starts_at
        ? []
        : [button(`Make ${name} active`, () => wish(clinicId, [data], true))],
  );
  await afterChange();
}

// --- what waits for its day and would find no license any more -------------------------------

// To be made active takes a license as its release does: what that would prevent is said before.
// Whoever starts on a later day takes the one that is kept for them.
async function activationPreview(clinicId, users) {
  const lines = typeNames(clinicId).flatMap(([license_type]) => {
    const quantity = users.filter(isOf(license_type)).filter((user) => !user.starts_at).length;
    return quantity ? [{ action: 'remove', license_type, quantity }] : [];
  });
  if (!lines.length || !clinicEntry(clinicId).data.scheduled_adjustments.length) return undefined;
  const path = `/clinics/${clinicId}/license-adjustments/preview`;
  try {
    return (await ask('POST', path, { body: { lines, explanation: 'Made active' } })).data;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    // What stands in the way of the switch itself is said where it is tried.
    return undefined;
  }
}

export async function makeActive(clinicId, users) {
  const preview = await activationPreview(clinicId, users);
  const free = state.route.clinicId === clinicId && !state.dialog;
  if (!preview?.would_prevent.length) for (const user of users) setActive(clinicId, user, true);
  else if (free) openDialog('activation', {}, { users, preview });
}

kinds.activation = {
  title: ({ users }) => `Make ${people(users)} active?`,
  leaveLabel: 'Keep inactive',
  submitLabel: () => 'Make active',
  body: ({ preview }) => prevented(preview),
  submit(dialog) {
    const { clinicId, users } = dialog;
    closeDialog(dialog);
    for (const user of users) setActive(clinicId, user, true);
  },
};

kinds.leaving = {
  title: () => 'Leave this clinic?',
  danger: true,
  leaveLabel: 'Stay',
  submitLabel: () => 'Leave clinic',
  busyLabel: () => 'Leaving…',
  body: () => [
    h(
      'p',
      'You’ll become inactive and lose access right away. Only a User Manager can make you active ',
      'again.',
    ),
    h('p', 'A license stays billed until a User Manager releases it.'),
  ],
  async submit(dialog) {
    const { clinicId, users } = dialog;
    const [user] = users;
    // Afterwards nothing may be changed here any more.
    await allSwitched();
    await ask('PUT', `/clinics/${clinicId}/users/${user.user_id}/activation`, {
      body: { active: false },
      // Answered the same when tried again, though there is no access any more.
      headers: { 'Idempotency-Key': dialog.once },
    });
    closeDialog(dialog);
    await afterChange();
    location.hash = '#/';
  },
};
