// What somebody agrees to is shown to the last character: what cannot be seen is written out.
import { fill, h } from '../lib/dom.js';
import { line } from '../lib/safe.js';

const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{DI}]|(?! )\p{Zs}/gu;
const LONG = 200000;

// A text with each character that cannot be seen as its number.
export const exact = text => String(text).replace(UNSEEN, c => c === '\n' || c === '\t' ? c
  : `⟨U+${/** @type {number} */ (c.codePointAt(0)).toString(16).toUpperCase().padStart(4, '0')}⟩`);

// JSON in which they are escaped, so that it can be changed, and says the same.
export const exactJSON = value => (JSON.stringify(value, null, 2) ?? 'null').replace(UNSEEN, c => c === '\n' ? c
  : [...Array(c.length).keys()].map(i => `\\u${c.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''));

const raw = text => h('pre.raw', { tabIndex: 0 }, text.length > LONG
  ? `${text.slice(0, LONG)}…\n(${text.length - LONG} more characters)` : text);

// The arguments that a model wrote: a value, or the text itself when that is no JSON.
export function parsed(text) {
  try {
    return JSON.parse(text || '{}');
  } catch {
    return text;
  }
}

const isObject = value => value !== null && typeof value === 'object' && !Array.isArray(value);

// All arguments of a call: each text as it is, and a replacement as what it changes.
export function argumentsView(value) {
  if (!isObject(value)) return raw(typeof value === 'string' ? exact(value) : exactJSON(value));
  const rest = Object.entries(value);
  if (!rest.length) return h('p.muted', {}, 'No arguments.');
  const changes = typeof value.old === 'string' && typeof value.new === 'string';
  return h('dl.arguments', {}, rest.filter(([k]) => !changes || k !== 'old' && k !== 'new').map(([k, v]) => [
    h('dt', {}, exact(k)), h('dd', {}, raw(typeof v === 'string' ? exact(v) : exactJSON(v)))]),
  changes ? [h('dt', {}, 'old → new'), h('dd', {}, replacement(exact(value.old), exact(value.new)))] : null);
}

function replacement(from, to) {
  const box = h('div', {}, raw(from), raw(to));
  if (from !== to) import('../ui/diff.js').then(m => fill(box, m.textDiff(from, to, { label: 'What is replaced' })),
    () => {});
  return box;
}

const FIRST = ['command', 'path', 'url', 'question', 'query', 'pattern', 'agent', 'task'];

// The same on one line, what it is about first.
export function brief(value) {
  if (!isObject(value)) return line(typeof value === 'string' ? value : JSON.stringify(value), 240);
  const main = FIRST.find(k => typeof value[k] === 'string');
  const rest = Object.entries(value).filter(([k]) => k !== main)
    .map(([k, v]) => `${k}: ${line(typeof v === 'string' ? v : JSON.stringify(v), 80)}`);
  return line([main ? value[main] : '', ...rest].filter(Boolean).join('  '), 240);
}
