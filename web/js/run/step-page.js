// A step on a page of its own, between the one before and the one behind it.
import { h, fill } from '../lib/dom.js';
import { runPath } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { runLook } from '../lib/states.js';
import { go, setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { badge, broken, loading } from '../ui/parts.js';
import { actionKeys, actions } from './actions.js';
import { log } from './log.js';
import { isScope } from './shape.js';
import { stepTitle, stepView } from './step.js';
import { RunStore } from './store.js';

export default function page(ctx) {
  const store = new RunStore(ctx.params.id, ctx.signal), step = ctx.params.key;
  const head = h('header.pagehead'), body = h('div', {}, loading('Loading the step')),
    el = h('div.page.steppage', {}, head, body);
  const near = by => {
    const keys = [...store.steps.values()].filter(s => !isScope(s)).map(s => s.key), to = keys[keys.indexOf(step) + by];
    if (to) go(`${runPath(store.id)}/steps/${encodeURIComponent(to)}`);
  };
  const drawHead = () => {
    const fork = actions(store, () => step).find(a => a.id === 'fork'),
      retry = actions(store, () => step).find(a => a.id === 'retry');
    fill(head, h('div.titles', {}, h('p.crumbs', {}, h('a', { href: '/runs' }, 'Runs'), ' › ',
      h('a', { href: `${runPath(store.id)}?step=${encodeURIComponent(step)}` },
      line(store.run.title || store.id, 80)), ' ', badge(runLook(store.run))), h('h1', {}, line(stepTitle(step), 160)),
        h('code.id', {}, line(step, 300))),
    h('span.grow'), h('div.btns', {}, h('button', { onclick: () => near(-1), ariaLabel: 'Step before' }, '←',
      h('kbd', {}, 'k')), h('button', { onclick: () => near(1), ariaLabel: 'Next step' }, '→', h('kbd', {}, 'j')),
      retry ? h('button', { onclick: retry.run }, 'Retry', h('kbd', {}, 'R')) : null,
        fork ? h('button', { onclick: fork.run }, 'Fork from here', h('kbd', {}, 'f')) : null));
  };
  let opened = false;
  store.runChanged.on(() => {
    if (store.error) return fill(body, broken(store.error, () => location.reload()));
    drawHead();
    if (opened) return;
    opened = true;
    ctx.title(`${stepTitle(step)} of ${line(store.run.title || store.id, 40)}`);
    fill(body, stepView(store, step, ctx.signal, { tab: () => ctx.query().get('part') ?? 'answer',
      setTab: t => setQuery({ part: t === 'answer' ? null : t }) }),
      log(store, ctx.signal, { filter: `step:${step.toLowerCase()}` }));
  }, ctx.signal);
  key('j', 'Next step', () => near(1), { where: 'Step', signal: ctx.signal });
  key('k', 'Step before', () => near(-1), { where: 'Step', signal: ctx.signal });
  key('u', 'Up to the run', () => go(`${runPath(store.id)}?step=${encodeURIComponent(step)}`),
    { where: 'Step', signal: ctx.signal });
  actionKeys(store, () => step, ctx.signal);
  ctx.title('Step');
  store.open();
  return el;
}
