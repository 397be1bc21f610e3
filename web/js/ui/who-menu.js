// The menu of who looks: account, log out, log out everywhere; in local mode what it means that nobody logs in.
import { h } from '../lib/dom.js';
import { post } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { isLocal, me } from '../lib/me.js';
import { go } from '../lib/router.js';
import { left } from '../lib/session.js';
import { ask, toast } from './dialog.js';

// Ends the session, or all of them, and shows the login.
export async function logOut(everywhere = false) {
  await post(everywhere ? '/auth/logout-all' : '/auth/logout');
  left();
  location.assign('/login');
}

const askEverywhere = () => ask({
  title: 'Log out everywhere', verb: 'Log out everywhere', danger: true,
  text: h('p', {}, 'All your sessions end at once, on all devices, this one too. API keys stay good.'),
  run: () => logOut(true),
});

// Opens below `button`; arrows walk, escape and a click elsewhere close it.
export function openMenu(button) {
  const present = document.getElementById('who-menu');
  if (present) return present.remove();
  const item = (words, run) => h('button.ghost', { role: 'menuitem', type: 'button', onclick: () => {
    close();
    Promise.resolve(run()).catch(error => toast(error.message, { bad: true }));
  } }, words);
  const items = isLocal()
    ? [item('Hand over to accounts…', () => go('/register'))]
    : [item('Account', () => go('/account')), item('Log out', () => logOut()),
      item('Log out everywhere…', askEverywhere)];
  const about = isLocal()
    ? [h('b', {}, 'Nobody logs in here'), h('span.muted', {}, 'Only this machine reaches the server.')]
    : [h('b', {}, line(me.value?.name || me.value?.username, 60)),
      h('span.muted', {}, line(me.value?.roles.join(', '), 120))];
  const menu = h('div.menu', { id: 'who-menu' }, h('p', {}, about), h('div', { role: 'menu', ariaLabel: 'You' },
    items));
  const close = () => {
    menu.remove();
    button.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', outside);
  };
  const outside = event => { if (!menu.contains(event.target) && event.target !== button) close(); };
  menu.addEventListener('keydown', event => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const at = items.indexOf(document.activeElement);
      items[(at + step + items.length) % items.length].focus();
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      close();
      button.focus();
    }
    event.stopPropagation();
  });
  document.addEventListener('pointerdown', outside);
  button.after(menu);
  button.setAttribute('aria-expanded', 'true');
  items[0].focus();
}
