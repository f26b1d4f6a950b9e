// The clinics of whoever is signed in, by name and at a glance.

import { isOver } from './licenses.js';
import { read } from './live.js';
import { isManager } from './rules.js';

export const clinics = () => read('/clinics?limit=100', { list: 'clinics', all: true });

/** @returns {Entry<{ clinics: ClinicLicenses[] }>} */
export const mine = () => read('/licenses?limit=100', { list: 'clinics', all: true });
// Where something can be changed.
/** @param {ClinicLicenses} clinic */
export const isManaged = (clinic) => isManager(clinic) && !isOver(clinic);
/** @param {ClinicLicenses[]} clinics */
export const managed = (clinics) => clinics.filter(isManaged);
