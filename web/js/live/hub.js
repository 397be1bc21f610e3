// One stream for all tabs. Runs in a shared worker, or in the page where there is none. It keeps the place in the
// stream, connects again, and hands out what came about 30 times a second. A tab that is hidden gets nothing; when it
// is seen again it is told that it missed something, and asks the server for that itself: no queue grows.
import { Parser, backoff } from './sse.js';

const TICK = 33;
const SILENCE = 45000;
const AT_ONCE = 4000;
const KNOWN = 8192;
const ENDS = /^run\.(completed|failed|cancelled|blocked)$/;

// How events may change what people are asked: a run that ends asks for nothing any more.
function asking(events) {
  if (events.some(e => e.type.startsWith('approval.'))) return 'approval';
  return events.some(e => ENDS.test(e.type)) ? 'end' : '';
}

export class Hub {
  ports = new Set();
  status = { state: 'connecting', since: Date.now(), retryAt: 0, error: '' };
  counts = null;
  #lastID = '';
  left = false;
  #watching = '';
  #plain = false;
  #unknown = new Set();
  #stream = null;
  #wake = () => {};
  #loops = false;
  #fails = 0;
  #told = null;
  #refused = 0;
  #known = new Set();
  #pending = { events: [], progress: [], frames: [], gap: false };
  #timer = null;

  add(post) {
    const port = { post, watch: null, visible: true, missed: false, at: Date.now() };
    this.ports.add(port);
    post({ kind: 'status', status: this.status, counts: this.counts });
    this.#loop();
    return port;
  }

  take(port, message) {
    if (this.left) return port.post({ kind: 'alone' });
    port.at = Date.now();
    if (message.kind === 'bye') this.ports.delete(port);
    else this.ports.add(port);
    if (message.kind === 'state') {
      port.watch = message.watch;
      if (!port.visible && message.visible && port.missed) port.post({ kind: 'gap' });
      if (message.visible) port.missed = false;
      port.visible = message.visible;
    }
    if (message.kind === 'retry') this.#wake();
    this.#loop();
    setTimeout(() => this.#watch(), 120);
  }

  // A worker that may not ask the server leaves it to the pages.
  leave() {
    this.left = true;
    for (const p of this.ports) p.post({ kind: 'alone' });
    this.ports.clear();
  }

  // The runs that somebody looks at.
  #wanted() {
    const runs = new Set();
    for (const p of this.ports) if (p.visible && p.watch && !this.#unknown.has(p.watch)) runs.add(p.watch);
    return [...runs].sort().slice(0, this.#plain ? 1 : 8).join(',');
  }

  // Another stream as soon as another run is looked at; the place in the feed stays.
  #watch() {
    if (this.#wanted() !== this.#watching) this.#stream?.abort('watch');
  }

  #tell(change) {
    if (change.state !== this.status.state) change = { since: Date.now(), ...change };
    this.status = { ...this.status, ...change };
    for (const p of this.ports) p.post({ kind: 'status', status: this.status, counts: this.counts });
  }

  async #loop() {
    if (this.#loops) return;
    this.#loops = true;
    while (this.#alive()) {
      let error = '';
      const stream = this.#stream = new AbortController();
      try {
        await this.#read(stream);
      } catch (e) {
        error = stream.signal.reason === 'watch' ? '' : String((e)?.message ?? e);
      }
      if (stream.signal.reason === 'watch') continue;
      const refused = this.#refused;
      this.#refused = 0;
      if (refused) for (const p of this.ports) p.post({ kind: 'refused', status: refused });
      const told = this.#told;
      this.#told = null;
      const wait = told != null ? told * (1 + Math.random() / 2) : backoff(this.#fails++);
      this.#tell({ state: told != null || refused || this.#fails < 2 ? 'connecting' : 'offline',
        retryAt: Date.now() + wait, error });
      await new Promise(done => {
        const timer = setTimeout(done, wait);
        this.#wake = () => { clearTimeout(timer); done(null); };
      });
    }
    this.#loops = false;
  }

  // Forgets tabs that were closed without a word.
  #alive() {
    for (const p of this.ports) if (Date.now() - p.at > 200000) this.ports.delete(p);
    return this.ports.size > 0;
  }

  async #read(stream) {
    this.#watching = this.#wanted();
    const q = new URLSearchParams();
    if (this.#watching) {
      q.set('run', this.#watching);
      q.set('frames', 'true');
    }
    const headers = { Accept: 'text/event-stream' };
    if (this.#lastID) headers['Last-Event-ID'] = this.#lastID;
    let silent = setTimeout(() => stream.abort('silence'), SILENCE);
    try {
      const response = await fetch(`/api/v1/live?${q}`, { headers, signal: stream.signal, cache: 'no-store' });
      // An older server knows one run a stream.
      if (this.#plain && response.status === 404) this.#unknown.add(this.#watching);
      if ([400, 404].includes(response.status)) this.#plain = true;
      // Pages can renew what this browser shows of itself; a worker cannot.
      if ([401, 403].includes(response.status)) this.#refused = response.status;
      if (!response.ok || !response.body) throw new Error(`the server answered ${response.status}`);
      const opened = Date.now(), parser = new Parser(), decoder = new TextDecoder(), reader = response.body.getReader();
      this.#tell({ state: 'live', retryAt: 0, error: '' });
      this.#watch();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) return;
        clearTimeout(silent);
        silent = setTimeout(() => stream.abort('silence'), SILENCE);
        if (Date.now() - opened > 2000) this.#fails = 0;
        for (const message of parser.take(decoder.decode(value, { stream: true }))) this.#message(message);
      }
    } finally {
      clearTimeout(silent);
    }
  }

  #message(message) {
    const before = this.#lastID;
    if (message.id != null) this.#lastID = message.id;
    if (!message.data) return;
    let data;
    try {
      data = JSON.parse(message.data);
    } catch {
      return;
    }
    const p = this.#pending;
    if (message.event === 'run') this.#event(data);
    else if (message.event === 'runs') for (const e of data) this.#event(e);
    else if (message.event === 'progress') p.progress.push(data);
    else if (['text', 'reset', 'finished'].includes(message.event)) this.#frame({ kind: message.event, ...data });
    else if (message.event === 'bye') this.#told = Number(data.retry_ms) || 1000;
    else if (message.event === 'snapshot') {
      // One from another place than the last: whatever was known may be old.
      if (before && before !== (message.id ?? data.feed)) p.gap = true;
      this.#lastID = message.id ?? data.feed ?? before;
      this.counts = data.counts ?? this.counts;
      this.#tell({});
    }
    if (p.events.length > AT_ONCE || p.frames.length > AT_ONCE) {
      p.events.length = p.frames.length = 0;
      p.gap = true;
    }
    if (!this.#timer) this.#timer = setTimeout(() => this.#flush(), TICK);
  }

  #event(event) {
    if (this.#known.has(event.id)) return;
    this.#known.add(event.id);
    if (this.#known.size > KNOWN) for (const id of this.#known) {
      this.#known.delete(id);
      if (this.#known.size <= KNOWN / 2) break;
    }
    this.#pending.events.push(event);
  }

  #frame(frame) {
    frame.run ??= this.#watching;
    const last = this.#pending.frames.at(-1);
    const joins = frame.kind === 'text' && last?.kind === 'text' && last.run === frame.run && last.key === frame.key
      && last.attempt === frame.attempt && last.next === frame.offset;
    const size = frame.kind === 'text' ? new TextEncoder().encode(frame.text).length : 0;
    if (joins) {
      last.text += frame.text;
      last.next += size;
    } else this.#pending.frames.push({ ...frame, next: (frame.offset ?? 0) + size });
  }

  #flush() {
    this.#timer = null;
    const { events, progress, frames, gap } = this.#pending;
    this.#pending = { events: [], progress: [], frames: [], gap: false };
    const asks = asking(events);
    for (const p of this.ports) {
      if (!p.visible) {
        p.missed ||= gap || events.length > 0 || frames.length > 0;
        if (asks) p.post({ kind: 'hint', asks });
        continue;
      }
      if (gap) p.post({ kind: 'gap' });
      const mine = frames.filter(f => f.run === p.watch), steps = progress.filter(x => x.run === p.watch);
      if (events.length || mine.length || steps.length) p.post({ kind: 'batch', events, progress: steps,
        frames: mine, asks });
    }
  }
}
