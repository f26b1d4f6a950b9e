// What is loaded when it is wanted: most views, and all forms. What is imported by the modules that
// app.js imports comes with the first paint; whatever is named here comes in a file of its own.

export const MODULES = {
  adjust: () => import('./adjust.js'),
  adjustments: () => import('./adjustments.js'),
  bars: () => import('./bars.js'),
  care: () => import('./care.js'),
  clinic: () => import('./clinic.js'),
  clinics: () => import('./clinics.js'),
  desk: () => import('./desk.js'),
  download: () => import('./download.js'),
  history: () => import('./history.js'),
  imports: () => import('./imports.js'),
  invoices: () => import('./invoices.js'),
  provisioning: () => import('./provisioning.js'),
  overview: () => import('./overview.js'),
  notices: () => import('./notices.js'),
  staff: () => import('./staff.js'),
  transfer: () => import('./transfer.js'),
  usage: () => import('./usage.js'),
  user: () => import('./user.js'),
};

const NEXT = {
  manage: ['bars', 'adjust', 'user', 'adjustments', 'invoices', 'history'],
  member: ['adjustments'],
  staff: ['desk', 'care', 'clinic', 'adjustments', 'invoices', 'history'],
};

// What somebody is likely to open next, once it is known who they are.
export const next = (can) => NEXT[Object.keys(NEXT).find((role) => can[role])];
