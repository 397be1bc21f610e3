// A call of a tool as a row, which opens to all that is known of it.
import { h } from '../lib/dom.js';
import { runPath } from '../lib/api.js';
import { count, duration } from '../lib/format.js';
import { clean, line } from '../lib/safe.js';
import { badge } from '../ui/parts.js';
import { json } from '../ui/json.js';
import { argumentsView, brief, exact } from './exact.js';

const LONG = 100000;

const decided = c => !c.person ? '' : c.verdict === 'refused' || c.verdict === 'reject'
  ? `refused by ${line(c.person, 40)}` : `${c.tool === 'ask_person' ? 'answered' : 'allowed'} by ${line(c.person, 40)}`;

export function row(store, c, opened) {
  const el = h('details.call', { 'data-call': c.id, open: opened.has(c.id) }, h('summary', {}, badge(c.look),
    h('b.mono', {}, line(c.tool, 80)), h('span.mono.args', {}, brief(c.changed ?? c.wanted)),
    h('span.by.muted', {}, decided(c)), h('span.num.muted', {}, c.took == null ? '' : duration(c.took))));
  let made = false;
  const fillBody = () => {
    if (!made) el.append(body(store, c));
    made = true;
  };
  if (el.open) fillBody();
  el.addEventListener('toggle', () => {
    if (!el.isConnected) return;
    if (el.open) fillBody();
    opened[el.open ? 'add' : 'delete'](c.id);
  });
  return el;
}

function body(store, c) {
  const path = runPath(store.id), text = c.output?.text == null ? null : clean(c.output.text);
  return h('div.callbody', {}, h('h4', {}, c.changed ? 'Arguments, as it wanted them' : 'Arguments'),
    argumentsView(c.wanted), c.changed ? [h('h4', {}, 'As somebody has changed them'), argumentsView(c.changed)] : null,
    c.person ? h('p.soft', {}, decided(c), c.reason ? `: ${line(c.reason, 600)}` : '') : null,
    h('h4', {}, c.output?.isError ? 'Result, an error' : 'Result'), text == null
      ? h('p.muted', {}, c.look.cls === 'cue' ? 'It waits for an answer above.' : 'None yet.')
      : h('pre.raw', { tabIndex: 0 }, text.length > LONG
        ? `${text.slice(0, LONG)}…\n(${count(text.length - LONG)} more characters)` : text),
    c.isCut ? h('p.muted', {}, 'A long result is shown whole when the turn has ended.') : null,
    c.output?.data == null ? null : h('details', {}, h('summary', {}, 'Data'), json(c.output.data)),
    h('p.btns', {}, c.key ? h('a', { href: `${path}/steps/${encodeURIComponent(c.key)}` }, 'Its step') : null,
      c.child ? h('a', { href: runPath(c.child.id) }, 'The run of its helper') : null,
      c.files && c.key ? h('a', { href: `${path}?tab=files&at=${encodeURIComponent(c.key)}` }, 'What it has changed')
        : null,
      h('code.id', {}, exact(c.key ?? ''))));
}
