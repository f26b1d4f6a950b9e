// Signing in at Cognito's hosted login: authorization code with PKCE. The ID token lives in memory,
// with a copy in the tab's session storage so that a reload keeps it; no refresh token is kept.

import { draw, state } from './state.js';

const SESSION = 'session';
const ATTEMPT = 'sign-in';
const DRAFT = 'draft';

const encoded = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');
const random = () => encoded(crypto.getRandomValues(new Uint8Array(32)));
const pageAddress = () => new URL('.', document.baseURI).href;

function take(name) {
  const text = sessionStorage.getItem(name);
  sessionStorage.removeItem(name);
  return text ? JSON.parse(text) : undefined;
}

function sessionOf(token) {
  const bytes = Uint8Array.from(
    atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/')),
    (char) => char.charCodeAt(0),
  );
  const claims = JSON.parse(new TextDecoder().decode(bytes));
  return {
    token,
    subject: claims.sub,
    name: claims.name ?? claims.email ?? 'Signed in',
    staff: `${claims['cognito:groups'] ?? ''}`.split(/[^\w-]+/).includes('license-staff'),
    // Counted from now: the clock of this machine may be wrong.
    ends: Date.now() + (claims.exp - claims.iat) * 1000,
  };
}

export const token = () => state.signIn.session?.token;
export const signedIn = () => Boolean(state.signIn.session) && !state.signIn.expired;

export async function signIn() {
  const verifier = random();
  const attempt = { verifier, state: random(), hash: location.hash };
  sessionStorage.setItem(ATTEMPT, JSON.stringify(attempt));
  keepDraft();
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier));
  location.assign(
    `${state.config.sign_in_url}/oauth2/authorize?${new URLSearchParams({
      response_type: 'code',
      client_id: state.config.user_pool_client_id,
      redirect_uri: pageAddress(),
      scope: 'openid email profile',
      state: attempt.state,
      code_challenge: encoded(new Uint8Array(digest)),
      code_challenge_method: 'S256',
    })}`,
  );
}

// Back from the hosted login, or reloaded, or here for the first time.
export async function resume() {
  const answer = new URLSearchParams(location.search);
  const attempt = take(ATTEMPT);
  if (answer.has('state')) {
    history.replaceState(null, '', pageAddress() + (attempt?.hash ?? ''));
    if (attempt?.state === answer.get('state'))
      await exchange(answer.get('code'), attempt.verifier);
    else state.signIn.problem = 'This sign-in started somewhere else. Sign in again.';
  } else {
    const kept = take(SESSION);
    if (kept) begin(kept.token, kept.ends);
  }
}

async function exchange(code, verifier) {
  try {
    const response = await fetch(`${state.config.sign_in_url}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: state.config.user_pool_client_id,
        redirect_uri: pageAddress(),
        code,
        code_verifier: verifier,
      }),
    });
    begin((await response.json()).id_token);
  } catch {
    state.signIn.problem = 'The sign-in didn’t complete. Sign in again.';
  }
}

function begin(token, ends) {
  const session = { ...sessionOf(token), ...(ends && { ends }) };
  const left = session.ends - Date.now();
  if (left <= 0) return;
  sessionStorage.setItem(SESSION, JSON.stringify({ token, ends: session.ends }));
  state.signIn = { session, expired: false, problem: undefined };
  setTimeout(expire, left);
}

export function expire() {
  sessionStorage.removeItem(SESSION);
  if (!signedIn()) return;
  state.signIn.expired = true;
  draw();
}

// Whoever signs out has signed out of all windows, and of the page as it was left, to which Back
// may lead.
const signOuts = new BroadcastChannel('sign-outs');
signOuts.onmessage = ({ data: subject }) => {
  if (subject === state.signIn.session?.subject) forget();
};

function forget() {
  sessionStorage.clear();
  state.signIn = { session: undefined, expired: false, problem: undefined };
  state.dialog = undefined;
  draw();
}

export function signOut() {
  signOuts.postMessage(state.signIn.session.subject);
  forget();
  location.assign(
    `${state.config.sign_in_url}/logout?${new URLSearchParams({
      client_id: state.config.user_pool_client_id,
      logout_uri: pageAddress(),
    })}`,
  );
}

// What a form is about, and what makes a request that was sent already the same one again.
const ABOUT = ['item', 'before', 'begun', 'purpose', 'users', 'clinic', 'token'];
const SENT = ['once', 'idempotencyKey', 'preview', 'sent', 'moving', 'added', 'unanswered'];

// What was typed into an open form waits here for its writer to sign in again or reload, and nobody else.
export function keepDraft() {
  if (!state.dialog) return;
  const { kind, fields } = state.dialog;
  const more = Object.fromEntries([...ABOUT, ...SENT].map((name) => [name, state.dialog[name]]));
  const draft = { subject: state.signIn.session.subject, kind, fields, more };
  // Nothing is lost by leaving now.
  state.dialog.leaving = true;
  sessionStorage.setItem(DRAFT, JSON.stringify(draft));
}

export function takeDraft() {
  const draft = signedIn() ? take(DRAFT) : undefined;
  return draft?.subject === state.signIn.session?.subject ? draft : undefined;
}
