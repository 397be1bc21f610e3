// The newest runs beside the one that is shown, for going from one to the next.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { get, runPath } from '../lib/api.js';
import { ago, money } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { runLook } from '../lib/states.js';
import { go } from '../lib/router.js';
import { key } from '../lib/keys.js';
import * as live from '../live/client.js';
import { badge } from '../ui/parts.js';

export function neighbours(present, signal) {
  let runs = [];
  const list = h('nav.side', { ariaLabel: 'Newest runs' });
  const draw = () => fill(list, h('header', {}, h('h2', {}, 'Runs'), h('a', { href: '/runs' }, 'all')),
    runs.map(r => h('a.siderun', {
    href: runPath(r.id), 'aria-current': r.id.startsWith(present) ? 'page' : null },
  badge(runLook(r), { short: true }), h('span.title', {}, line(r.title || r.id, 80)), h('span.num', {}, money(r.cost)),
  h('span.sub', {}, line(r.workflow, 40)), h('span.num.sub', {}, ago(r.created)))));
  const load = async () => {
    // Narrow pages do not show it, and do not ask for it.
    if (innerWidth < 1320) return;
    try {
      ({ runs } = await get('/runs?limit=40', signal));
      draw();
    } catch { /* the run itself tells what is wrong */ }
  };
  const again = painter(load, signal, 2000);
  live.events.on(events => { if (events.some(e => e.type.startsWith('run.')
    || e.type.startsWith('approval.'))) again(); }, signal);
  addEventListener('resize', () => { if (!runs.length) again(); }, { signal });
  const move = by => {
    const at = runs.findIndex(r => r.id.startsWith(present)), next = runs[at + by];
    if (next) go(runPath(next.id));
  };
  key('j', 'Next run', () => move(1), { where: 'Run', signal });
  key('k', 'Run before', () => move(-1), { where: 'Run', signal });
  load();
  return list;
}
