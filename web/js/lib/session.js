// The login of this browser: what a write has to bring, new tokens in time, the way to the login.

// Pages that are shown to whoever comes.
const OPEN = ['/login', '/register'];
const KEPT = 'tutti.account';
const channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel('tutti') : null;

export const isOpenPage = (path = location.pathname) => OPEN.includes(path.replace(/(.)\/$/, '$1'));

// The one cookie that a page can read. Over http its name has the port of the server, which may be forwarded.
export function pageToken() {
  const cookies = new Map(document.cookie.split('; ').map(c => [c.split('=')[0], c.slice(c.indexOf('=') + 1)]));
  if (location.protocol === 'https:') return cookies.get('__Host-tutti_page') ?? '';
  const near = [...cookies.keys()].filter(name => /^tutti_page_\d+$/.test(name));
  return cookies.get(`tutti_page_${location.port || 80}`) ?? (near.length === 1 ? cookies.get(near[0]) : '') ?? '';
}

// What a page has left in this tab for the next one, once.
export function kept(name) {
  try {
    const found = sessionStorage.getItem(name);
    sessionStorage.removeItem(name);
    return found;
  } catch {
    return null;
  }
}

// Whether this browser was logged in: else nothing is tried that can only fail.
export function account() {
  try {
    return localStorage.getItem(KEPT) ?? '';
  } catch {
    return 'unknown';
  }
}

function keep(user) {
  try {
    if (user) localStorage.setItem(KEPT, user);
    else localStorage.removeItem(KEPT);
  } catch { /* without storage it tries once more than it has to */ }
}

// Somebody has logged in, as the server says; other tabs follow.
export function entered(user) {
  if (account() === user) return;
  keep(user);
  channel?.postMessage({ in: user });
}

// Somebody has logged out; other tabs follow.
export function left() {
  keep('');
  channel?.postMessage({ out: true });
}

let going = false;

// To the login, which comes back here afterwards.
export function toLogin() {
  if (going || isOpenPage()) return;
  going = true;
  keep('');
  const here = location.pathname + location.search + location.hash;
  location.replace(here === '/' ? '/login' : `/login?next=${encodeURIComponent(here)}`);
}

channel?.addEventListener('message', ({ data }) => {
  if (data.out) toLogin();
  // Where it is awaited, and where the things of another person are shown.
  else if (isOpenPage() ? location.pathname === '/login' : data.in !== shownTo) location.reload();
});

let shownTo = '';
export const showsTo = user => { shownTo = user; };

let flying = null;

// New tokens, once for all requests of all tabs, and kept when the page is left: a refresh token that comes twice ends
// its session. `used` is the page's token that was refused. Gives the answer that refuses, or null.
export function renew(used) {
  return flying ??= alone(async () => {
    const present = pageToken();
    if (present && present !== used) return null;
    const response = await fetch('/api/v1/auth/refresh', { method: 'POST', headers: { 'X-CSRF-Token': present },
      keepalive: true }), now = pageToken();
    // Another tab may have logged in.
    return response.ok || now && now !== present ? null : response;
  }).finally(() => { flying = null; });
}

async function alone(work) {
  if (navigator.locks) return navigator.locks.request('tutti.session', work);
  return (await import('./lease.js')).leased(work);
}

// What a link asks for cannot be renewed on the way.
document.addEventListener('click', async event => {
  const link = /** @type {Element} */ (event.target).closest?.('a[href^="/api/"], a[href^="/metrics"]');
  if (!link || !shownTo || pageToken()) return;
  event.preventDefault();
  if (await renew('').catch(() => true)) toLogin();
  else /** @type {any} */ (link).click();
}, true);
