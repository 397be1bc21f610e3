// What an agent does: its task, each answer of the model with the calls that it asked for, and its last word.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { get, runPath } from '../lib/api.js';
import { count, duration, plural } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { isOver } from '../lib/states.js';
import { style } from '../lib/style.js';
import { Streamed } from '../run/streamed.js';
import { badge, broken, fact, loading } from '../ui/parts.js';
import { content } from '../ui/content.js';
import { json } from '../ui/json.js';
import { row } from './call.js';
import { Turns } from './turns.js';

await style('agent.css');

// So many of the newest turns are shown at first.
const SHOWN = 40;

export function workTab(store, ctx, signal) {
  const task = h('section.card'), more = h('div.more'), list = h('ol.turns', { ariaLabel: 'Turns' }), end = h('div');
  // Numbers of turns with what is drawn of them, and rows that somebody has opened.
  const drawn = new Map(), opened = new Set();
  let all = false, told = '', ended = '';
  const turns = new Turns(store, signal, () => paint());

  const drawTask = () => {
    const { input: i = {}, output: o } = store.run, agent = i.agent ?? {};
    const want = JSON.stringify([i.task, o?.turns, o?.toolCalls, turns.last]);
    if (want === told) return;
    told = want;
    const open = task.querySelector('details')?.open;
    fill(task, h('h2', {}, 'Task'), h('p.task', {}, clean(i.task ?? '')), i.context == null ? null
      : h('details', {}, h('summary', {}, 'What it was told besides'), json(i.context)),
    h('dl.facts.wide', {}, fact('agent', line(agent.name ?? '–', 80)), fact('model', line(i.model ?? agent.model ?? '–',
      80)), fact('turns', `${count(o?.turns ?? turns.last)} of ${count(agent.limits?.turns)}`),
    o ? fact('calls of tools', `${count(o.toolCalls)} of ${count(agent.limits?.toolCalls)}`) : null),
    h('details', { open }, h('summary', {}, 'What it is told always, and its tools'), h('div.stack', {},
      h('p.told', {}, [agent.role, agent.goal, agent.instructions].filter(Boolean).map(clean).join('\n\n')),
      h('p', {}, (agent.tools ?? []).map(t => h('span.tag', {}, line(t.name, 80), t.permission
        ? ` (${line(t.permission, 20)})` : ''))))));
  };
  const drawEnd = () => {
    const { output: o } = store.run, want = JSON.stringify(o ?? null);
    if (want === ended) return;
    ended = want;
    fill(end, o == null ? null : h('section.card.last', { ariaLabel: 'Answer' }, h('header', {}, h('h2', {}, 'Answer'),
      h('span.grow'), o.files ? h('a', { href: '?tab=files' }, 'What it has changed') : null),
    o.end === 'exhausted' ? h('p.note', {}, h('b', {}, 'It did not come to its end: '),
      'its turns, or its calls of tools, were used up.') : null, content(o.answer ?? '', false),
    o.value != null && typeof o.value !== 'string' ? json(o.value) : null));
  };
  const draw = () => {
    if (!store.run) return;
    turns.read();
    drawTask();
    drawEnd();
    const first = all ? 1 : Math.max(1, turns.last - SHOWN + 1);
    more.hidden = first <= 1;
    fill(more, first > 1 ? h('button', { onclick: () => { all = true; draw(); } },
      `Show ${plural(first - 1, 'turn')} before`) : null);
    for (let n = turns.last; n >= first; n--) {
      const turn = turns.at(n);
      // The last word of a run that is over stands below.
      const isLast = n === turns.last && store.run.output != null;
      const signature = turns.signature(n) + isLast;
      let item = drawn.get(n);
      if (!item) {
        drawn.set(n, item = { el: h('li.turn', { id: `turn-${n}`, tabIndex: -1 }), signature: '' });
        const next = [...drawn.keys()].filter(k => k > n).sort((a, b) => a - b)[0];
        list.insertBefore(item.el, next ? drawn.get(next).el : null);
      }
      if (item.signature === signature) continue;
      item.signature = signature;
      drawTurn(item.el, n, turn, isLast);
    }
    if (!turns.last && !list.firstChild) fill(list, h('li', {}, isOver(store.run)
      ? h('p.muted', {}, 'It has done nothing.') : loading('It begins')));
    else if (turns.last) list.querySelector(':scope > li:not(.turn)')?.remove();
  };
  const drawTurn = (el, n, turn, isLast) => {
    const focus = document.activeElement?.closest?.('summary')?.parentElement?.getAttribute('data-call');
    const { parts, calls } = turn, said = parts?.filter(p => typeof p.text === 'string') ?? [];
    const thought = parts?.map(p => typeof p.reasoning === 'string' ? p.reasoning : p.reasoning?.text).filter(Boolean);
    fill(el, h('header', {}, h('h3', {}, `Turn ${n}`), h('span.muted', {}, turn.took == null ? ''
      : `model ${duration(turn.took)}`, turn.tokens ? ` · ${count(turn.tokens)} tokens` : ''), h('span.grow'),
    turn.state === 'completed' ? null : badge(turn.look)),
    turn.error ? broken(turn.error, () => turns.retry(n)) : null,
    parts ? null : turn.isAsking ? streaming(turn.model) : turn.error ? null : loading(),
    thought?.length ? h('details', {}, h('summary', {}, 'What it thought'),
      h('p.told', {}, clean(thought.join('\n\n')))) : null,
    isLast && said.map(p => p.text).join('') === store.run.output.answer
      ? h('p.muted', {}, 'It has come to its answer, below.') : said.map(p => content(p.text, false)),
    turn.note ? h('p.muted', {}, `It was told: ${line(turn.note, 600)}`) : null,
    calls.length ? h('ul.calls', { ariaLabel: `Calls of turn ${n}` }, calls.map(c => h('li', {},
      row(store, c, opened)))) : null,
    turn.failed ? h('p.bad', {}, `✕ ${line(turn.failed, 600)}`) : null);
    if (focus) /** @type {any} */ (el.querySelector(`[data-call="${CSS.escape(focus)}"] summary`))?.focus();
  };

  // The answer that comes just now, word by word.
  const streamed = new Streamed(), stream = h('div.stream.live', { ariaLive: 'off' });
  let streams = '', asked = 0;
  const drawStream = painter(() => {
    stream.textContent = clean(streamed.text.slice(-20000));
    stream.dataset.waiting = streamed.text ? '' : 'Waiting for the first words…';
  }, signal, 60);
  const streaming = key => {
    if (key !== streams) {
      streams = key;
      streamed.reset('', 0);
      load();
    }
    drawStream();
    return stream;
  };
  const load = async () => {
    const mine = ++asked;
    try {
      const step = await get(`${runPath(store.id)}/steps/${encodeURIComponent(streams)}`, signal);
      if (mine !== asked || step.streamed == null) return;
      if (new TextEncoder().encode(step.streamed).length > streamed.bytes) streamed.reset(step.streamed, step.attempt);
      drawStream();
    } catch { /* it is not recorded yet */ }
  };
  store.framed.on(frames => {
    for (const f of frames) if (f.key === streams && !streamed.add(f)) load();
    if (stream.isConnected) drawStream();
  }, signal);

  const paint = painter(draw, signal, 150);
  for (const topic of [store.runChanged, store.shapeChanged, store.stepsChanged, store.logged]) topic.on(paint, signal);
  draw();
  return h('div.work', {}, task, more, list, end);
}
