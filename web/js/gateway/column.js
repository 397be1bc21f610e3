// A model in the playground: what it is asked by, what it says, and what that took.
import { h, fill, text } from '../lib/dom.js';
import { count, duration, now, usd } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { painter } from '../lib/topic.js';
import { badge, broken, fact } from '../ui/parts.js';
import { bodyOf, lineOf, talk } from './chat.js';

const STATES = { idle: ['○', 'not asked yet', 'queued'], waiting: ['◐', 'waiting for the first word', 'running'],
  running: ['◐', 'answering', 'running'], done: ['●', 'done', 'done'], failed: ['✕', 'failed', 'failed'],
  stopped: ['–', 'stopped', 'cancelled'] };
const ENDS = { length: 'ended at the token limit', content_filter: 'ended by a filter',
  tool_calls: 'asked for a tool, and there is none here' };

export function column({ model, changed, remove, signal }) {
  const name = h('input', { value: model, ariaLabel: 'Model', placeholder: 'PROVIDER/NAME or a route',
    autocapitalize: 'none', spellcheck: false, required: true, maxLength: 300 });
  name.setAttribute('list', 'playground-models');
  const state = h('span', { role: 'status' }), answer = h('div.said', { tabIndex: 0, role: 'group' });
  const facts = h('dl.facts'), problem = h('div'), by = h('p.sub');
  const stop = h('button.sm', { type: 'button', hidden: true, onclick: () => life?.abort() }, 'Stop');
  const el = h('section.card.speaker', {}, h('header', {}, name, h('button.ghost.sm', { type: 'button', onclick: remove,
    'data-remove': '' }, '✕')), h('div.btns', {}, state, h('span.grow'), stop), by, answer, problem, facts);
  /** @type {AbortController|null} */
  let life = null;
  let said = '', thoughts = 0, first = 0, begun = 0, total = 0, now0 = '';
  const show = (word, more = '') => {
    const [glyph, words, cls] = STATES[now0 = word];
    const of = line(name.value, 60) || 'the model';
    fill(state, h('span.sr', {}, `${of}: `), badge({ glyph, word: more ? `${words}, ${more}` : words, cls }));
    stop.hidden = !['waiting', 'running'].includes(word);
    el.dataset.state = word;
  };
  const label = () => {
    el.setAttribute('aria-label', line(name.value, 60) || 'A model');
    answer.setAttribute('aria-label', `Answer of ${line(name.value, 60) || 'the model'}`);
    stop.setAttribute('aria-label', `Stop ${line(name.value, 60)}`);
    el.querySelector('[data-remove]')?.setAttribute('aria-label', `Take ${line(name.value, 60) || 'this model'} away`);
  };
  name.addEventListener('change', () => {
    label();
    changed();
  });
  const paint = painter(() => {
    text(answer, clean(said));
    if (now0 === 'waiting' && (said || thoughts)) show(said ? 'running' : 'waiting', said ? '' : 'it thinks');
    if (now0 === 'running' && answer.dataset.follow !== 'no') answer.scrollTop = answer.scrollHeight;
  }, signal, 30);
  answer.addEventListener('scroll', () => {
    answer.dataset.follow = answer.scrollTop + answer.clientHeight > answer.scrollHeight - 24 ? 'yes' : 'no';
  }, { passive: true });

  // Tokens and cost as the ledger has them, else the tokens that the stream has told.
  const figures = (usage, kept) => fill(facts, fact('First token', first ? duration(first) : '–'),
    fact('Total', duration(total)), fact('Tokens', !usage && !kept ? 'not told' : [kept?.estimated ? '≈ ' : '',
      `${count(usage?.prompt_tokens ?? kept.tokens.uncached_input + kept.tokens.cache_read + kept.tokens.cache_write)}`
      + ` sent, ${count(usage?.completion_tokens ?? kept.tokens.output)} received`]),
    fact('Cost', !kept ? 'not told' : kept.usd == null ? 'unknown' : usd(kept.usd)));

  async function run(prompt) {
    life?.abort();
    const mine = life = new AbortController(), asked = name.value.trim();
    signal.addEventListener('abort', () => mine.abort(), { once: true });
    (said = '', thoughts = 0, first = 0, begun = performance.now());
    const started = now();
    answer.dataset.follow = 'yes';
    fill(problem);
    fill(facts);
    text(by, '');
    text(answer, '');
    show('waiting');
    let end = null, failure = null;
    try {
      end = await talk(bodyOf(asked, prompt), (kind, piece) => {
        if (life !== mine) return;
        first ||= performance.now() - begun;
        if (kind === 'text') said += piece;
        else thoughts += piece.length;
        paint();
      }, mine.signal);
    } catch (error) {
      failure = error;
    }
    if (life !== mine || signal.aborted) return;
    total = performance.now() - begun;
    text(answer, clean(said));
    const isStopped = mine.signal.aborted;
    show(isStopped ? 'stopped' : failure ? 'failed' : 'done', failure ? '' : ENDS[end.finish] ?? '');
    if (failure && !isStopped) fill(problem, broken(failure, () => run(prompt)));
    if (end) text(by, end.by === asked ? '' : `answered by ${line(end.by, 120)}`);
    figures(end?.usage, null);
    const request = end?.request ?? failure?.trace, kept = await lineOf(request, asked, started);
    if (life === mine && !signal.aborted && kept) figures(end?.usage, kept);
  }
  label();
  show('idle');
  return { el, run, stop: () => life?.abort(), value: () => name.value.trim(), focus: () => name.focus(),
    valid: () => name.reportValidity(), propose: words => {
      name.value = words;
      label();
    } };
}
