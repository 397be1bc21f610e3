// Keys: who registers one says what it does, and `?` lists it.
import { prefs } from './prefs.js';

/** @typedef {{keys: string, label: string, run: (event: any) => void, where: string, always?: boolean}} Key */

/** @type {Set<Key>} */
const keys = new Set();
let first = '', firstAt = 0;

/**
 * @param {string} combination such as `a`, `g r`, `ctrl+k`; what comes later goes first
 * @param {string} label @param {(event: KeyboardEvent) => void} run
 * @param {{where?: string, signal?: AbortSignal, always?: boolean}} options
 */
export function key(combination, label, run, { where = 'Everywhere', signal, always } = {}) {
  const entry = { keys: combination, label, run, where, always };
  keys.add(entry);
  signal?.addEventListener('abort', () => keys.delete(entry));
}

export const allKeys = () => [...keys];

const inField = event => event.target instanceof Element
  && event.target.matches('input:not([type=checkbox],[type=radio],[type=range]),textarea,select,[contenteditable]');

const find = wanted => [...keys].reverse().find(k => k.keys === wanted);

function pressed(event) {
  if (event.defaultPrevented || event.isComposing) return;
  const field = inField(event);
  if (event.key === 'Escape' && field) return /** @type {HTMLElement} */ (event.target).blur();
  const chord = event.ctrlKey || event.metaKey;
  const name = (chord ? 'ctrl+' : '') + event.key;
  const entry = find(name);
  if (chord) {
    if (entry) {
      event.preventDefault();
      entry.run(event);
    }
    return;
  }
  if (field || event.altKey || prefs.value.keys === 'off' && !entry?.always) return;
  if (document.querySelector('dialog[open]')) return;
  const two = first && performance.now() - firstAt < 1200 ? find(`${first} ${event.key}`) : null;
  first = '';
  const hit = two ?? entry;
  if (hit) {
    event.preventDefault();
    return hit.run(event);
  }
  if ([...keys].some(k => k.keys.startsWith(`${event.key} `))) {
    first = event.key;
    firstAt = performance.now();
  }
}

addEventListener('keydown', pressed);
