// What a tab knows of the stream: its state, and topics for what comes.
import { Topic, Value } from '../lib/topic.js';
import { pageToken, renew, toLogin } from '../lib/session.js';
import { Hub } from './hub.js';

export const events = new Topic();
export const progress = new Topic();
export const frames = new Topic();
// Something was missed: who shows live data asks the server for it.
export const gap = new Topic();
// An approval came or went (`approval`), or may have gone with its run (`end`); told to hidden tabs as well.
export const asked = new Topic();
export const status = new Value({ state: 'connecting', since: Date.now(), retryAt: 0, error: '' });
export const counts = new Value((null));
// The stream is not permitted.
export const refusals = new Topic();

/** @type {(message: any) => void} */
let send = () => {};
let watching = null;
let was = 'connecting';

function take(message) {
  if (message.kind === 'batch') {
    if (message.events.length) events.emit(message.events);
    if (message.progress.length) progress.emit(message.progress);
    if (message.frames.length) frames.emit(message.frames);
    if (message.asks) asked.emit(message.asks);
  } else if (message.kind === 'status') {
    status.set(message.status);
    if (message.counts) counts.set(message.counts);
    // After a time without a stream the pages ask for what they show; events since are deduplicated by number.
    if (was === 'offline' && message.status.state === 'live') gap.emit();
    was = message.status.state;
  } else if (message.kind === 'gap') gap.emit();
  else if (message.kind === 'hint') asked.emit(message.asks);
  else if (message.kind === 'alone') alone();
  else if (message.kind === 'refused') refused(message.status);
}

// The session has run out or has ended, or what one may has changed.
async function refused(code) {
  if (code === 403) return refusals.emit();
  const answer = await renew(pageToken()).catch(() => undefined);
  if (answer === null) retry();
  else if (answer?.status === 401) toLogin();
}

const tell = () => send({ kind: 'state', watch: watching, visible: !document.hidden });

// Asks for progress and token text of this run.
export function watch(run, signal) {
  watching = run;
  tell();
  signal?.addEventListener('abort', () => {
    if (watching === run) watch(null);
  });
}

export const retry = () => send({ kind: 'retry' });

// A shared worker is asked for by an address; where Trusted Types are on, only this one is let through.
function workerAddress() {
  const address = new URL('./worker.js', import.meta.url).href;
  const types = window['trustedTypes'];
  if (!types) return address;
  return types.createPolicy('tutti', {
    createScriptURL: url => {
      if (url !== address) throw new TypeError('not the worker of this page');
      return url;
    },
  }).createScriptURL(address);
}

let isAlone = false;

function alone() {
  if (isAlone) return;
  isAlone = true;
  const hub = new Hub();
  const port = hub.add(message => queueMicrotask(() => take(message)));
  send = message => hub.take(port, message);
  tell();
}

export function connect() {
  if (typeof SharedWorker === 'function') {
    const worker = new SharedWorker(workerAddress(), { type: 'module', name: 'tutti' });
    worker.onerror = () => { if (was === 'connecting') alone(); };
    worker.port.onmessage = event => isAlone || take(event.data);
    send = message => worker.port.postMessage(message);
  } else alone();
  tell();
  document.addEventListener('visibilitychange', tell);
  setInterval(() => send({ kind: 'ping' }), 30000);
  addEventListener('online', retry);
  addEventListener('pagehide', () => send({ kind: 'bye' }));
  addEventListener('pageshow', tell);
}
