// How figures of calls are told: money that nobody knows is not 0, and a guess is marked as one.
import { h } from '../lib/dom.js';
import { count, duration, plural, usd } from '../lib/format.js';
import { style } from '../lib/style.js';

await style('gateway.css');

const none = () => h('span.muted', {}, '–');

// What calls have cost, as far as that is known.
export function spent(f) {
  if (!f?.calls) return none();
  if (f.unpriced === f.calls) return h('span', { title: 'Nobody knows the price of these calls.' }, 'unknown');
  return [usd(f.usd), f.unpriced ? h('span.sub', {}, `+ ${plural(f.unpriced, 'call')} of unknown cost`) : null];
}

// Tokens of one kind; `≈` where some of them are a guess.
export const tokens = (n, f) => !f.estimated || !n ? count(n) : h('span', {
  title: `Guessed for ${plural(f.estimated, 'call')} of ${count(f.calls)}: the provider has told none.` },
h('span', { ariaHidden: 'true' }, '≈ '), h('span.sr', {}, 'about '), count(n));

export const sent = f => f.tokens.uncached_input + f.tokens.cache_read + f.tokens.cache_write;

export function errors(failures, calls) {
  if (!calls) return none();
  const share = failures / calls * 100;
  return h('span', { class: failures ? 'bad' : '', title: `${count(failures)} of ${plural(calls, 'call')}` },
    failures ? `${share < 1 ? share.toFixed(1) : Math.round(share)} %` : '0 %');
}

// The usual time, and the one that 95 of 100 calls did not exceed.
export const times = (p50, p95) => p50 == null ? none()
  : h('span.nowrap', {}, duration(p50), h('span.muted', {}, ` · ${duration(p95)}`));
