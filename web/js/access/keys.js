// API keys of everybody.
import { h } from '../lib/dom.js';
import { get } from '../lib/api.js';
import { empty, loader } from '../ui/parts.js';
import { keyTable } from '../ui/keys-list.js';
import { directory } from './directory.js';

export default function keys(ctx) {
  const box = h('div');
  const again = loader(box, () => Promise.all([get('/keys?all=true', ctx.signal), directory(ctx.signal)]),
    ([{ keys: found }, users]) => found.length ? keyTable(found, again, ctx.signal, users)
      : empty('Nobody has an API key.', h('p.muted', {}, 'Everybody makes their own, under Account.')), ctx.signal);
  again();
  return box;
}
