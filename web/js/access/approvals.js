// Approvals that rules of the policy ask for: a code that lets somebody else do something once.
import { h } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { me } from '../lib/me.js';
import { field, loader } from '../ui/parts.js';
import { form, showOnce } from '../ui/forms.js';
import { directory } from './directory.js';

export default function approvals(ctx) {
  const box = h('div');
  loader(box, () => Promise.all([get('/roles', ctx.signal), directory(ctx.signal)]), ([{ permissions }, users]) => {
    const others = [...users.values()].filter(u => u.id !== me.value?.id && u.active);
    const permission = h('input', { name: 'permission', required: true, autocapitalize: 'none', spellcheck: false });
    permission.setAttribute('list', 'approvable');
    const person = users.size ? h('select', { name: 'user', required: true },
      others.map(u => h('option', { value: u.id }, `${line(u.username, 80)} (${line(u.name, 80)})`)))
      : h('input', { name: 'user', required: true, placeholder: 'usr_…', autocapitalize: 'none', spellcheck: false });
    if (users.size && !others.length) return h('p.muted', {}, 'There is nobody else whose wish you could approve.');
    return form({ verb: 'Approve once', signal: ctx.signal, run: async () => {
      const wanted = permission.value.trim();
      const made = await post(`/users/${encodeURIComponent(person.value.trim())}/approvals`, { permission: wanted });
      const name = users.get(person.value)?.username ?? person.value;
      showOnce('The approval', made.code, { expires: moment(made.expires_at),
        about: `With it ${line(name, 80)} may do what ${line(wanted, 60)} stands for, once, as long as you are `
          + 'logged in. The dashboard asks for it; programs send it as X-Approval.' });
    } }, h('datalist', { id: 'approvable' }, permissions.map(p => h('option', { value: p.name },
      line(p.summary, 120)))),
    h('div.columns', {}, field('Who', person, 'Never oneself.'),
      field('may once', permission, 'The permission that the refusal names.')));
  }, ctx.signal)();
  return h('div.stack', {}, h('p.soft', {}, 'A rule of the policy can hold something back until somebody else has '
    + 'approved it. Whoever was refused tells you what it was; you give a code in return.'), box);
}
