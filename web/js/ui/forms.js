// What forms about accounts share: passwords, the wait after too many tries, what is shown once, lists.
import { h, fill } from '../lib/dom.js';
import { line } from '../lib/safe.js';
import { style } from '../lib/style.js';
import { broken, copyButton, field } from './parts.js';
import { dialog } from './dialog.js';

await style('access.css');

// Characters that a password has at least and at most.
export const PASSWORD = { least: 8, most: 1024 };

export function passwordField(label, autocomplete, hint) {
  const fresh = autocomplete === 'new-password';
  const input = h('input', { type: 'password', autocomplete, required: true, ariaLabel: label,
    minLength: fresh ? PASSWORD.least : 1, maxLength: PASSWORD.most, spellcheck: false });
  const show = h('input', { type: 'checkbox', onchange: () => { input.type = show.checked ? 'text' : 'password'; } });
  const words = fresh ? `At least ${PASSWORD.least} characters. A few words in a row are better than odd signs.` : '';
  return { input, el: h('div.field', {}, field(label, input, hint ?? words),
    h('label.check', {}, show, 'Show it')) };
}

// A form that says why the server refused, and holds its button as long as the server asks to wait.
export function form({ verb, run, danger = false, cls = 'stack', more = null, signal }, ...parts) {
  const problem = h('div'), yes = h('button', { type: 'submit', class: danger ? 'danger' : 'primary' }, verb);
  let timer = 0;
  signal?.addEventListener('abort', () => clearInterval(timer));
  const hold = until => {
    const left = Math.ceil((until - Date.now()) / 1000);
    yes.disabled = left > 0;
    yes.textContent = left > 0 ? `Wait ${left} s` : verb;
    if (left <= 0) clearInterval(timer);
  };
  const el = h('form', { class: cls, onsubmit: async event => {
    event.preventDefault();
    if (yes.disabled) return;
    yes.disabled = true;
    fill(problem);
    try {
      await run();
      yes.disabled = false;
    } catch (error) {
      yes.disabled = false;
      fill(problem, broken(error));
      if (error.wait) {
        clearInterval(timer);
        const until = Date.now() + error.wait * 1000;
        timer = window.setInterval(() => hold(until), 250);
        hold(until);
      }
      const bad = error.fields?.[0]?.field.replace(/^\//, '');
      /** @type {any} */ (bad && el.querySelector(`[name="${CSS.escape(bad)}"]`))?.focus();
    }
  } }, parts, problem, h('div.btns', {}, yes, more));
  return el;
}

// Something secret that is told once: it can be copied, and is gone when the dialog is closed.
export function showOnce(title, value, { about, link = '', expires = '' }) {
  dialog(title, close => h('div.stack', {},
    h('div.once', {}, h('p', {}, h('b', {}, 'This is shown once. '), about),
      h('code', { 'data-once': '' }, value), h('div.btns', {}, copyButton(value, 'Copy'))),
    link ? h('div.stack', {}, h('p', {},
      'Or give this link. What is behind # stays in the browser, and reaches no log.'),
      h('code.head', { 'data-link': '' }, link), h('div.btns', {}, copyButton(link, 'Copy the link'))) : null,
    expires ? h('p.muted', {}, `It is good until ${expires}.`) : null,
    h('div.btns.end', {}, h('button.primary', { type: 'button', onclick: close }, 'I have kept it'))));
}

// A table of things: each column has a name and gives a cell.
export function table(label, columns, items, { row = _ => ({}) } = {}) {
  return h('div.scroll-x', {}, h('table.list', { ariaLabel: label }, h('thead', {}, h('tr', {},
    columns.map(([name]) => h('th', { scope: 'col' }, name || h('span.sr', {}, 'What can be done'))))),
  h('tbody', {}, items.map(item => h('tr', row(item), columns.map(([name, cell]) => h('td', { 'data-label': name },
    cell(item))))))));
}

export const tags = (words, none = '') => words?.length ? words.map(w => h('span.tag', {}, line(w, 80))) : none;
