// A value for people: text as a document, everything else as a tree.
import { h } from '../lib/dom.js';
import { clean } from '../lib/safe.js';
import { markdown } from '../lib/markdown.js';
import { json } from './json.js';

export function content(value, raw) {
  if (typeof value === 'string') return raw ? h('pre.raw', { tabIndex: 0 }, clean(value)) : markdown(value);
  if (Array.isArray(value) && value.every(p => p && typeof p.text === 'string')) return h('div', {},
    value.map(p => content(p.text, raw)));
  return json(value, { raw });
}
