// Everything that happens, as it happens: filtered, paused, looked into, or from an earlier place on.
import { h, s, fill, text } from '../lib/dom.js';
import { painter, every } from '../lib/topic.js';
import { get, query, runPath } from '../lib/api.js';
import { clock, count, shortID } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import * as live from '../live/client.js';
import { empty, copyButton } from '../ui/parts.js';
import { json } from '../ui/json.js';
import { style } from '../lib/style.js';
import { rows } from '../ui/rows.js';
import { level, words } from '../run/words.js';

const HELD = 10000, FIRST = 500;

// `run.*` stands for all that begin so; several are separated by commas.
export function typeMatcher(pattern) {
  const list = pattern.split(/[\s,]+/).filter(Boolean);
  if (!list.length) return () => true;
  const tests = list.map(p => new RegExp(`^${p.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`));
  return type => tests.some(t => t.test(type));
}

await style('events.css');

export default function page(ctx) {
  ctx.title('Events');
  let held = [], shown = held, waiting = [];
  let paused = false, cursor = '', chosen = null, dropped = 0, failed = '';
  const known = new Set(), rate = (new Array(60).fill(0));
  const type = h('input', { placeholder: 'run.*, step.failed', ariaLabel: 'Types of events', 'data-filter': '',
    list: 'event-types' });
  const run = h('input', { placeholder: 'Run', ariaLabel: 'Beginning of a run id' }),
    q = h('input', { type: 'search', placeholder: 'Words', ariaLabel: 'Words' });
  const types = h('datalist', { id: 'event-types' }), note = h('span.muted.count', { role: 'status' }),
    detail = h('aside.panel', { ariaLabel: 'Event', hidden: true }), blank = h('div');
  const line1 = s('polyline', { class: 'spark' }), spark = s('svg',
    { viewBox: '0 0 120 24', class: 'sparkline', role: 'img', 'aria-label': 'Events a second in the last minute' },
    line1), per = h('span.muted.num');
  const pause = h('button', { onclick: () => setPaused(!paused) });
  const fits = () => {
    const t = typeMatcher(ctx.query().get('type') ?? ''), r = ctx.query().get('run') ?? '',
      w = (ctx.query().get('q') ?? '').toLowerCase();
    return e => t(e.type) && (!r || e.subject.startsWith(r))
      && (!w || `${e.type} ${e.step ?? ''} ${words(e)}`.toLowerCase().includes(w));
  };
  let fit = fits();
  const list = rows({
    label: 'Events', role: 'log', height: 24, signal: ctx.signal, follow: true, items: () => shown, moved: () => {},
    make: () => {
      const row = h('button.event', { type: 'button' }, h('span.t'), h('span.ty'), h('span.ru'), h('span.st'),
        h('span.msg'));
      row.addEventListener('click', () => choose(row.entry));
      return row;
    },
    show: (row, e) => {
      row.entry = e;
      row.className = `event vrow ${level(e)}${e === chosen ? ' on' : ''}`;
      const [t, ty, ru, st, msg] = row.children;
      text(t, clock(e.time));
      text(ty, e.type);
      text(ru, shortID(e.subject));
      text(st, e.step ?? '');
      text(msg, words(e));
    },
  });
  const draw = painter(() => {
    text(note,
      `${count(shown.length)} of ${count(held.length)} held` + (dropped ? `, ${count(dropped)} older let go` : '')
      + (waiting.length ? `, ${count(waiting.length)} came since the pause` : ''));
    list.el.hidden = !shown.length;
    fill(blank, shown.length ? null : failed ? h('p.problem', {}, failed) : held.length
      ? empty('No event fits this filter.', h('button', { onclick: clear }, 'Clear the filter'))
      : empty('Nothing has happened yet.', h('p.muted', {}, 'Every fact of every run appears here as it is recorded.'),
        h('p', {}, 'Start one: ', h('code', {}, 'tutti roundtable plan.md'))));
    list.draw();
  }, ctx.signal);
  const choose = e => {
    chosen = e;
    list.redraw();
    detail.hidden = !e;
    split.classList.toggle('withpanel', !!e);
    if (!e) return fill(detail);
    fill(detail, h('header', {}, h('h2', {}, line(e.type, 80)), h('span.grow'),
      copyButton(JSON.stringify(e, null, 2), 'Copy'), h('button.ghost.sm',
      { ariaLabel: 'Close', onclick: () => choose(null) }, '✕')),
      h('p.pad', {}, h('a', { href: e.step ? `${runPath(e.subject)}?step=${encodeURIComponent(e.step)}`
        : runPath(e.subject) }, e.step ? 'Look at the step' : 'Look at the run')),
      e.cursor ? h('p.pad', {}, h('button.sm', { onclick: () => { setQuery({ after: e.cursor }); reload(); } },
        'Replay from here')) : null, h('div.pad', {}, json(e)));
  };
  const add = events => {
    const fresh = events.filter(e => !known.has(e.id));
    for (const e of fresh) known.add(e.id);
    if (events.length) cursor = events.at(-1).cursor ?? cursor;
    held.push(...fresh);
    const more = fresh.filter(fit);
    if (shown !== held) shown.push(...more);
    if (held.length > HELD * 1.2) {
      for (const e of held.splice(0, held.length - HELD)) known.delete(e.id);
      dropped += HELD * 0.2;
      refilter();
    }
    draw();
  };
  const refilter = () => {
    const asked = ctx.query();
    fit = fits();
    shown = ['type', 'run', 'q'].some(n => asked.get(n)) ? held.filter(fit) : held;
    for (const [input, name] of ([[type, 'type'], [run, 'run'],
      [q, 'q']])) if (document.activeElement !== input) input.value = asked.get(name) ?? '';
    list.redraw();
    draw();
  };
  const clear = () => setQuery({ type: null, run: null, q: null });
  const setPaused = on => {
    paused = on;
    text(pause, on ? '▶ Go on' : '❚❚ Pause');
    pause.setAttribute('aria-pressed', String(on));
    if (!on) {
      add(waiting);
      waiting = [];
    }
    draw();
  };
  let tailless = false;
  const catchUp = async () => {
    try {
      for (let page = 0; page < 20; page++) {
        const ask = { after: cursor, limit: 1000, tail: cursor || tailless ? '' : FIRST };
        const answer = await get(`/events${query(ask)}`, ctx.signal);
        failed = '';
        add(answer.events);
        cursor = answer.next ?? cursor;
        if (!answer.events.length) break;
      }
    } catch (error) {
      // A server that cannot begin at the newest begins at the oldest.
      if (error.status === 400 && !tailless) {
        tailless = true;
        return catchUp();
      }
      if (!ctx.signal.aborted) failed = error.message;
    }
    draw();
  };
  const reload = () => {
    held = [];
    known.clear();
    dropped = 0;
    cursor = ctx.query().get('after') ?? '';
    refilter();
    catchUp();
  };
  for (const [input, name] of [[type, 'type'], [run, 'run'], [q, 'q']]) {
    let timer = 0;
    input.addEventListener('input', () => {
      const value = input.value.trim();
      clearTimeout(timer);
      timer = setTimeout(() => setQuery({ [name]: value }), 200);
    });
  }
  live.events.on(events => {
    rate[59] += events.length;
    if (!paused) return add(events);
    waiting.push(...events);
    if (waiting.length > HELD) waiting = waiting.slice(-HELD);
    draw();
  }, ctx.signal);
  live.gap.on(() => { if (!paused) catchUp(); }, ctx.signal);
  ctx.onQuery(refilter);
  every(1000, () => {
    const most = Math.max(5, ...rate);
    line1.setAttribute('points', rate.map((n, i) => `${i * 2},${23 - n / most * 22}`).join(' '));
    text(per, `${count(rate[59])}/s`);
    rate.push(0);
    rate.shift();
  }, ctx.signal);
  type.addEventListener('focus', () => fill(types, ['run.*', 'step.*', ...new Set(held.map(e => e.type))]
    .map(value => h('option', { value }))));
  key('p', 'Pause or go on', () => setPaused(!paused), { where: 'Events', signal: ctx.signal });
  setPaused(false);
  reload();
  const back = h('button.ghost', { onclick: () => { setQuery({ after: null }); reload(); } }, 'Newest');
  const split = h('div.split', {}, h('div.eventlist', {}, blank, list.el), detail);
  return h('div.page.full', {}, h('header.pagehead', {}, h('h1', {}, 'Events'), spark, per, h('span.grow'), pause,
    back), h('div.filters', { role: 'search' }, type, types, run, q, note), split);
}
