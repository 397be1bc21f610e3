// Requests to the server, and what becomes of them when they fail.
import { setClock } from './format.js';
import { account, isOpenPage, pageToken, renew, toLogin } from './session.js';
import { Topic } from './topic.js';

const BASE = '/api/v1';
const PATIENCE = 20000;
// What is asked by who is not known yet.
const FREE = /^\/auth\/(login|register|reset|refresh|providers)$/;

/** A request that got no good answer: what happened, and what tells it apart in the server's log. */
export class Problem extends Error {
  // Seconds to wait before it makes sense to try again.
  wait = 0;

  /** @param {any} body @param {number} status @param {string|null} request */
  constructor(body, status, request) {
    super(body.detail || body.title || `The server answered ${status}`);
    this.title = body.title || 'Request failed';
    this.code = body.code || (status ? `http_${status}` : 'offline');
    this.status = status;
    this.trace = body.trace_id || request;
    this.body = body;
    /** @type {{field: string, rule: string, message: string}[]} */
    this.fields = body.errors ?? [];
  }
}

/** Tells of every answer, so that the page knows when it has last heard of the server. @type {Topic} */
export const heard = new Topic();
// Tells that something was not permitted: what one may could have changed.
export const denied = new Topic();

/** Random bytes as a UUID: `crypto.randomUUID` is missing where the page does not come over TLS or loopback. */
export function uuid() {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  return [...b].map((x, i) => ([4, 6, 8, 10].includes(i) ? '-' : '') + x.toString(16).padStart(2, '0')).join('');
}

/**
 * @param {string} method @param {string} path below /api/v1, or absolute with a leading `!`
 * @param {{body?: any, signal?: AbortSignal, as?: 'json'|'text', key?: string, code?: string}} options
 */
export async function request(method, path, { body, signal, as = 'json', key, code } = {}) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), PATIENCE);
  const stop = () => limit.abort();
  signal?.addEventListener('abort', stop);
  /** @type {Record<string, string>} */
  const headers = { Accept: as === 'json' ? 'application/json' : 'text/plain, text/markdown' };
  if (method !== 'GET') headers['Idempotency-Key'] = key ?? uuid();
  if (code) headers['X-Approval'] = code;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  try {
    const response = await send(path, {
      method, headers, signal: limit.signal, body: body === undefined ? undefined : JSON.stringify(body),
    });
    setClock(response.headers.get('Date'));
    heard.emit(true);
    if (!response.ok) {
      const problem = await failure(response);
      // Somebody else has to approve.
      code = method !== 'GET' && /^approval_re/.test(problem.code)
        && await (await import('../ui/approved.js')).codeFor(problem);
      if (!code) throw problem;
      return request(method, path, { body, signal, as, key: headers['Idempotency-Key'], code });
    }
    if (response.status === 204) return null;
    return as === 'json' ? await response.json() : await response.text();
  } catch (error) {
    if (error instanceof Problem || signal?.aborted) throw error;
    const late = limit.signal.aborted;
    throw new Problem({
      title: late ? 'The server does not answer' : 'The server cannot be reached',
      detail: late ? `No answer within ${PATIENCE / 1000} seconds.` : 'What was loaded stays. It is tried again.',
      code: error instanceof SyntaxError ? 'bad_answer' : late ? 'timeout' : 'offline',
    }, 0, null);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

// Sends as who has logged in. With tokens that have run out it is sent again, with the same key, so that it is done
// once; without a session all ends at the login.
export async function send(path, init) {
  const free = FREE.test(path);
  let refused = !free && account() && !pageToken() ? await renew('') : null;
  for (let tries = 0; !refused; tries++) {
    const used = pageToken();
    if (init.method !== 'GET' && used) init.headers['X-CSRF-Token'] = used;
    const response = await fetch(path.startsWith('!') ? path.slice(1) : BASE + path, init);
    if (free || tries) return response;
    // Another tab has got new tokens between the two words of a write.
    if (response.status === 403 && init.method !== 'GET' && pageToken() !== used) continue;
    if (response.status !== 401) return response;
    refused = used || account() ? await renew(used) : response;
  }
  if (refused.status !== 401 || isOpenPage()) return refused;
  toLogin();
  return new Promise(() => {});
}

/** @param {Response} response */
async function failure(response) {
  const body = Object(await response.json().catch(() => null));
  const problem = new Problem(body, response.status, response.headers.get('X-Request-Id'));
  problem.wait = Number(response.headers.get('Retry-After')) || 0;
  if (problem.code === 'not_permitted') denied.emit();
  return problem;
}

/** @param {string} path @param {AbortSignal} [signal] */
export const get = (path, signal) => request('GET', path, { signal });
/** @param {string} path @param {AbortSignal} [signal] */
export const getText = (path, signal) => request('GET', path, { signal, as: 'text' });
/** @param {string} path @param {any} [body] @param {{signal?: AbortSignal, key?: string}} [o] */
export const post = (path, body = {}, o = {}) => request('POST', path, { body, ...o });

/** @param {string} path @param {any} body */
export const put = (path, body) => request('PUT', path, { body });
/** @param {string} path @param {any} body */
export const patch = (path, body) => request('PATCH', path, { body });
/** @param {string} path */
export const remove = path => request('DELETE', path);

/** A query string of all members that are not empty. @param {Record<string, any>} members */
export function query(members) {
  const q = new URLSearchParams();
  for (const [k, v] of Object.entries(members)) if (v != null && v !== '') q.set(k, String(v));
  const text = q.toString();
  return text && `?${text}`;
}

/** @param {string} id */
export const runPath = id => `/runs/${encodeURIComponent(id)}`;
