// One's keys for providers of models, and which model plays which role.
import { h } from '../lib/dom.js';
import { get, request } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { isLocal, may } from '../lib/me.js';
import { empty, field, loader } from '../ui/parts.js';
import { ask, dialog, toast } from '../ui/dialog.js';
import { form, table } from '../ui/forms.js';
import { since } from '../ui/people.js';

const KEYS = '!/v1/settings/keys', ROLES = '!/v1/settings/agent-prefs';
const PROVIDERS = ['anthropic', 'openai', 'google', 'ollama', 'openrouter'];

const known = (id, words) => h('datalist', { id }, words.map(value => h('option', { value: line(value, 120) })));

function keyDialog(again, signal) {
  dialog('Keep a key for a provider', close => {
    const provider = h('input', { name: 'provider', required: true, maxLength: 100, autocapitalize: 'none',
      spellcheck: false });
    provider.setAttribute('list', 'known-providers');
    const key = h('input', { type: 'password', name: 'api_key', required: true, autocomplete: 'off' });
    const label = h('input', { name: 'label', maxLength: 100 });
    return form({ verb: 'Keep it', signal, more: h('button', { type: 'button', onclick: close }, 'Leave it'),
      run: async () => {
        await request('POST', KEYS, { body: { provider: provider.value.trim(), api_key: key.value,
          label: label.value.trim() || undefined } });
        close();
        toast('The key is kept. It is never shown again.');
        again();
      } }, field('Provider', provider), known('known-providers', PROVIDERS), field('Key', key,
    'It is sealed at once. Only its last characters are ever shown.'), field('Label', label, 'May be left out.'));
  });
}

const forget = (key, again) => ask({ title: 'Remove this key', verb: 'Remove', danger: true,
  text: h('p', {}, 'Runs of yours that need ', h('b', {}, line(key.provider, 60)), ' fail from now on, unless the '
    + 'organisation has a key for it.'),
  run: async () => {
    await request('DELETE', `${KEYS}/${encodeURIComponent(key.id)}`);
    toast('The key is removed.');
    again();
  } });

export function modelKeys(signal) {
  const box = h('div');
  const again = loader(box, () => request('GET', KEYS, { signal }), keys => keys.length ? table('Keys for providers', [
    ['Provider', k => h('b', {}, line(k.provider, 60))], ['Label', k => line(k.label, 100) || '–'],
    ['Key', k => h('code', {}, line(k.key_hint, 20))], ['Kept', k => since(k.created_at)],
    ['', k => may('secrets.write') ? h('button.sm.quiet', { onclick: () => forget(k, again),
      ariaLabel: `Remove the key for ${line(k.provider, 60)}` }, 'Remove') : null],
  ], keys) : empty(isLocal() ? 'No key for a provider is kept here.' : 'You have no keys for providers of your own.',
    h('p.muted', {}, 'Without one, calls of models use those of the organisation.')), signal);
  again();
  return h('section.card', { ariaLabel: 'Keys for providers of models' }, h('header', {},
    h('h2', {}, 'Keys for providers of models'), h('span.grow'),
    may('secrets.write') ? h('button', { onclick: () => keyDialog(again, signal) }, 'Keep a key…') : null), box);
}

async function roleDialog(again, signal) {
  const [keys, { models }] = await Promise.all([request('GET', KEYS, { signal }).catch(() => []),
    get('/models', signal).catch(() => ({ models: [] }))]);
  dialog('Which model plays a role', close => {
    const input = name => h('input', { name, required: true, maxLength: 100, autocapitalize: 'none',
      spellcheck: false });
    const role = input('agent_role'), provider = input('provider'), model = input('model_name');
    provider.setAttribute('list', 'known-providers');
    model.setAttribute('list', 'known-models');
    const key = h('select', {}, h('option', { value: '' }, 'the usual one'), keys.map(k =>
      h('option', { value: k.id }, `${line(k.provider, 60)} ${line(k.key_hint, 20)}`)));
    return form({ verb: 'Set it', signal, more: h('button', { type: 'button', onclick: close }, 'Leave it'),
      run: async () => {
        await request('POST', ROLES, { body: { agent_role: role.value.trim(), provider: provider.value.trim(),
          model_name: model.value.trim(), key_id: key.value || undefined } });
        close();
        again();
      } }, field('Role', role, 'Such as critic or moderator.'), h('div.columns', {}, field('Provider', provider),
      field('Model', model), field('Key', key)), known('known-providers', PROVIDERS),
    known('known-models', models.map(m => m.name ?? m.id)));
  });
}

const usual = (pref, again) => ask({ title: 'Back to the usual model', verb: 'Back to the usual', danger: true,
  text: h('p', {}, 'For the role ', h('b', {}, line(pref.agent_role, 80)), ' the model of the server is used again.'),
  run: async () => {
    await request('DELETE', `${ROLES}/${encodeURIComponent(pref.agent_role)}`);
    again();
  } });

export function modelRoles(signal) {
  const box = h('div');
  const again = loader(box, () => request('GET', ROLES, { signal }), prefs => prefs.length ? table('Models by role', [
    ['Role', p => h('b', {}, line(p.agent_role, 80))], ['Model', p => line(`${p.provider}/${p.model_name}`, 120)],
    ['Key', p => p.key_id ? h('code', {}, line(p.key_id, 40)) : h('span.muted', {}, 'the usual one')],
    ['Set', p => since(p.updated_at)],
    ['', p => may('secrets.write') ? h('button.sm.quiet', { onclick: () => usual(p, again),
      ariaLabel: `Back to the usual model for ${line(p.agent_role, 80)}` }, 'Back to the usual') : null],
  ], prefs) : empty('Every role is played by the model that the server chooses.'), signal);
  again();
  return h('section.card', { ariaLabel: 'Models by role' }, h('header', {}, h('h2', {}, 'Models by role'),
    h('span.grow'),
    may('secrets.write') ? h('button', { onclick: () => roleDialog(again, signal) }, 'Choose a model…') : null), box);
}
