// Who looks at the page, and what they may.
import { Topic, Value } from './topic.js';
import { denied, get } from './api.js';
import { entered, showsTo } from './session.js';

// What the server says of the caller; null before that is known.
export const me = new Value((null));
// What one may has changed.
export const changed = new Topic();

// Nobody logs in here: only this machine reaches the server.
export const isLocal = () => me.value?.credential === 'machine';

// Before it is known everything is shown; the server decides in any case.
export const may = (...permissions) => !me.value || permissions.some(p => p in me.value.permissions);
export const mayAll = permission => me.value?.permissions[permission] === 'all';

let last = 0;

export async function loadMe() {
  last = Date.now();
  const before = JSON.stringify(me.value?.permissions);
  const found = await get('/auth/me');
  showsTo(found.id ?? '');
  if (found.id) entered(found.id);
  me.set(found);
  if (before && before !== JSON.stringify(found.permissions)) changed.emit();
  return found;
}

let timer = 0;

// Asked anew when there is a reason to believe that something has changed, once a second at most.
export function again() {
  clearTimeout(timer);
  timer = window.setTimeout(() => loadMe().catch(() => {}), Math.max(0, last + 1000 - Date.now()));
}

denied.on(again);
