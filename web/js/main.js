// The start of the page.
import { h } from './lib/dom.js';
import { key } from './lib/keys.js';
import { go, route, start } from './lib/router.js';
import { again, loadMe, may } from './lib/me.js';
import { toggleTheme, setPrefs, prefs } from './lib/prefs.js';
import { isOpenPage, kept } from './lib/session.js';
import { connect, refusals, status } from './live/client.js';
import { broken, empty } from './ui/parts.js';
import { openPalette, offer } from './ui/offer.js';
import { isShown, shell, VIEWS } from './ui/shell.js';

route('/', 'runs', () => import('./pages/runs.js'));
route('/runs', 'runs', () => import('./pages/runs.js'));
route('/runs/:id', 'runs', () => import('./run/page.js'));
route('/runs/:id/steps/:key', 'runs', () => import('./run/step-page.js'));
route('/approvals', 'approvals', () => import('./pages/approvals.js'));
route('/roundtables/new', 'new', () => import('./pages/roundtable.js'));
route('/agents', 'agents', () => import('./agent/agents.js'));
route('/events', 'events', () => import('./pages/events.js'));
route('/playground', 'playground', () => import('./gateway/playground.js'));
route('/providers', 'providers', () => import('./gateway/providers.js'));
route('/spend', 'spend', () => import('./gateway/spend.js'));
route('/docs', 'docs', () => import('./pages/docs.js'));
route('/settings', 'settings', () => import('./pages/settings.js'));
route('/access', 'access', () => import('./access/page.js'));
route('/access/:part', 'access', () => import('./access/page.js'));
route('/secrets', 'secrets', () => import('./pages/secrets.js'));
route('/audit', 'audit', () => import('./pages/audit.js'));
route('/account', 'account', () => import('./account/page.js'));
route('/login', '', () => import('./account/login.js'));
route('/register', '', () => import('./account/register.js'));

const openHelp = async () => (await import('./ui/help.js')).openHelp();

const PLACES = [...VIEWS, ['Account', '/account', 'g m']];

if (!isOpenPage()) for (const [label, path, keys] of PLACES) key(keys, `Go to ${label}`, () => go(path), {
  where: 'Go to' });
if (!isOpenPage()) key('ctrl+k', 'Search or jump to', openPalette, { always: true });
key('?', 'Show all keys', openHelp);
key('t', 'Light or dark', toggleTheme);
key('/', 'Go to the filter of this view', () => {
  const filters = /** @type {any[]} */ ([...document.querySelectorAll('[data-filter]')]);
  filters.find(f => f.offsetParent)?.focus();
});

offer(() => [
  ...PLACES.filter(isShown).map(([label, path, keys]) => ({ label, hint: keys, run: () => go(path) })),
  { label: 'Failed runs', run: () => go('/runs?state=failed') },
  { label: 'Runs that wait for you', run: () => go('/approvals') },
  { label: 'Switch between light and dark', hint: 't', run: toggleTheme },
  { label: 'Switch between compact and cosy rows', run: () => setPrefs({ density: prefs.value.density === 'cosy'
    ? 'compact' : 'cosy' }) },
  { label: 'Show all keys', hint: '?', run: openHelp },
]);

const pageBroken = error => h('div.page', {}, broken(error, () => location.reload()));
const missing = () => h('div.page', {}, empty('There is no such page.', h('a', { href: '/runs' }, 'Go to the runs')));

// Who looks is known before anything is shown of what there is.
async function begin() {
  if (isOpenPage()) {
    const outlet = h('main.alone', { id: 'main', tabIndex: -1 });
    document.getElementById('app')?.replaceChildren(outlet);
    return start(outlet, () => {}, pageBroken, missing);
  }
  await loadMe().catch(() => {});
  // Another issuer sends the browser back to the beginning.
  const next = kept('tutti.next');
  if (next && location.pathname === '/') history.replaceState(null, '', next);
  const { outlet, shown } = shell();
  start(outlet, shown, pageBroken, missing);
  if (may('runs.read')) connect();
  // A stream is cut when something about its reader has changed.
  let was = '';
  status.on(({ state }) => {
    if (was === 'cut' && state === 'live') again();
    was = state === 'live' ? state : was && 'cut';
  });
  refusals.on(again);
}

begin();
