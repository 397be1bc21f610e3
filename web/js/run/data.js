// What is known of a run beside its steps: facts, budget, input, output, and what can be taken home.
import { h } from '../lib/dom.js';
import { runPath } from '../lib/api.js';
import { count, moment } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { isOver, runLook } from '../lib/states.js';
import { badge, fact } from '../ui/parts.js';
import { json } from '../ui/json.js';

export function dataTab({ run }) {
  return h('div.datatab', {}, h('section.card', {}, h('h2', {}, 'Facts'),
    h('dl.facts.wide', {}, fact('state', badge(runLook(run))), fact('created', moment(run.created)),
    fact('finished', moment(run.finished)), fact('deadline', moment(run.deadline)),
      fact('queue', line(run.queue ?? '–')), fact('retried', `${run.generation} times`),
    fact('executor', run.executor ? `${line(run.executor.process)} ${line(run.executor.health)}` : '–'),
      fact('events', count(run.last_event)),
    (run.budget ?? []).map(b => fact(`budget, ${b.unit}`, `${b.used} of ${b.cap}, ${b.held} held`))),
  h('p.btns', {}, h('a.button', { href: `/api/v1${runPath(run.id)}/export`, download: `${run.id}.json` }, 'Export'),
    run.workflow === 'roundtable' ? reports(run) : null)),
  run.result ? h('section.card', {}, h('h2', {}, 'Result'), json(run.result)) : null,
  h('section.card', {}, h('h2', {}, 'Input'), json(run.input)),
  h('section.card', {}, h('h2', {}, 'Output'), run.output == null ? h('p.muted', {}, 'None yet.') : json(run.output)));
}

// Links to what the roundtable left.
const reports = run => isOver(run) ? ['html', 'md',
  'json'].map(kind => h('a', { href: `/api/v1${runPath(run.id)}/report.${kind}`,
  download: `${clean(run.id)}.${kind}`, target: '_blank' }, `report.${kind}`)) : [];
