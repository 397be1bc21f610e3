// Secrets: what is kept, for whom; keeping more. A value goes in and never comes back.
import { h, fill } from '../lib/dom.js';
import { get, put, query, remove } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { isLocal, may, mayAll } from '../lib/me.js';
import { setQuery } from '../lib/router.js';
import { copyButton, empty, field, loader } from '../ui/parts.js';
import { ask, dialog, toast } from '../ui/dialog.js';
import { form, table } from '../ui/forms.js';
import { since } from '../ui/people.js';

const WORDS = { person: 'Only runs of yours.', tenant: 'Runs of everybody here.' };

const words = scope => WORDS[scope] ?? 'Runs of this project.';
const path = (name, scope) => `/secrets/${encodeURIComponent(name)}${query({ scope })}`;

function keep(scope, again, signal, old = null) {
  dialog(old ? `Replace ${line(old.name, 60)}` : 'Keep a secret', close => {
    const name = h('input', { name: 'name', required: true, value: old?.name ?? '', readOnly: !!old, maxLength: 100,
      pattern: '[a-z0-9][a-z0-9._\\-]*', autocapitalize: 'none', spellcheck: false, autocomplete: 'off' });
    const value = h('textarea', { name: 'value', required: true, rows: 3, autocomplete: 'off', spellcheck: false });
    const label = h('input', { name: 'label', maxLength: 100, value: old?.label ?? '' });
    const provider = h('input', { name: 'provider', maxLength: 100, value: old?.provider ?? '',
      autocapitalize: 'none' });
    const view = form({ verb: old ? 'Replace' : 'Keep', signal,
      more: h('button', { type: 'button', onclick: close }, 'Leave it'), run: async () => {
        await put(path(name.value.trim(), scope), { value: value.value, label: label.value.trim() || undefined,
          provider: provider.value.trim() || undefined });
        close();
        toast('The secret is kept. It is never shown again.');
        again();
      } }, h('p.soft', {}, words(scope), ' The value is sealed at once, and shown to nobody again.'),
    field('Name', name, 'Small letters, digits, dots, hyphens, underscores.'), field('Value', value),
    h('div.columns', {}, field('Label', label, 'May be left out.'),
      field('Provider', provider, 'When it is a key for a provider of models.')));
    queueMicrotask(() => (old ? value : name).focus());
    return view;
  });
}

const forget = (secret, scope, again) => ask({
  title: 'Remove this secret', verb: 'Remove', danger: true, confirm: secret.name,
  text: h('p', {}, 'Runs that refer to ', h('code', {}, line(secret.reference, 200)), ' fail from now on. It cannot be '
    + 'undone: the value is kept nowhere else here.'),
  run: async () => {
    await remove(path(secret.name, scope));
    toast('The secret is removed.');
    again();
  },
});

export default function page(ctx) {
  ctx.title('Secrets');
  const box = h('div'), scopes = h('select', { ariaLabel: 'Whose secrets' });
  const first = isLocal() ? 'tenant' : 'person';
  const scope = () => ctx.query().get('scope') ?? first;
  const again = loader(box, () => get(`/secrets${query({ scope: scope() })}`, ctx.signal),
    ({ secrets }) => secrets.length
    ? table('Secrets', [
      ['Name', s => [h('b', {}, line(s.name, 100)), h('span.sub', {}, line(s.label, 120))]],
      ['Is told as', s => [h('code', {}, line(s.reference, 200)), ' ', copyButton(s.reference, 'Copy')]],
      ['Ends with', s => s.hint ? h('code', {}, `…${line(s.hint, 12)}`) : h('span.muted', {}, 'not told')],
      ['Provider', s => line(s.provider ?? '', 60) || '–'],
      ['Version', s => [String(s.version), h('span.sub', {}, since(s.updated_at))]], ['Last used',
        s => since(s.last_used)],
      ['', s => may('secrets.write') ? h('div.btns', {}, h('button.sm', { ariaLabel: `Replace ${line(s.name, 100)}`,
        onclick: () => keep(scope(), again, ctx.signal, s) }, 'Replace…'), h('button.sm.quiet', {
        ariaLabel: `Remove ${line(s.name, 100)}`, onclick: () => forget(s, scope(), again) }, 'Remove…')) : null],
    ], secrets)
    : empty('Nothing is kept here.', h('p.muted', {},
      'Runs and messages carry a reference in place of a secret, such as '),
      h('p', {}, h('code', {}, `secret:${first}/NAME`))), ctx.signal);
  const draw = projects => {
    fill(scopes, isLocal() ? null : h('option', { value: 'person' }, 'mine'),
      mayAll('secrets.read') ? h('option', { value: 'tenant' }, 'the organisation\'s') : null,
      projects.map(p => h('option', { value: `project:${p.id}` }, `project ${line(p.name ?? p.title ?? p.id, 60)}`)));
    if (![...scopes.options].some(o => o.value === scope())) scopes.append(h('option', { value: scope() },
      line(scope(), 80)));
    scopes.value = scope();
  };
  scopes.addEventListener('change', () => setQuery({ scope: scopes.value === first ? null : scopes.value }));
  ctx.onQuery(() => {
    scopes.value = scope();
    again();
  });
  draw([]);
  get('/projects?limit=100', ctx.signal).then(answer => draw(answer.projects)).catch(() => {});
  again();
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Secrets'), h('span.grow'),
    may('secrets.write') ? h('button.primary', { onclick: () => keep(scope(), again, ctx.signal) }, 'Keep a secret…')
      : null), h('div.filters', {}, h('label.inline', {}, 'Whose', scopes),
    h('span.muted', {}, 'No page and no route gives a value back.')), box);
}
