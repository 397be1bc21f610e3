// What was done when: a row for each step, waits hatched, pauses compressed.
import { h, fill, text } from '../lib/dom.js';
import { painter, every } from '../lib/topic.js';
import { count, duration, leaf, money, now } from '../lib/format.js';
import { clean } from '../lib/safe.js';
import { stepLook } from '../lib/states.js';
import { style } from '../lib/style.js';
import { setQuery } from '../lib/router.js';
import { empty } from '../ui/parts.js';
import { rows } from '../ui/rows.js';
import { axis, place, ticks } from './axis.js';
import { forest, isQuiet, isScope } from './shape.js';

const WAITS = new Set(['approval', 'signal', 'sleep', 'child']);

await style('timeline.css');

export function timeline(store, signal, o) {
  const shut = new Set();
  let list = [];
  let pieces = [];
  let values = false;
  const scale = h('div.scale'), note = h('span.muted.count');
  const search = h('input', { type: 'search', placeholder: 'Find a step', ariaLabel: 'Find a step', 'data-filter': '',
    value: o.query().get('find') ?? '' });
  const tries = h('select', { ariaLabel: 'Attempts' },
    [['', 'all attempts'], ['2', 'tried again'], ['failed', 'failed']]
    .map(([v, t]) => h('option', { value: v, selected: v === (o.query().get('attempts') ?? '') }, t)));
  const compress = h('input', { type: 'checkbox', checked: o.query().get('gaps') !== 'full' });
  const quiet = h('input', { type: 'checkbox' });
  const grid = rows({
    label: 'Steps in time', height: 26, signal, items: () => list,
    make: () => {
      const row = h('button.wave', { type: 'button' }, h('span.nm', {}, h('span.twist'), h('i'), h('span.name')),
        h('span.track', {}, h('span.bar')), h('span.num'), h('span.num'), h('span.num'));
      row.addEventListener('click', e => {
        const r = row.entry;
        if (r.item.kids.length && (e.target.closest('.twist') || isScope(r.item.step))) {
          shut.has(r.item.key) ? shut.delete(r.item.key) : shut.add(r.item.key);
          build();
        } else o.select(r.item.key);
      });
      return row;
    },
    show: (row, entry) => show(row, entry, pieces, o.selected()),
  });
  grid.el.addEventListener('keydown', e => {
    const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[e.key];
    if (!step) return;
    e.preventDefault();
    e.stopPropagation();
    const visible = ([...grid.el.querySelectorAll('.wave:not([hidden])')]);
    const at = list.indexOf(document.activeElement?.['entry']),
      next = list[Math.max(0, Math.min(list.length - 1, at + step))];
    if (!next) return;
    grid.reveal(list.indexOf(next));
    requestAnimationFrame(() => (visible.find(v => v.entry === next) ?? [...grid.el.querySelectorAll('.wave')]
      .find(v => v.entry === next))?.focus({ preventScroll: true }));
  });
  const build = () => {
    const { roots, hidden } = forest(store.steps.values(), values), find = search.value.trim().toLowerCase(),
      only = tries.value;
    const fits = s => (!find || s.key.toLowerCase().includes(find))
      && (!only || (only === 'failed' ? s.state === 'failed' : (s.attempt ?? 0) > 1));
    const filtering = !!find || !!only;
    list = [];
    const add = (item, depth, label = leaf(item.key)) => {
      // A scope about a single step only gives it its name, as in the graph.
      const [inner] = item.kids;
      if (item.kids.length === 1 && !inner.kids.length && item.step.kind === 'scope') return add(inner, depth, label);
      const open = filtering || !shut.has(item.key);
      if (!filtering || fits(item.step)) list.push({ item, label, depth: filtering ? 0 : depth, open });
      if (open) for (const kid of item.kids) add(kid, depth + 1);
    };
    for (const root of roots) add(root, 0);
    text(note, `${count(list.length)} rows${hidden ? `, ${count(hidden)} recorded values not shown` : ''}`);
    quiet.parentElement.hidden = !hidden && !values;
    measure();
    fill(body, list.length ? [scale, grid.el] : filtering ? empty('No step fits.', h('button', { onclick: () => {
      search.value = tries.value = '';
      build();
    } }, 'Show all steps')) : empty('No step has begun yet.'));
    grid.redraw();
  };
  const measure = () => {
    const steps = [...store.steps.values()].filter(s => s.started && !isQuiet(s));
    const start = Math.min(Date.parse(store.run?.created), ...steps.map(s => Date.parse(s.started)));
    const end = store.run?.finished ? Date.parse(store.run.finished) : now();
    const busy = steps.filter(s => !isScope(s) && !WAITS.has(s.kind))
      .map(s => ([Date.parse(s.started), s.ended ? Date.parse(s.ended) : end]));
    const waits = steps.filter(s => WAITS.has(s.kind) && !s.ended).length;
    pieces = axis(busy, start, Math.max(end, start + 1), compress.checked && (busy.length > 0 || waits > 0));
    fill(scale, h('span.nm'), h('span.track', {}, ticks(pieces,
      start).map(t => h('span.tick', { style: { left: `${t.at * 100}%` } }, duration(t.ms))),
      pieces.filter(p => p.gap).map(p => h('span.gapmark',
        { style: { left: `${(p.at + p.size / 2) * 100}%`, width: `${p.size * 100}%` },
        title: `${duration(p.to - p.from)} in which nothing was done` },
          `⋯ ${duration(p.to - p.from).split(' ').slice(0, 2).join(' ')}`))),
    h('span.num', {}, 'took'), h('span.num', {}, 'tokens'), h('span.num', {}, 'cost'));
  };
  const body = h('div.wavebody');
  const el = h('div.timeline', {}, h('div.toolbar', {}, search, tries,
    h('label.check', {}, compress, ' compress pauses'),
    h('label.check', {}, quiet, ' recorded values'), note), body);
  search.addEventListener('input', () => { build(); setQuery({ find: search.value.trim() }); });
  tries.addEventListener('change', () => { build(); setQuery({ attempts: tries.value }); });
  compress.addEventListener('change', () => { build(); setQuery({ gaps: compress.checked ? null : 'full' }); });
  quiet.addEventListener('change', () => { values = quiet.checked; build(); });
  const again = painter(build, signal, 1000);
  store.shapeChanged.on(again, signal);
  store.stepsChanged.on(again, signal);
  store.runChanged.on(again, signal);
  every(1000, () => {
    if (store.run && !store.run.finished && store.steps.size) {
      measure();
      grid.redraw();
    }
  }, signal);
  build();
  return { el, mark: () => grid.redraw() };
}

function show(row, entry, pieces, selected) {
  const { item, label, depth, open } = entry, { step } = item, words = stepLook(step);
  const [name, track, took, tokens, cost] = row.children, bar = track.firstChild;
  row.entry = entry;
  row.className = `wave vrow ${words.cls}${step.key === selected ? ' on' : ''}${isScope(step) ? ' scope' : ''}`;
  name.style.paddingLeft = `${Math.min(depth, 6) * 14}px`;
  text(name.children[0], item.kids.length ? (open ? '▾' : '▸') : '');
  text(name.children[1], words.glyph);
  text(name.children[2], clean(label) + (step.attempt > 1 ? ` × ${step.attempt}` : ''));
  row.title = clean(step.key);
  const until = step.ended ? item.end : now();
  row.setAttribute('aria-label', `${clean(label)}, ${words.word}, ${duration(until - item.start)}`);
  if (item.kids.length) row.setAttribute('aria-expanded', String(open));
  else row.removeAttribute('aria-expanded');
  bar.hidden = item.start === Infinity;
  if (!bar.hidden) {
    const from = place(pieces, item.start), to = place(pieces, until);
    bar.style.left = `${from * 100}%`;
    bar.style.width = `max(3px, ${(to - from) * 100}%)`;
    bar.className = `bar ${WAITS.has(step.kind) ? 'waits' : ''}`;
  }
  text(took, item.start === Infinity ? '' : duration(step.duration_ms ?? until - item.start));
  text(tokens, step.cost?.tokens ? count(step.cost.tokens) : '');
  text(cost, step.cost ? money(step.cost) : '');
}
