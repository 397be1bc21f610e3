// Asks the policy a question without doing anything.
import { h, fill } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { field, loader } from '../ui/parts.js';
import { form } from '../ui/forms.js';
import { roleBoxes } from './people.js';

const EFFECTS = { 'allow:all': 'Allowed, whatever it belongs to.', 'allow:own': 'Allowed for what is one\'s own.',
  deny: 'Not allowed.', needs_approval: 'Allowed when somebody else approves.' };

export default function policy(ctx) {
  const box = h('div');
  loader(box, () => get('/roles', ctx.signal), ({ roles, permissions, environment }) => {
    const given = roleBoxes(roles, ['user']), verdict = h('div', { role: 'status' });
    const permission = h('input', { name: 'permission', required: true, value: 'runs.read', autocapitalize: 'none',
      spellcheck: false });
    permission.setAttribute('list', 'permissions');
    const place = h('select', {}, ['', 'dev', 'test', 'stage', 'prod'].map(v => h('option', { value: v },
      v || `that of this server (${line(environment, 20)})`)));
    const category = h('input', { placeholder: 'such as CODE' }), project = h('input');
    const scopes = h('input', { placeholder: 'runs.read runs.start' });
    const approved = h('input', { type: 'checkbox' });
    const ask = form({ verb: 'Ask', signal: ctx.signal, run: async () => {
      fill(verdict);
      const words = scopes.value.trim();
      const answer = await post('/policy/test', { roles: given.chosen(), permission: permission.value.trim(),
        environment: place.value || undefined, category: category.value.trim() || undefined,
        project: project.value.trim() || undefined, scopes: words ? words.split(/[\s,]+/) : undefined,
        approved: approved.checked || undefined });
      fill(verdict, h('div', { class: `verdict ${answer.allowed ? 'yes' : 'no'}` },
        h('p', {}, h('b', {}, `${answer.allowed ? '✓' : '✕'} ${EFFECTS[answer.effect] ?? line(answer.effect, 60)}`)),
        h('p', {}, line(answer.reason, 400)), h('p.muted', {}, 'Decided by ', h('code', {}, line(answer.rule, 120)))));
    } }, h('div.field', {}, h('span', {}, 'Somebody with these roles'), given.el),
    h('datalist', { id: 'permissions' }, permissions.map(p => h('option', { value: p.name }, line(p.summary, 120)))),
    h('div.columns', {}, field('wants', permission, 'A permission.'), field('in the environment', place),
      field('of the category', category, 'Of an agent. May be left out.'), field('in the project', project),
      field('by a key held to', scopes, 'Permissions of a key. May be left out.'),
      h('label.check', {}, approved, 'Somebody has approved')));
    return h('div.stack', {}, h('p.soft', {}, 'What would be decided, and by which rule. Nothing is done.'), ask,
      verdict);
  }, ctx.signal)();
  return box;
}
