// What an agent has tried to reach on the network, what was let through, and how much went there and back.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { bytes, clock, count, duration, moment, plural } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { isOver, look } from '../lib/states.js';
import { style } from '../lib/style.js';
import { setQuery } from '../lib/router.js';
import { badge, empty, segment } from '../ui/parts.js';
import { table } from '../ui/forms.js';

await style('agent.css');

const MOST = 500;
const ALLOWED = { ...look('completed'), word: 'allowed' }, REFUSED = { ...look('failed'), word: 'refused' };

// Decisions with how the connections behind them have ended.
export function connections(events) {
  const found = [], open = new Map();
  for (const e of events) {
    const d = e.data ?? {}, place = `${e.step} ${d.host} ${d.port}`;
    if (e.type === 'egress.decided') {
      const entry = { event: e, ...d };
      found.push(entry);
      if (d.allowed) open.set(place, [...open.get(place) ?? [], entry]);
    } else if (e.type === 'egress.ended') {
      const entry = open.get(place)?.shift();
      if (entry) entry.ended = d;
      else found.push({ event: e, ...d, allowed: true, ended: d });
    }
  }
  return found;
}

export function egressTab(store, ctx, signal) {
  const head = h('div.toolbar'), body = h('div');
  let seen = '';
  const draw = () => {
    const events = store.events.filter(e => e.type.startsWith('egress.')), only = ctx.query().get('egress') ?? '';
    const over = isOver(store.run), want = `${events.length} ${events.at(-1)?.id} ${only} ${over}`;
    if (want === seen) return;
    seen = want;
    const every = connections(events), refused = every.filter(c => !c.allowed);
    const list = only === 'refused' ? refused : only === 'allowed' ? every.filter(c => c.allowed) : every;
    const focused = head.contains(document.activeElement);
    fill(head, segment('Which', [['', `all ${count(every.length)}`], ['allowed',
      `allowed ${count(every.length - refused.length)}`], ['refused', `refused ${count(refused.length)}`]], only,
    v => setQuery({ egress: v })), h('span.grow'), store.dropped ? h('span.muted', {},
      'Of a long run only the newest are held here; the export has all.') : null);
    if (focused) /** @type {any} */ (head.querySelector('[aria-pressed="true"]'))?.focus();
    fill(body, !list.length ? empty(every.length ? 'Nothing of this kind.' : 'It has reached for nothing.')
      : [list.length > MOST ? h('p.muted', {}, `The newest ${MOST} of ${plural(list.length, 'connection')}.`) : null,
        table('What it has reached', [['When', c => h('span', { title: moment(c.event.time) }, clock(c.event.time))],
          ['Decision', c => badge(c.allowed ? ALLOWED : REFUSED)],
          ['Where', c => [h('span.mono', {}, line(`${c.method ? `${c.method} ` : ''}${c.host}:${c.port}`, 300)),
            c.address ? h('span.sub', {}, ` ${line(c.address, 60)}`) : null]],
          ['Why', c => [line(c.reason ?? '', 300), c.rule ? h('span.sub', {}, ` rule ${line(c.rule, 120)}`) : null]],
          ['Up, down', c => c.ended ? `${bytes(Number(c.ended.bytes_up) || 0)}, ${bytes(Number(c.ended.bytes_down)
            || 0)}` : c.allowed ? over ? 'not known' : 'open' : ''],
          ['Took', c => c.ended ? duration(Number(c.ended.duration_ms)) : '']], list.slice(-MOST).reverse(),
        { row: c => ({ class: c.allowed ? '' : 'refused' }) })]);
  };
  const again = painter(draw, signal, 500);
  store.logged.on(again, signal);
  store.runChanged.on(again, signal);
  ctx.onQuery(() => { if (!signal.aborted) draw(); });
  draw();
  return h('div.egress', {}, head, body);
}
