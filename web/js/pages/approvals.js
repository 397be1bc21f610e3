// What waits for a person: oldest first on the left, the thing itself on the right.
import { h, fill } from '../lib/dom.js';
import { painter, every } from '../lib/topic.js';
import { get } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { setQuery } from '../lib/router.js';
import { style } from '../lib/style.js';
import { key } from '../lib/keys.js';
import * as live from '../live/client.js';
import { approvalCard, waits } from '../ui/approval.js';
import { broken, empty, loading } from '../ui/parts.js';
import { approvals } from '../ui/shell.js';

await style('approvals.css');

const name = a => `${a.run}/${a.id}`;

export default function page(ctx) {
  ctx.title('Approvals');
  let list = [], total = 0;
  let loaded = false, error = null, shown = '', card = null, ticket = 0;
  const queue = h('nav.queue', { ariaLabel: 'Waiting for you' }), detail = h('section.detail', {}, loading());
  const chosen = () => list.find(a => name(a) === ctx.query().get('open')) ?? list[0];
  const load = async () => {
    const mine = ++ticket;
    try {
      const answer = await get('/approvals?limit=200', ctx.signal);
      // One that was asked for before another, and comes after it, is old.
      if (mine !== ticket) return;
      ({ approvals: list, total } = answer);
      approvals.set(total);
      error = null;
    } catch (e) {
      if (ctx.signal.aborted || mine !== ticket) return;
      error = e;
    }
    loaded = true;
    draw();
  };
  const draw = () => {
    const now = chosen();
    const focused = queue.contains(document.activeElement), more = total - list.length;
    fill(queue, list.map(a => h('button.ask', { ariaPressed: String(a === now),
      onclick: () => setQuery({ open: name(a) }, { push: true }) },
      h('span.state.cue', {}, h('i', { ariaHidden: 'true' }, '◆')), h('b', {}, line(a.name, 80)),
        h('span.sub', {}, line(a.title || a.run, 80)),
      h('span.sub', {}, a.destructive ? h('span.bad', {}, 'cannot be undone · ') : null, waits(a)))),
      more > 0 ? h('p.muted', {}, `${more} more wait; they come when these are answered.`) : null);
    if (focused) queue.querySelector('[aria-pressed="true"]')?.focus();
    // A card that one is writing in stays, also when somebody else has answered; the conflict is told when one answers.
    const asked = ctx.query().get('open');
    if (shown && card?.engaged() && !list.some(a => name(a) === shown) && (!asked || asked === shown)) return;
    if (error && !list.length) return fill(detail, broken(error, load));
    if (!now) {
      shown = '';
      card = null;
      return fill(detail, loaded ? empty('Nothing waits for you.',
        h('p.muted', {}, 'When a workflow asks for an approval, it stands here until somebody answers, over restarts.'),
        h('p', {}, h('a', { href: '/runs?state=running,waiting' }, 'Runs that are at work'))) : loading());
    }
    if (shown === name(now)) return;
    shown = name(now);
    card = approvalCard(now, { signal: ctx.signal, done: () => {
      list = list.filter(a => name(a) !== shown);
      approvals.set(--total);
      shown = '';
      setQuery({ open: null });
      draw();
      load();
    } });
    fill(detail, card);
  };
  const move = by => {
    const at = list.indexOf(chosen()), to = list[Math.max(0, Math.min(list.length - 1, at + by))];
    if (to) setQuery({ open: name(to) });
  };
  ctx.onQuery(draw);
  const again = painter(load, ctx.signal, 500);
  live.asked.on(what => { if (what === 'approval' || list.length) again(); }, ctx.signal);
  live.gap.on(again, ctx.signal);
  every(20000, draw, ctx.signal);
  const where = { where: 'Approvals', signal: ctx.signal };
  key('a', 'Approve', () => card?.approve(), where);
  key('r', 'Send back with a reason', () => card?.sendBack(), where);
  key('e', 'Edit, then approve', () => card?.edit(), where);
  key('d', 'Changes or the whole', () => card?.diff(), where);
  key('j', 'Next', () => move(1), where);
  key('k', 'Before', () => move(-1), where);
  load();
  return h('div.page.approvals', {}, h('header.pagehead', {}, h('h1', {}, 'Approvals')),
    h('div.master', {}, queue, detail));
}
