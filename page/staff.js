// What only the vendor's staff does: a new clinic, prices and rules, the nightly findings.

import { ask } from './api.js';
import { closeDialog, kinds, openDialog } from './dialogs.js';
import { h } from './dom.js';
import { count, dateName, money, title } from './format.js';
import { address, choiceField, inputField, matching } from './forms.js';
import { announced } from './licenses.js';
import { afterChange, clinicEntry, licensesOf, read } from './live.js';
import {
  BUSINESS_HOURS,
  clinicLink,
  EMAIL_REQUESTS,
  PRORATION,
  RELEASE_CREDIT,
  ruleName,
  said as saidOf,
} from './names.js';
import {
  cell,
  empty,
  here,
  keepNotice,
  keptNotices,
  link,
  more,
  panel,
  row,
  rowHead,
  table,
  viewTitle,
} from './parts.js';
import { state } from './state.js';

const licenseTypes = () => state.config.license_types;

const named = (whose) => matching(/\S/, `Enter the ${whose} name.`);
const clinicNamed = named('clinic’s');
const managerNamed = named('User Manager’s');
const whole = matching(/^\d*$/, 'Enter a whole number.');
const priced = matching(/^\d+(\.\d\d?)?$/, 'Enter a price, such as 65.00.');
const cents = (text) => Math.round(Number(text) * 100);
const typesIn = (fields) => licenseTypes().filter((type) => fields[`purchased.${type}`]?.trim());
const each = (make) => Object.fromEntries(licenseTypes().map(make));

export const openRegistration = () =>
  openDialog('registration', {
    time_zone: 'America/New_York',
    currency: 'USD',
    billing_day: '1',
    manager_type: licenseTypes()[0],
  });
export const openAddress = () => openDialog('address');

const idOf = ({ fields }) => (fields.clinic_id ?? '').trim();
const identified = (dialog) => ({
  clinic_id: matching(
    /^[a-z0-9][a-z0-9-]+[a-z0-9]$/,
    'Enter a clinic ID of lowercase letters, numbers, and hyphens.',
  )(idOf(dialog)),
});
const idField = (dialog) =>
  inputField(dialog, 'clinic_id', 'Clinic ID', { placeholder: 'clinic-main-street' });

kinds.registration = {
  wide: true,
  title: () => 'Register a clinic',
  submitLabel: () => 'Register the clinic',
  busyLabel: () => 'Registering…',
  nameOf(field, { fields }) {
    const manager = field.match(/^user_managers\[0\]\.(name|email|license_type)/)?.[1];
    if (manager) return `manager_${manager.replace('license_', '')}`;
    const [, index, what] = field.match(/^licenses\[(\d+)\]\.(\w+)/) ?? [];
    const type = typesIn(fields)[Number(index)];
    if (!type) return field;
    return `${what === 'unit_price_cents' ? 'price' : 'purchased'}.${type}`;
  },
  check: ({ fields }) => ({
    name: clinicNamed(fields.name),
    ...identified({ fields }),
    time_zone: matching(
      /^(UTC$|\w+\/\w)/,
      'Enter a time zone, such as America/Chicago.',
    )(fields.time_zone),
    currency: matching(/^[A-Z]{3}$/, 'Enter a currency, such as USD.')(fields.currency),
    billing_day: matching(
      /^([1-9]|[12]\d|3[01])$/,
      'Enter a day from 1 to 31.',
    )(fields.billing_day),
    ...each((type) => [`purchased.${type}`, whole(fields[`purchased.${type}`])]),
    ...(typesIn(fields).length === 0 && {
      [`purchased.${licenseTypes()[0]}`]: 'Enter licenses for at least one type.',
    }),
    ...each((type) => [
      `price.${type}`,
      fields[`purchased.${type}`] ? priced(fields[`price.${type}`]) : undefined,
    ]),
    manager_name: managerNamed(fields.manager_name),
    manager_email: address(fields.manager_email),
  }),
  body: (dialog) => [
    h(
      'div.columns.roomy',
      inputField(dialog, 'name', 'Name'),
      idField(dialog),
      inputField(dialog, 'time_zone', 'Time zone'),
      inputField(dialog, 'currency', 'Currency'),
      inputField(dialog, 'billing_day', 'Billing day', { inputmode: 'numeric' }),
    ),
    h(
      'fieldset.columns.two',
      h('legend', 'Licenses and monthly prices'),
      licenseTypes().map((type) => [
        inputField(dialog, `purchased.${type}`, `${title(type)} licenses`, {
          inputmode: 'numeric',
        }),
        priceField(dialog, { license_type: type }),
      ]),
    ),
    h(
      'fieldset.columns.roomy',
      h('legend', 'First User Manager'),
      inputField(dialog, 'manager_name', 'User Manager’s name'),
      inputField(dialog, 'manager_email', 'User Manager’s email', { type: 'email' }),
      choiceField(
        dialog,
        'manager_type',
        'User Manager’s license',
        licenseTypes().map((type) => [type, title(type)]),
      ),
    ),
  ],
  async submit(dialog) {
    const { fields } = dialog;
    const name = fields.name.trim();
    await ask('PUT', `/clinics/${idOf(dialog)}`, {
      body: {
        name,
        time_zone: fields.time_zone.trim(),
        currency: fields.currency.trim(),
        billing_day: Number(fields.billing_day),
        licenses: typesIn(fields).map((type) => ({
          license_type: type,
          purchased: Number(fields[`purchased.${type}`]),
          unit_price_cents: cents(fields[`price.${type}`]),
        })),
        user_managers: [
          {
            name: fields.manager_name.trim(),
            email: fields.manager_email.trim(),
            license_type: fields.manager_type,
          },
        ],
      },
    });
    closeDialog(dialog);
    keepNotice(dialog, `${name} registered.`, 'Its User Manager can sign in and add users.', () => [
      link('Open the clinic', `#/clinics/${idOf(dialog)}`),
    ]);
    await afterChange();
  },
};

const has = (clinicId, type) => licensesOf(clinicId).some(({ license_type: its }) => its === type);
const priceField = (
  dialog,
  { license_type: type, unit_price_cents: now = undefined },
  hint = undefined,
) =>
  inputField(dialog, `price.${type}`, `${title(type)} price`, {
    inputmode: 'decimal',
    hint:
      now === undefined ? hint : `Now ${money(now, clinicEntry(dialog.clinicId).data.currency)}`,
  });

// The API takes a change, not a state: only what differs from the beginning is sent. Prices and
// rules are those that will hold, which announced ones do already here.
export function openClinicChange(clinic) {
  const { coming_terms: coming, licenses, name } = clinic;
  const prices = (coming?.prices ?? licenses).map(
    ({ license_type: type, unit_price_cents: price }) => [
      `price.${type}`,
      (price / 100).toFixed(2),
    ],
  );
  // A type that the clinic does not have is added by its price.
  const rules = RULES.map(({ name: rule }) => [rule, said(coming?.[rule] ?? clinic[rule])]);
  const fields = { name, ...Object.fromEntries([...prices, ...rules]) };
  openDialog('clinic', fields, { before: { ...fields } });
}

// A price that was not entered adds no license type.
const changesIn = ({ fields, before }) =>
  Object.entries(fields).filter(
    ([name, value]) => value !== before[name] && (value || name in before),
  );

const RULES = [
  {
    name: 'calendar',
    label: 'Business hours',
    hint: 'Right away',
    options: Object.entries(BUSINESS_HOURS),
  },
  {
    name: 'proration_unit',
    label: 'Proration',
    hint: 'From the next renewal',
    options: Object.entries(PRORATION),
  },
  {
    name: 'release_credit',
    label: 'Released licenses',
    hint: 'From the next renewal',
    options: Object.entries(RELEASE_CREDIT),
  },
  {
    name: 'email_requests',
    label: 'Requests by email',
    hint: 'Right away',
    options: Object.entries(EMAIL_REQUESTS),
  },
];
const said = (value) => ({ true: 'yes', false: 'no' })[value] ?? value;

kinds.clinic = {
  wide: true,
  title: () => 'Change prices and rules',
  submitLabel: () => 'Save changes',
  busyLabel: () => 'Saving…',
  check: ({ fields, clinicId }) => ({
    name: clinicNamed(fields.name),
    ...each((type) => {
      const text = fields[`price.${type}`];
      return [`price.${type}`, has(clinicId, type) || text ? priced(text) : undefined];
    }),
  }),
  nameOf: (field, dialog) => {
    const index = field.match(/^prices\[(\d+)\]/)?.[1];
    const priced = changesIn(dialog).filter(([name]) => name.startsWith('price.'));
    return index ? priced[Number(index)]?.[0] : field;
  },
  body: (dialog) => [
    inputField(dialog, 'name', 'Name'),
    h(
      'fieldset.columns',
      h(
        'legend',
        `Monthly prices from ${dateName(clinicEntry(dialog.clinicId).data?.next_renewal)}`,
      ),
      licensesOf(dialog.clinicId).map((item) => priceField(dialog, item)),
      licenseTypes()
        .filter((type) => !has(dialog.clinicId, type))
        .map((type) => priceField(dialog, { license_type: type }, 'Added right away')),
    ),
    h(
      'fieldset.columns.two',
      h('legend', 'Rules'),
      RULES.map(({ name, label, hint, options }) =>
        choiceField(dialog, name, label, options, { hint }),
      ),
    ),
  ],
  async submit(dialog) {
    const { clinicId } = dialog;
    const changed = changesIn(dialog);
    const body = {};
    for (const [name, value] of changed) {
      const [, type] = name.split('price.');
      if (type) {
        body.prices = [
          ...(body.prices ?? []),
          { license_type: type, unit_price_cents: cents(value) },
        ];
      } else body[name] = name === 'email_requests' ? value === 'yes' : value.trim();
    }
    const { next_renewal: renewal } = clinicEntry(clinicId).data;
    if (changed.length) await ask('PATCH', `/clinics/${clinicId}`, { body });
    closeDialog(dialog);
    // A type that is added has its price at once.
    const later = changed.some(([name]) => name.startsWith('price.') && name in dialog.before);
    const saved = changed.length ? 'Saved.' : 'Nothing was changed.';
    keepNotice(dialog, later ? `${saved} New prices start ${dateName(renewal)}.` : saved);
    await afterChange();
  },
};

export const openRetraction = (clinic) => openDialog('retraction', {}, { clinic });

kinds.retraction = {
  title: () => 'Withdraw the announced prices?',
  leaveLabel: 'Keep them',
  submitLabel: () => 'Withdraw',
  body: ({ clinic }) => [
    h('p', 'Current prices continue after the renewal. These changes won’t happen:'),
    h(
      'ul.bullets',
      announced(clinic).map((line) => h('li', line)),
    ),
  ],
  async submit(dialog) {
    const prices = licensesOf(dialog.clinicId).map(({ license_type, unit_price_cents }) => ({
      license_type,
      unit_price_cents,
    }));
    await ask('PATCH', `/clinics/${dialog.clinicId}`, { body: { prices } });
    closeDialog(dialog);
    keepNotice(dialog, 'Announced prices withdrawn.');
    await afterChange();
  },
};

kinds.address = {
  title: () => 'Unblock an email address',
  submitLabel: () => 'Unblock',
  check: ({ fields }) => ({ address: address(fields.address) }),
  body: (dialog) =>
    inputField(dialog, 'address', 'Email address', {
      type: 'email',
      hint: 'We stop emailing an address after a bounce or a spam complaint.',
    }),
  async submit(dialog) {
    const { address: to } = dialog.fields;
    await ask('DELETE', `/suppressed-addresses/${encodeURIComponent(to.trim())}`);
    closeDialog(dialog);
    keepNotice(dialog, `${to} is unblocked.`);
  },
};

// --- the nightly reconciliation ---------------------------------------------------------------

const nightName = dateName;

export function reconciliationsView(date) {
  const entry = read('/reconciliations', { list: 'reconciliations' });
  return h(
    'div.stack',
    viewTitle('Reconciliation', 'h1'),
    h(
      'p.lead',
      'Every night, each clinic’s licenses, invoices, and emails are checked against each other. ' +
        'Mismatches appear here. Licenses and amounts are never corrected without you.',
    ),
    keptNotices(),
    panel(entry, ({ reconciliations: all }) => {
      const chosen = date ?? all[0]?.date;
      return all.length
        ? h(
            'div.split',
            h(
              'section.card',
              { 'aria-labelledby': 'night' },
              h('h2', { id: 'night' }, `Night of ${nightName(chosen)}`),
              nightView(read(`/reconciliations/${chosen}`, { list: 'findings' })),
            ),
            h(
              'nav.side',
              { 'aria-label': 'Nights' },
              h('h2', 'Nights'),
              h(
                'ul.plain',
                all.map((night) =>
                  h(
                    'li',
                    { key: night.date },
                    link(
                      [
                        nightName(night.date),
                        h(
                          night.findings ? 'span.badge.warn' : 'span.badge',
                          night.findings || 'Clear',
                        ),
                      ],
                      `#/staff/${night.date}`,
                      here(night.date === chosen),
                    ),
                  ),
                ),
              ),
              more(entry),
            ),
          )
        : empty('No reconciliation has run yet.');
    }),
  );
}

const nightView = (entry) =>
  panel(
    entry,
    ({ status, findings, repairs, ...night }) => [
      h(
        'p.hint',
        `${title(status)}. ${count(night.clinics_checked, 'clinic')} checked, `,
        `${count(night.finding_count, 'finding')}, ${count(repairs, 'repair')} made.`,
      ),
      findings.length
        ? table(
            'Findings',
            ['Clinic', 'Expected', 'Found', 'What to do'],
            findings.map(findingRow),
            {
              class: 'findings cards',
            },
          )
        : empty('No mismatches. There’s nothing to do.'),
      more(entry),
    ],
    link('Go to the latest night', '#/staff'),
  );

const findingRow = (finding, index) =>
  row(
    { key: index },
    rowHead(
      clinicLink(finding, 'state'),
      h('span.why', ruleName(finding.invariant)),
      h('span.why', saidOf(finding.subject)),
    ),
    cell('Expected', finding.expected),
    cell('Found', finding.actual),
    cell('What to do', finding.advice),
  );
