// API keys of one's own: made here, told once, revoked.
import { h, fill } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { me } from '../lib/me.js';
import { empty, field, loader } from '../ui/parts.js';
import { dialog } from '../ui/dialog.js';
import { form, showOnce } from '../ui/forms.js';
import { keyTable } from '../ui/keys-list.js';

const LIFETIMES = [['30', '30 days'], ['90', '90 days'], ['365', 'a year'], ['', 'does not expire']];

// What the key may, from the list of permissions; none chosen means all.
function scopes(permissions) {
  const mine = me.value?.permissions ?? {};
  const boxes = permissions.filter(p => p.name in mine).map(p => ({ name: p.name, summary: p.summary,
    input: h('input', { type: 'checkbox', value: p.name, ariaLabel: line(`${p.name}: ${p.summary}`, 260) }) }));
  const all = h('input', { type: 'checkbox', checked: true });
  const list = h('div.scopes', { role: 'group', ariaLabel: 'Permissions', hidden: true }, boxes.map(b => h('label', {},
    b.input, h('span', {}, h('code', {}, line(b.name, 60)), h('small.muted', {}, line(b.summary, 200))))));
  all.addEventListener('change', () => { list.hidden = all.checked; });
  return { el: h('div.stack', {}, h('label.check', {}, all, 'It may do all that I may'), list),
    chosen: () => all.checked ? undefined : boxes.filter(b => b.input.checked).map(b => b.name) };
}

async function make(again, signal) {
  const [{ permissions }, { projects }] = await Promise.all([get('/roles', signal),
    get('/projects?limit=100', signal).catch(() => ({ projects: [] }))]);
  dialog('Make an API key', close => {
    const name = h('input', { name: 'name', required: true, maxLength: 100, placeholder: 'What it is for' });
    const life = h('select', {}, LIFETIMES.map(([v, t]) => h('option', { value: v }, t)));
    const project = h('select', {}, h('option', { value: '' }, 'any'), projects.map(p =>
      h('option', { value: p.id }, line(p.name ?? p.title ?? p.id, 80))));
    const may = scopes(permissions);
    const problem = h('p.bad', { role: 'alert' });
    return form({ verb: 'Make it', signal, more: h('button', { type: 'button', onclick: close }, 'Leave it'),
      run: async () => {
        const chosen = may.chosen();
        fill(problem, chosen && !chosen.length ? 'Choose at least one permission.' : '');
        if (chosen && !chosen.length) return;
        const key = await post('/keys', { name: name.value.trim(), scopes: chosen, project: project.value || undefined,
          expires_in_days: life.value ? Number(life.value) : undefined });
        close();
        again();
        showOnce('Your new API key', key.key, {
          about: ['Programs send it as ', h('code', {}, 'Authorization: Bearer …'), '. Only its hash is kept here.'],
          expires: key.expires_at ? moment(key.expires_at) : '' });
      } }, field('Name', name), may.el, problem, h('div.columns', {}, field('Expires', life), field('Project',
        project)));
  });
}

export function ownKeys(signal) {
  const box = h('div');
  const again = loader(box, () => get('/keys', signal), ({ keys }) => keys.length ? keyTable(keys, again, signal)
    : empty('You have no API keys.', h('p.muted', {},
      'Programs that use the API need one, also those on this machine.')),
  signal);
  again();
  return h('section.card', { ariaLabel: 'API keys' }, h('header', {}, h('h2', {}, 'API keys'), h('span.grow'),
    h('button', { onclick: () => make(again, signal) }, 'Make a key…')), box);
}
