// One step: what it was asked, what it answers while it does, what it took.
import { h, fill, text } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { get, runPath } from '../lib/api.js';
import { count, duration, leaf, moment, now, usd } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { stepLook } from '../lib/states.js';
import { style } from '../lib/style.js';
import * as live from '../live/client.js';
import { badge, broken, copyButton, fact, loading, segment } from '../ui/parts.js';
import { Streamed } from './streamed.js';
import { level, words } from './words.js';
import { clock } from '../lib/format.js';

await style('step.css');

const SHOWN = 200000;

export function stepView(store, key, signal, o) {
  const path = `${runPath(store.id)}/steps/${encodeURIComponent(key)}`;
  let detail = null;
  const streamed = new Streamed(), stream = h('div.stream', { ariaLive: 'off' });
  const head = h('div'), bar = h('div'), body = h('div.stepbody');
  let loads = 0, wasOver = false, raw = false, drawn = '';
  const load = async () => {
    const mine = ++loads;
    try {
      const answer = await get(path, signal);
      if (mine !== loads) return;
      detail = answer;
      if (answer.streamed != null && !(streamed.attempt === answer.attempt
        && streamed.bytes > new TextEncoder().encode(answer.streamed).length)) {
        streamed.reset(answer.streamed, answer.attempt);
      }
      drawn = '';
      draw();
    } catch (error) {
      if (!signal.aborted && !detail) fill(body, broken(error, load));
    }
  };
  const step = () => detail ? { ...detail, ...store.steps.get(key) } : store.steps.get(key);
  const drawHead = () => {
    const s = step();
    if (!s) return;
    const took = s.duration_ms ?? (s.started ? now() - Date.parse(s.started) : null), u = detail?.model?.usage ?? {};
    fill(head, h('dl.facts', {}, fact('state', badge(stepLook(s))), fact('took', duration(took)),
      fact('cost', s.cost ? usd(s.cost.usd) : '–'), fact('tokens',
        u.input_tokens != null ? `${count(u.input_tokens)} in, ${count(u.output_tokens ?? 0)} out`
        : s.cost ? count(s.cost.tokens) : '–'),
      detail?.model ? [fact('model', line(detail.model.name, 80)), fact('provider', line(detail.model.provider, 60)),
        detail.model.time_to_first_ms != null ? fact('first token', duration(detail.model.time_to_first_ms)) : null,
        detail.model.finish_reason ? fact('ended by', line(detail.model.finish_reason, 60)) : null]
          : fact('kind', s.kind),
      fact('attempt', s.attempt || '–'), fact('started', moment(s.started)), s.due ? fact('due', moment(s.due)) : null),
    s.error ? h('div.problem', {}, h('p', {}, h('b', {}, `✕ ${line(s.error.code ?? 'failed', 120)}`)),
      h('p', {}, clean(s.error.message ?? '')),
      s.error.origin && s.error.origin !== key ? h('p.muted', {}, `arose in ${line(s.error.origin, 200)}`) : null,
      s.error.data ? readable(s.error.data, false) : null) : null,
    s.answer
      ? h('p.soft', {},
      `${line(s.answer.verdict)} by ${line(s.answer.by ?? 'somebody')}, ${moment(s.answer.at)}`
      + `${s.answer.edited ? ', with changes' : ''}`
      + `${s.answer.reason ? `: ${line(s.answer.reason, 400)}` : ''}`) : null,
    s.child ? h('p', {}, 'Child: ', h('a', { href: runPath(s.child.id) }, s.child.id), ` ${line(s.child.state ?? '')}`)
      : null);
  };
  const available = () => [['answer', 'Answer'], detail?.prompt?.length ? ['prompt', 'Prompt'] : null,
    ['attempts', 'Attempts'], ['call', 'Copy as…']].filter(Boolean);
  const draw = () => {
    drawHead();
    if (!detail) return;
    const list = (available()), tab = list.some(([id]) => id === o.tab()) ? o.tab() : 'answer';
    const want = `${tab} ${raw} ${detail.state} ${detail.attempt}`;
    if (want === drawn) return tab === 'attempts' ? fill(body, attempts()) : undefined;
    drawn = want;
    fill(bar, h('div.steptabs', {}, segment('What of the step', list, tab, t => { o.setTab(t); drawn = ''; draw(); }),
      h('span.grow'),
      tab === 'answer' || tab === 'prompt' ? segment('How', [['', 'pretty'], ['raw', 'raw']], raw ? 'raw' : '',
        v => { raw = v === 'raw'; drawn = ''; draw(); }) : null));
    if (tab === 'prompt') fill(body, detail.prompt.map(m => h('section.message', {}, h('h3', {}, line(m.role, 40)),
      readable(m.content, raw))));
    else if (tab === 'attempts') fill(body, attempts());
    else if (tab === 'call') fill(body, calls(store.id, key));
    else drawAnswer();
  };
  const drawAnswer = () => {
    const running = step()?.state === 'running';
    if (running || detail.output == null && streamed.text) {
      stream.classList.toggle('live', running);
      fill(body, streamed.text || running ? stream : h('p.muted', {}, 'No output yet.'));
      drawStream();
    } else fill(body, detail.output == null ? h('p.muted', {},
      detail.has_output ? 'The output is too large to show; the export has it.' : 'It has no output.')
      : readable(detail.output, raw), detail.output != null
        ? copyButton(typeof detail.output === 'string' ? detail.output : JSON.stringify(detail.output, null, 2),
        'Copy the output') : null);
  };
  // Of a long text only its end is drawn while it comes.
  const drawStream = painter(() => {
    const whole = streamed.text, shown = whole.length > SHOWN ? `…${whole.slice(-SHOWN)}` : whole;
    const before = stream.firstChild?.nodeValue ?? '';
    const plain = clean(shown);
    if (plain.startsWith(before) && stream.firstChild) (stream.firstChild).appendData(plain.slice(before.length));
    else text(stream, plain);
    if (!whole) text(stream, '');
    stream.dataset.waiting = whole ? '' : 'Waiting for the first words…';
  }, signal, 60);
  const attempts = () => {
    const own = store.events.filter(e => e.step === key);
    return own.length ? h('ol.attempts', {}, own.slice(-200).map(e => h('li', { class: level(e) },
      h('span.t', {}, clock(e.time)), h('b', {}, e.type), h('span', {}, words(e)))))
      : h('p.muted', {}, `Attempt ${step()?.attempt || 1}; nothing else is recorded of it.`);
  };
  store.framed.on(list => {
    for (const f of list) {
      if (f.key !== key) continue;
      if (!streamed.add(f)) load();
      if (f.kind === 'finished') load();
    }
    if (stream.isConnected) drawStream();
    else if (detail && o.tab() !== 'prompt') { drawn = ''; draw(); }
  }, signal);
  store.stepsChanged.on(keys => {
    if (!keys.has(key)) return;
    const over = store.steps.get(key)?.state !== 'running';
    if (over !== wasOver || over && !detail?.ended) load();
    wasOver = over;
    drawHead();
  }, signal);
  live.gap.on(load, signal);
  store.logged.on(painter(() => { if (detail && o.tab() === 'attempts') fill(body, attempts()); }, signal, 500),
    signal);
  const clockTimer = setInterval(() => { if (!document.hidden && step()?.state === 'running') drawHead(); }, 1000);
  signal.addEventListener('abort', () => clearInterval(clockTimer));
  fill(body, loading());
  drawHead();
  load();
  return h('div.stepview', {}, head, bar, body);
}

// A value to read. What shows it is loaded when there is one.
function readable(value, raw) {
  const box = h('div');
  import('../ui/content.js').then(m => fill(box, m.content(value, raw)));
  return box;
}

function calls(run, key) {
  const address = `${location.origin}/api/v1${runPath(run)}/steps/${encodeURIComponent(key)}`;
  const quote = t => `'${t.replace(/'/g, "'\\''")}'`;
  return [['curl', `curl -s ${quote(address)}`], ['Command line', `tutti runs show ${run} --json`],
    ['Fork from here', `tutti runs fork ${run} --at ${quote(key)}`]]
    .map(([title, command]) => h('section.message', {}, h('h3', {}, title), h('pre.raw', { tabIndex: 0 }, command),
      copyButton(command)));
}

export const stepTitle = key => key.split('/').map(leaf).join(' › ');
