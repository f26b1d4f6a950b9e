// Tokens by which a clinic's identity provider keeps its users.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { title, when } from './format.js';
import { choiceField, inputField, matching } from './forms.js';
import { read, refresh } from './live.js';
import {
  button,
  cell,
  empty,
  heading,
  panel,
  quiet,
  row,
  rowHead,
  table,
  unseen,
  viewTitle,
} from './parts.js';
import { STILL_BILLED } from './rules.js';
import { focusOn, say } from './state.js';
import { typeNames } from './users.js';

const tokensPath = (clinicId) => `/clinics/${clinicId}/provisioning-tokens`;

export function provisioningView(clinicId, can) {
  const create = () =>
    openDialog('token', { name: '', default_license_type: typeNames(clinicId)[0][0] });
  return [
    heading(viewTitle('Provisioning'), can.manage && button('Create token', create)),
    h(
      'p.lead',
      'Let your identity provider (such as Entra ID or Okta) add users and make them active or ',
      'inactive through SCIM 2.0. Give it this address and a token of its own:',
    ),
    h('p', h('code', new URL('scim/v2', document.baseURI).href)),
    h('p.hint', STILL_BILLED),
    panel(read(tokensPath(clinicId)), ({ provisioning_tokens: tokens }) =>
      tokens.length
        ? table(
            'Tokens',
            ['Name', 'License for new users', 'Created', 'Last used', [unseen('Revoke'), 'end']],
            tokens.map((token) => tokenRow(token, can)),
            { class: 'cards' },
          )
        : empty('No tokens yet. Create one for your identity provider.'),
    ),
  ];
}

const tokenRow = (token, can) =>
  row(
    { key: token.token_id },
    rowHead(h('span.name', token.name)),
    cell('License for new users', title(token.default_license_type)),
    cell('Created', h('span', when(token.created_at), h('span.why', token.created_by.name))),
    cell('Last used', token.last_used_at ? when(token.last_used_at) : 'Never', { class: 'muted' }),
    cell(
      '',
      can.manage &&
        quiet('Revoke', () => openDialog('revocation', {}, { token }), {
          'aria-label': `Revoke ${token.name}`,
        }),
      { class: 'end' },
    ),
  );

// Shown once: its form stays until it was copied, or was left knowingly.
kinds.token = {
  title: ({ made }) => (made ? `Copy the token for ${made.name}` : 'Create token'),
  submitLabel: ({ made, copied }) => {
    if (copied) return 'Done';
    return made ? 'Copy token' : 'Create token';
  },
  busyLabel: ({ made }) => (made ? 'Copying…' : 'Creating…'),
  check: ({ fields }) => ({ name: matching(/\S/, 'Enter a name.')(fields.name) }),
  loss: ({ made }) => made && ['Close without copying the token?', 'Close anyway', 'Keep open'],
  body: (dialog) => (dialog.made ? tokenBody(dialog) : formBody(dialog)),
  async submit(dialog) {
    if (dialog.copied) closeDialog(dialog);
    else if (dialog.made) await copyToken(dialog);
    else await createToken(dialog);
  },
};

const formBody = (dialog) => [
  inputField(dialog, 'name', 'Name', {
    hint: 'For example, Entra ID or Okta. Shown in the history.',
  }),
  choiceField(dialog, 'default_license_type', 'License for new users', typeNames(dialog.clinicId), {
    hint: 'Used unless your identity provider sends another type.',
  }),
];

const tokenBody = ({ made, copied }) => [
  h('p', 'It won’t be shown again.'),
  h('p', h('code', made.token)),
  h('p.hint', { role: 'status' }, COPIED[copied]),
];
const COPIED = { true: 'Token copied.', false: 'Select the token to copy it.' };

async function createToken(dialog) {
  const { fields } = dialog;
  const path = tokensPath(dialog.clinicId);
  const body = { ...fields, name: fields.name.trim() };
  dialog.made = (await ask('POST', path, { body })).data;
  focusOn('dialog-title');
  await refresh(read(path));
}

async function copyToken(dialog) {
  try {
    await navigator.clipboard.writeText(dialog.made.token);
    dialog.copied = true;
    // Nothing is left to be lost.
    dialog.begun = JSON.stringify(dialog.fields);
  } catch {
    dialog.copied = false;
  }
}

kinds.revocation = {
  title: ({ token }) => `Revoke ${token.name}?`,
  submitLabel: () => 'Revoke token',
  busyLabel: () => 'Revoking…',
  danger: true,
  leaveLabel: 'Keep token',
  body: () =>
    h(
      'p',
      'Your identity provider won’t be able to add or change users with it. Users stay as they are.',
    ),
  async submit(dialog) {
    const path = tokensPath(dialog.clinicId);
    await ask('DELETE', `${path}/${dialog.token.token_id}`);
    closeDialog(dialog);
    say(`${dialog.token.name} is revoked.`);
    await refresh(read(path));
  },
};
