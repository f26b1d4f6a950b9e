// How forms look, and what becomes of what was typed.

import { Problem } from './api.js';
import { closeDialog, forms, kinds, leaveDialog, openForm, unsent } from './dialogs.js';
import { h } from './dom.js';
import { count, isoDay } from './format.js';
import { button, notice, obstacles, quiet } from './parts.js';
import { draw, focusOn, state } from './state.js';

// What a browser can't read, such as half a date, it hands over as nothing at all.
const unreadable = () =>
  Object.fromEntries(
    /** @type {HTMLInputElement[]} */ ([...document.querySelectorAll('dialog input')])
      .filter(({ validity }) => validity.badInput)
      .map(({ name }) => [name, 'This date isn’t complete. Finish it or clear it.']),
  );

function errorsOf(dialog) {
  const all = { ...unreadable(), ...kinds[dialog.kind].check?.(dialog), ...dialog.refused };
  const seen = ([name, message]) => message && (dialog.submitted || dialog.touched[name]);
  return Object.fromEntries(Object.entries(all).filter(seen));
}

/** @param {Dialog} dialog */
export async function submit(dialog) {
  const kind = kinds[dialog.kind];
  if (dialog.busy) return;
  Object.assign(dialog, { submitted: true, problem: undefined, refused: {}, asked: undefined });
  if (Object.keys(errorsOf(dialog)).length) {
    focusOn('problem');
    return;
  }
  dialog.busy = true;
  draw();
  try {
    await kind.submit(dialog);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    for (const { field: name, message } of problem.errors) {
      dialog.refused[kind.nameOf?.(name, dialog) ?? name] = message;
    }
    // An expired sign-in has its own notice, which is out of sight below in a long form.
    if (problem.status !== 401) dialog.problem = problem;
    focusOn(dialog.problem ? 'problem' : 'expired');
  } finally {
    dialog.busy = false;
    draw();
  }
}

forms.view = () => {
  const dialog = openForm();
  if (!dialog) return [];
  const kind = kinds[dialog.kind];
  const back = kind.back?.(dialog);
  const waits = { 'aria-disabled': dialog.busy && 'true' };
  const leave = (event) => {
    event.preventDefault();
    leaveDialog();
  };
  const begin = (event) => {
    event.preventDefault();
    submit(dialog);
  };
  return [
    h(
      'dialog',
      {
        key: dialog.key,
        class: kind.wide && 'wide',
        'aria-labelledby': 'dialog-title',
        onmount: (node) => node.showModal(),
        oncancel: leave,
        // The browser closes it at a second Escape, whatever the first one was told.
        onclose: ({ target }) => {
          if (state.dialog !== dialog) return;
          if (unsent()) {
            target.showModal();
            focusOn(dialog.asked ? 'discard' : 'dialog-title');
          } else closeDialog(dialog);
        },
      },
      h(
        'form',
        { novalidate: true, onsubmit: begin },
        h('h2', { id: 'dialog-title', tabindex: -1, autofocus: true }, kind.title(dialog)),
        // Signing in again would lose what is shown once.
        !kind.loss?.(dialog) && obstacles(),
        problemBox(dialog),
        kind.body(dialog),
        dialog.asked ? discardBox(dialog) : undefined,
        h(
          'p.actions',
          // A field that is left for a button would say what is wrong, and move the button away.
          { onmousedown: (event) => event.preventDefault() },
          h(
            kind.danger ? 'button.main.danger' : 'button.main',
            waits,
            dialog.busy ? (kind.busyLabel?.(dialog) ?? 'Submitting…') : kind.submitLabel(dialog),
          ),
          back && button('Back', () => dialog.busy || back(), waits),
          quiet(kind.leaveLabel ?? 'Close', leave, waits),
        ),
      ),
    ),
  ];
};

function discardBox(dialog) {
  const keep = () => {
    dialog.asked = undefined;
    focusOn('dialog-title');
  };
  const discard = () => {
    closeDialog(dialog);
    dialog.asked();
  };
  const [question, leave, stay] = kinds[dialog.kind].loss?.(dialog) ?? [
    'Discard what you entered?',
    'Discard',
    'Keep editing',
  ];
  return notice(
    'warn',
    'discard',
    question,
    undefined,
    [button(leave, discard), button(stay, keep)],
    { id: 'discard', tabindex: -1, role: 'alert' },
  );
}

function problemBox(dialog) {
  const errors = dialog.submitted ? Object.entries(errorsOf(dialog)) : [];
  if (!errors.length && !dialog.problem) return undefined;
  const jump = (name) => (event) => {
    event.preventDefault();
    document.getElementById(`field-${name}`)?.focus();
  };
  const text = ([name, message]) =>
    document.getElementById(`field-${name}`)
      ? h('a', { href: `#field-${name}`, onclick: jump(name) }, message)
      : message;
  return h(
    'div.notice.bad',
    { id: 'problem', key: 'problem', role: 'alert', tabindex: -1 },
    h(
      'div',
      h(
        'p.label',
        errors.length ? `Fix ${count(errors.length, 'problem')}` : dialog.problem.message,
      ),
      errors.length > 0 &&
        h(
          'ul',
          errors.map((error) => h('li', { key: error[0] }, text(error))),
        ),
    ),
  );
}

// --- fields -----------------------------------------------------------------------------------

// A control with its label, hint and error, tied together for screen readers. While what was typed
// is on its way it stays as it is: the answer is about that.
function field(dialog, name, label, tag, { hint = undefined, ...attributes }, ...inner) {
  const id = `field-${name}`;
  const error = errorsOf(dialog)[name];
  return h(
    'div.field',
    { key: name },
    h('label', { for: id }, label),
    hint && h('p.hint', { id: `${id}-hint` }, hint),
    h(
      tag,
      {
        id,
        name,
        'aria-describedby':
          [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || null,
        'aria-invalid': error && 'true',
        value: dialog.fields[name] ?? '',
        oninput: ({ target }) => {
          if (!dialog.busy) {
            dialog.fields[name] = target.value;
            delete dialog.refused[name];
          }
          draw();
        },
        onblur: ({ target }) => {
          // Leaving an empty field, for Close perhaps, is no reason to complain.
          dialog.touched[name] = Boolean(dialog.fields[name]) || target.validity.badInput;
          draw();
        },
        ...attributes,
      },
      inner,
    ),
    error && h('p.error', { id: `${id}-error` }, error),
  );
}

export const inputField = (dialog, name, label, attributes = {}) =>
  field(dialog, name, label, 'input', { autocomplete: 'off', ...attributes });

const DAY = 86_400_000;
const isoDate = (time) => new Date(time).toISOString().slice(0, 10);

// The same day of next year; a leap day has none, and the one before it counts.
function aYearAfter(today) {
  const [year, month, day] = today.split('-').map(Number);
  return isoDate(Date.UTC(year + 1, month - 1, month === 2 ? Math.min(day, 28) : day));
}

// A day of the clinic, from so many days ahead to a year ahead: others are refused.
export function dateField(dialog, name, label, soonest, hint) {
  const today = isoDay(Date.now());
  return inputField(dialog, name, label, {
    type: 'date',
    min: isoDate(Date.parse(today) + soonest * DAY),
    max: aYearAfter(today),
    hint,
  });
}

export const textField = (dialog, name, label, hint) =>
  field(dialog, name, label, 'textarea', { hint, rows: 2, maxlength: 1000 });

export const choiceField = (dialog, name, label, options, attributes = {}) =>
  field(
    dialog,
    name,
    label,
    'select',
    attributes,
    options.map(([value, text]) => h('option', { value, key: value }, text)),
  );

// From none to all there are; nothing is asked where there are none.
export const quantityField = (dialog, name, label, most, hint) => {
  if (!most) {
    return h('div.field', { key: name }, h('p.label', label), h('p.hint', hint));
  }
  const numbers = Array.from({ length: most }, (_, index) => [`${index + 1}`, index + 1]);
  return choiceField(dialog, name, label, [['', 'None'], ...numbers], { hint });
};

function option(dialog, name, type, checked, value, ...label) {
  const onchange = ({ target }) => {
    if (!dialog.busy) {
      dialog.fields[name] = value ?? target.checked;
      dialog.submitted = false;
    }
    draw();
  };
  return h(
    'label.tick',
    { key: value ?? name },
    h('input', { type, name, checked, onchange, id: value ? undefined : `field-${name}` }),
    h('span', label),
  );
}

export const tickField = (dialog, name, label, hint = undefined) =>
  option(
    dialog,
    name,
    'checkbox',
    Boolean(dialog.fields[name]),
    undefined,
    label,
    hint && h('small', hint),
  );

export const radioField = (dialog, name, legend, options) =>
  h(
    'fieldset.columns.radios',
    { key: name },
    h('legend', legend),
    options.map(([value, label, hint]) =>
      option(dialog, name, 'radio', dialog.fields[name] === value, value, label, h('small', hint)),
    ),
  );

// --- what a field must hold -------------------------------------------------------------------

export const matching = (pattern, message) => (text) =>
  pattern.test((text ?? '').trim()) ? undefined : message;
export const address = matching(
  /^\S+@\S+\.\S+$/,
  'Enter an email address, such as ana@clinic.example.',
);
export const explained = matching(/(\S\s*){3}/, 'Enter a reason (at least 3 characters).');
