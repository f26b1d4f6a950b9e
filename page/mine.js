// The clinics of whoever is signed in, at a glance.

import { read } from './live.js';

/** @returns {Entry<{ clinics: ClinicLicenses[] }>} */
export const mine = () => read('/licenses?limit=100', { list: 'clinics', all: true });
/** @param {ClinicLicenses[]} clinics */
export const managed = (clinics) =>
  clinics.filter(({ permissions }) => permissions.includes('user_manager'));
