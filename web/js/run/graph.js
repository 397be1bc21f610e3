// The graph of a run. States are painted as they change; the layout is made anew only when steps come, at most once a
// second. Large graphs are folded, very large ones only drawn on request.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { count } from '../lib/format.js';
import { empty } from '../ui/parts.js';
import { canvas } from './canvas.js';
import { shape } from './shape.js';

const FOLD = 150, ASK = 500;

export function graph(store, signal, o) {
  const box = h('div.graph'), open = new Set();
  let values = false, allowed = false, foldless = false;
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
    const many = graph.nodes.filter(n => n.live).length;
    if (many > ASK && !allowed) {
      signature = '';
      return fill(box, empty(`This run has ${count(many)} steps to draw.`,
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
      fold && graph.collapsed ? h('button.sm', { onclick: () => { foldless = true; draw(); } },
        `Unfold ${count(graph.collapsed)} groups`) : null,
      foldless ? h('button.sm', { onclick: () => { foldless = false; open.clear(); draw(); } }, 'Fold groups') : null,
      h('span.grow'),
      h('button.sm', { onclick: () => drawing?.zoom(1.25), ariaLabel: 'Zoom in', title: 'Zoom in (+)' }, '+'),
      h('button.sm', { onclick: () => drawing?.zoom(0.8), ariaLabel: 'Zoom out', title: 'Zoom out (-)' }, '−'),
      h('button.sm', { onclick: () => drawing?.fit(true), title: 'Show all (0)' }, 'fit')));
    requestAnimationFrame(() => drawing?.place());
  };
  const redraw = painter(draw, signal, 1000);
  let dirty = new Set();
  const paint = painter(() => {
    const keys = dirty;
    dirty = new Set();
    drawing?.paint(keys);
  // Hundreds of nodes are painted a few times a second: nobody sees more, and the log needs the time.
  }, signal, store.steps.size > 60 ? 150 : 0);
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
