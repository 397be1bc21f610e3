// Small pieces that every page uses: states, empty and broken views, tabs, menus of choices.
import { h, fill } from '../lib/dom.js';
import { line } from '../lib/safe.js';
import { ago } from '../lib/format.js';
import { Problem } from '../lib/api.js';

// Glyph and word of a state.
export const badge = (look, { short = false } = {}) => h('span', { class: `state ${look.cls}` },
  h('i', { ariaHidden: 'true' }, look.glyph), h('span', { class: short ? 'sr' : null }, look.word));

// A view without anything in it: one sentence why, and a way on.
export const empty = (title, ...more) => h('div.blank', {}, h('p.lead', {}, title), ...more);

export function broken(error, again) {
  const problem = error instanceof Problem ? error : null;
  const needed = problem?.code === 'not_permitted' ? /permission ([\w.]+)/.exec(problem.message)?.[1] : null;
  return h('div.problem', { role: 'alert' },
    h('p', {}, h('i', { ariaHidden: 'true' }, '✕ '), h('b', {},
      needed ? 'You may not do this' : line(problem?.title ?? 'This view could not be shown'))),
    h('p', {}, line(error?.message ?? error, 1000)),
    needed ? h('p', {}, 'What is missing is ', h('code', {}, needed),
      '. Who looks after accounts here can give you a role that has it.') : null,
    problem?.fields.length ? h('ul', {}, problem.fields.map(f => h('li', {}, h('code', {}, line(f.field)), ' ',
      line(f.message)))) : null,
    h('p.muted', {}, problem ? `${line(problem.code)}${problem.trace ? ` · request ${line(problem.trace)}` : ''}`
      : null),
    again ? h('div.btns', {}, h('button', { onclick: again }, 'Try again')) : null);
}

export const loading = (what = 'Loading') => h('p.loading', { role: 'status' }, `${what}…`);

// Loads something into `box` and shows why when that fails; what was shown before stays, with its age.
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
      fill(note, `Shown is what was loaded ${ago(at)} ago: ${line(error.message)} `,
        h('button.link', { onclick: again }, 'Try again'));
      box.prepend(note);
    }
  };
}

// Tabs that are links, so that each has an address.
export function tabs(label, items, present, choose) {
  const bar = h('div.tabs', { role: 'tablist', ariaLabel: label });
  for (const { id, label: words } of items) {
    bar.append(h('button', { role: 'tab', id: `tab-${id}`, ariaSelected: String(id === present),
      tabIndex: id === present ? 0 : -1,
      onclick: () => choose(id) }, words));
  }
  bar.addEventListener('keydown', event => {
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

// A row of buttons of which one is chosen.
export const segment = (label, options, present, choose) => h('div.seg', { role: 'group', ariaLabel: label },
  options.map(([value, words]) => h('button', { type: 'button', ariaPressed: String(value === present),
    onclick: () => choose(value) }, words)));

export const fact = (label, value) => h('div', {}, h('dt', {}, label), h('dd', {}, value));

// A labelled control of a form. The name is said again, since the label of a choice would read out all its options.
export function field(label, control, hint) {
  control.ariaLabel ??= label;
  return h('label.field', {}, h('span', {}, label), control, hint ? h('small.muted', {}, hint) : null);
}

export function copyButton(value, words = 'Copy') {
  const button = h('button.ghost.sm', {
    type: 'button',
    onclick: async () => {
      try {
        await navigator.clipboard.writeText(value);
        button.textContent = 'Copied';
        setTimeout(() => { button.textContent = words; }, 4000);
      } catch {
        button.textContent = 'Copying is not allowed here';
      }
    },
  }, words);
  return button;
}
