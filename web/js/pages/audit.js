// The audit log: what was done by whom, and the proof that nothing of it was changed.
import { h, fill } from '../lib/dom.js';
import { get, query } from '../lib/api.js';
import { count, moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { setQuery } from '../lib/router.js';
import { broken, copyButton, empty, fact, loading } from '../ui/parts.js';
import { dialog, toast } from '../ui/dialog.js';
import { table } from '../ui/forms.js';

const FILTERS = ['action', 'actor', 'target', 'from', 'before'];
const PAGE = 50, MOST = 1000;
const GROUPS = ['login', 'user', 'password', 'session', 'token', 'key', 'policy', 'secret', 'settings', 'run',
  'approval', 'project', 'audit'];
const OUTCOMES = { begun: '○ begun', done: '● done', refused: '■ refused', failed: '✕ failed' };

const outcome = e => h('span', { class: ['refused', 'failed'].includes(e.outcome) ? 'bad' : '' },
  OUTCOMES[e.outcome] ?? line(e.outcome, 20));

const by = e => [e.credential === 'nobody' ? '' : e.credential, e.address].filter(Boolean).join(' · ');

// All that is known of an entry.
function details(e) {
  const facts = { number: e.n, time: moment(e.time), action: e.action, outcome: e.outcome, who: e.name,
    account: e.actor, by: [e.credential, e.credential_id].filter(Boolean).join(' '), address: e.address,
    'done to': [e.target_kind, e.target].filter(Boolean).join(' '), request: e.request, ...e.details };
  dialog(`Entry ${e.n}`, () => h('div.stack', {}, h('p', {}, line(e.sentence || e.action, 300)),
    h('dl.facts', {}, Object.entries(facts).filter(([, v]) => v != null && v !== '').map(([k, v]) =>
      fact(line(k, 60), line(v, 400)))), h('p.head', {}, `hash ${line(e.hash, 80)}`),
    h('div.btns', {}, copyButton(JSON.stringify(e, null, 2), 'Copy as JSON'), e.actor ? h('button.sm',
      { onclick: event =>
      { event.target.closest('dialog').close(); setQuery({ actor: e.actor }); } }, 'Only this account') : null,
    e.target ? h('button.sm', { onclick: event => { event.target.closest('dialog').close();
      setQuery({ target: e.target }); } }, 'Only what was done to this') : null)));
}

function verification(signal) {
  const box = h('div', { role: 'status' });
  const run = async () => {
    fill(box, loading('Checking every entry'));
    try {
      const v = await get('/audit/verification', signal);
      fill(box, v.whole ? h('div.verdict.yes', {}, h('p', {}, h('b', {}, '✓ Nothing was changed. '),
        `${count(v.entries)} entries fit together.`), h('p', {},
          'Note this head where this server cannot reach. As long as '
        + 'a later log goes on from it, nobody has rewritten what is before it.'),
      h('p.head', { 'data-head': '' }, line(v.head, 120)), h('div.btns', {}, copyButton(v.head, 'Copy the head')))
        : h('div.verdict.no', {}, h('p', {}, h('b', {}, '✕ The log was changed. ')), h('p', {}, line(v.problem, 400)),
          h('p', {}, `${count(v.entries)} entries before that fit. Export the log, and compare it with a copy.`)));
    } catch (error) {
      if (!signal.aborted) fill(box, broken(error, run));
    }
  };
  return { box, run };
}

// A link brings what cannot be renewed on the way; the question before it renews.
async function exportLog() {
  await get('/auth/me');
  const link = h('a', { href: '/api/v1/audit/export', download: 'audit.jsonl' });
  document.body.append(link);
  link.click();
  link.remove();
}

export default function page(ctx) {
  ctx.title('Audit');
  let entries = [], next = null, error = null, loaded = false, ticket = 0;
  const list = h('div'), more = h('div.more');
  const action = h('input', { placeholder: 'Action, such as login', ariaLabel: 'Action', 'data-filter': '',
    autocapitalize: 'none', spellcheck: false });
  action.setAttribute('list', 'actions');
  const actor = h('input', { placeholder: 'Account, usr_…', ariaLabel: 'Account', autocapitalize: 'none' });
  const target = h('input', { placeholder: 'Done to', ariaLabel: 'Done to', autocapitalize: 'none' });
  const from = h('input', { type: 'date', ariaLabel: 'On or after' });
  const before = h('input', { type: 'date', ariaLabel: 'Before' });
  const filtered = () => FILTERS.some(f => ctx.query().get(f));
  const clear = () => setQuery(Object.fromEntries(FILTERS.map(f => [f, null])));
  const draw = () => {
    fill(list, error ? broken(error, () => load()) : !loaded ? loading('Loading the log') : entries.length
      ? table('Entries', [
        ['Time', e => h('span', { title: `entry ${e.n}` }, moment(e.time))],
        ['Who', e => [h('b', {}, line(e.name, 80)), h('span.sub', {}, line(by(e), 80))]],
        ['What', e => [line(e.sentence || e.action, 200), h('span.sub', {}, h('code', {}, line(e.action, 60)))]],
        ['Done to', e => e.target ? h('code', {}, line(e.target, 60)) : h('span.muted', {}, '–')], ['Outcome', outcome],
        ['', e => h('button.sm', { onclick: () => details(e), ariaLabel: `Details of entry ${e.n}` }, 'Details')],
      ], entries, { row: e => ({ class: 'entry', 'data-n': e.n, onclick: event => {
        if (!event.target.closest('button') && !getSelection()?.toString()) details(e);
      } }) })
      : filtered() ? empty('No entry fits this filter.', h('button', { onclick: clear }, 'Clear the filter'))
        : empty('Nothing is written down yet.'));
    fill(more, next && entries.length < MOST ? h('button', { onclick: () => load(true) }, 'Show more') : next
      ? h('p.muted', {}, `The newest ${MOST} are shown. Narrow the filter to see older ones.`) : null);
  };
  async function load(append = false) {
    const mine = ++ticket;
    try {
      const want = Object.fromEntries(FILTERS.map(f => [f, ctx.query().get(f) ?? '']));
      // Days are those of the reader.
      for (const day of ['from', 'before']) if (want[day]) want[day] = new Date(`${want[day]}T00:00`).toISOString();
      const answer = await get(`/audit${query({ ...want, limit: PAGE, cursor: append ? next : '' })}`, ctx.signal);
      if (mine !== ticket) return;
      entries = (append ? entries : []).concat(answer.entries);
      next = answer.next;
      error = null;
    } catch (e) {
      if (ctx.signal.aborted || mine !== ticket) return;
      error = e;
    }
    loaded = true;
    draw();
  }
  const sync = [[action, 'action'], [actor, 'actor'], [target, 'target'], [from, 'from'], [before, 'before']]
    .map(([input, name]) => {
      let timer = 0;
      input.addEventListener('input', () => {
        clearTimeout(timer);
        timer = window.setTimeout(() => setQuery({ [name]: input.value.trim() }), 250);
      });
      return () => { if (document.activeElement !== input) input.value = ctx.query().get(name) ?? ''; };
    });
  const refresh = () => {
    sync.forEach(f => f());
    load();
  };
  ctx.onQuery(refresh);
  const check = verification(ctx.signal);
  refresh();
  draw();
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Audit'), h('span.grow'),
    h('button', { onclick: check.run }, 'Verify'),
    h('button', { onclick: () => exportLog().catch(e => toast(e.message, { bad: true })) }, 'Export')), check.box,
  h('div.filters', { role: 'search' }, action, h('datalist', { id: 'actions' }, GROUPS.map(value =>
    h('option', { value }))), actor, target, h('label.inline', {}, 'from', from), h('label.inline', {}, 'before',
      before),
  h('button', { onclick: () => load() }, 'Look again')), list, more);
}
