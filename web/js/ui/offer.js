// What the command palette offers, and its field; the rest of it is loaded when it is opened.
import { h } from '../lib/dom.js';

export const sources = new Set();

// Commands of a page, as long as it is shown.
export function offer(source, signal) {
  sources.add(source);
  signal?.addEventListener('abort', () => sources.delete(source));
}

export async function openPalette() {
  if (document.querySelector('dialog[open]')) return;
  const input = h('input', { type: 'text', placeholder: 'A page, a command, a run…', ariaLabel: 'Search or jump to',
    role: 'combobox', 'aria-controls': 'palette-list', 'aria-expanded': 'true', autocomplete: 'off',
      spellcheck: false });
  const list = h('ul', { id: 'palette-list', role: 'listbox', ariaLabel: 'Results' });
  const box = h('dialog.palette', { ariaLabel: 'Search or jump to' }, input, list,
    h('footer.muted', {}, '↑ ↓ to choose, enter to go, esc to close'));
  const before = /** @type {any} */ (document.activeElement);
  box.addEventListener('click', e => { if (e.target === box) box.close(); });
  box.addEventListener('close', () => {
    box.remove();
    if (document.activeElement === document.body) before?.focus?.();
  });
  document.body.append(box);
  box.showModal();
  input.focus();
  (await import('./palette.js')).drawPalette(box, input, list);
}
