// What can be done about several users at once: those that are selected, and those just switched.

import { h } from './dom.js';
import { count, money } from './format.js';
import { use } from './later.js';
import { clinicEntry, licensesOf } from './live.js';
import { button, quiet } from './parts.js';
import { people } from './requests.js';
import { draw, focusOn, state } from './state.js';
import {
  allSwitched,
  fitsFilter,
  isOf,
  setActive,
  statusOf,
  typeOf,
  usersOf,
  wish,
} from './users.js';

export const barsView = (clinicId, users) => [
  selectionBar(clinicId, users),
  switchBar(clinicId, users),
];

function switchBar(clinicId, users) {
  // In another window they may have been switched back.
  const now = new Map(users.map((user) => [user.user_id, user.active]));
  const still = state.switched.filter((user) => now.get(user.user_id) === user.active);
  const off = still.filter((user) => !user.active);
  const on = still.filter((user) => user.active);
  const { currency } = clinicEntry(clinicId).data ?? {};
  // Whoever has left the clinic is shown its licenses no longer.
  if (!still.length || !currency) return undefined;
  const who = (users) => (users.length === 1 ? users[0].name : count(users.length, 'user'));
  const made = (users, active) => users.length > 0 && `${who(users)} made ${statusOf(active)}.`;
  const lines = releasable(clinicId, off);
  const total = lines.reduce((sum, line) => sum + line.quantity, 0);
  const cost = lines.reduce(
    (sum, line) => sum + line.quantity * typeOf(clinicId, line).unit_price_cents,
    0,
  );
  const undo = async () => {
    const back = [...state.switched].reverse();
    state.switched = [];
    draw();
    await allSwitched();
    for (const user of back) undoOne(clinicId, user);
  };
  const release = () =>
    use('adjust', ({ openAdjustment }) =>
      openAdjustment('remove', lines, {
        explanation: `${people(off)} made inactive`,
      }),
    );
  return h(
    'section.bulk',
    { key: 'switched', class: total ? 'bulk costly' : 'bulk', 'aria-label': 'Just changed' },
    h(
      'p',
      [made(off, false), made(on, true)].filter(Boolean).join(' '),
      total > 0 && [
        ` ${count(total, 'license')} unused and still billed: `,
        h('strong', `${money(cost, currency)}/month`),
        '.',
      ],
    ),
    h(
      'p.actions',
      total > 0 && button(`Release ${count(total, 'license')}`, release, { class: 'main' }),
      button('Undo', undo),
      quiet('Dismiss', () => {
        state.switched = [];
        focusOn('view-title');
      }),
    ),
  );
}

function undoOne(clinicId, user) {
  const now = usersOf(clinicId).data?.users.find((other) => other.user_id === user.user_id);
  if (now?.active === user.active) setActive(clinicId, now, !user.active, true);
}

// As many as became free and are not taken again by now.
function releasable(clinicId, users) {
  return licensesOf(clinicId).flatMap(({ license_type: type, available }) => {
    const quantity = Math.min(users.filter(isOf(type)).length, available);
    return quantity > 0 ? [{ action: 'remove', license_type: type, quantity }] : [];
  });
}

function selectionBar(clinicId, users) {
  const chosen = users.filter((user) => state.selected.has(user.user_id));
  if (!chosen.length) return undefined;
  const hidden = chosen.filter((user) => !fitsFilter(user, state.filter)).length;
  const make = (active) => () => wish(clinicId, chosen, active);
  const clear = () => {
    state.selected.clear();
    focusOn('view-title');
  };
  return h(
    'section.bulk',
    { key: 'selection', 'aria-label': 'Selection' },
    h('p', `${chosen.length} selected${hidden ? `, ${hidden} not shown` : ''}`),
    h(
      'p.actions',
      chosen.some((user) => !user.active) && button('Make active', make(true)),
      chosen.some((user) => user.active) && button('Make inactive', make(false)),
      quiet('Clear selection', clear),
    ),
  );
}
