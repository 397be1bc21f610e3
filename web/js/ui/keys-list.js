// API keys as a table: one's own, or everybody's.
import { h } from '../lib/dom.js';
import { remove } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { ask, toast } from './dialog.js';
import { table, tags } from './forms.js';
import { changeLimits, limitsOf } from './key-limits.js';
import { person, since, until } from './people.js';

const revoke = (key, again) => ask({
  title: 'Revoke this key', verb: 'Revoke', danger: true,
  text: h('p', {}, 'Whatever uses ', h('b', {}, line(key.name, 80)), ' (', h('code', {}, `${line(key.hint, 20)}…`),
    ') is refused at once. It cannot be undone.'),
  run: async () => {
    await remove(`/keys/${encodeURIComponent(key.id)}`);
    toast('The key is revoked.');
    again();
  },
});

// `users` by identifier where the keys of several people are shown.
export const keyTable = (keys, again, signal, users = null) => table('API keys', [
  ['Name', k => [h('b', {}, line(k.name, 80)), h('span.sub', {}, h('code', {}, `${line(k.hint, 20)}…`))]],
  ...users ? [['Whose', k => person(users, k.user_id)]] : [],
  ['May', k => k.scopes ? tags(k.scopes) : h('span.muted', {}, 'all that its owner may')],
  ['Project', k => k.project ? h('code', {}, line(k.project, 60)) : h('span.muted', {}, 'any')],
  ['Models and budgets', limitsOf],
  ['Made', k => since(k.created_at)], ['Last used', k => since(k.last_used)], ['Expires', k => until(k.expires_at)],
  ['', k => h('div.btns', {}, h('button.sm.quiet', { onclick: () => changeLimits(k, again, signal),
    ariaLabel: `Limits of ${line(k.name, 80)}` }, 'Limits…'), h('button.sm.quiet', { onclick: () => revoke(k, again),
    ariaLabel: `Revoke ${line(k.name, 80)}` }, 'Revoke'))],
], keys);
