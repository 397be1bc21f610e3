// Small pieces that every page uses: states, empty and broken views, tabs, menus of choices.
import { h, fill } from '../lib/dom.js';
import { line } from '../lib/safe.js';
import { ago } from '../lib/format.js';
import { Problem } from '../lib/api.js';

/** Glyph and word of a state. @param {import('../lib/states.js').Look} look @param {{short?: boolean}} [o] */
export const badge = (look, { short = false } = {}) => h('span', { class: `state ${look.cls}` },
  h('i', { ariaHidden: 'true' }, look.glyph), h('span', { class: short ? 'sr' : null }, look.word));

/** A view without anything in it: one sentence why, and a way on. @param {string} title @param {...any} more */
export const empty = (title, ...more) => h('div.blank', {}, h('p.lead', {}, title), ...more);

/** @param {any} error @param {(() => void)|null} [again] */
export function broken(error, again) {
  const problem = error instanceof Problem ? error : null;
  return h('div.problem', { role: 'alert' },
    h('p', {}, h('i', { ariaHidden: 'true' }, '✕ '), h('b', {}, line(problem?.title ?? 'This view could not be shown'))),
    h('p', {}, line(error?.message ?? error, 1000)),
    problem?.fields.length ? h('ul', {}, problem.fields.map(f => h('li', {}, h('code', {}, line(f.field)), ' ', line(f.message)))) : null,
    h('p.muted', {}, problem ? `${line(problem.code)}${problem.trace ? ` · request ${line(problem.trace)}` : ''}` : null),
    again ? h('div.btns', {}, h('button', { onclick: again }, 'Try again')) : null);
}

export const loading = (what = 'Loading') => h('p.loading', { role: 'status' }, `${what}…`);

/**
 * Loads something into `box` and shows why when that fails; what was shown before stays, with its age.
 * @template T @param {HTMLElement} box @param {() => Promise<T>} load @param {(data: T) => any} draw
 * @param {AbortSignal} signal
 */
export function loader(box, load, draw, signal) {
  let at = '', ticket = 0;
  const note = h('div.stale', { hidden: true });
  if (!box.childNodes.length) fill(box, loading());
  return async function again() {
    const mine = ++ticket;
    try {
      const data = await load();
      if (signal.aborted || mine !== ticket) return;
      at = new Date().toISOString();
      box.classList.remove('old');
      const view = draw(data);
      if (view !== undefined) fill(box, view);
    } catch (error) {
      if (signal.aborted || mine !== ticket) return;
      if (!at) return fill(box, broken(error, again));
      box.classList.add('old');
      note.hidden = false;
      fill(note, `Shown is what was loaded ${ago(at)} ago: ${line(/** @type {any} */ (error).message)} `,
        h('button.link', { onclick: again }, 'Try again'));
      box.prepend(note);
    }
  };
}

/**
 * Tabs that are links, so that each has an address.
 * @param {string} label @param {{id: string, label: any}[]} items @param {string} present
 * @param {(id: string) => void} choose
 */
export function tabs(label, items, present, choose) {
  const bar = h('div.tabs', { role: 'tablist', ariaLabel: label });
  for (const { id, label: words } of items) {
    bar.append(h('button', { role: 'tab', id: `tab-${id}`, ariaSelected: String(id === present), tabIndex: id === present ? 0 : -1,
      onclick: () => choose(id) }, words));
  }
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    event.stopPropagation();
    const at = items.findIndex(i => i.id === present), next = items[(at + step + items.length) % items.length];
    choose(next.id);
    document.getElementById(`tab-${next.id}`)?.focus();
  });
  return bar;
}

/**
 * A row of buttons of which one is chosen.
 * @param {string} label @param {[string, any][]} options @param {string} present @param {(v: string) => void} choose
 */
export const segment = (label, options, present, choose) => h('div.seg', { role: 'group', ariaLabel: label },
  options.map(([value, words]) => h('button', { type: 'button', ariaPressed: String(value === present),
    onclick: () => choose(value) }, words)));

/** @param {string} label @param {any} value */
export const fact = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, value));

/** A labelled control of a form. @param {string} label @param {HTMLElement} control @param {any} [hint] */
export const field = (label, control, hint) => h('label.field', {}, h('span', {}, label), control,
  hint ? h('small.muted', {}, hint) : null);

/** @param {string} value @param {string} [words] */
export function copyButton(value, words = 'Copy') {
  const button = h('button.ghost.sm', {
    type: 'button',
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(value);
        button.textContent = 'Copied';
      } catch {
        button.textContent = 'Copying is not allowed here';
      }
      setTimeout(() => { button.textContent = words; }, 1600);
    },
  }, words);
  return button;
}
