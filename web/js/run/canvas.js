// The drawing of a graph: nodes are buttons, edges lie beneath them. Each node is contained, so that one whose state
// changes costs nothing to the others; text in SVG would lay out the whole drawing again.
import { h, s, text } from '../lib/dom.js';
import { money } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { look, stepLook } from '../lib/states.js';
import { layout } from './layout.js';

const FIT = 60;
const SIZES = { w: 168, h: 46, gapX: 40, gapY: 12 };

// `before` is where one has looked; `unfold` opens a scope that stands as one node.
export function canvas(store, graph, o, unfold, before) {
  const ids = graph.nodes.map(n => n.id), wide = layout(ids, graph.edges, SIZES);
  const parts = new Map(), edges = new Map(), byID = new Map(graph.nodes.map(n => [n.id, n]));
  let L = wide, k = 1, x = 0, y = 0, placed = !!before;
  const svg = s('svg', { class: 'edges', 'aria-hidden': 'true' }), world = h('div.world', {}, svg);
  const el = h('div.canvas', { role: 'group', ariaLabel: `Graph of ${graph.leaves} steps`,
    class: graph.nodes.length < 60 ? 'few' : '' }, world);
  const build = () => {
    edges.clear();
    parts.clear();
    svg.replaceChildren(...L.paths.map(p => {
      const path = s('path', { d: p.d, class: 'edge' });
      edges.set(p.from, [...edges.get(p.from) ?? [], path]);
      return path;
    }));
    world.replaceChildren(svg, ...graph.nodes.map(node => {
      const p = L.pos.get(node.id), style = { left: `${p.x}px`, top: `${p.y}px` };
      if (!node.live) return h('i.join', { style: { left: `${p.x + L.w / 2 - 3}px`, top: `${p.y + L.h / 2 - 3}px` } });
      const glyph = h('i', { ariaHidden: 'true' }), cost = h('span.tok');
      const button = h('button.node', { type: 'button', tabIndex: -1, 'data-id': node.id, style }, glyph,
        h('span.name', {}, line(node.title, 60)), h('span.sub', {}, line(node.sub, 40)), cost);
      parts.set(node.id, { button, glyph, cost, last: '', node });
      return button;
    }));
    paint(ids);
    mark();
  };
  const paint = keys => {
    for (const id of keys) {
      const part = parts.get(id), step = store.steps.get(id);
      if (!part || !step) continue;
      const words = step ? stepLook(step) : look('queued'), tries = step.attempt > 1 ? step.attempt : '';
      const now = `${words.cls} ${tries}`;
      if (part.last !== now) {
        part.last = now;
        const more = (part.node.scope ? ' pile' : '') + (o.selected() === id ? ' sel' : '');
        part.button.className = `node ${words.cls}${more}`;
        text(part.glyph, words.glyph);
        part.button.ariaLabel = `${part.node.title}, ${part.node.sub || 'step'}, ${words.word}`
          + (tries ? `, attempt ${tries}` : '');
        for (const path of edges.get(id) ?? []) path.setAttribute('class', `edge ${words.cls}`);
      }
      text(part.cost, step.cost ? money(step.cost) : tries ? `× ${tries}` : '');
    }
  };
  const mark = () => {
    const chosen = o.selected(), entry = parts.has(chosen) ? chosen : parts.keys().next().value;
    for (const [id, part] of parts) {
      part.button.classList.toggle('sel', id === chosen);
      part.button.tabIndex = id === entry ? 0 : -1;
    }
  };
  const apply = () => {
    world.style.transform = `translate(${x}px, ${y}px) scale(${k})`;
    el.classList.toggle('far', k < 0.5);
  };
  const zoom = (f, cx = el.clientWidth / 2, cy = el.clientHeight / 2) => {
    const to = Math.max(0.06, Math.min(2.5, k * f));
    x = cx - (cx - x) * to / k;
    y = cy - (cy - y) * to / k;
    k = to;
    apply();
  };
  const pan = (dx, dy) => {
    x += dx;
    y += dy;
    apply();
  };
  const active = () => parts.has(o.selected()) ? o.selected()
    : ids.find(id => ['waiting', 'failed', 'running'].includes(store.steps.get(id)?.state)) ?? ids.at(-1);
  const fit = (exact = false) => {
    const W = el.clientWidth, H = el.clientHeight, at = L.pos.get(active());
    const whole = Math.min(1.05, (W - 40) / L.width, (H - 64) / L.height);
    // A graph that would be too small to read opens where something is going on instead.
    k = exact || whole >= 0.72 && graph.nodes.length <= FIT ? whole : Math.max(whole, 0.85);
    const along = (size, room, middle, bar) => size * k <= room - bar ? (room - bar / 2 - size * k) / 2
      : Math.min(20, Math.max(room - size * k - bar, room / 2 - middle * k));
    x = along(L.width, W, at.x + L.w / 2, 20);
    y = along(L.height, H, at.y + L.h / 2, 44);
    apply();
  };
  // Chooses the direction in which the text is larger, once the size is known.
  const place = () => {
    const W = el.clientWidth, H = el.clientHeight;
    if (!W || !H) return;
    if (placed) return apply();
    placed = true;
    const scale = l => Math.min((W - 40) / l.width, (H - 64) / l.height);
    const tall = layout(ids, graph.edges, { ...SIZES, gapX: 18, gapY: 28 }, true);
    if (scale(tall) > scale(wide) * 1.15) {
      L = tall;
      build();
    }
    fit();
  };
  const activate = id => byID.get(id)?.scope ? unfold(id) : o.select(id);
  if (before) ({ k, x, y } = before);
  build();
  apply();
  pointer(el, { activate, zoom, pan });
  el.addEventListener('keydown', e => {
    const id = e.target.dataset?.id;
    if (e.key === '+' || e.key === '=') zoom(1.25);
    else if (e.key === '-') zoom(0.8);
    else if (e.key === '0') fit(true);
    else {
      const to = id && neighbour(L, [...parts.keys()], id, e.key);
      if (!to) return;
      const at = L.pos.get(to), px = at.x * k + x, py = at.y * k + y;
      for (const q of parts.values()) q.button.tabIndex = -1;
      parts.get(to).button.tabIndex = 0;
      parts.get(to).button.focus({ preventScroll: true });
      pan(px < 10 || px + L.w * k > el.clientWidth - 10 ? el.clientWidth / 2 - px : 0,
        py < 10 || py + L.h * k > el.clientHeight - 40 ? el.clientHeight / 2 - py : 0);
    }
    e.preventDefault();
    e.stopPropagation();
  });
  return { el, paint, mark, zoom, fit, place, view: () => ({ k, x, y }), stop: () => el.remove() };
}

// The nearest node in the direction of an arrow key.
function neighbour(L, ids, id, key) {
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key],
    from = L.pos.get(id);
  if (!way || !from) return null;
  let best = null, least = Infinity;
  for (const other of ids) {
    const p = L.pos.get(other), dx = p.x - from.x, dy = p.y - from.y;
    const along = dx * way[0] + dy * way[1], far = along + Math.abs(dx * way[1] + dy * way[0]) * 2;
    if (along > 1 && far < least) [best, least] = [other, far];
  }
  return best;
}

function pointer(el, o) {
  let from = null;
  el.addEventListener('click', e => {
    const node = e.target.closest('.node');
    if (node) o.activate(node.dataset.id);
  });
  el.addEventListener('wheel', e => {
    // Without ctrl the wheel pans, as everywhere else on the page.
    e.preventDefault();
    const box = el.getBoundingClientRect();
    if (e.ctrlKey || e.metaKey) o.zoom(e.deltaY < 0 ? 1.1 : 0.9, e.clientX - box.left, e.clientY - box.top);
    else o.pan(e.shiftKey ? -e.deltaY : -e.deltaX, e.shiftKey ? 0 : -e.deltaY);
  }, { passive: false });
  el.addEventListener('pointerdown', e => {
    if (e.target.closest('.node')) return;
    from = [e.clientX, e.clientY];
    el.setPointerCapture(e.pointerId);
  });
  el.addEventListener('pointermove', e => {
    if (!from) return;
    o.pan(e.clientX - from[0], e.clientY - from[1]);
    from = [e.clientX, e.clientY];
  });
  for (const end of ['pointerup', 'pointercancel']) el.addEventListener(end, () => { from = null; });
}
