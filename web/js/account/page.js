// One's own account: sessions, password, keys, and which model plays which role.
import { h } from '../lib/dom.js';
import { get, post } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { changed, isLocal, loadMe, may, me } from '../lib/me.js';
import { empty, fact, loader } from '../ui/parts.js';
import { toast } from '../ui/dialog.js';
import { form, passwordField, tags } from '../ui/forms.js';
import { since } from '../ui/people.js';
import { endOthers, sessionTable } from '../ui/sessions-list.js';
import { logOut } from '../ui/who-menu.js';
import { ownKeys } from './own-keys.js';
import { modelKeys, modelRoles } from './models.js';

const card = (title, ...parts) => h('section.card', { ariaLabel: title }, h('header', {}, h('h2', {}, title)), parts);

function about() {
  const box = h('dl.facts.wide');
  const draw = () => {
    const m = me.value;
    if (!m) return;
    box.replaceChildren(fact('username', line(m.username, 80)), fact('name', line(m.name, 200)),
      fact('address', line(m.email ?? '–', 200)), fact('roles', tags(m.roles, '–')),
      fact('account made', m.created_at ? since(m.created_at) : '–'));
  };
  draw();
  return { box, draw };
}

function sessions(signal) {
  const box = h('div');
  const again = loader(box, () => get('/auth/sessions', signal), ({ sessions: found }) => {
    const others = found.filter(s => !s.current);
    return [sessionTable(found, again), h('p.btns', {},
      others.length ? h('button', { onclick: () => endOthers(others, again) }, 'End all others…') : null)];
  }, signal);
  again();
  return card('Sessions', h('p.soft', {}, 'Where you are logged in. One that you do not know: end it, and change the '
    + 'password.'), box);
}

function password(signal) {
  const now = passwordField('Password now', 'current-password'), next = passwordField('New password', 'new-password');
  now.input.name = 'current_password';
  next.input.name = 'new_password';
  // Programs that keep passwords want to know whose it is.
  const name = h('input', { type: 'text', autocomplete: 'username', value: me.value?.username ?? '', hidden: true,
    readOnly: true, tabIndex: -1 });
  return card('Password', form({ verb: 'Change the password', signal, run: async () => {
    await post('/auth/password', { current_password: now.input.value, new_password: next.input.value });
    now.input.value = next.input.value = '';
    toast('The password is changed. All your other sessions have ended.');
  } }, name, h('div.columns', {}, now.el, next.el), h('p.muted', {}, 'All your other sessions end.')));
}

export default function page(ctx) {
  ctx.title('Account');
  const head = h('header.pagehead', {}, h('h1', {}, 'Account'), h('span.grow'),
    isLocal() ? null : h('button', { onclick: () => logOut().catch(e => toast(e.message, { bad: true })) }, 'Log out'));
  const { box, draw } = about();
  me.on(draw, ctx.signal);
  changed.on(draw, ctx.signal);
  loadMe().catch(() => {});
  const mine = isLocal() ? empty('Nobody logs in here, so there are no accounts yet.',
    h('p.muted', {}, 'With an account you have sessions, a password and API keys; others can be invited.'),
    h('p', {}, h('a.button.primary', { href: '/register' }, 'Hand over to accounts…')))
    : [card('You', box), may('sessions.manage') ? sessions(ctx.signal) : null, password(ctx.signal),
      may('keys.manage') ? ownKeys(ctx.signal) : null];
  return h('div.page', {}, head, mine, may('secrets.read') ? [modelKeys(ctx.signal), modelRoles(ctx.signal)] : null,
    h('p.muted', {}, `Times are those of your own clock, such as ${moment(new Date().toISOString())}.`));
}
