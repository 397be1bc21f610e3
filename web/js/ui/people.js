// How people, devices and times are told on the pages of accounts.
import { h } from '../lib/dom.js';
import { ago, moment } from '../lib/format.js';
import { line } from '../lib/safe.js';

const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'],
  ['Safari/', 'Safari'], ['curl/', 'curl']];
const SYSTEMS = [['Windows', 'Windows'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Android', 'Android'],
  ['Mac OS X', 'macOS'], ['CrOS', 'ChromeOS'], ['Linux', 'Linux']];

const first = (table, text) => table.find(([mark]) => text.includes(mark))?.[1];

// A device in words, from what its browser says of itself, which is shown when one points at it.
export function device(agent) {
  const text = String(agent ?? ''), browser = first(BROWSERS, text), system = first(SYSTEMS, text);
  const words = browser ? system ? `${browser} on ${system}` : browser : line(text, 60) || 'unknown device';
  return h('span', { title: line(text, 300) }, words);
}

export const since = (time, never = 'never') => time
  ? h('span', { title: moment(time) }, `${ago(time)} ago`) : h('span.muted', {}, never);

// A time to come, and how soon.
export function until(time, never = 'does not expire') {
  if (!time) return h('span.muted', {}, never);
  const days = Math.ceil((Date.parse(time) - Date.now()) / 86400000);
  return h('span', { title: moment(time), class: days <= 0 ? 'bad' : '' },
    days <= 0 ? 'expired' : days === 1 ? 'within a day' : `in ${days} days`);
}

// The name of somebody of whom only the identifier is known.
export const person = (users, id) => {
  const user = users?.get(id);
  return user ? h('span', {}, line(user.username, 60)) : h('code', {}, line(id ?? '–', 40));
};
