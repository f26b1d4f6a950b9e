// Which emails a User Manager gets of a clinic without asking for them. Each choice holds at once.

import { ask } from './api.js';
import { h } from './dom.js';
import { title } from './format.js';
import { licensesOf, read, refresh } from './live.js';
import { heading, panel, viewTitle, warning } from './parts.js';
import { draw, say } from './state.js';

const KINDS = [
  [
    'before_renewal',
    'Three business days before a renewal',
    'What will be billed, and which licenses aren’t in use.',
  ],
  ['invoice_finalized', 'When an invoice is final', 'Its total, and a link to it.'],
  ['price_rise', 'Before prices rise', '30 days before the new prices start.'],
];
const LEVELS = [0, 1, 2, 3, 4, 5, 10, 20];

// What was chosen and is not saved yet is shown as chosen; one choice is saved after the other.
/** @typedef {{ problem?: string, wanted: object, saved: Promise<void> }} Saving */
/** @type {Map<string, Saving>} by clinic */
const savings = new Map();

async function saveOne(entry, saving) {
  const { wanted } = saving;
  if (!Object.keys(wanted).length) return;
  saving.problem = undefined;
  try {
    await ask('PUT', entry.path, { body: { ...entry.data, ...wanted } });
    say('Saved.');
  } catch (problem) {
    saving.problem = problem.message;
  }
  await refresh(entry);
  if (saving.wanted === wanted) saving.wanted = {};
  draw();
}

export function noticesView(clinicId) {
  const entry = read(`/clinics/${clinicId}/notices`);
  const saving = savings.get(clinicId) ?? { wanted: {}, saved: Promise.resolve() };
  savings.set(clinicId, saving);
  const save = (choice) => {
    saving.wanted = { ...saving.wanted, ...choice };
    const next = () => saveOne(entry, saving);
    saving.saved = saving.saved.then(next, next);
    draw();
  };
  return [
    heading(viewTitle('Email notices')),
    h('p.hint', 'What we email you about this clinic. Other User Managers choose for themselves.'),
    saving.problem && warning('Your choice wasn’t saved', saving.problem),
    panel(entry, (data) => {
      const chosen = { ...data, ...saving.wanted };
      return [
        h(
          'fieldset.choices',
          h('legend', 'Email me'),
          KINDS.map(([name, label, hint]) => tick(name, label, hint, chosen, save)),
        ),
        h(
          'fieldset.choices',
          h('legend', 'Email me when licenses run low'),
          licensesOf(clinicId).map(({ license_type: type }) => level(type, chosen, save)),
        ),
      ];
    }),
  ];
}

const tick = (name, label, hint, chosen, save) =>
  h(
    'p.choice',
    { key: name },
    h(
      'label.tick',
      h('input.switch', {
        type: 'checkbox',
        role: 'switch',
        checked: chosen[name],
        'aria-describedby': `notice-${name}-hint`,
        onchange: ({ target }) => save({ [name]: target.checked }),
      }),
      label,
    ),
    h('span.hint', { id: `notice-${name}-hint` }, hint),
  );

function level(type, chosen, save) {
  const others = chosen.few_left.filter(({ license_type: other }) => other !== type);
  const at = chosen.few_left.find(({ license_type: other }) => other === type)?.at;
  const levels =
    LEVELS.includes(at) || at === undefined ? LEVELS : [...LEVELS, at].sort((a, b) => a - b);
  const change = ({ target: { value } }) =>
    save({ few_left: value ? [...others, { license_type: type, at: Number(value) }] : others });
  return h(
    'p.choice',
    { key: type },
    h('label', { for: `few-${type}` }, title(type)),
    h(
      'select',
      { id: `few-${type}`, value: at ?? '', onchange: change },
      h('option', { value: '' }, 'Never'),
      levels.map((value) =>
        h('option', { value: `${value}`, key: value }, value ? `${value} left` : 'None left'),
      ),
    ),
  );
}
