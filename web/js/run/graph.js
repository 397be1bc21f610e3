// The graph of a run. States are painted as they change; the layout is made anew only when steps come, at most once a
// second. Large graphs are folded, very large ones only drawn on request.
import { h, s, fill, text } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { count, money } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { look, stepLook } from '../lib/states.js';
import { empty } from '../ui/parts.js';
import { layout } from './layout.js';
import { shape } from './shape.js';

const FOLD = 150, ASK = 500, FIT = 60;
const SIZES = { w: 168, h: 46, gapX: 40, gapY: 12 };

/** @typedef {import('./shape.js').Node} Node */

/** The state of a folded scope: what needs attention goes first. @param {any} step */
const nodeLook = step => step ? stepLook(step) : look('queued');

/**
 * @param {import('./store.js').RunStore} store @param {AbortSignal} signal
 * @param {{selected: () => string|null, select: (key: string) => void}} o
 */
export function graph(store, signal, o) {
  const box = h('div.graph'), open = new Set();
  let values = false, allowed = false, foldless = false;
  /** @type {ReturnType<typeof canvas>|null} */
  let drawing = null;
  let signature = '';
  const draw = () => {
    const kids = shape(store.steps.values(), { values, fold: false });
    const fold = kids.leaves > FOLD && !foldless;
    const graph = fold ? shape(store.steps.values(), { values, fold, open }) : kids;
    if (!graph.nodes.length) {
      signature = '';
      return fill(box, empty('No step has begun yet.', h('p.muted', {}, 'Steps are drawn here as they begin.')));
    }
    if (graph.nodes.length > ASK && !allowed) {
      signature = '';
      return fill(box, empty(`This run has ${count(graph.nodes.length)} steps to draw.`,
        h('p.muted', {}, 'The timeline shows them as a list; the graph may take a moment.'),
        h('div.btns.center', {}, h('button', { onclick: () => { allowed = true; draw(); } }, 'Draw the graph'))));
    }
    const now = graph.nodes.map(n => n.id).join() + graph.edges.join(';');
    if (now === signature && drawing) return drawing.paint(graph.nodes.map(n => n.id));
    signature = now;
    const view = drawing?.view();
    drawing?.stop();
    drawing = canvas(store, graph, o, id => { open.add(id); draw(); }, view);
    fill(box, drawing.el, h('div.graphbar', {},
      graph.hidden || values ? h('label.check', {}, h('input', { type: 'checkbox', checked: values,
        onchange: () => { values = !values; draw(); } }), ` ${count(graph.hidden)} recorded values`) : null,
      fold && graph.collapsed ? h('button.sm', { onclick: () => { foldless = true; draw(); } }, `Unfold ${count(graph.collapsed)} groups`) : null,
      foldless ? h('button.sm', { onclick: () => { foldless = false; open.clear(); draw(); } }, 'Fold groups') : null,
      h('span.grow'),
      h('button.sm', { onclick: () => drawing?.zoom(1.25), ariaLabel: 'Zoom in', title: 'Zoom in (+)' }, '+'),
      h('button.sm', { onclick: () => drawing?.zoom(0.8), ariaLabel: 'Zoom out', title: 'Zoom out (-)' }, '−'),
      h('button.sm', { onclick: () => drawing?.fit(true), title: 'Show all (0)' }, 'fit')));
    requestAnimationFrame(() => drawing?.place());
  };
  const redraw = painter(draw, signal, 1000);
  /** @type {Set<string>} */
  let dirty = new Set();
  const paint = painter(() => {
    const keys = dirty;
    dirty = new Set();
    drawing?.paint(keys);
  }, signal);
  store.shapeChanged.on(redraw, signal);
  store.stepsChanged.on(keys => {
    for (const k of keys) dirty.add(k);
    paint();
  }, signal);
  const sized = new ResizeObserver(() => drawing?.place());
  sized.observe(box);
  signal.addEventListener('abort', () => sized.disconnect());
  draw();
  return { el: box, mark: () => drawing?.mark() };
}

/**
 * @param {import('./store.js').RunStore} store @param {import('./shape.js').Shape} graph
 * @param {{selected: () => string|null, select: (key: string) => void}} o @param {(id: string) => void} unfold
 * @param {{k: number, x: number, y: number}|undefined} before where one has looked
 */
function canvas(store, graph, o, unfold, before) {
  const ids = graph.nodes.map(n => n.id), wide = layout(ids, graph.edges, SIZES);
  /** @type {Map<string, any>} */
  const parts = new Map();
  /** @type {Map<string, any[]>} */
  const edges = new Map();
  const byID = new Map(graph.nodes.map(n => [n.id, n]));
  let L = wide, k = 1, x = 0, y = 0, placed = !!before;
  const edgeLayer = s('g', { class: 'edges' }), nodeLayer = s('g', {}), view = s('g', {}, edgeLayer, nodeLayer);
  const svg = s('svg', { class: graph.nodes.length < 60 ? 'few' : 'many', role: 'group', 'aria-label': `Graph of ${graph.leaves} steps` }, view);
  const el = h('div.canvas', {}, svg);
  const build = () => {
    edgeLayer.replaceChildren(...L.paths.map(p => {
      const path = s('path', { d: p.d, class: 'edge' });
      edges.set(p.from, [...edges.get(p.from) ?? [], path]);
      return path;
    }));
    nodeLayer.replaceChildren(...graph.nodes.map(node => {
      const p = /** @type {any} */ (L.pos.get(node.id));
      if (!node.live) return s('circle', { class: 'join', cx: p.x + L.w / 2, cy: p.y + L.h / 2, r: 3 });
      const g = s('g', { class: 'node', transform: `translate(${p.x} ${p.y})`, role: 'button', tabindex: -1, 'data-id': node.id },
        s('rect', { width: L.w, height: L.h, rx: 7 }), node.scope ? s('rect', { class: 'pile', x: 4, y: L.h, width: L.w - 8, height: 4, rx: 2 }) : null);
      const glyph = s('text', { x: 12, y: 19.5, class: 'glyph', 'aria-hidden': 'true' });
      const name = s('text', { x: 29, y: 19.5, class: 'name' }, line(node.title, 21)), sub = s('text', { x: 29, y: 36, class: 'sub' }, line(node.sub, 16));
      const cost = s('text', { x: L.w - 10, y: 36, class: 'tok', 'text-anchor': 'end' });
      g.append(glyph, name, sub, cost);
      parts.set(node.id, { g, glyph, cost, last: '', node });
      return g;
    }));
  };
  const paint = (keys) => {
    for (const id of keys) {
      const part = parts.get(id), step = store.steps.get(id);
      if (!part || !step) continue;
      const words = nodeLook(step), now = `${words.cls} ${step.attempt > 1 ? step.attempt : ''}`;
      if (part.last !== now) {
        part.last = now;
        part.g.setAttribute('class', `node ${words.cls}${o.selected() === id ? ' sel' : ''}`);
        text(part.glyph, words.glyph);
        part.g.setAttribute('aria-label', `${part.node.title}, ${part.node.sub || 'step'}, ${words.word}${step.attempt > 1 ? `, attempt ${step.attempt}` : ''}`);
        for (const path of edges.get(id) ?? []) path.setAttribute('class', `edge ${words.cls}`);
      }
      text(part.cost, step.cost ? money(step.cost) : step.attempt > 1 ? `× ${step.attempt}` : '');
    }
  };
  const apply = () => {
    view.setAttribute('transform', `translate(${x} ${y}) scale(${k})`);
    svg.classList.toggle('far', k < 0.5);
  };
  const zoom = (f, cx = el.clientWidth / 2, cy = el.clientHeight / 2) => {
    const to = Math.max(0.06, Math.min(2.5, k * f));
    x = cx - (cx - x) * to / k;
    y = cy - (cy - y) * to / k;
    k = to;
    apply();
  };
  const fit = (exact = false) => {
    const W = el.clientWidth, H = el.clientHeight;
    const whole = Math.min(1.05, (W - 40) / L.width, (H - 64) / L.height);
    // A graph that would be too small to read opens where something is going on instead.
    k = exact || whole >= 0.72 && graph.nodes.length <= FIT ? whole : Math.max(whole, 0.85);
    const at = L.pos.get(active());
    x = L.width * k <= W - 20 ? (W - L.width * k) / 2 : Math.min(20, Math.max(W - L.width * k - 20, W / 2 - ((at?.x ?? 0) + L.w / 2) * k));
    y = L.height * k <= H - 44 ? (H - 24 - L.height * k) / 2 : Math.min(20, Math.max(H - L.height * k - 44, H / 2 - ((at?.y ?? 0) + L.h / 2) * k));
    apply();
  };
  const active = () => o.selected() && parts.has(/** @type {string} */ (o.selected())) ? /** @type {string} */ (o.selected())
    : ids.find(id => ['waiting', 'failed', 'running'].includes(store.steps.get(id)?.state)) ?? ids.at(-1) ?? '';
  /** Chooses the direction in which the text is larger, once the size is known. */
  const place = () => {
    const W = el.clientWidth, H = el.clientHeight;
    if (!W || !H) return;
    if (!placed) {
      const scale = (l) => Math.min((W - 40) / l.width, (H - 64) / l.height);
      const tall = layout(ids, graph.edges, { ...SIZES, gapX: 18, gapY: 28 }, true);
      if (scale(tall) > scale(wide) * 1.15) {
        L = tall;
        edges.clear();
        build();
        for (const part of parts.values()) part.last = '';
        paint(ids);
        mark();
      }
      fit();
      placed = true;
    } else apply();
  };
  const mark = () => {
    const chosen = o.selected();
    for (const [id, part] of parts) {
      part.g.classList.toggle('sel', id === chosen);
      part.g.setAttribute('tabindex', id === (chosen && parts.has(chosen) ? chosen : ids[0]) ? 0 : -1);
    }
  };
  const activate = (id) => byID.get(id)?.scope ? unfold(id) : o.select(id);
  if (before) ({ k, x, y } = before);
  build();
  paint(ids);
  mark();
  apply();
  pointer(svg, el, { activate, zoom, pan: (dx, dy) => { x += dx; y += dy; apply(); } });
  el.addEventListener('keydown', (e) => {
    const id = /** @type {HTMLElement} */ (e.target).dataset?.id;
    if (e.key === '+' || e.key === '=') zoom(1.25);
    else if (e.key === '-') zoom(0.8);
    else if (e.key === '0') fit(true);
    else if (!id) return;
    else if (e.key === 'Enter' || e.key === ' ') activate(id);
    else {
      const to = neighbour(L, ids.filter(i => parts.has(i)), id, e.key);
      if (!to) return;
      const part = parts.get(to), at = /** @type {any} */ (L.pos.get(to));
      for (const q of parts.values()) q.g.setAttribute('tabindex', -1);
      part.g.setAttribute('tabindex', 0);
      part.g.focus({ preventScroll: true });
      const px = at.x * k + x, py = at.y * k + y;
      if (px < 10 || px + L.w * k > el.clientWidth - 10) x += el.clientWidth / 2 - px;
      if (py < 10 || py + L.h * k > el.clientHeight - 40) y += el.clientHeight / 2 - py;
      apply();
    }
    e.preventDefault();
    e.stopPropagation();
  });
  return { el, paint, mark, zoom, fit, place, view: () => ({ k, x, y }), stop: () => el.remove() };
}

/** The nearest node in the direction of an arrow key. @param {import('./layout.js').Layout} L @param {string[]} ids
 * @param {string} id @param {string} key */
function neighbour(L, ids, id, key) {
  const way = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key];
  const from = L.pos.get(id);
  if (!way || !from) return null;
  let best = null, least = Infinity;
  for (const other of ids) {
    const p = /** @type {any} */ (L.pos.get(other)), dx = p.x - from.x, dy = p.y - from.y;
    const along = dx * way[0] + dy * way[1], across = Math.abs(dx * way[1] + dy * way[0]);
    if (along <= 1) continue;
    const far = along + across * 2;
    if (far < least) [best, least] = [other, far];
  }
  return best;
}

/**
 * @param {any} svg @param {HTMLElement} el
 * @param {{activate: (id: string) => void, zoom: (f: number, x?: number, y?: number) => void, pan: (dx: number, dy: number) => void}} o
 */
function pointer(svg, el, o) {
  let from = /** @type {number[]|null} */ (null);
  svg.addEventListener('click', (e) => {
    const node = e.target.closest('.node');
    if (node) o.activate(node.dataset.id);
  });
  el.addEventListener('wheel', e => {
    // Without ctrl the wheel pans, as everywhere else on the page.
    e.preventDefault();
    if (e.ctrlKey || e.metaKey) o.zoom(e.deltaY < 0 ? 1.1 : 0.9, e.offsetX, e.offsetY);
    else o.pan(e.shiftKey ? -e.deltaY : -e.deltaX, e.shiftKey ? 0 : -e.deltaY);
  }, { passive: false });
  svg.addEventListener('pointerdown', (e) => {
    if (e.target.closest('.node')) return;
    from = [e.clientX, e.clientY];
    svg.setPointerCapture(e.pointerId);
  });
  svg.addEventListener('pointermove', (e) => {
    if (!from) return;
    o.pan(e.clientX - from[0], e.clientY - from[1]);
    from = [e.clientX, e.clientY];
  });
  for (const end of ['pointerup', 'pointercancel']) svg.addEventListener(end, () => { from = null; });
}
