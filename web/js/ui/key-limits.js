// What calls of models with an API key are held to: shown with what is used, and changed at once.
import { h } from '../lib/dom.js';
import { patch } from '../lib/api.js';
import { count, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { field } from './parts.js';
import { dialog, toast } from './dialog.js';
import { form, tags } from './forms.js';

/** @type {[string, string, string][]} */
const LIMITS = [['usd_a_day', 'Dollars', 'a day'], ['usd_a_month', 'Dollars', 'a month'], ['usd', 'Dollars', 'in all'],
  ['tokens_a_day', 'Tokens', 'a day'], ['tokens_a_month', 'Tokens', 'a month'], ['tokens', 'Tokens', 'in all'],
  ['requests_a_minute', 'Requests', 'a minute'], ['tokens_a_minute', 'Tokens', 'a minute']];

const isMoney = name => name.startsWith('usd');
const amount = (name, x) => isMoney(name) ? usd(x) : `${count(Number(x))} ${name.split('_')[0]}`;

// `$1.20 of $5.00 a day`; what has no budget, such as a rate, has only its limit.
function told(key, [name, , when]) {
  const limit = key.limits?.[name], used = key.used?.find(u => u.name === name);
  if (limit == null) return null;
  const spent = used && (isMoney(name) ? usd(used.used / 1e6) : count(used.used));
  return h('span.sub', { class: used && used.used >= used.cap ? 'bad' : '' },
    `${spent ? `${spent} of ` : ''}${amount(name, limit)} ${when}`);
}

export function limitsOf(key) {
  const lines = LIMITS.map(limit => told(key, limit)).filter(x => x);
  if (!lines.length && !key.limits?.models) return h('span.muted', {}, 'none');
  return [tags(key.limits.models ?? []), ...lines];
}

export function changeLimits(key, again, signal) {
  dialog(`What ${line(key.name, 80)} may spend`, close => {
    const models = h('input', { name: 'limits/models', spellcheck: false, placeholder: 'all',
      value: (key.limits?.models ?? []).join(' ') });
    const inputs = LIMITS.map(([name, what, when]) => ({ name, what: `${what} ${when}`, input: h('input', {
      name: `limits/${name}`, inputMode: 'decimal', placeholder: 'no limit', autocomplete: 'off',
      value: key.limits?.[name] == null ? '' : String(Number(key.limits[name])) }) }));
    return form({ verb: 'Hold it to that', signal, more: h('button', { type: 'button', onclick: close }, 'Leave it'),
      run: async () => {
        const words = models.value.split(/[\s,]+/).filter(x => x), limits = words.length ? { models: words } : {};
        for (const { name, input } of inputs) {
          const text = input.value.trim();
          if (text) limits[name] = isMoney(name) ? text : Number(text);
        }
        await patch(`/keys/${encodeURIComponent(key.id)}`, { limits });
        close();
        toast('It counts from the next call on.');
        again();
      } },
    field('Models and routes', models, 'Names with spaces between them; a star stands for any letters: anthropic/*.'),
    h('div.columns', {}, inputs.map(({ what, input }) => field(what, input))),
    h('p.muted', {}, 'Days and months are those of UTC. What was used so far stays counted.'));
  });
}
