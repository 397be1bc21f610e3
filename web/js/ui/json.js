// A value as a tree that can be opened, or as a text. Long texts and lists are cut, and say so.
import { h } from '../lib/dom.js';
import { clean } from '../lib/safe.js';
import { count } from '../lib/format.js';

const TEXT = 4000, MEMBERS = 200;

function tree(value, depth) {
  if (value === null || typeof value !== 'object') return scalar(value);
  const list = Array.isArray(value), entries = Object.entries(value);
  if (!entries.length) return h('span.json-null', {}, list ? '[]' : '{}');
  const body = () => h('ul', {}, entries.slice(0, MEMBERS).map(([k, v]) => h('li', {},
    h('span.json-key', {}, list ? k : clean(k)), ' ', tree(v, depth + 1))),
  entries.length > MEMBERS ? h('li.muted', {}, `and ${count(entries.length - MEMBERS)} more`) : null);
  const box = h('details', { open: depth < 3 && entries.length <= 40 },
    h('summary', {}, list ? `[ ${count(entries.length)} ]`
      : `{ ${clean(Object.keys(value).slice(0, 4).join(', '))}${entries.length > 4 ? ', …' : ''} }`));
  if (box.open) box.append(body());
  // What is closed is not made: a deep value costs what is looked at.
  else box.addEventListener('toggle', () => box.append(body()), { once: true });
  return box;
}

function scalar(value) {
  if (typeof value !== 'string') return h(`span.json-${value === null ? 'null' : typeof value}`, {}, String(value));
  const text = clean(value);
  if (/^data:image\//.test(text)) return h('span.json-null', {}, `image, ${count(text.length)} characters, not shown`);
  const cut = text.length > TEXT ? `${text.slice(0, TEXT)}… (${count(text.length)} characters)` : text;
  return text.includes('\n') ? h('pre.json-string', { tabIndex: 0 }, cut) : h('span.json-string', {}, cut);
}

export function json(value, { raw = false } = {}) {
  if (!raw) return h('div.json', {}, tree(value, 0));
  const text = clean(JSON.stringify(value, null, 2) ?? 'null');
  return h('pre.raw', { tabIndex: 0 }, text.length > 200000 ? `${text.slice(0, 200000)}…` : text);
}
