// Sessions of everybody.
import { h } from '../lib/dom.js';
import { get } from '../lib/api.js';
import { empty, loader } from '../ui/parts.js';
import { sessionTable } from '../ui/sessions-list.js';
import { directory } from './directory.js';

export default function sessions(ctx) {
  const box = h('div');
  const again = loader(box, () => Promise.all([get('/auth/sessions?all=true', ctx.signal), directory(ctx.signal)]),
    ([{ sessions: found }, users]) => found.length ? sessionTable(found, again, users)
      : empty('Nobody is logged in.'), ctx.signal);
  again();
  return box;
}
