// Invitations: codes by which others make an account.
import { h } from '../lib/dom.js';
import { get, post, remove } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { may } from '../lib/me.js';
import { empty, field, loader } from '../ui/parts.js';
import { ask, dialog, toast } from '../ui/dialog.js';
import { form, showOnce, table, tags } from '../ui/forms.js';
import { since, until } from '../ui/people.js';
import { roleBoxes } from './people.js';

async function invite(again, signal) {
  const { roles } = await get('/roles', signal);
  dialog('Invite somebody', close => {
    const email = h('input', { type: 'email', name: 'email' }), given = roleBoxes(roles, ['user']);
    return form({ verb: 'Make the invitation', signal,
      more: h('button', { type: 'button', onclick: close }, 'Leave it'), run: async () => {
        const made = await post('/invitations', { roles: may('roles.manage') ? given.chosen() : undefined,
          email: email.value.trim() || undefined });
        close();
        again();
        showOnce('The invitation', made.code, { about: 'Whoever has it makes an account with these roles, once.',
          link: `${location.origin}/register#${made.code}`, expires: moment(made.expires_at) });
      } }, field('Address', email, 'Only an account with this address can be made. May be left out. Nothing is sent.'),
    may('roles.manage') ? h('div.field', {}, h('span', {}, 'Roles'), given.el)
      : h('p.muted', {}, 'The account gets the role user.'));
  });
}

const withdraw = (invitation, again) => ask({ title: 'Withdraw this invitation', verb: 'Withdraw', danger: true,
  text: h('p', {}, 'The code ', h('code', {}, `${line(invitation.hint, 20)}…`), ' is good no more.'),
  run: async () => {
    await remove(`/invitations/${encodeURIComponent(invitation.hint)}`);
    toast('The invitation is withdrawn.');
    again();
  } });

export default function invitations(ctx) {
  const box = h('div');
  const again = loader(box, () => get('/invitations', ctx.signal), ({ invitations: open }) => open.length
    ? table('Invitations', [
      ['Begins with', i => h('code', {}, `${line(i.hint, 20)}…`)], ['Roles', i => tags(i.roles)],
      ['For', i => i.email ? line(i.email, 120) : h('span.muted', {}, 'whoever has it')],
      ['By', i => line(i.created_by, 80)], ['Made', i => since(i.created_at)], ['Good', i => until(i.expires_at)],
      ['', i => may('users.manage') ? h('button.sm.quiet', { onclick: () => withdraw(i, again),
        ariaLabel: `Withdraw ${line(i.hint, 20)}` }, 'Withdraw') : null],
    ], open)
    : empty('No invitation is open.', h('p.muted', {}, 'Whoever is invited makes an account by a code, which is shown '
      + 'once and sent to nobody.')), ctx.signal);
  again();
  return [h('div.filters', {}, h('span.grow'), may('users.manage') ? h('button.primary', { onclick: () =>
    invite(again, ctx.signal).catch(error => toast(error.message, { bad: true })) }, 'Invite somebody…') : null), box];
}
