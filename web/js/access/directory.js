// All people by identifier, for lists that know only those.
import { get, query } from '../lib/api.js';
import { may } from '../lib/me.js';

const MOST = 2000;

export async function directory(signal) {
  const found = new Map();
  if (!may('users.read')) return found;
  for (let cursor = ''; ;) {
    const page = await get(`/users${query({ limit: 100, cursor })}`, signal);
    for (const user of page.users) found.set(user.id, user);
    if (!page.next || found.size >= MOST) return found;
    cursor = page.next;
  }
}
