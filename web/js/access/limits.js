// How much is left of the limits, as the server tells it with each answer.
import { h } from '../lib/dom.js';
import { send } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { isLocal } from '../lib/me.js';
import { empty, loader } from '../ui/parts.js';
import { table } from '../ui/forms.js';

const ABOUT = { address: 'From your address, whoever asks.', person: 'By you, on all devices.',
  key: 'With one API key.', login: 'Logins and the like, from your address.' };

// A field of an answer (draft-ietf-httpapi-ratelimit-headers): names, each with numbers.
const read = (headers, name) => [...(headers.get(name) ?? '').matchAll(/"([^"]+)";\w=(\d+);\w=(\d+)/g)];

async function limitsOf(path, signal) {
  const { headers } = await send(path, { method: 'GET', signal });
  const left = new Map(read(headers, 'RateLimit').map(m => [m[1], m]));
  return read(headers, 'RateLimit-Policy').map(([, name, quota, window]) => ({ name, quota: Number(quota),
    window: Number(window), left: Number(left.get(name)?.[2] ?? 0), reset: Number(left.get(name)?.[3] ?? 0) }));
}

export default function limits(ctx) {
  const box = h('div');
  const again = loader(box, () => limitsOf('/auth/me', ctx.signal), found => found.length ? [table('Limits', [
    ['Limit', l => h('b', {}, line(l.name, 60))], ['What counts', l => ABOUT[l.name] ?? ''],
    ['Requests at most', l => `${l.quota} in ${l.window} s`], ['Left', l => [String(l.left), ' ',
      h('meter', { min: 0, max: l.quota, value: l.left, ariaLabel: `Left of ${line(l.name, 60)}` })]],
    ['Counted anew', l => `within ${l.reset} s`],
  ], found), h('p.btns', {}, h('button', { onclick: () => again() }, 'Look again'))]
    : empty(isLocal() ? 'Requests are not limited as long as only this machine reaches the server.'
      : 'The server tells of no limits.'), ctx.signal);
  again();
  return [h('p.soft', {}, 'Each limit is a sliding window. Who goes beyond is told how long to wait.'), box];
}
