// The frame about every page.
import { h, fill, text } from '../lib/dom.js';
import { Value, every } from '../lib/topic.js';
import { get } from '../lib/api.js';
import { duration } from '../lib/format.js';
import { isDark, prefs, setPrefs, toggleTheme } from '../lib/prefs.js';
import { line } from '../lib/safe.js';
import * as live from '../live/client.js';
import { changed, isLocal, may, me } from '../lib/me.js';
import { openPalette } from './offer.js';

// How many approvals are open; `null` before that is known.
export const approvals = new Value((null));

// Label, address, keys, permissions of which one opens it.
export const VIEWS = [['Runs', '/runs', 'g r', 'runs.read'], ['Approvals', '/approvals', 'g a', 'runs.read'],
  ['New roundtable', '/roundtables/new', 'n', 'roundtables.start'],
  ['Agents', '/agents', 'g n', 'agents.execute'], ['Events', '/events', 'g e', 'runs.read'],
  ['Playground', '/playground', 'g l', 'models.call'], ['Providers', '/providers', 'g p', 'models.read'],
  ['Spend', '/spend', 'g b', 'calls.read'],
  ['Access', '/access', 'g c', 'users.read', 'keys.manage_all', 'sessions.manage_all', 'policy.test', 'policy.approve'],
  ['Secrets', '/secrets', 'g k', 'secrets.read'], ['Audit', '/audit', 'g u', 'audit.read'],
  ['API', '/docs', 'g d'], ['Settings', '/settings', 'g s']];

export const isShown = view => !view[3] || may(...view.slice(3));

const logo = () => h('span.logo', { ariaHidden: 'true' }, h('i'), h('i'), h('i'), h('i'));

function rail() {
  const count = h('b.count', { hidden: true });
  approvals.on(n => {
    count.hidden = !n;
    text(count, String(n ?? ''));
    count.setAttribute('aria-label', `${n} waiting for you`);
  });
  const links = VIEWS.map(([words, href]) => h('a', { href, 'data-nav': href.split('/').pop() }, words,
    words === 'Approvals' ? count : null));
  const permitted = () => links.forEach((a, i) => { a.hidden = !isShown(VIEWS[i]); });
  me.on(permitted);
  permitted();
  return h('nav.rail', { ariaLabel: 'Sections' },
    h('a.brand', { href: '/runs' }, logo(), h('span', {}, 'tutti')), links);
}

// Who looks, and a menu.
function who() {
  const button = h('button.ghost.who', { 'aria-haspopup': 'menu', 'aria-expanded': 'false',
    onclick: async () => (await import('./who-menu.js')).openMenu(button) });
  const draw = () => {
    const name = isLocal() ? 'local' : line(me.value?.username ?? '', 24);
    text(button, name || '…');
    button.setAttribute('aria-label', isLocal() ? 'Nobody logs in here: what that means' : `Logged in as ${name}`);
  };
  me.on(draw);
  draw();
  return button;
}

// The state of the stream in a word, and the age of what is shown when it is cut.
function connection(signal) {
  const box = h('span.conn', { role: 'status' }), banner = h('div.offline', { role: 'alert', hidden: true });
  let drawn = '';
  const draw = () => {
    const { state, since, retryAt } = live.status.value;
    const words = { live: 'live', connecting: 'connecting', offline: 'offline' }[state] ?? state;
    if (drawn !== state) {
      drawn = state;
      box.className = `conn ${state}`;
      text(box, words);
      document.documentElement.classList.toggle('offline', state === 'offline');
    }
    banner.hidden = state !== 'offline';
    if (banner.hidden) return;
    const wait = Math.max(0, Math.ceil((retryAt - Date.now()) / 1000));
    fill(banner, h('b', {}, 'The server cannot be reached.'),
      ` What you see is ${duration(Date.now() - since)} old. `,
      wait ? `Next try in ${wait} s. ` : 'Trying… ', h('button.link', { onclick: live.retry }, 'Try now'));
  };
  live.status.on(draw, signal);
  every(1000, draw, signal);
  draw();
  return { box, banner };
}

async function countApprovals() {
  if (!may('runs.read')) return;
  try {
    approvals.set((await get('/approvals?limit=1')).total);
  } catch { /* the state of the connection says it */ }
}

export function shell() {
  const forever = new AbortController().signal;
  const outlet = h('main', { id: 'main', tabIndex: -1 });
  const { box, banner } = connection(forever);
  const theme = h('button.ghost', { onclick: toggleTheme, title: 'Light or dark (t)' });
  const drawTheme = () => {
    text(theme, isDark() ? '☀' : '☾');
    theme.setAttribute('aria-label', isDark() ? 'Use the light theme' : 'Use the dark theme');
  };
  prefs.on(drawTheme);
  drawTheme();
  const nav = rail();
  const top = h('header.top', {},
    h('button.ghost.burger', { ariaLabel: 'Show or hide the sections', onclick: () => setPrefs({
      rail: prefs.value.rail === 'open' ? 'shut' : 'open' }) }, '☰'),
    h('button.cmdk', { onclick: openPalette, 'aria-keyshortcuts': 'Control+K' }, h('span', {}, 'Search or jump to…'),
      h('kbd', {}, 'ctrl k')),
    h('span.grow'), box, theme, who());
  const app = h('div.frame', {}, nav, h('div.shell', {}, top, banner, outlet));
  const drawRail = () => app.classList.toggle('railless', prefs.value.rail !== 'open');
  prefs.on(drawRail);
  drawRail();
  fill((document.getElementById('app')), app);
  let timer = null;
  const soon = () => {
    if (timer) return;
    timer = setTimeout(() => {
      timer = null;
      countApprovals();
    }, 250);
  };
  live.asked.on(what => { if (what === 'approval' || approvals.value) soon(); });
  live.gap.on(soon);
  countApprovals();
  changed.on(soon);
  approvals.on(n => {
    document.title = document.title.replace(/^◆ \d+ · /, '');
    if (n) document.title = `◆ ${n} · ${document.title}`;
  });
  return {
    outlet,
    shown: (present, first) => {
      for (const a of nav.querySelectorAll('a[data-nav]')) {
        if ((a).dataset.nav === present) {
          a.setAttribute('aria-current', 'page');
          a.scrollIntoView({ block: 'nearest', inline: 'nearest' });
        } else a.removeAttribute('aria-current');
      }
      if (approvals.value) approvals.emit(approvals.value);
      if (!first) outlet.focus({ preventScroll: true });
    },
  };
}
