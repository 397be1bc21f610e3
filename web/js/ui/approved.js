// Asks for the code by which somebody else has approved what a rule of the policy holds back.
import { h } from '../lib/dom.js';
import { line } from '../lib/safe.js';
import { field } from './parts.js';
import { dialog } from './dialog.js';

// The code, or nothing when it is left.
export const codeFor = problem => new Promise(resolve => {
  const input = h('input', { name: 'code', required: true, autocapitalize: 'none', autocomplete: 'off',
    spellcheck: false });
  dialog('Somebody else has to approve', close => h('form.stack', { onsubmit: event => {
    event.preventDefault();
    resolve(input.value.trim());
    close();
  } }, h('p', {}, line(problem.message, 600)),
  field('Code', input, 'Whoever may approve makes it under Access, Approvals. It is good once.'),
  h('div.btns.end', {}, h('button', { type: 'button', onclick: close }, 'Leave it'),
    h('button.primary', { type: 'submit' }, 'Go on'))), '', () => resolve(''));
});
