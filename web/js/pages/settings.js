// How the page looks, its keys, and what it talks to.
import { h, fill } from '../lib/dom.js';
import { get } from '../lib/api.js';
import { ago, duration, moment, now } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { isLocal, may, me } from '../lib/me.js';
import { prefs, setPrefs } from '../lib/prefs.js';
import { fact, loader, segment } from '../ui/parts.js';
import { keyList } from '../ui/help.js';
import { json } from '../ui/json.js';

export default function page(ctx) {
  ctx.title('Settings');
  const look = h('section.card'), keys = h('div.stack'), about = h('section.card');
  const search = h('input', { type: 'search', placeholder: 'Find a key', ariaLabel: 'Find a key', 'data-filter': '' });
  const drawLook = () => {
    const focused = document.activeElement?.textContent;
    fill(look, h('h2', {}, 'Look'), h('div.field', {}, h('span', {}, 'Theme'),
      segment('Theme', [['system', 'as the system'], ['light', 'light'], ['dark', 'dark']], prefs.value.theme,
      theme => setPrefs({ theme }))),
      h('div.field', {}, h('span', {}, 'Rows'), segment('Rows', [['cosy', 'cosy'], ['compact', 'compact']],
        prefs.value.density, density => setPrefs({ density }))),
      h('div.field', {}, h('span', {}, 'Single keys'),
        segment('Single keys', [['on', 'on'], ['off', 'off']], prefs.value.keys, k => setPrefs({ keys: k })),
        h('small.muted', {},
          'Off leaves ctrl k, for those who speak to their computer or use other tools with keys.')));
    for (const b of look.querySelectorAll('button')) if (focused && b.textContent === focused
      && look.dataset.drawn) b.focus();
    look.dataset.drawn = '1';
  };
  const drawKeys = () => fill(keys, keyList(search.value.trim()));
  search.addEventListener('input', drawKeys);
  prefs.on(drawLook, ctx.signal);
  drawLook();
  drawKeys();
  if (may('operations.read')) loader(about, () => get('/system', ctx.signal), sys => [h('h2', {}, 'About'),
    h('dl.facts.wide', {}, fact('Tutti', line(sys.version)), fact('address', line(sys.address)),
    fact('home', line(sys.home, 300)),
    fact('running since', `${moment(sys.started)}, ${ago(sys.started)}`),
      fact('up', duration(now() - Date.parse(sys.started))), isLocal() ? [fact('mode', line(sys.mode)),
      fact('you', line(sys.owner))] : null),
  sys.providers?.length ? [h('h3', {}, 'Providers'), h('ul.plain', {},
    sys.providers.map(p => h('li', {}, typeof p === 'string' ? clean(p)
    : h('span', {}, h('b', {}, line(p.name)), ' ', line(p.note ?? p.state ?? '', 200)))))] : null,
  sys.limits ? [h('h3', {}, 'Limits'), json(sys.limits)] : null,
  h('p.btns', {}, h('a.button', { href: '/docs' }, 'API'),
    may('metrics.read') ? h('a.button', { href: '/metrics', target: '_blank' }, 'Metrics') : null,
    h('a.button', { href: '/health', target: '_blank' }, 'Health'))], ctx.signal)();
  return h('div.page.settings', {}, h('header.pagehead', {}, h('h1', {}, 'Settings')),
    h('div.two', {}, h('div.stack', {}, look, accounts(), may('operations.read') ? about : null), h('section.card',
      {}, h('h2', {}, 'Keys'), search, keys)));
}

// Whether people log in here, and the way to that.
function accounts() {
  if (isLocal()) return h('section.card', {}, h('h2', {}, 'Accounts'),
    h('p', {}, 'Nobody logs in here: only this machine reaches the server.'),
    h('p.soft', {}, 'With the first account all that is here becomes yours, and everybody logs in from then on.'),
    h('p.btns', {}, h('a.button', { href: '/register' }, 'Hand over to accounts…')));
  return h('section.card', {}, h('h2', {}, 'Accounts'), h('p', {}, 'You are logged in as ',
    h('b', {}, line(me.value?.username ?? '', 80)), '.'), h('p.btns', {}, h('a.button', { href: '/account' },
      'Account'),
  may('users.read') ? h('a.button', { href: '/access/people' }, 'People') : null));
}
