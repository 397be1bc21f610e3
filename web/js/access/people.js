// People: their roles, whether they may log in, a new password by a code, an end.
import { h, fill } from '../lib/dom.js';
import { get, patch, post, query, remove } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { again as askAgain, may, me } from '../lib/me.js';
import { broken, empty, field, loading } from '../ui/parts.js';
import { ask, dialog, toast } from '../ui/dialog.js';
import { form, showOnce, table, tags } from '../ui/forms.js';
import { since } from '../ui/people.js';

const PAGE = 50;
const path = user => `/users/${encodeURIComponent(user.id)}`;
const name = user => h('b', {}, line(user.username, 80));

// A box for each role, with what it is for. The server says which of them one may give.
export function roleBoxes(roles, chosen) {
  const boxes = roles.map(r => ({ name: r.name, summary: r.summary, input: h('input', { type: 'checkbox', value: r.name,
    ariaLabel: line(`${r.name}: ${r.summary}`, 260), checked: chosen.includes(r.name) }) }));
  return { el: h('div.scopes', { role: 'group', ariaLabel: 'Roles' }, boxes.map(b => h('label', {}, b.input,
    h('span', {}, line(b.name, 60), h('small.muted', {}, line(b.summary, 200)))))),
  chosen: () => boxes.filter(b => b.input.checked).map(b => b.name) };
}

async function edit(user, again, signal) {
  const { roles } = await get('/roles', signal);
  dialog(`Change ${line(user.username, 60)}`, close => {
    const username = h('input', { name: 'username', value: user.username, required: true, autocapitalize: 'none' });
    const email = h('input', { name: 'email', type: 'email', value: user.email, required: true });
    const shown = h('input', { name: 'name', value: user.name, required: true, maxLength: 100 });
    const given = roleBoxes(roles, user.roles);
    return form({ verb: 'Change', signal, more: h('button', { type: 'button', onclick: close }, 'Leave it'),
      run: async () => {
        const wanted = { username: username.value.trim(), email: email.value.trim(), name: shown.value.trim() };
        const body = Object.fromEntries(Object.entries(wanted).filter(([k, v]) => v !== user[k]));
        const roleNames = given.chosen();
        if (roleNames.slice().sort().join() !== [...user.roles].sort().join()) body.roles = roleNames;
        if (Object.keys(body).length) await patch(path(user), body);
        close();
        if (user.id === me.value?.id) askAgain();
        toast('Changed. It counts at once.');
        again();
      } }, h('div.columns', {}, field('Username', username), field('Name', shown), field('Address', email)),
    may('roles.manage') ? h('div.field', {}, h('span', {}, 'Roles'), given.el) : null);
  });
}

const setActive = (user, active, again) => ask({
  title: active ? 'Open this account' : 'Close this account', verb: active ? 'Open it' : 'Close it', danger: !active,
  text: h('p', {}, name(user), active ? ' may log in again.'
    : ' cannot log in any more. All sessions end at once, and API keys are refused. What was done stays.'),
  run: async () => {
    await patch(path(user), { active });
    again();
  },
});

const resetCode = user => ask({
  title: 'A code for a new password', verb: 'Make the code',
  text: h('p', {}, 'With it ', name(user), ' chooses a new password. Give it to nobody else, by a way that you trust.'),
  run: async () => {
    const made = await post(`${path(user)}/reset-code`);
    // After the dialog that has asked is closed.
    setTimeout(() => showOnce('The code', made.code, { about: `It is good once, for ${line(user.username, 80)}.`,
      link: `${location.origin}/login#reset=${made.code}`, expires: moment(made.expires_at) }));
  },
});

const end = (user, again) => ask({
  title: 'Remove this account', verb: 'Remove', danger: true, confirm: user.username,
  text: h('p', {}, name(user),
    ' is gone for good, with all sessions and keys. Runs and the audit log stay as they are. '
    + 'To keep somebody out for a while, close the account instead.'),
  run: async () => {
    await remove(path(user));
    toast('The account is removed.');
    again();
  },
});

export default function people(ctx) {
  const box = h('div', {}, loading()), more = h('div.more');
  const find = h('input', { type: 'search', placeholder: 'Name or address', ariaLabel: 'Find a person',
    'data-filter': '' });
  let users = [], next = '', ticket = 0;
  const verbs = user => !may('users.manage') ? null : h('div.btns', {},
    h('button.sm', { onclick: () => edit(user, load, ctx.signal).catch(bad), ariaLabel: `Change ${user.username}` },
      'Change…'),
    h('button.sm', { onclick: () => resetCode(user), ariaLabel: `Reset code for ${user.username}` }, 'Reset code…'),
    user.id === me.value?.id ? null : [
      h('button.sm', { onclick: () => setActive(user, !user.active, load),
        ariaLabel: `${user.active ? 'Close' : 'Open'} ${user.username}` }, user.active ? 'Close…' : 'Open…'),
      h('button.sm.quiet', { onclick: () => end(user, load), ariaLabel: `Remove ${user.username}` }, 'Remove…')]);
  const bad = error => toast(error.message, { bad: true });
  const draw = () => {
    const word = find.value.trim().toLowerCase();
    const shown = users.filter(u => !word || `${u.username} ${u.email} ${u.name}`.toLowerCase().includes(word));
    fill(box, shown.length ? table('People', [
      ['Person', u => [h('b', {}, line(u.username, 80)), u.id === me.value?.id ? ' (you)' : '',
        h('span.sub', {}, line(u.name, 120), ' · ', line(u.email, 120))]],
      ['Roles', u => tags(u.roles)], ['May log in', u => u.active ? 'yes' : h('span.bad', {}, 'closed')],
      ['Last login', u => since(u.last_login)], ['Made', u => since(u.created_at)], ['', verbs],
    ], shown, { row: u => ({ class: u.active ? '' : 'closed', 'data-user': u.username }) })
      : users.length ? empty('Nobody has this name among those that are shown.') : empty('There are no people.'));
    fill(more, next ? h('button', { onclick: () => load(true) }, 'Show more') : null);
  };
  async function load(append = false) {
    const mine = ++ticket;
    try {
      const limit = append ? PAGE : Math.min(100, Math.max(PAGE, users.length));
      const answer = await get(`/users${query({ limit, cursor: append ? next : '' })}`, ctx.signal);
      if (mine !== ticket) return;
      users = (append ? users : []).concat(answer.users);
      next = answer.next ?? '';
      draw();
    } catch (error) {
      if (!ctx.signal.aborted && mine === ticket) fill(box, broken(error, () => load()));
    }
  }
  find.addEventListener('input', draw);
  load();
  return [h('div.filters', { role: 'search' }, find, h('span.grow'),
    may('users.manage') ? h('a.button', { href: '/access/invitations' }, 'Invite somebody') : null), box, more];
}
