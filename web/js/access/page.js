// Who may do what: people, invitations, keys and sessions of all, roles, the policy, approvals, limits.
import { h, fill } from '../lib/dom.js';
import { isLocal, may, me } from '../lib/me.js';
import { go } from '../lib/router.js';
import { broken, empty, loading, tabs } from '../ui/parts.js';
import '../ui/forms.js';

// Identifier, name, the permission that it takes, its module.
/** @type {[string, string, string, () => Promise<any>][]} */
const PARTS = [['people', 'People', 'users.read', () => import('./people.js')],
  ['invitations', 'Invitations', 'users.read', () => import('./invitations.js')],
  ['keys', 'Keys', 'keys.manage_all', () => import('./keys.js')],
  ['sessions', 'Sessions', 'sessions.manage_all', () => import('./sessions.js')],
  ['roles', 'Roles', '', () => import('./roles.js')],
  ['policy', 'Try the policy', 'policy.test', () => import('./policy.js')],
  ['approvals', 'Approvals', 'policy.approve', () => import('./approvals.js')],
  ['limits', 'Limits', '', () => import('./limits.js')]];

// The tab that was chosen: the page is made anew for each part, and the focus belongs there.
let chosen = '';

export default function page(ctx) {
  const permitted = PARTS.filter(([, , needs]) => !needs || may(needs));
  const wanted = ctx.params.part ?? permitted[0][0];
  const part = PARTS.find(([id]) => id === wanted);
  const body = h('section.stack', { role: 'tabpanel', 'aria-labelledby': `tab-${wanted}` }, loading());
  const head = h('header.pagehead', {}, h('h1', {}, 'Access'));
  ctx.title(part ? `${part[1]} · Access` : 'Access');
  const bar = tabs('Access', permitted.map(([id, label]) => ({ id, label })), wanted, id => {
    chosen = id;
    go(`/access/${id}`);
  });
  if (chosen === wanted) queueMicrotask(() => document.getElementById(`tab-${wanted}`)?.focus());
  chosen = '';
  const show = async () => {
    if (!part) return fill(body, empty('There is no such part.', h('a', { href: '/access' }, 'Back to access')));
    const needsAccounts = ['people', 'invitations', 'keys', 'sessions', 'approvals'].includes(part[0]);
    if (isLocal() && needsAccounts) return fill(body, handOver());
    try {
      const view = (await part[3]()).default(ctx);
      if (!ctx.signal.aborted) fill(body, view);
    } catch (error) {
      if (!ctx.signal.aborted) fill(body, broken(error, show));
    }
  };
  show();
  return h('div.page.access', { 'data-who': me.value?.id ?? '' }, head, bar, body);
}

const handOver = () => empty('Nobody logs in here: only this machine reaches the server.',
  h('p.muted', {}, 'With accounts, others can be invited, each with what they may; whoever asks has to log in.'),
  h('p', {}, h('a.button.primary', { href: '/register' }, 'Hand over to accounts…')));
