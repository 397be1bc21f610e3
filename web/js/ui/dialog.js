// Dialogs and short notices.
import { h, fill } from '../lib/dom.js';
import { broken } from './parts.js';

// Opens a modal dialog; the focus goes back where it was when it closes.
export function dialog(title, body, cls = '', closed = () => {}) {
  const box = h('dialog', { class: cls, ariaLabel: title });
  const before = /** @type {any} */ (document.activeElement);
  const close = () => box.close();
  box.addEventListener('close', () => {
    box.remove();
    before?.focus?.();
    closed();
  });
  box.addEventListener('click', e => { if (e.target === box) close(); });
  fill(box, h('div.dialog', {}, h('header', {}, h('h2', {}, title),
    h('button.ghost.sm', { onclick: close, ariaLabel: 'Close' }, '✕')), body(close)));
  document.body.append(box);
  box.showModal();
  return close;
}

// Asks before something is done; stays open with the reason when it fails.
export function ask(o) {
  dialog(o.title, close => {
    const problem = h('div'), word = h('input', { ariaLabel: `Type ${o.confirm} to confirm` });
    const yes = h('button', { class: o.danger ? 'danger' : 'primary', type: 'submit', disabled: !!o.confirm }, o.verb);
    word.addEventListener('input', () => { yes.disabled = word.value !== o.confirm; });
    return h('form', {
      class: 'stack',
      onsubmit: async e => {
        e.preventDefault();
        yes.disabled = true;
        try {
          await o.run();
          close();
        } catch (error) {
          yes.disabled = false;
          fill(problem, broken(error));
        }
      },
    }, h('div.stack', {}, o.text), o.confirm ? h('label.field', {},
      h('span', {}, 'Type ', h('code', {}, o.confirm), ' to confirm'), word) : null,
    problem, h('div.btns.end', {}, h('button', { type: 'button', onclick: close }, 'Leave it'), yes));
  });
}

const corner = h('div.toasts', { role: 'status', ariaLive: 'polite' });

export function toast(words, { bad = false } = {}) {
  if (!corner.isConnected) document.body.append(corner);
  const note = h('div', { class: bad ? 'toast bad' : 'toast' }, bad ? '✕ ' : '', words);
  corner.append(note);
  while (corner.childNodes.length > 4) corner.firstChild?.remove();
  setTimeout(() => note.remove(), bad ? 9000 : 5000);
}
