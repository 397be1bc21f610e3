// What can be done to a run. The server says which verbs make sense now; the page offers those and no others.
import { h } from '../lib/dom.js';
import { post, runPath } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { go } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { may } from '../lib/me.js';
import { ask, toast } from '../ui/notice.js';
import { offer } from '../ui/offer.js';

// Forms are loaded when one is opened.
const dialogs = async open => open(await import('./dialogs.js'));

export const mayControl = () => may('runs.control');

export function actions(store, step) {
  const { run } = store, path = runPath(run.id), title = line(run.title || run.id, 80);
  const send = async (verb, body, said) => {
    const answer = await post(`${path}/${verb}`, body);
    toast(said);
    store.refresh();
    if (answer?.id && answer.id !== run.id) go(runPath(answer.id));
  };
  const simple = (verb, said) => () => send(verb, {}, said).catch(e => toast(e.message, { bad: true }));
  const known = {
    retry: { label: 'Retry', keys: 'R', run: simple('retry', 'What failed is done again; everything else stays.') },
    resume: { label: 'Resume', run: () => dialogs(d => d.resumeDialog(store, send)) },
    continue: { label: 'Continue', run: () => dialogs(d => d.continueDialog(send)) },
    resolve: { label: 'Resolve', run: () => dialogs(d => d.resolveDialog(store, send)) },
    finish: { label: 'Finish after this round', run: () => ask({ title: 'Finish the roundtable?',
      verb: 'Finish after this round',
      text: h('p', {},
        'The present round is brought to its end. The result is the version with the least severe open findings.'),
      run: () => send('finish', {}, 'It ends after the present round.') }) },
    fork: { label: 'Fork', keys: 'f', run: () => dialogs(d => d.forkDialog(store, step())) },
    cancel: { label: run.cancel_requested ? 'Cancelling…' : 'Cancel', danger: true,
      run: () => ask({ title: 'Cancel the run?', verb: 'Cancel the run', danger: true,
      text: h('p', {}, h('b', {}, title),
        ' ends. Steps in flight are told, nothing new begins. What is recorded stays, and can be forked.'),
      run: () => send('cancel', {}, 'The run is asked to end.') }) },
  };
  const order = ['retry', 'resolve', 'resume', 'continue', 'finish', 'fork', 'cancel'];
  return order.filter(id => mayControl() && run.actions?.includes(id)).map(id => ({ id, ...known[id] }));
}

// Keys and palette for the same verbs.
export function actionKeys(store, step, signal) {
  const call = id => store.run && actions(store, step).find(a => a.id === id)?.run();
  key('R', 'Retry the run', () => call('retry'), { where: 'Run', signal });
  key('f', 'Fork the run, from the chosen step', () => call('fork'), { where: 'Run', signal });
  key('c', 'Cancel the run', () => call('cancel'), { where: 'Run', signal });
  offer(() => store.run
    ? actions(store, step).map(a => ({ label: `${a.label}: ${line(store.run.title || store.run.id, 60)}`,
    hint: a.keys ?? '', run: a.run })) : [], signal);
}
