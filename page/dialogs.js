// Which form is open. What is typed lives in state.dialog, apart from the server's data: no refresh
// can overwrite it, and it can wait while its writer signs in again.

import { clinicEntry } from './live.js';
import { draw, focusOn, state } from './state.js';

// kind → { title, body, submitLabel, submit, check?, back?, … }, each given the dialog
export const kinds = {};
let opened = 0;

export function openDialog(kind, fields = {}, more = {}) {
  const { clinicId } = state.route;
  state.dialog = {
    kind,
    fields,
    clinicId,
    touched: {},
    refused: {},
    key: (opened += 1),
    begun: JSON.stringify(fields),
    ...more,
  };
  draw();
}

/** @param {Dialog} dialog */
export function closeDialog(dialog = state.dialog) {
  if (state.dialog !== dialog) return;
  state.dialog = undefined;
  draw();
}

// The form that is shown: while the licenses are there that it is about, which take their time after
// a new sign-in, and are gone for whoever may not see them any more.
export const openForm = () =>
  !state.dialog?.clinicId || clinicEntry(state.dialog.clinicId).data ? state.dialog : undefined;

// Whether closing would lose what was typed, or what becomes of what is on its way.
export const unsent = () =>
  Boolean(openForm()) && !state.dialog.leaving && (state.dialog.busy || isTyped(state.dialog));

/** @param {Dialog} dialog */
export const isTyped = ({ fields, begun }) => JSON.stringify(fields) !== begun;

// Escape, Close and Back ask first where something would be lost.
export function leaveDialog(then = () => undefined) {
  const { dialog } = state;
  if (!dialog || dialog.busy) return;
  if (!unsent()) {
    closeDialog(dialog);
    then();
    return;
  }
  // A second Escape takes the question away, not the input.
  dialog.asked = dialog.asked ? undefined : then;
  focusOn(dialog.asked ? 'discard' : 'dialog-title');
}

// Forms are drawn by a module that comes with the first of them.
export const forms = { view: () => [] };
