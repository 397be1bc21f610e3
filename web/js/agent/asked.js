// What an agent asks somebody: whether it may make a call, what came of one, or a question of its own.
import { h } from '../lib/dom.js';
import { clean, line } from '../lib/safe.js';
import { style } from '../lib/style.js';
import { argumentsView, exact, exactJSON } from './exact.js';

await style('agent.css');

const call = shown => h('div.wish', {}, h('p', {}, 'Tool ', h('b.mono', {}, exact(shown.tool))),
  argumentsView(shown.arguments));

// How an approval of an agent is shown and answered; null for one that is of another kind.
export function asked(approval) {
  const { shown, name } = approval, who = line(shown?.agent ?? 'The agent', 60);
  if (typeof shown?.question === 'string') {
    return { title: `${who} asks`, back: 'No answer', done: 'Answered', refused: 'Left without an answer',
      why: 'Why it gets no answer', body: s => h('p.question', {}, clean(s.question)), text: exactJSON,
      form: (answer, back, touched) => questionForm(shown, answer, back, touched) };
  }
  if (typeof shown?.tool !== 'string') return null;
  const tool = line(shown.tool, 60);
  if (/-outcome$/.test(name)) {
    return { title: `Did this happen: ${tool}?`, yes: 'It happened', back: 'It did not happen', done: 'It happened',
      refused: 'It did not happen', why: 'What came of it', fixed: true, text: exactJSON, body: s => h('div.stack', {},
        h('p.soft', {}, 'The server ended while this was done, and it must not be done twice. Look, and say what came ',
          'of it.'), call(s)) };
  }
  return { title: `${who} wants to call ${tool}`, yes: 'Approve', back: 'Refuse', done: 'Approved', refused: 'Refused',
    why: 'What the agent is told', body: call, text: s => exactJSON(s.arguments),
    made: (text, s) => ({ ...s, arguments: JSON.parse(text) }) };
}

// The answers that it offers, and one's own.
function questionForm(shown, answer, back, touched) {
  const choices = (Array.isArray(shown.choices) ? shown.choices : []).filter(c => typeof c === 'string').slice(0, 50);
  const own = h('textarea', { rows: 3, ariaLabel: choices.length ? 'Another answer' : 'Answer',
    placeholder: choices.length ? 'Or another answer' : 'What it should know' });
  const boxes = choices.map(() => h('input', { type: 'radio', name: 'choice' }));
  const yes = h('button.primary', { type: 'submit', disabled: true }, 'Answer');
  const value = () => own.value.trim() || choices[boxes.findIndex(b => b.checked)];
  own.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.form.requestSubmit();
  });
  own.addEventListener('input', () => { if (own.value.trim()) boxes.forEach(b => { b.checked = false; }); });
  return h('form.stack', { oninput: () => {
    yes.disabled = !value();
    touched();
  }, onsubmit: event => {
    event.preventDefault();
    if (value()) answer(value());
  } }, choices.length ? h('div.choices', { role: 'radiogroup', ariaLabel: 'Answers' },
    choices.map((c, i) => h('label.check', {}, boxes[i], h('span', {}, exact(c))))) : null, own,
  h('div.btns.answer', {}, yes, h('button', { type: 'button', onclick: back }, 'No answer…', h('kbd', {}, 'r'))));
}
