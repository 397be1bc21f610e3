// The agents of the home: what each is for, what it may use, and a form to have one do something.
import { h, fill } from '../lib/dom.js';
import { get, post, runPath, uuid } from '../lib/api.js';
import { count } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { may } from '../lib/me.js';
import { go, setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { style } from '../lib/style.js';
import { broken, empty, fact, field, loader, loading } from '../ui/parts.js';
import { form } from '../ui/forms.js';

await style('agent.css');

const EXAMPLE = `name: mender
role: a careful engineer
goal: All tests pass.
instructions: Run the tests, find out why they fail, mend the code.
model: openai/NAME
tools: [read_file, edit_file, {run_command: ask}]`;

const WORDS = { always: 'always', once: 'asks once', ask: 'asks each time', never: 'never' };

export default function page(ctx) {
  ctx.title('Agents');
  const desk = h('div'), cards = h('div');
  let agents = [], at = '';
  const chosen = () => agents.find(a => a.name === ctx.query().get('agent') && !a.problem);

  const drawDesk = () => {
    const agent = chosen(), want = agent && may('agents.execute') ? agent.name : '';
    if (want === at) return;
    at = want;
    fill(desk, want ? taskForm(agent, ctx.signal) : null);
    if (want) desk.querySelector('textarea')?.focus();
  };
  const card = a => h('article.card.agent', { ariaLabel: line(a.name, 80) }, h('header', {}, h('h2', {}, line(a.name,
    80)), h('span.grow'), may('agents.execute') && !a.problem ? h('button', { onclick: () => {
    setQuery({ agent: a.name });
    desk.querySelector('textarea')?.focus();
  } }, 'Give it a task') : null),
  a.problem ? h('div.problem', {}, h('p', {}, h('b', {}, '✕ Its file cannot be used')), h('p', {}, clean(a.problem)))
    : [a.description ? h('p.soft', {}, line(a.description, 600)) : null,
      h('p', {}, h('span.muted', {}, 'model '), a.model ? h('code', {}, line(a.model, 120))
        : 'none; choose one with the task'),
      h('p', {}, a.tools?.length ? a.tools.map(t => h('span.tag', {}, line(t, 80)))
        : h('span.muted', {}, 'No tools: it only answers.')), details(a, ctx.signal)]);
  const load = loader(cards, () => get('/agents', ctx.signal), data => {
    ({ agents } = data);
    drawDesk();
    return agents.length ? h('div.agents', {}, agents.map(card))
      : empty('Agents work on a task by themselves: with a model, tools, and a folder of their own.',
        h('p', {}, 'Each is a file in the folder ', h('code', {}, 'agents'), ' of the home:'),
        h('pre.raw.example', {}, EXAMPLE));
  }, ctx.signal);
  ctx.onQuery(drawDesk);
  key('x', 'Close the form', () => setQuery({ agent: null }), { where: 'Agents', signal: ctx.signal });
  load();
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Agents'), h('span.grow'),
    h('a', { href: '/runs?workflow=agent' }, 'What they have done')), desk, cards);
}

// What it is told and may do; asked for when somebody wants to know.
function details(a, signal) {
  const box = h('div');
  return h('details', { ontoggle: async event => {
    if (!event.target.open || box.hasChildNodes()) return;
    fill(box, loading());
    try {
      const d = await get(`/agents/${encodeURIComponent(a.name)}`, signal);
      fill(box, h('dl.facts', {}, fact('role', line(d.role ?? '–', 300)), fact('goal', line(d.goal ?? '–', 300)),
        fact('turns at most', count(d.turns_max)), fact('calls of tools at most', count(d.tool_calls_max)),
        (d.tools ?? []).map(t => fact(line(t.name, 80), t.permission ? WORDS[t.permission] ?? line(t.permission, 40)
          : h('span.bad', {}, '✕ there is no such tool'))),
        d.helpers?.length ? fact('helpers', line(d.helpers.join(', '), 300)) : null),
      h('p.told', {}, clean(d.instructions ?? '')));
    } catch (error) {
      if (!signal.aborted) fill(box, broken(error));
    }
  } }, h('summary', {}, 'What it is told and may do'), box);
}

function taskForm(agent, signal) {
  const task = h('textarea', { rows: 5, required: true, maxLength: 1000000, name: 'task', 'data-filter': '',
    'aria-keyshortcuts': 'Control+Enter' });
  const context = h('textarea.mono', { rows: 4, name: 'context', spellcheck: false,
    placeholder: '{"branch": "main"}' });
  const model = h('input', { name: 'model', required: !agent.model, placeholder: agent.model ? line(agent.model, 120)
    : 'provider/name', autocapitalize: 'none', spellcheck: false });
  const usd = h('input', { type: 'number', min: '0', step: '0.01', name: 'budget', placeholder: 'no limit' });
  // The same task is not begun twice, however often it is sent.
  let sent = '', name = '';
  const el = form({ verb: 'Begin', signal, more: h('button', { type: 'button', onclick: () => setQuery({
    agent: null }) }, 'Leave it'), run: async () => {
    const body = { task: task.value.trim() };
    if (context.value.trim()) {
      try {
        body.context = JSON.parse(context.value);
      } catch (error) {
        throw new Error(`What it should know besides is no JSON: ${error.message}`);
      }
    }
    if (model.value.trim()) body.model = model.value.trim();
    if (usd.value) body.budget = { usd: Number(usd.value).toFixed(2) };
    const words = JSON.stringify(body);
    if (words !== sent) [sent, name] = [words, uuid()];
    const run = await post(`/agents/${encodeURIComponent(agent.name)}/runs`, body, { key: name });
    go(runPath(run.id));
  } }, h('h2', {}, `A task for ${line(agent.name, 80)}`), field('Task', task),
  h('div.row', {}, field('Model', model), field('Dollars at most', usd)),
  h('details', {}, h('summary', {}, 'What it should know besides (JSON)'), field('Context', context)));
  task.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) el.requestSubmit();
  });
  return h('section.card', { ariaLabel: 'A task' }, el);
}
