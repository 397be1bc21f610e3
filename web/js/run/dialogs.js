// The forms of what can be done to a run.
import { h, fill } from '../lib/dom.js';
import { get, post, query, runPath } from '../lib/api.js';
import { duration, leaf, money, plural, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { SEVERITIES } from '../lib/states.js';
import { go } from '../lib/router.js';
import { broken, field, loading, segment } from '../ui/parts.js';
import { dialog, toast } from '../ui/dialog.js';
import { isScope } from './shape.js';

function form(title, content, verb, run) {
  dialog(title, close => {
    const problem = h('div'), yes = h('button.primary', { type: 'submit' }, verb);
    return h('form.stack', { onsubmit: async e => {
      e.preventDefault();
      yes.disabled = true;
      try {
        await run();
        close();
      } catch (error) {
        fill(problem, broken(error));
      }
      yes.disabled = false;
    } }, content, problem, h('div.btns.end', {}, h('button', { type: 'button', onclick: close }, 'Leave it'), yes));
  });
}

export function continueDialog(send) {
  const rounds = h('input', { type: 'number', min: '1', max: '10', value: '2', required: true, autofocus: true });
  form('Give it more rounds', [h('p.muted', {}, 'A new run takes over all reviews, and goes on with the next round.'),
    field('Rounds at most', rounds)],
    'Continue', () => send('continue', { max_iterations: Number(rounds.value) }, 'A new run goes on.'));
}

export function resumeDialog({ run }, send) {
  const caps = (run.budget ?? []).map(b => ({ ...b, input: h('input',
    { placeholder: '+2', pattern: '\\+?[0-9.]+[a-z]*' }) }));
  const recorded = h('input', { type: 'checkbox' }), take = h('input', { type: 'checkbox' });
  const diverged = run.reason === 'diverged', held = run.executor && run.executor.health !== 'dead';
  form('Resume the run', [
    run.error ? h('p.soft', {}, line(run.error.message, 400)) : null,
    caps.map(b => field(`More ${b.unit === 'usd' ? 'dollars' : b.unit}`, b.input,
      `${b.used} of ${b.cap} used; +2 adds two, 4 makes four the limit`)),
    diverged
      ? h('label.check', {}, recorded, ' go on with what is recorded, although the workflow asks for something else')
      : null,
    held ? h('label.check', {}, take, ' take it from the process that has it, since that one is stopped or hangs')
      : null,
    !caps.length && !diverged && !held ? h('p.muted', {}, 'It goes on where its journal ends.') : null,
  ], 'Resume', () => {
    const budget = Object.fromEntries(caps.filter(b => b.input.value.trim()).map(b => [b.unit, b.input.value.trim()]));
    return send('resume', { ...Object.keys(budget).length ? { budget } : {},
      ...recorded.checked ? { accept_recorded: true } : {},
      ...take.checked ? { take_over: true } : {} }, 'The run goes on.');
  });
}

export function resolveDialog({ run }, send) {
  const value = h('textarea.mono', { rows: 4, placeholder: 'null', ariaLabel: 'Result as JSON' });
  let outcome = 'done';
  const box = h('div'), pick = () => fill(box, segment('What happened',
    [['done', 'It happened'], ['again', 'Do it again']], outcome, v => { outcome = v; pick(); }),
    outcome === 'done' ? field('Its result, as JSON', value)
      : h('p.muted', {}, 'Make sure first that nobody is still doing it: it could happen twice.'));
  pick();
  form('Did the step happen?', [h('p.soft', {}, line(run.error?.message ?? '', 400)), box], 'Resolve',
    () => send('resolve', outcome === 'done' ? { outcome, value: value.value.trim() ? JSON.parse(value.value) : null }
      : { outcome }, 'Recorded.'));
}

// A fork: from where, whose results it takes over, what is done and paid again.
export function forkDialog(store, from) {
  const steps = [...store.steps.values()].filter(s => !isScope(s) && s.state !== 'running');
  const at = h('select', { ariaLabel: 'From which step', autofocus: true },
    h('option', { value: '' }, 'its end: nothing recorded is done again'),
    steps.map(s => h('option', { value: s.key, selected: s.key === from }, s.key)));
  const edit = h('textarea.mono', { rows: 8, ariaLabel: 'What is put in its place', spellcheck: false });
  const plan = h('div.plan'), editBox = h('div');
  let what = '', ticket = 0;
  const original = async () => what === 'input' ? store.run.input
    : (await get(`${runPath(store.id)}/steps/${encodeURIComponent(at.value)}`)).output;
  const drawEdit = async () => {
    const options = ([['', 'nothing'], at.value ? ['output', 'the output of this step'] : null,
      ['input', 'the input of the run']].filter(Boolean));
    if (!options.some(([v]) => v === what)) what = '';
    fill(editBox, h('div.field', {}, h('span', {}, 'Change'),
      segment('What to change', options, what, v => { what = v; drawEdit(); })), what ? edit : null);
    if (!what) return;
    edit.value = 'loading…';
    edit.value = await original().then(v => JSON.stringify(v, null, 2) ?? 'null').catch(() => 'null');
  };
  const drawPlan = async () => {
    const mine = ++ticket;
    fill(plan, loading('Looking what it would take over'));
    try {
      const p = await get(`${runPath(store.id)}/fork-plan${query({ at: at.value })}`);
      if (mine !== ticket) return;
      fill(plan, h('p', {}, h('b', {}, plural(p.copied, 'result')),
        ` of ${store.id} ${p.copied === 1 ? 'is' : 'are'} taken over, and not paid again.`),
        p.repeated.length ? h('div', {}, h('p', {}, h('b', {}, plural(p.repeated.length, 'step')), ' done again',
          p.estimated_cost != null ? `, about ${usd(p.estimated_cost.usd ?? p.estimated_cost)}` : '', ':'),
        h('ul.again', {}, p.repeated.slice(0, 60).map(r => h('li', {}, h('code', {}, line(r.key, 120)),
          h('span.muted', {}, ` ${duration(r.took_ms)} ${money(r.cost)}`))),
            p.repeated.length > 60 ? h('li.muted', {}, `and ${p.repeated.length - 60} more`) : null))
          : h('p.muted', {}, 'Nothing that has ended is done again.'));
    } catch (error) {
      if (mine === ticket) fill(plan, broken(error, drawPlan));
    }
  };
  at.addEventListener('change', () => { drawEdit(); drawPlan(); });
  drawEdit();
  drawPlan();
  form(from ? `Fork from ${leaf(from)}` : 'Fork the run',
    [h('p.muted', {},
    'A new run begins with what this one has recorded. This one stays as it is. The fork has no budget.'),
    field('From', at), editBox, plan], 'Fork', async () => {
    const body = at.value ? { at: at.value } : {};
    if (what) {
      try {
        body[what] = JSON.parse(edit.value);
      } catch (error) {
        throw new Error(`That is no JSON: ${error.message}. A text stands in quotes.`);
      }
    }
    const run = await post(`${runPath(store.id)}/fork`, body);
    toast('The fork has begun.');
    go(runPath(run.id));
  });
}

// A comment that the roundtable hears at its next round.
export function commentDialog(store) {
  dialog('Say something to the roundtable', close => {
    const words = h('textarea', { rows: 5, required: true, ariaLabel: 'Comment', autofocus: true, maxLength: 8000 });
    const severity = h('select', {}, SEVERITIES.map(s => h('option', { value: s, selected: s === 'high' }, s)));
    const problem = h('div');
    return h('form.stack', { onsubmit: async e => {
      e.preventDefault();
      try {
        await post(`${runPath(store.id)}/comments`, { text: words.value.trim(), severity: severity.value });
        toast('The roundtable hears it at its next round.');
        close();
      } catch (error) {
        fill(problem, broken(error));
      }
    } }, h('p.muted', {}, 'It counts as a finding that is open until the critics call it fixed.'),
      field('Comment', words), field('How severe', severity), problem,
    h('div.btns.end', {}, h('button', { type: 'button', onclick: close }, 'Leave it'),
      h('button.primary', {}, 'Send')));
  });
}
