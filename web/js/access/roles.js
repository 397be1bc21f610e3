// Which role may what, as a matrix.
import { h } from '../lib/dom.js';
import { get } from '../lib/api.js';
import { line } from '../lib/safe.js';
import { me } from '../lib/me.js';
import { loader } from '../ui/parts.js';

const CELLS = { all: ['all', '●', 'what belongs to anybody'], own: ['own', '◐', 'what is one\'s own'] };

function cell(reach) {
  if (!reach) return h('td', {}, h('span.muted', { ariaHidden: 'true' }, '·'), h('span.sr', {}, 'no'));
  const [word, glyph, about] = CELLS[reach] ?? [line(reach, 20), '', ''];
  return h('td', { title: about }, h('span', { class: reach === 'all' ? 'all' : '' },
    h('i', { ariaHidden: 'true' }, `${glyph} `), word));
}

export default function roles(ctx) {
  const box = h('div');
  loader(box, () => get('/roles', ctx.signal), ({ roles: known, permissions, environment }) => {
    const mine = me.value?.roles ?? [];
    return h('div.stack', {}, h('p.soft', {}, '● all: whatever belongs to anybody. ◐ own: only what is one\'s own. '
      + `The environment is ${line(environment, 20)}, which rules may look at.`),
    h('div.matrix', { tabIndex: 0, role: 'region', ariaLabel: 'Roles and permissions' }, h('table', {},
      h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'Permission'), known.map(r =>
        h('th', { scope: 'col', title: line(r.summary, 200) }, line(r.name, 60), mine.includes(r.name)
          ? h('small.muted', {}, 'yours') : null)))),
      h('tbody', {}, permissions.map(p => h('tr', {}, h('th', { scope: 'row' }, h('code', {}, line(p.name, 60)),
        h('small.muted', {}, line(p.summary, 200))), known.map(r => cell(r.permissions[p.name]))))))),
    h('h3', {}, 'What the roles are for'), h('dl.facts.wide', {}, known.map(r => h('div', {},
      h('dt', {}, line(r.name, 60)), h('dd', {}, line(r.summary, 300), r.inherits.length
        ? h('span.muted', {}, ` It has all of ${line(r.inherits.join(', '), 120)}.`) : null)))));
  }, ctx.signal)();
  return box;
}
