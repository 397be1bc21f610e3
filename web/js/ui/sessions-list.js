// Sessions as a table: one's own, or everybody's.
import { h } from '../lib/dom.js';
import { remove } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { ask, toast } from './dialog.js';
import { table } from './forms.js';
import { device, person, since, until } from './people.js';
import { logOut } from './who-menu.js';

const end = (session, again) => ask({
  title: 'End this session', verb: 'End it', danger: true,
  text: h('p', {}, 'Whoever sits there is logged out at once.'),
  run: async () => {
    await remove(`/auth/sessions/${encodeURIComponent(session.id)}`);
    toast('The session has ended.');
    again();
  },
});

// `users` by identifier where the sessions of several people are shown.
export const sessionTable = (sessions, again, users = null) => table('Sessions', [
  ['Device', s => [device(s.device), s.current ? h('span.sub', {}, h('b', {}, 'this one')) : null]],
  ...users ? [['Whose', s => person(users, s.user_id)]] : [],
  ['Address', s => h('code', {}, line(s.address, 60))], ['Last used', s => since(s.last_used)],
  ['Begun', s => since(s.created_at)], ['Ends by itself', s => until(s.expires_at)],
  ['', s => s.current ? h('button.sm', { onclick: () => logOut().catch(e => toast(e.message, { bad: true })) },
    'Log out')
    : h('button.sm.quiet', { onclick: () => end(s, again) }, 'End')],
], sessions);

// Ends all others, one after the other; what is gone already is as good as ended.
export const endOthers = (sessions, again) => ask({
  title: 'End all other sessions', verb: 'End the others', danger: true,
  text: h('p', {}, `${sessions.length === 1 ? 'One session ends' : `${sessions.length} sessions end`} at once. `
    + 'This one stays.'),
  run: async () => {
    for (const s of sessions) {
      await remove(`/auth/sessions/${encodeURIComponent(s.id)}`).catch(e => { if (e.status !== 404) throw e; });
    }
    toast('The other sessions have ended.');
    again();
  },
});
