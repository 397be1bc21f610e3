// The playground: one prompt for up to four models, side by side.
import { h, fill } from '../lib/dom.js';
import { request } from '../lib/api.js';
import { key } from '../lib/keys.js';
import { line } from '../lib/safe.js';
import { setQuery } from '../lib/router.js';
import { broken, field } from '../ui/parts.js';
import '../ui/forms.js';
import './figures.js';
import { column } from './column.js';

const MOST = 4;

export default function page(ctx) {
  ctx.title('Playground');
  const list = h('datalist', { id: 'playground-models' }), board = h('div.speakers'), problem = h('div');
  const system = h('textarea', { rows: 4, maxLength: 100000, placeholder: 'What holds for the whole conversation' });
  const words = h('textarea', { rows: 4, required: true, maxLength: 1000000, 'data-filter': '',
    'aria-keyshortcuts': 'Control+Enter' });
  const temperature = h('input', { type: 'number', min: 0, max: 2, step: 0.1, placeholder: 'usual' });
  const tokens = h('input', { type: 'number', min: 1, max: 1000000, step: 1, value: '1024' });
  const ask = h('button.primary', { type: 'submit' }, 'Ask', h('kbd', {}, 'ctrl enter'));
  const halt = h('button', { type: 'button', onclick: () => columns.forEach(c => c.stop()) }, 'Stop all');
  const add = h('button', { type: 'button', onclick: () => grow('') }, 'Add a model');
  let columns = [];
  const changed = () => setQuery({ models: columns.map(c => c.value()).filter(Boolean).join(' ') });
  const draw = () => {
    add.disabled = columns.length >= MOST;
    board.dataset.count = String(columns.length);
  };
  const grow = (model, focus = true) => {
    const made = column({ model, changed, signal: ctx.signal, remove: () => {
      const at = columns.indexOf(made);
      made.stop();
      made.el.remove();
      columns = columns.filter(c => c !== made);
      if (!columns.length) grow('');
      else columns[Math.min(at, columns.length - 1)].focus();
      draw();
      changed();
    } });
    columns.push(made);
    board.append(made.el);
    draw();
    if (focus) made.focus();
  };
  const form = h('form.stack', { onsubmit: event => {
    event.preventDefault();
    if (!columns.every(c => c.valid())) return;
    const prompt = { system: system.value.trim(), text: words.value, temperature: temperature.value,
      tokens: tokens.value };
    columns.forEach(c => c.run(prompt));
  } }, h('div.prompt', {}, field('System', system), field('Prompt', words)), h('div.filters', {},
    h('label.inline', {}, 'Temperature', temperature), h('label.inline', {}, 'Tokens at most', tokens),
    h('span.grow'), add, halt, ask));
  key('ctrl+Enter', 'Ask all models', () => form.requestSubmit(), { where: 'Playground', signal: ctx.signal,
    always: true });
  const wanted = (ctx.query().get('models') ?? '').split(' ').filter(Boolean).slice(0, MOST);
  for (const model of wanted.length ? wanted : ['']) grow(model, false);
  const load = async () => {
    try {
      const { data } = await request('GET', '!/v1/models', { signal: ctx.signal });
      fill(problem, data.length ? null : h('p.note', {}, h('span', {}, h('b', {}, 'No model can be asked yet. '),
        'A key in the environment is enough, such as ', h('code', {}, 'OPENAI_API_KEY'), ', or a server on this ',
        'machine such as Ollama: ', h('a', { href: '/providers' }, 'Providers'), '.')));
      fill(list, data.map(m => h('option', { value: line(m.id, 300) })));
      // The first model is what one comes here for.
      if (data.length && columns.length === 1 && !columns[0].value()) columns[0].propose(line(data[0].id, 300));
    } catch (error) {
      if (!ctx.signal.aborted) fill(problem, broken(error, load));
    }
  };
  load();
  queueMicrotask(() => words.focus());
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Playground'), h('span.muted', {},
    'Each question is a real call, which a provider may charge for.')), problem, list, form, board);
}
