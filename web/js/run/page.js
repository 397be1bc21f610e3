// The page of a run: what it is, what can be done, and its graph, timeline, document, journal and data.
import { h, fill, text } from '../lib/dom.js';
import { every, painter } from '../lib/topic.js';
import { runPath } from '../lib/api.js';
import { ago, count, duration, moment, now, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { isOver, outcomeLook, runLook } from '../lib/states.js';
import { go, setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { badge, broken, copyButton, loading, tabs } from '../ui/parts.js';
import { actionKeys, actions, mayControl } from './actions.js';
import { neighbours } from './neighbours.js';
import { RunStore } from './store.js';

const VIEWS = { graph: () => import('./graph.js'), timeline: () => import('./timeline.js'),
  document: () => import('./document.js'), data: () => import('./data.js'), work: () => import('../agent/work.js'),
  files: () => import('../agent/files.js'), egress: () => import('../agent/egress.js') };

export default function page(ctx) {
  const store = new RunStore(ctx.params.id, ctx.signal);
  const head = h('header.runhead'), bar = h('div'), body = h('div.tabbody', {}, loading('Loading the run')),
    cue = h('div');
  const panel = h('aside.panel', { ariaLabel: 'Step', hidden: true });
  const main = h('section.mid', {}, head, cue, bar, body);
  const el = h('div.three', {}, neighbours(store.id, ctx.signal), main, panel);
  const selected = () => ctx.query().get('step');
  const select = k => setQuery({ step: k });
  let tabLife = null, stepLife = null;
  let shownTab = '', shownStep = '', shownCue = '', mark = () => {}, card = null;
  const isTable = () => store.run?.workflow === 'roundtable', isAgent = () => store.run?.workflow === 'agent';
  let reached = false;
  const tab = () => {
    const asked = ctx.query().get('tab'), list = tabList().map(t => t.id);
    return asked && list.includes(asked) ? asked : isTable() ? 'document' : list[0];
  };
  // What an agent has reached is a view when there is something in it.
  const hasEgress = () => reached ||= ctx.query().get('tab') === 'egress'
    || store.events.some(e => e.type.startsWith('egress.'));
  const tabList = () => [...isAgent() ? ['Work', 'Files', hasEgress() && 'Egress'] : [], 'Graph', 'Timeline',
    isTable() && 'Document', 'Journal', 'Data'].filter(t => t).map(t => ({ id: t.toLowerCase(), label: t }));

  const drawHead = () => {
    const r = store.run;
    ctx.title(line(r.title || r.id, 60));
    const active = document.activeElement?.getAttribute('data-verb');
    fill(head, h('div.titles', {}, h('h1', { title: line(r.title, 400) }, line(r.title || 'untitled', 160)),
      h('p.runline', {}, badge(runLook(r)),
      r.result?.outcome ? h('span', { class: `state ${outcomeLook(r.result.outcome).cls}` }, line(r.result.outcome, 60),
        r.result.rounds ? ` after ${r.result.rounds} rounds` : '') : null,
      h('span', {}, line(r.workflow, 60)), h('span.took', {},
        duration(isOver(r) ? r.duration_ms : now() - Date.parse(r.created))),
      r.cost ? h('span', {}, `${usd(r.cost.usd)} · ${count(r.cost.tokens)} tokens`) : null, budget(r),
      h('span', { title: moment(r.created) }, `${ago(r.created)} ago`), h('code.id', {}, r.id),
        copyButton(r.id, 'copy'),
      r.parent ? h('a', { href: runPath(r.parent) }, 'parent') : null,
        r.forked_from ? h('a', { href: runPath(r.forked_from) }, 'fork of') : null)),
    h('div.btns', {},
      r.comments_open && mayControl() ? h('button', { 'data-verb': 'comment',
        onclick: async () => (await import('./dialogs.js')).commentDialog(store) }, 'Comment') : null,
      actions(store, selected).map(a => h('button', { class: a.danger ? 'quiet' : '', onclick: a.run, 'data-verb': a.id,
        disabled: a.id === 'cancel' && r.cancel_requested },
        a.label, a.keys ? h('kbd', {}, a.keys) : null))),
    r.error ? h('div.problem.slim', {}, h('p', {}, h('b', {}, `✕ ${line(r.error.code, 80)} `),
      line(r.error.message, 600)),
      r.error.origin ? h('a', { href: `${runPath(r.id)}/steps/${encodeURIComponent(r.error.origin)}` },
        `in ${line(r.error.origin, 120)}`) : null) : null);
    if (active) head.querySelector(`[data-verb="${active}"]`)?.focus();
  };
  const drawCue = async () => {
    const open = store.run.approvals ?? [], want = open.map(a => a.id + a.hash).join();
    // What one is writing, or was refused, stays to be read when somebody else has answered.
    if (want === shownCue || [...cue.children].some(c => c.engaged?.())) return;
    shownCue = want;
    if (!open.length) return fill(cue);
    const { approvalCard } = await import('../ui/approval.js');
    const cards = open.map(a => approvalCard(a, { signal: ctx.signal, done: () => store.refresh(), compact: true }));
    card = cards[0];
    fill(cue, cards);
  };
  const drawTab = async () => {
    const id = tab();
    const focused = bar.contains(document.activeElement);
    const list = tabList(), want = `${id} ${list.length}`;
    if (bar.dataset.shown !== want) {
      bar.dataset.shown = want;
      fill(bar, tabs('Views of the run', list, id, t => setQuery({ tab: t })));
      if (focused) document.getElementById(`tab-${id}`)?.focus();
    }
    if (id === shownTab) return mark();
    shownTab = id;
    tabLife?.abort();
    const life = tabLife = new AbortController(), signal = life.signal;
    ctx.signal.addEventListener('abort', () => life.abort());
    mark = () => {};
    body.className = `tabbody t-${id}`;
    // What a view needs is loaded when it is first looked at.
    const beside = id === 'graph' || id === 'timeline', wanted = VIEWS[id]?.();
    if (!wanted || beside) {
      const { log } = await import('./log.js');
      if (signal.aborted) return;
      fill(body, beside ? h('div', { class: id }) : null, log(store, signal));
    }
    const view = await wanted;
    if (!view) return;
    if (signal.aborted) return;
    if (beside) {
      const shown = view[id](store, signal, { selected, select, query: ctx.query });
      mark = shown.mark;
      body.firstChild.replaceWith(shown.el);
    } else if (id !== 'data') fill(body, view[`${id}Tab`](store, ctx, signal));
    else {
      const draw = () => fill(body, view.dataTab(store));
      store.runChanged.on(painter(draw, signal, 2000), signal);
      draw();
    }
  };
  const drawPanel = async () => {
    const k = selected();
    if ((k ?? '') === shownStep) return;
    shownStep = k ?? '';
    stepLife?.abort();
    panel.hidden = !k;
    el.classList.toggle('withpanel', !!k);
    if (!k) return fill(panel);
    const life = stepLife = new AbortController();
    ctx.signal.addEventListener('abort', () => life.abort());
    const { stepTitle, stepView } = await import('./step.js');
    if (life.signal.aborted) return;
    let stepTab = ctx.query().get('part') ?? 'answer';
    fill(panel, h('header', {}, h('h2', { title: line(k, 300) }, line(stepTitle(k), 120)), h('span.grow'),
      h('a.button.sm', { href: `${runPath(store.id)}/steps/${encodeURIComponent(k)}` }, 'Open', h('kbd', {}, 'o')),
        h('button.ghost.sm', { ariaLabel: 'Close the step', onclick: () => select(null) }, '✕')),
    stepView(store, k, life.signal, { tab: () => stepTab,
      setTab: t => { stepTab = t; setQuery({ part: t === 'answer' ? null : t }); } }));
  };
  let opened = false;
  store.runChanged.on(() => {
    if (store.error) return fill(body, broken(store.error, () => location.reload()));
    drawHead();
    drawCue();
    if (!opened) {
      opened = true;
      if (store.id !== ctx.params.id) go(runPath(store.id) + location.search, { replace: true });
    }
    drawTab();
    drawPanel();
  }, ctx.signal);
  ctx.onQuery(() => {
    if (!store.run) return;
    drawTab();
    drawPanel();
  });
  every(1000, () => {
    const took = head.querySelector('.took');
    if (took && store.run && !isOver(store.run)) text(took, duration(now() - Date.parse(store.run.created)));
  }, ctx.signal);
  const keys = ([['1', 'Graph', () => setQuery({ tab: 'graph' })],
    ['2', 'Timeline', () => setQuery({ tab: 'timeline' })],
    ['3', 'Document', () => setQuery({ tab: 'document' })], ['4', 'Journal', () => setQuery({ tab: 'journal' })],
      ['5', 'Data', () => setQuery({ tab: 'data' })], ['6', 'Work of an agent', () => setQuery({ tab: 'work' })],
      ['7', 'Its files', () => setQuery({ tab: 'files' })],
      ['8', 'What it has reached', () => setQuery({ tab: isAgent() ? 'egress' : null })],
    ['g g', 'Walk the graph with arrows', () => el.querySelector('.node[tabindex="0"]')?.focus()],
    ['o', 'Open the chosen step',
      () => { const k = selected(); if (k) go(`${runPath(store.id)}/steps/${encodeURIComponent(k)}`); }],
    ['x', 'Close the step', () => select(null)], ['a', 'Approve what is asked', () => card?.approve()],
    ['r', 'Send it back with a reason', () => card?.sendBack()], ['e', 'Edit it, then approve', () => card?.edit()]]);
  for (const [k, words, run] of /** @type {any[]} */ (keys)) key(k, words, run, { where: 'Run', signal: ctx.signal });
  actionKeys(store, selected, ctx.signal);
  ctx.title('Run');
  store.open();
  return el;
}

// What of the budget is used, as a meter.
function budget(run) {
  const b = (run.budget ?? []).find(x => x.unit === 'usd') ?? run.budget?.[0];
  if (!b) return null;
  const part = Math.min(1, Number(b.used) / (Number(b.cap) || 1)), show = v => b.unit === 'usd' ? usd(v) : count(v);
  return h('span.budget', { title: `${show(b.used)} used, ${show(b.held ?? 0)} held, ${show(b.cap)} at most` },
    h('span.meter', { class: part > 0.8 ? 'high' : '' }, h('i', { style: { width: `${part * 100}%` } })),
      ` ${show(b.used)} of ${show(b.cap)}`);
}
