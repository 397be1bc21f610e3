// What somebody is asked to agree to: the thing itself, what changed since the last time it was shown, and the answer.
import { h, fill } from '../lib/dom.js';
import { get, post, runPath } from '../lib/api.js';
import { ago, now, duration, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { broken, field, segment } from './parts.js';
import { may } from '../lib/me.js';
import { toast } from './notice.js';

// Why an answer comes too late.
const GONE = { approval_answered: 'It was answered already.', approval_expired: 'It has expired.',
  run_ended: 'The run has ended, and asks for nothing any more.' };

export function waits(approval) {
  const left = approval.expires ? Date.parse(approval.expires) - now() : null;
  return h('span.muted', {}, `waits ${ago(approval.asked)}`,
    left == null ? '' : left > 0 ? `, expires in ${duration(left)}` : ', expired');
}

export function approvalCard(approval, o) {
  const el = h('article.cue', { ariaLabel: `Approval ${approval.name}` });
  const shown = h('div.shown'), answer = h('div'), problem = h('div');
  const mine = may('approvals.answer');
  // What is special about what an agent asks; known when that is loaded.
  let own = null;
  const asText = value => own ? own.text(value) : typeof value === 'string' ? value
    : JSON.stringify(value, null, 2) ?? 'null';
  let current = approval, busy = false, over = false;
  // What was read before it changed, so that the change itself can be shown.
  let before = approval.previous ?? null;
  let view = before != null ? 'diff' : 'whole', side = false, mode = '', form = null;
  const title = h('h2', {}, line(approval.name, 120));
  const edit = h('textarea.mono.tall', { ariaLabel: 'What you agree to instead', spellcheck: false });
  const reason = h('textarea', { rows: 3, ariaLabel: 'Reason',
    placeholder: 'What is missing, or what should be different' });
  const confirm = h('input', { ariaLabel: 'Type the name to confirm' });

  const drawShown = () => fill(shown, before != null ? h('div.toolbar', {},
    segment('What to show', [['diff', 'changes'], ['whole', 'whole']], view, v => { view = v; drawShown(); }),
    view === 'diff' ? h('span.wideonly', {}, segment('Layout', [['', 'inline'], ['1', 'side by side']], side ? '1' : '',
      v => { side = !!v; drawShown(); })) : null) : null,
  view === 'diff' ? put(h('div'), import('./diff.js'), m => m.textDiff(asText(before), asText(current.shown),
    { side, label: `What changed in ${current.name}` }))
    : own ? h('div.whole', {}, own.body(current.shown))
      : put(h('div.whole'), import('./content.js'), m => m.content(current.shown, false)));
  // What shows it is loaded when it is needed.
  const put = (box, load, show) => {
    load.then(m => fill(box, show(m))).catch(error => fill(box, broken(error, drawShown)));
    return box;
  };

  const finish = how => {
    over = true;
    o.done(how);
  };

  const send = async (verdict, edited) => {
    if (busy || !mine) return;
    busy = true;
    el.classList.add('busy');
    fill(problem);
    try {
      const body = { verdict, hash: current.hash };
      if (reason.value.trim()) body.reason = reason.value.trim();
      if (edited) body.edited = edited;
      else if (mode === 'edit' && verdict === 'approve') body.edited = own ? own.made(edit.value, current.shown)
        : typeof current.shown === 'string' ? edit.value : JSON.parse(edit.value);
      await post(`${runPath(current.run)}/approvals/${encodeURIComponent(current.id)}`, body);
      const said = verdict === 'approve' ? own?.done ?? 'Approved' : own?.refused ?? 'Sent back';
      toast(`${said}: ${line(current.name, 60)}`);
      finish(verdict);
    } catch (error) {
      await conflict((error));
    }
    busy = false;
    el.classList.remove('busy');
  };

  // Nothing was answered, and one sees why.
  const conflict = async error => {
    if (GONE[error.code]) {
      fill(answer);
      fill(problem, h('div.problem', { role: 'alert' }, h('p', {}, h('b', {}, GONE[error.code])),
        h('p', {}, line(error.message, 400)), h('div.btns', {},
          h('button', { onclick: () => finish('gone') }, 'Go on'))));
    } else if (error.code === 'approval_changed') {
      const open = (await get(runPath(current.run)).catch(() => ({}))).approvals ?? [];
      const fresh = open.find(a => a.id === current.id) ?? open.find(a => a.name === current.name);
      if (fresh) {
        before = current.shown;
        current = fresh;
        view = 'diff';
        drawShown();
        mode = '';
        drawAnswer();
      }
      fill(problem, h('div.problem', { role: 'alert' },
        h('p', {}, h('b', {}, 'It has changed since you read it; nothing was answered.')),
        h('p', {}, fresh ? 'Above is what changed. Answer again when you have read it.' : line(error.message, 400))));
    } else fill(problem, broken(error instanceof SyntaxError ? new Error(`That is no JSON: ${error.message}`) : error));
  };

  const drawAnswer = () => {
    if (!mine) return fill(answer, 'Others answer this.');
    const name = current.name, sure = () => !current.destructive || confirm.value === name;
    const back = own?.back ?? 'Send back';
    if (own?.form && mode !== 'back') return fill(answer, form);
    const yes = h('button.primary', { onclick: () => send('approve'), disabled: !sure() },
      mode === 'edit' ? 'Approve with changes' : own?.yes ?? 'Approve', h('kbd', {}, 'a'));
    confirm.oninput = () => { yes.disabled = !sure(); };
    fill(answer, mode === 'edit' ? field('You agree to this instead', edit) : null,
      mode === 'back' ? field(own?.why ?? 'Why it goes back', reason) : null,
      current.destructive && mode !== 'back' ? h('label.field', {},
        h('span', {}, 'This cannot be undone. Type ', h('code', {}, name), ' to approve'), confirm) : null,
      h('div.btns.answer', {}, mode === 'back' ? [h('button.danger', { onclick: () => send('reject') }, back),
        h('button.ghost', { onclick: () => setMode('') }, 'Rather not')]
        : [yes, h('button', { onclick: () => setMode('back') }, `${back}…`, h('kbd', {}, 'r')), own?.fixed ? null :
          mode === 'edit' ? h('button.ghost', { onclick: () => setMode('') }, 'Without changes')
          : h('button.ghost', { onclick: () => setMode('edit') }, 'Edit', h('kbd', {}, 'e'))]));
  };
  const setMode = m => {
    mode = m;
    if (m === 'edit') edit.value = asText(current.shown);
    drawAnswer();
    (m === 'back' ? reason : m === 'edit' ? edit : answer.querySelector('input,textarea,button'))?.focus();
  };
  reason.addEventListener('keydown', e => {
    if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) send('reject');
  });
  fill(el, h('header', {}, h('span.state.cue', {}, h('i', { ariaHidden: 'true' }, '◆'), h('span', {}, 'your turn')),
    title, h('span.grow'), waits(current)),
    o.compact ? null : h('p.muted', {}, h('a', { href: runPath(current.run) }, line(current.title || current.run, 120)),
      ` · ${line(current.workflow, 60)}`),
    current.estimate?.usd != null ? h('p.soft', {}, `What follows is estimated at ${usd(current.estimate.usd)}.`)
      : null, shown, problem, answer);
  if (approval.workflow === 'agent') {
    busy = true;
    import('../agent/asked.js').then(m => {
      own = m.asked(current);
      if (own) fill(title, own.title);
      form = own?.form?.(answer => send('approve', { ...current.shown, answer }),
        () => setMode('back'), () => { mode ||= 'answer'; });
      busy = false;
      drawShown();
      drawAnswer();
    }, error => fill(problem, broken(error)));
  } else {
    drawShown();
    drawAnswer();
  }
  // Whether one is writing in it, or has yet to read what became of an answer.
  const engaged = () => !over && (busy || mode !== '' || problem.hasChildNodes());
  return Object.assign(el, { engaged,
    approve: () => {
      if (form) setMode('answer');
      else if (!current.destructive) send('approve');
      else confirm.focus();
    },
    sendBack: () => setMode('back'), edit: () => { if (!form && !own?.fixed) setMode('edit'); },
    diff: () => { if (before != null) { view = view === 'diff' ? 'whole' : 'diff'; drawShown(); } } });
}
