// All keys, searchable.
import { h, fill } from '../lib/dom.js';
import { allKeys } from '../lib/keys.js';
import { dialog } from './dialog.js';

// A list of keys by where they work.
export function keyList(wanted) {
  const places = new Map();
  for (const k of allKeys()) {
    if (wanted && !`${k.keys} ${k.label} ${k.where}`.toLowerCase().includes(wanted.toLowerCase())) continue;
    places.set(k.where, [...places.get(k.where) ?? [], k]);
  }
  if (!places.size) return [h('p.muted', {}, 'No key does that.')];
  return [...places].map(([where, keys]) => h('section', {}, h('h3', {}, where),
    h('dl.keys', {}, keys.map(k => h('div', {},
    h('dt', {}, k.keys.split(' ').map(x => h('kbd', {}, x))), h('dd', {}, k.label))))));
}

export function openHelp() {
  dialog('Keys', () => {
    const list = h('div.stack'), input = h('input', { type: 'text', role: 'searchbox', placeholder: 'Find a key',
      ariaLabel: 'Find a key', autofocus: true });
    const draw = () => fill(list, keyList(input.value.trim()));
    input.addEventListener('input', draw);
    draw();
    return h('div.stack', {}, input, list);
  }, 'help');
}
