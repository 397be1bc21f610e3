// All runs, with filters in the address.
import { h, fill } from '../lib/dom.js';
import { painter, every } from '../lib/topic.js';
import { get, post, query, runPath } from '../lib/api.js';
import { ago, count, duration, moment, money, now, shortID } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { may } from '../lib/me.js';
import { look, runLook, RUN_STATES, isOver } from '../lib/states.js';
import { go, setQuery } from '../lib/router.js';
import { style } from '../lib/style.js';
import { key } from '../lib/keys.js';
import { prefs } from '../lib/prefs.js';
import * as live from '../live/client.js';
import { badge, broken, empty, loading } from '../ui/parts.js';
import { toast } from '../ui/notice.js';

await style('runs.css');

const FILTERS = ['state', 'workflow', 'kin', 'cost_above', 'from', 'before', 'q'];
const PAGE = 50, MOST = 1000;

const SAMPLE = `# Plan: reminders for the team calendar

## Problem
People miss meetings, since nobody is told of changes in time.

## How it works
The service reads the calendar every few minutes and sends a mail as soon as something changed. It should be fast.
Mails go out by an outside provider. Administrators can read all calendars.

## Out of scope
Text messages.
`;

// The row of a run.
function row(r) {
  const words = runLook(r), href = runPath(r.id), took = isOver(r) ? r.duration_ms : now() - Date.parse(r.created);
  return h('tr', { class: words.cls, 'data-id': r.id },
    h('td.c-state', {}, badge(words)),
    h('td.c-title', {}, h('a', { href }, line(r.title || 'untitled', 160)),
      h('span.sub', {}, h('span', {}, line(r.workflow)),
      h('code', {}, shortID(r.id)), r.forked_from ? h('span', {}, 'fork') : null,
        r.parent ? h('span', {}, 'child') : null,
      r.error ? h('span.bad', {}, line(r.error.message, 120)) : null)),
    h('td.num.c-cost', {}, money(r.cost) || h('span.muted', {}, '–')),
    h('td.num.c-tokens', {}, r.cost ? count(r.cost.tokens) : h('span.muted', {}, '–')),
    h('td.num.c-took', {}, duration(took)),
    h('td.num.c-when', { title: moment(r.created) }, ago(r.created)));
}

export default function page(ctx) {
  ctx.title('Runs');
  let runs = [];
  let next = null, error = null, loaded = false, ticket = 0, counts = null;
  const body = h('tbody'), note = h('div'), more = h('div.more'), chips = h('div.chips');
  const search = h('input', { type: 'search', placeholder: 'Title or beginning of an id', ariaLabel: 'Search runs',
    'data-filter': '' });
  const workflow = h('input', { placeholder: 'Workflow', ariaLabel: 'Workflow' });
  const cost = h('input', { type: 'number', min: '0', step: '0.1', placeholder: 'Cost above $',
    ariaLabel: 'Cost above, in dollars' });
  const since = h('input', { type: 'date', ariaLabel: 'Started on or after', title: 'Started on or after' });
  const until = h('input', { type: 'date', ariaLabel: 'Started before', title: 'Started before' });
  const kin = h('select', { ariaLabel: 'Which runs' },
    [['', 'Started by people'], ['children', 'Started by runs'], ['all', 'All']]
    .map(([v, t]) => h('option', { value: v }, t)));
  const table = h('table.runs', { hidden: true }, h('thead', {},
    h('tr', {}, ['State', 'Run', 'Cost', 'Tokens', 'Took', 'Started']
    .map((t, i) => h('th', { class: i > 1 ? 'num' : '', scope: 'col' }, t)))), body);

  const filters = () => Object.fromEntries(FILTERS.map(f => [f, ctx.query().get(f) ?? '']));
  const load = async (append = false) => {
    const mine = ++ticket;
    try {
      const want = filters();
      // Days are those of the reader.
      for (const day of ['from', 'before']) if (want[day]) want[day] = new Date(`${want[day]}T00:00`).toISOString();
      const limit = append ? PAGE : Math.min(200, Math.max(PAGE, runs.length));
      const answer = await get(`/runs${query({ ...want, limit, cursor: append ? next : '' })}`, ctx.signal);
      if (mine !== ticket) return;
      const known = new Set(append ? runs.map(r => r.id) : []);
      runs = (append ? runs : []).concat(answer.runs.filter(r => !known.has(r.id))).slice(0, MOST);
      ({ next } = answer);
      counts = answer.counts ?? counts;
      error = null;
    } catch (e) {
      if (ctx.signal.aborted || mine !== ticket) return;
      error = e;
    }
    loaded = true;
    draw();
  };
  const clear = () => setQuery(Object.fromEntries(FILTERS.map(f => [f, null])));
  const filtered = () => FILTERS.some(f => ctx.query().get(f));

  const drawChips = () => {
    const chosen = (ctx.query().get('state') ?? '').split(',').filter(Boolean);
    fill(chips, RUN_STATES.map(state => h('button.chip', {
      type: 'button', ariaPressed: String(chosen.includes(state)), class: look(state).cls,
      onclick: () => setQuery({ state: (chosen.includes(state) ? chosen.filter(c => c !== state)
        : [...chosen, state]).join(',') }),
    }, h('i', { ariaHidden: 'true' }, look(state).glyph), look(state).word,
      counts?.[state] != null ? h('b', {}, count(counts[state])) : null)),
    filtered() ? h('button.link', { onclick: clear }, 'Clear the filter') : null);
  };
  const draw = () => {
    drawChips();
    table.hidden = !runs.length;
    fill(more, next && runs.length < MOST ? h('button', { onclick: () => load(true) }, 'Show more')
      : runs.length >= MOST ? h('p.muted', {}, `The newest ${MOST} are shown. Narrow the filter to see older ones.`)
        : null);
    fill(note, error ? broken(error, () => load()) : !loaded ? loading('Loading runs') : runs.length ? null : filtered()
      ? empty('No run matches this filter.', h('button', { onclick: clear }, 'Clear the filter')) : firstRun());
    note.classList.toggle('pad', !!note.firstChild);
    const focus = document.activeElement?.closest?.('tr[data-id]')?.getAttribute('data-id');
    fill(body, runs.map(row));
    if (focus) body.querySelector(`tr[data-id="${CSS.escape(focus)}"] a`)?.focus({ preventScroll: true });
  };
  const firstRun = () => empty('Every run is listed here: what it did, what it cost, where it waits for you.',
    h('p', {}, 'Start one in a terminal: ', h('code', {}, 'tutti roundtable plan.md')),
    may('roundtables.start') ? h('div.btns.center', {},
      h('a.button.primary', { href: '/roundtables/new' }, 'New roundtable'),
      h('button', { onclick: async () => {
        try {
          go(runPath((await post('/roundtables', { document: SAMPLE,
            title: 'Demo: reminders for the team calendar' })).id));
        } catch (e) {
          toast(e.message, { bad: true });
        }
      } }, 'Run a demo, offline')) : null);

  // What is typed goes to the address after a moment; the address is what is loaded.
  const bind = (input, name) => {
    let timer = 0;
    input.addEventListener('input', () => {
      const value = input.value.trim();
      clearTimeout(timer);
      timer = setTimeout(() => setQuery({ [name]: value }), 250);
    });
    return () => { if (document.activeElement !== input) input.value = ctx.query().get(name) ?? ''; };
  };
  const sync = [bind(search, 'q'), bind(workflow, 'workflow'), bind(cost, 'cost_above'), bind(since, 'from'),
    bind(until, 'before'), bind(kin, 'kin')];
  const refresh = () => {
    sync.forEach(f => f());
    loaded = false;
    load();
  };
  ctx.onQuery(refresh);
  // At most one list a second, however fast runs change.
  const again = painter(() => load(), ctx.signal, 1000);
  live.events.on(list => { if (list.some(e => /^(run|approval)\./.test(e.type))) again(); }, ctx.signal);
  live.gap.on(again, ctx.signal);
  every(15000, () => { if (runs.some(r => !isOver(r))) draw(); }, ctx.signal);
  prefs.on(draw, ctx.signal);
  moveKeys(body, ctx.signal);
  refresh();
  draw();
  return h('div.page.wide', {}, h('header.pagehead', {}, h('h1', {}, 'Runs'), h('span.grow'),
    may('roundtables.start') ? h('a.button.primary', { href: '/roundtables/new' }, 'New roundtable',
      h('kbd', {}, 'n')) : null),
  h('div.filters', { role: 'search' }, search, workflow, kin, cost, h('label.inline', {}, 'from', since),
    h('label.inline', {}, 'before', until)),
  chips, note, table, more);
}

// j and k, and arrows, go through the rows; enter opens.
function moveKeys(body, signal) {
  const move = step => {
    const links = ([...body.querySelectorAll('td.c-title a')]);
    const at = links.indexOf(document.activeElement);
    links[Math.max(0, Math.min(links.length - 1, at + step))]?.focus();
  };
  key('j', 'Next run', () => move(1), { where: 'Runs', signal });
  key('k', 'Run before', () => move(-1), { where: 'Runs', signal });
  body.addEventListener('keydown', e => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step) {
      e.preventDefault();
      move(step);
    }
  });
  body.addEventListener('click', e => {
    const target = (e.target);
    if (target.closest('a,button') || getSelection()?.toString()) return;
    target.closest('tr')?.querySelector('a')?.click();
  });
}
