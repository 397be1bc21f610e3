// The log of a run: every event on a line, filtered by what is typed, following its end until one scrolls away.
import { h, text } from '../lib/dom.js';
import { count, clock, plural } from '../lib/format.js';
import { painter } from '../lib/topic.js';
import { line } from '../lib/safe.js';
import { setQuery } from '../lib/router.js';
import { rows } from '../ui/rows.js';
import { level, words } from './words.js';


// Whether a line is asked for: words, `level:error`, `step:review`, `type:step.failed`.
export function matcher(filter) {
  const terms = filter.toLowerCase().split(/\s+/).filter(Boolean).map(t => {
    const [, name, value] = /^(level|step|type):(.+)$/.exec(t) ?? [null, '', t];
    return { name, value };
  });
  return l => terms.every(({ name, value }) => name === 'level' ? l.level === value
    : name === 'step' ? (l.event.step ?? '').toLowerCase().includes(value)
      : name === 'type' ? l.event.type.includes(value)
        : `${l.event.type} ${l.event.step ?? ''} ${l.words}`.toLowerCase().includes(value));
}

export function log(store, signal, o = {}) {
  let lines = [], shown = lines;
  let seen = 0, first = 0, match = matcher('');
  const note = h('span.muted.count'), follow = h('button.ghost.sm',
    { ariaPressed: 'true', onclick: () => setFollow(true) }, 'following');
  const input = h('input', { type: 'search', placeholder: 'Filter: words, level:error, step:review',
    ariaLabel: 'Filter the log',
    'data-filter': '', value: o.filter ?? '' });
  // Takes over the events that came since; a rotation of what is held begins anew.
  const pull = () => {
    if (store.dropped !== first) {
      const gone = store.dropped - first;
      first = store.dropped;
      lines.splice(0, gone);
      seen = Math.max(0, seen - gone);
      if (input.value) shown = lines.filter(match);
    }
    for (; seen < store.events.length; seen++) {
      const event = store.events[seen], l = { event, words: words(event), level: level(event) };
      lines.push(l);
      if (shown !== lines && match(l)) shown.push(l);
    }
    const older = store.dropped ? `, ${count(store.dropped)} older not held` : '';
    text(note, (shown === lines ? plural(lines.length, 'line')
      : `${count(shown.length)} of ${count(lines.length)} lines`) + older);
    list.draw();
  };
  const setFollow = on => {
    text(follow, on ? 'following' : 'to the end ↓');
    follow.setAttribute('aria-pressed', String(on));
    list.setFollow(on);
  };
  const list = rows({
    label: 'Log of the run', role: 'log', height: 20, signal, follow: true, items: () => shown, moved: setFollow,
    make: () => {
      const row = h('div', {}, h('span.t'), h('span.ty'), h('span.st'), h('span.msg'));
      row.addEventListener('click', () => { if (row.dataset.step && !getSelection()?.toString()) {
        setQuery({ step: row.dataset.step });
      } });
      return row;
    },
    show: (row, l) => {
      const [t, type, step, message] = row.children;
      row.className = `vrow log ${l.level}`;
      row.dataset.step = l.event.step ?? '';
      text(t, clock(l.event.time));
      text(type, line(l.event.type));
      text(step, line(l.event.step));
      text(message, l.words);
    },
  });
  input.addEventListener('input', () => {
    match = matcher(input.value);
    shown = input.value.trim() ? lines.filter(match) : lines;
    pull();
    list.redraw();
  });
  if (o.filter) input.dispatchEvent(new Event('input'));
  store.logged.on(painter(pull, signal, 50), signal);
  pull();
  return h('section.logbox', { ariaLabel: 'Log' }, h('header', {}, h('h2', {}, 'Log'), input, note, h('span.grow'),
    follow), list.el);
}
