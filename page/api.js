// One call of the API, with its refusals as Problems that carry a sentence for people.

import { expire, token } from './auth.js';
import { askVersion } from './version.js';

const PATIENCE = 8000;
// For a whole list, as long as the gateway waits.
export const LONG_PATIENCE = 30_000;
// As which an API refuses what only a page before it would ask for.
const OLD_REQUEST = [400, 403, 404, 405, 415, 422];
// All else that is refused comes with a sentence of its own.
const SENTENCES = {
  0: 'Can’t reach the server. Check your connection.',
  401: 'Your sign-in has expired. Sign in again to continue.',
};

export class Problem extends Error {
  constructor(status, body = {}) {
    // What the API says of a token is for programs.
    const detail = status === 401 ? undefined : body.detail;
    super(detail ?? SENTENCES[status] ?? 'Something went wrong on our end.');
    this.status = status;
    this.code = body.code;
    this.errors = body.errors ?? [];
  }

  // Whether the same again may come out otherwise.
  get passes() {
    return !this.status || this.status === 429 || this.status >= 500;
  }
}

const pause = (seconds) => new Promise((done) => setTimeout(done, seconds * 1000));

// Every call may be repeated: the API takes the same change twice as one. So a busy server
// ("try_again") is asked again before anybody is troubled with it.
export async function ask(
  method,
  path,
  {
    body = /** @type {any} */ (undefined),
    headers = /** @type {Record<string, string>} */ ({}),
    patience = PATIENCE,
  } = {},
) {
  const response = await send(method, path, body, headers, patience);
  const unchanged = response.status === 304;
  const text = headers.Accept === 'text/csv';
  return {
    unchanged,
    etag: response.headers.get('ETag'),
    next: response.headers.get('Link')?.match(/<(.*?)>/)?.[1],
    data: unchanged || response.status === 204 ? undefined : await bodyOf(response, text),
  };
}

async function send(method, path, body, headers, patience) {
  for (let attempt = 1; ; attempt += 1) {
    const response = await once(method, path, body, headers, patience);
    if (response.ok || response.status === 304) return response;
    if (attempt < 3 && [429, 503].includes(response.status)) {
      await pause(Math.min(Number(response.headers.get('Retry-After')) || attempt, 3));
      continue;
    }
    if (response.status === 401) expire();
    if (OLD_REQUEST.includes(response.status)) askVersion();
    throw new Problem(response.status, await response.json().catch(() => undefined));
  }
}

async function once(method, path, body, headers, patience) {
  const file = body instanceof Blob;
  try {
    return await fetch(path.slice(1), {
      method,
      headers: {
        Authorization: `Bearer ${token()}`,
        ...(body && { 'Content-Type': file ? 'text/csv' : 'application/json' }),
        ...headers,
      },
      body: file ? body : body && JSON.stringify(body),
      cache: 'no-store',
      signal: AbortSignal.timeout(patience),
    });
  } catch {
    throw new Problem(0);
  }
}

// The connection may break, or the patience end, in the middle of an answer.
const bodyOf = (response, text) =>
  (text ? response.text() : response.json()).catch(() => {
    throw new Problem(0);
  });
