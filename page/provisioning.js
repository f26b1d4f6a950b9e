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
  keepNotice,
  link,
  panel,
  quiet,
  row,
  rowHead,
  table,
  unseen,
  viewTitle,
} from './parts.js';
import { STILL_BILLED } from './rules.js';
import { draw, say } from './state.js';
import { typeNames } from './users.js';

const tokensPath = (clinicId) => `/clinics/${clinicId}/provisioning-tokens`;

export function provisioningView(clinicId, can) {
  const create = () =>
    openDialog('token', { name: '', default_license_type: typeNames(clinicId)[0][0] });
  return [
    heading(
      viewTitle('Provisioning'),
      link('Back to users', `#/clinics/${clinicId}/users`),
      can.manage && button('Create token', create),
    ),
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

kinds.token = {
  title: () => 'Create token',
  submitLabel: () => 'Create token',
  busyLabel: () => 'Creating…',
  check: ({ fields }) => ({ name: matching(/\S/, 'Enter a name.')(fields.name) }),
  body: (dialog) => [
    inputField(dialog, 'name', 'Name', {
      hint: 'For example, Entra ID or Okta. Shown in the history.',
    }),
    choiceField(
      dialog,
      'default_license_type',
      'License for new users',
      typeNames(dialog.clinicId),
      { hint: 'Used unless your identity provider sends another type.' },
    ),
  ],
  async submit(dialog) {
    const { clinicId, fields } = dialog;
    const name = fields.name.trim();
    const path = tokensPath(clinicId);
    const { data } = await ask('POST', path, { body: { ...fields, name } });
    closeDialog(dialog);
    let label = 'Copy token';
    const copy = async () => {
      try {
        await navigator.clipboard.writeText(data.token);
        label = 'Token copied';
      } catch {
        label = 'Select the token to copy it';
      }
      say(`${label}.`);
      draw();
    };
    keepNotice(
      dialog,
      `Copy the token for ${name} now. It won’t be shown again.`,
      data.token,
      () => [button(label, copy)],
    );
    await refresh(read(path));
  },
};

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
