// The clinics of whoever is signed in, at a glance.

import { read } from './live.js';

/** @returns {Entry<{ clinics: ClinicLicenses[] }>} */
export const mine = () => read('/licenses?limit=100', { list: 'clinics', all: true });
// Where something can be changed.
/** @param {ClinicLicenses[]} clinics */
export const managed = (clinics) =>
  clinics.filter(
    ({ permissions, closure }) => permissions.includes('user_manager') && !closure?.closed,
  );
