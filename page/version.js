// Whether another version of the page is served by now: what this one asks for may be gone.

import { draw, state } from './state.js';

const PATIENCE = 5000; // milliseconds
const VERSION = /static\/\w+/;
const own = import.meta.url.match(VERSION)?.[0];

// To be asked where something failed that a newer page would not have asked for.
export async function askVersion() {
  if (state.outdated) return;
  const asked = fetch('', { cache: 'no-cache', signal: AbortSignal.timeout(PATIENCE) });
  const answer = await asked.catch(() => undefined);
  const served = answer?.ok && (await answer.text().catch(() => '')).match(VERSION)?.[0];
  if (!served || served === own) return;
  state.outdated = true;
  draw();
}
