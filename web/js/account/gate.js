// The frame of pages for whoever comes, and the way from them to where one wanted to go.
import { h } from '../lib/dom.js';
import { post } from '../lib/api.js';
import { entered, isOpenPage } from '../lib/session.js';
import { match } from '../lib/router.js';

const logo = () => h('span.logo', { ariaHidden: 'true' }, h('i'), h('i'), h('i'), h('i'));

// What stands in a `div.gate`.
export const gate = (title, ...parts) => [h('h1', {}, logo(), title), parts];

// Where one wanted to go; nowhere but to pages of ours.
export function wanted() {
  try {
    const url = new URL(new URLSearchParams(location.search).get('next') ?? '/', location.origin);
    if (url.origin === location.origin && match(url.pathname) && !isOpenPage(url.pathname)) {
      return url.pathname + url.search + url.hash;
    }
  } catch { /* no address at all */ }
  return '/';
}

// Takes a code out of the address, so that it stays in no history: `#reset=…`, `#code`, or `?code=`.
export function codeFromAddress(name = '') {
  const q = new URLSearchParams(location.search), hash = decodeURIComponent(location.hash.slice(1));
  const given = name ? hash.startsWith(`${name}=`) ? hash.slice(name.length + 1) : '' : hash || q.get('code') || '';
  if (!given) return '';
  q.delete('code');
  history.replaceState(null, '', location.pathname + (String(q) && `?${q}`));
  return given;
}

// Logs in; the tokens are cookies that no script reads.
export async function logIn(name, password) {
  const login = await post('/auth/login', { [name.includes('@') ? 'email' : 'username']: name, password,
    cookies_only: true });
  entered(login.user.id);
  location.replace(wanted());
}
