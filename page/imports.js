// Users from a file: what each row would do is shown first, then it is done.

import { ask, LONG_PATIENCE, Problem } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { capital, count } from './format.js';
import { inputField } from './forms.js';
import { afterChange } from './live.js';
import { cell, row, rowHead, table } from './parts.js';
import { listed } from './requests.js';
import { STILL_BILLED } from './rules.js';
import { draw, focusOn } from './state.js';

const ACTIONS = {
  user_added: 'added',
  user_changed: 'changed',
  user_activated: 'made active',
  user_deactivated: 'made inactive',
};

export const openImport = () => openDialog('import', { file: '' });

const changes = ({ added, changed }) => added + changed;
const isOver = ({ done, tried }) => done || (tried && !changes(tried));

kinds.import = {
  wide: true,
  title: ({ done }) => (done ? 'Users imported' : 'Import users'),
  submitLabel: (dialog) => {
    if (isOver(dialog)) return 'Done';
    return dialog.tried ? `Import ${count(changes(dialog.tried), 'user')}` : 'Check file';
  },
  busyLabel: ({ tried }) => (tried ? 'Importing…' : 'Checking…'),
  check: ({ fields }) => ({ file: fields.file ? undefined : 'Choose a file.' }),
  nameOf: () => 'file',
  body: (dialog) => [
    !dialog.done && fileField(dialog),
    resultOf(dialog.done ?? dialog.tried, dialog.done ? 'Result' : 'What will happen'),
  ],
  async submit(dialog) {
    if (isOver(dialog)) {
      closeDialog(dialog);
      return;
    }
    const { file, tried: begun } = dialog;
    const path = `/clinics/${dialog.clinicId}/users/import?dry_run=${!begun}`;
    // What was checked is imported, whatever becomes of the file meanwhile.
    if (!begun) dialog.content = await contentOf(file);
    const { data } = await ask('POST', path, { body: dialog.content, patience: LONG_PATIENCE });
    // Another one was chosen meanwhile: what would happen was said of the one before.
    if (!begun && dialog.file !== file) return;
    dialog[begun ? 'done' : 'tried'] = data;
    if (begun) {
      // Nothing is left to be lost.
      dialog.begun = JSON.stringify(dialog.fields);
      await afterChange();
    }
    focusOn('dialog-title');
  },
};

async function contentOf(file) {
  try {
    return await asUtf8(file);
  } catch {
    // Saved anew since it was chosen, or gone.
    const message = 'This file changed or can’t be read. Choose it again.';
    throw new Problem(0, { detail: message, errors: [{ field: 'file', message }] });
  }
}

// Not every gateway hands on bytes that are no UTF-8; Excel writes those of Windows.
async function asUtf8(file) {
  const bytes = await file.arrayBuffer();
  try {
    return new Blob([new TextDecoder('utf-8', { fatal: true }).decode(bytes)]);
  } catch {
    return new Blob([new TextDecoder('windows-1252').decode(bytes)]);
  }
}

function fileField(dialog) {
  const choose = ({ target }) => {
    const [file] = target.files;
    Object.assign(dialog, { file, tried: undefined, problem: undefined, refused: {} });
    dialog.fields.file = file?.name ?? '';
    draw();
  };
  return inputField(dialog, 'file', 'CSV file', {
    type: 'file',
    accept: '.csv,text/csv',
    hint:
      'Columns: name, email, license_type; optionally active, permissions. Up to 500 rows. ' +
      'An exported list works too. No invitations are sent.',
    // A page may not say which file is chosen, only be told.
    value: undefined,
    oninput: choose,
    // Else a file that was corrected could not be chosen again: it would be no other one.
    onclick: ({ target }) => {
      target.value = '';
      choose({ target });
    },
  });
}

function resultOf(result, heading) {
  if (!result) return undefined;
  const { added, changed, unchanged, refused } = result;
  return [
    h(
      'p.lead',
      { role: 'status' },
      `${added} added, ${changed} changed, ${unchanged} unchanged, ${refused} with problems.`,
    ),
    result.rows.some(({ actions }) => actions.includes('user_deactivated')) &&
      h('p.hint', STILL_BILLED),
    table('Rows of the file', ['Row', 'Email', heading], result.rows.map(resultRow), {
      class: 'cards',
    }),
  ];
}

const resultRow = ({ row: number, email, outcome, actions, detail }) =>
  row(
    { key: number },
    rowHead(`Row ${number}`),
    cell('Email', email),
    cell(
      'Result',
      outcome === 'refused'
        ? h('span.error', detail)
        : capital(listed(actions.map((action) => ACTIONS[action])) || 'no change'),
      { class: outcome === 'unchanged' ? 'muted' : undefined },
    ),
  );
