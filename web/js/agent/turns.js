// The turns of an agent, put together from its steps: what has ended is asked for once, since it never changes.
import { get, runPath } from '../lib/api.js';
import { stepLook, look } from '../lib/states.js';
import { number } from '../run/store.js';
import { parsed } from './exact.js';

const AT_ONCE = 3;
const MODEL = /^turn#(\d+)\/model#(\d+)$/, CALL = /^turn#(\d+)\/calls#\d+\/(\d+)\/([^/]+)$/;

const VERDICTS = { done: look('completed'), failed: look('failed'),
  wrong: { ...look('failed'), word: 'not understood' }, refused: { ...look('cancelled'), word: 'refused' } };

export class Turns {
  // The number of the newest turn.
  last = 0;
  #steps = new Map();
  // What is recorded of turns and of answers, by the key of the step.
  #kept = new Map();
  #wanted = [];
  #asking = 0;
  #busy = new Set();
  // What tools have told already, by the key of the step.
  #news = new Map();
  #heard = 0;

  constructor(store, signal, changed) {
    this.store = store;
    this.signal = signal;
    this.changed = changed;
  }

  // Sorts the steps by turns.
  read() {
    this.#steps = new Map();
    const turn = n => {
      let t = this.#steps.get(n);
      if (!t) this.#steps.set(n, t = { models: [], calls: new Map(), step: null });
      this.last = Math.max(this.last, n);
      return t;
    };
    for (const step of this.store.steps.values()) {
      const own = /^turn#(\d+)$/.exec(step.key), model = MODEL.exec(step.key), call = CALL.exec(step.key);
      if (own) turn(Number(own[1])).step = step;
      else if (model) turn(Number(model[1])).models.push(step);
      else if (call) {
        const { calls } = turn(Number(call[1])), at = Number(call[2]);
        const is = step.kind === 'approval' ? 'approval' : 'step';
        // Behind a call whose end nobody knows comes the question what came of it.
        calls.set(at, { ...calls.get(at), [is]: step });
      }
    }
    const { events } = this.store;
    for (let i = events.length - 1; i >= 0 && number(events[i]) > this.#heard; i--) {
      const e = events[i];
      if (e.type === 'tool.called' && !this.#news.has(e.step)) this.#news.set(e.step, e.data);
    }
    if (events.length) this.#heard = number(events.at(-1));
  }

  // What has to differ for a turn to be drawn anew.
  signature(n) {
    const t = this.#steps.get(n);
    if (!t) return `${n}`;
    const of = s => s ? `${s.state}${s.attempt}${s.ended ?? ''}` : '';
    const kept = key => { const k = this.#kept.get(key); return k ? k.error ? 'e' : 'k' : ''; };
    return [of(t.step), kept(`turn#${n}`), ...t.models.map(m => of(m) + kept(m.key)),
      ...[...t.calls].map(([i, c]) => `${i}${of(c.step)}${of(c.approval)}${this.#news.has(c.step?.key)}`)].join();
  }

  at(n) {
    const t = this.#steps.get(n) ?? { models: [], calls: new Map(), step: null };
    const key = `turn#${n}`, model = t.models.at(-1), isDone = t.step?.state === 'completed';
    const whole = isDone ? this.#get(key) : null;
    const record = whole?.value;
    // A record that is too large to be told is put together from its steps.
    const answer = !record && (!isDone || whole) && model?.state === 'completed' ? this.#get(model.key) : null;
    const parts = record?.content ?? answer?.value?.response?.content ?? null;
    const wanted = (parts ?? []).filter(p => p.toolCall).map(p => p.toolCall);
    const state = t.step?.state ?? model?.state ?? 'running';
    const spent = record?.spending ?? answer?.value?.spending;
    return {
      parts, state, model: model?.key, isAsking: model?.state === 'running', note: record?.note,
      took: model?.duration_ms, look: stepLook(t.step ?? { state }), error: whole?.error ?? answer?.error,
      tokens: spent ? Number(spent.inputTokens ?? 0) + Number(spent.outputTokens ?? 0) : 0,
      failed: model?.state === 'failed' ? model.error?.message ?? 'The model could not be asked.' : '',
      calls: wanted.map((w, i) => this.#call(n, i, w, record?.calls?.[i], t.calls.get(i))),
    };
  }

  #call(n, i, wanted, made, at) {
    const { step, approval } = at ?? {}, news = this.#news.get(step?.key);
    const waits = approval?.state === 'waiting';
    const output = made?.output ?? (news ? { text: news.text, isError: news.is_error } : null);
    const seen = made ? VERDICTS[made.verdict] ?? look('queued') : waits ? stepLook(approval)
      : step ? stepLook(step) : look('queued');
    const person = made?.decidedBy ?? (made ? null : approval?.answer?.by);
    return { id: `${n}.${i}`, tool: wanted.name, wanted: parsed(wanted.arguments), look: seen, output,
      // As it was carried out, when somebody has changed it.
      changed: approval?.answer?.edited && news ? parsed(news.arguments) : null, isCut: !made && !!news,
      person, verdict: made?.verdict ?? approval?.answer?.verdict, reason: approval?.answer?.reason,
      took: step?.duration_ms, key: step?.key ?? approval?.key, child: step?.child, files: made?.files };
  }

  retry(n) {
    for (const [key, k] of this.#kept) if (k.error && key.split('/')[0] === `turn#${n}`) this.#kept.delete(key);
    this.changed();
  }

  // What is kept of a step; asks for it when there is nothing yet.
  #get(key) {
    const kept = this.#kept.get(key);
    if (!kept && !this.#wanted.includes(key)) {
      this.#wanted.push(key);
      this.#ask();
    }
    return kept;
  }

  #ask() {
    while (this.#asking < AT_ONCE && this.#wanted.some(k => !this.#busy.has(k))) {
      const key = this.#wanted.find(k => !this.#busy.has(k));
      this.#busy.add(key);
      this.#asking++;
      get(`${runPath(this.store.id)}/steps/${encodeURIComponent(key)}`, this.signal)
        .then(step => this.#kept.set(key, { value: step.output }), error => this.#kept.set(key, { error }))
        .finally(() => {
          this.#asking--;
          this.#busy.delete(key);
          this.#wanted = this.#wanted.filter(k => k !== key);
          if (this.signal.aborted) return;
          this.#ask();
          this.changed();
        });
    }
  }
}
