// From steps to a graph. A journal has no edges: keys say what is inside of what, times say what came after what.
// Items of an `all` stand beside each other; elsewhere a step follows those that had ended when it began.
import { leaf } from '../lib/format.js';


const SCOPES = new Set(['branch', 'all', 'settled', 'race', 'scope']);
const BESIDE = new Set(['all', 'settled', 'race']);
const QUIET = new Set(['now', 'random', 'uuid', 'look']);

export const isScope = step => SCOPES.has(step.kind);
export const isQuiet = step => QUIET.has(step.kind);


// The steps as a tree of scopes.
export function forest(steps, all) {
  const items = new Map();
  const roots = [];
  let order = 0, hidden = 0;
  const list = [...steps];
  for (const step of list) {
    const start = step.started ? Date.parse(step.started) : Infinity;
    const end = step.ended ? Date.parse(step.ended) : Infinity;
    items.set(step.key, { step, key: step.key, kids: [], start, end, order: order++, count: 0 });
  }
  for (const item of items.values()) {
    if (isQuiet(item.step) && !all) {
      hidden++;
      continue;
    }
    const parent = item.step.parent && items.get(item.step.parent);
    (parent ? parent.kids : roots).push(item);
  }
  const finish = item => {
    item.kids.forEach(finish);
    item.count = item.kids.length ? item.kids.reduce((n, k) => n + k.count, 0) : isScope(item.step) ? 0 : 1;
    if (item.kids.length) {
      item.start = Math.min(item.start, ...item.kids.map(k => k.start));
      // What a scope ends with is its last step; its own row may be written a little later.
      if (item.end < Infinity || !BESIDE.has(item.step.kind)) item.end = Math.max(...item.kids.map(k => k.end));
    }
    item.kids.sort(byTime);
  };
  roots.forEach(finish);
  return { roots: roots.sort(byTime), hidden };
}

const byTime = (a, b) => a.start - b.start || a.order - b.order;

// For each item, those right before it: they had ended when it began, and nothing lies between.
export function before(items) {
  return items.map((item, i) => {
    let latest = -Infinity;
    const done = [];
    for (let j = 0; j < i; j++) {
      if (items[j].end > item.start) continue;
      done.push(j);
      latest = Math.max(latest, items[j].start);
    }
    // One that had ended before another of them began is only an indirect predecessor. Of those with equal times, as
    // steps without a duration have, the order decides.
    return done.filter(j => items[j].end > latest || !done.some(k => k > j && items[j].end <= items[k].start));
  });
}

export function shape(steps, { values = false, fold = false, open = new Set() } = {}) {
  const { roots, hidden } = forest(steps, values);
  const nodes = [];
  const edges = [];
  let joins = 0, collapsed = 0;
  const link = (outs, ins) => {
    if (outs.length * ins.length <= 9) return void outs.forEach(a => ins.forEach(b => edges.push([a, b])));
    // Many to many is unreadable: a point between them takes n + m edges in place of n × m.
    const id = `join ${joins++}`;
    nodes.push({ id, title: '', sub: '', steps: [], scope: false, live: false });
    outs.forEach(a => edges.push([a, id]));
    ins.forEach(b => edges.push([id, b]));
  };
  const single = (item, title, sub, scope) => {
    nodes.push({ id: item.key, title, sub, steps: [item.key], scope, live: true });
    return { ins: [item.key], outs: [item.key] };
  };
  const place = item => {
    if (!item.kids.length) {
      return single(item, leaf(item.key), item.step.kind === 'step' ? item.step.model ?? '' : item.step.kind, false);
    }
    if (fold && item.count > 3 && !open.has(item.key)) {
      collapsed++;
      return single(item, leaf(item.key), `${item.count} steps`, true);
    }
    // A scope about a single step only gives it its name.
    if (item.kids.length === 1 && !item.kids[0].kids.length && item.step.kind === 'scope') {
      const kid = item.kids[0];
      return single(kid, leaf(item.key), leaf(kid.key), false);
    }
    return group(item.kids, BESIDE.has(item.step.kind));
  };
  const group = (items, beside) => {
    const ends = items.map(place);
    if (beside) return { ins: ends.flatMap(e => e.ins), outs: ends.flatMap(e => e.outs) };
    const ahead = before(items), followed = new Set(ahead.flat());
    // Those that follow the same ones are linked at once.
    const same = new Map();
    ahead.forEach((list, i) => { if (list.length) same.set(list.join(), [...same.get(list.join()) ?? [], i]); });
    for (const [list, behind] of same) {
      link(list.split(',').flatMap(j => ends[j].outs), behind.flatMap(i => ends[i].ins));
    }
    return { ins: ends.filter((_, i) => !ahead[i].length).flatMap(e => e.ins),
      outs: ends.filter((_, i) => !followed.has(i)).flatMap(e => e.outs) };
  };
  group(roots, false);
  return { nodes, edges, hidden, collapsed, leaves: roots.reduce((n, r) => n + r.count, 0) };
}
