// One run as the page holds it: asked for once, kept up to date by events, asked for again when something was missed.
import { get, runPath, query } from '../lib/api.js';
import { Topic } from '../lib/topic.js';
import { isOver } from '../lib/states.js';
import * as live from '../live/client.js';

// As many events as are held; older ones are in the export.
export const HELD = 20000;
const PAGE = 1000;

// Events that say by themselves what became of a step.
const STATE_OF = { 'step.started': 'running', 'step.retrying': 'running', 'step.completed': 'completed',
  'step.failed': 'failed',
  'step.cancelled': 'cancelled', 'step.compensated': 'compensated', 'step.waiting': 'waiting' };

export const number = event => Number(String(event.id).split('/').pop());

export class RunStore {
  run = null;
  steps = new Map();
  events = [];
  // The number of the newest event that is held.
  last = 0;
  // Events before the first one that is held.
  dropped = 0;
  error = null;
  runChanged = new Topic();
  // Keys of steps that changed.
  stepsChanged = new Topic();
  // Steps came or went.
  shapeChanged = new Topic();
  logged = new Topic();
  framed = new Topic();
  #timer = null;
  #loading = false;
  #again = false;
  #catching = false;

  constructor(id, signal) {
    this.id = id;
    this.signal = signal;
  }

  // Loads the run, its steps and its log side by side: none of them waits for another.
  async open() {
    try {
      this.run = await get(runPath(this.id), this.signal);
    } catch (error) {
      if (this.signal.aborted) return;
      this.error = error;
      return this.runChanged.emit();
    }
    // The address may have had the beginning of an id only.
    this.id = this.run.id;
    this.error = null;
    this.runChanged.emit();
    live.watch(this.id, this.signal);
    live.events.on(list => this.take(list.filter(e => e.subject === this.id)), this.signal);
    live.progress.on(list => this.#progress(list), this.signal);
    live.frames.on(list => this.framed.emit(list), this.signal);
    live.gap.on(() => {
      this.catchUp();
      this.refresh();
    }, this.signal);
    this.dropped = this.last = Math.max(0, (this.run.last_event ?? 0) - HELD / 4);
    this.catchUp();
    await this.#load();
  }

  // Events from the stream.
  take(list) {
    if (!list.length) return;
    const fresh = list.filter(e => number(e) > this.last);
    if (!fresh.length) return;
    if (this.#catching || number(fresh[0]) > this.last + 1) return void this.catchUp();
    this.#append(fresh);
  }

  // Asks for all events that are not held yet.
  async catchUp() {
    if (this.#catching) {
      this.#again = true;
      return;
    }
    this.#catching = true;
    try {
      do {
        this.#again = false;
        for (;;) {
          const answer = await get(`${runPath(this.id)}/events${query({ after: this.last, limit: PAGE })}`,
            this.signal);
          this.#append(answer.events.filter(e => number(e) > this.last));
          if (!answer.events.length || this.last >= answer.last) break;
        }
      } while (this.#again);
      this.logged.emit();
    } catch { /* the next event, or the stream's return, tries again */ }
    this.#catching = false;
  }

  #append(list) {
    if (!list.length) return;
    this.events.push(...list);
    this.last = number(list.at(-1));
    if (this.events.length > HELD) {
      this.dropped += this.events.length - HELD * 0.8;
      this.events.splice(0, this.events.length - HELD * 0.8);
    }
    this.#apply(list);
    this.logged.emit();
    if (this.run) this.refresh();
  }

  #apply(list) {
    const changed = new Set();
    let shape = false;
    for (const e of list) {
      const state = STATE_OF[e.type];
      if (!state || !e.step) continue;
      const step = this.steps.get(e.step);
      if (!step) {
        shape = true;
        continue;
      }
      step.state = state;
      step.attempt = e.data?.attempt ?? step.attempt;
      if (state === 'running') step.started ??= e.time;
      else if (state !== 'waiting') step.ended ??= e.time;
      changed.add(e.step);
    }
    if (changed.size) this.stepsChanged.emit(changed);
    if (shape) this.refresh();
  }

  #progress(list) {
    const changed = new Set();
    for (const p of list) {
      const step = this.steps.get(p.key);
      if (!step) this.refresh();
      else if (p.state !== 'ended' && step.state !== 'completed' && step.state !== 'failed') {
        step.state = 'running';
        step.attempt = p.attempt ?? step.attempt;
        changed.add(p.key);
      }
    }
    if (changed.size) this.stepsChanged.emit(changed);
  }

  // Asks for run and steps soon; large runs less often.
  refresh() {
    if (this.#timer || this.signal.aborted) return;
    const rest = this.steps.size > 100 ? 3000 : isOver(this.run) ? 300 : 800;
    this.#timer = setTimeout(async () => {
      // A hidden page asks when it is seen again.
      if (!document.hidden) await this.#load();
      this.#timer = null;
    }, rest);
  }

  async #load() {
    if (this.#loading) return;
    this.#loading = true;
    try {
      const [run, answer] = await Promise.all([get(runPath(this.id), this.signal),
        get(`${runPath(this.id)}/steps`, this.signal)]);
      if (this.signal.aborted) return;
      this.run = run;
      this.#put(answer);
      this.runChanged.emit();
    } catch { /* the state of the connection says it */ }
    this.#loading = false;
  }

  #put(answer) {
    const changed = new Set(), before = this.steps;
    const after = new Map();
    let shape = before.size !== answer.steps.length;
    for (const step of answer.steps) {
      const old = before.get(step.key);
      if (!old) shape = true;
      else if (old.state !== step.state || old.ended !== step.ended || old.attempt !== step.attempt
        || old.cost?.usd !== step.cost?.usd || old.started !== step.started) changed.add(step.key);
      // The same object, so that who holds it sees the change.
      after.set(step.key, old ? Object.assign(old, step) : step);
    }
    this.steps = after;
    // What the stream told after the answer was made goes on top of it.
    if (this.last > (answer.last_event ?? this.last)) {
      const from = this.events.findIndex(e => number(e) > answer.last_event);
      if (from >= 0) this.#apply(this.events.slice(from));
    }
    if (shape) this.shapeChanged.emit();
    if (changed.size) this.stepsChanged.emit(changed);
  }
}
