// The deployments of a route, in the order in which they are asked: changed by dragging or by the arrow keys.
import { h, fill } from '../lib/dom.js';
import { put, remove } from '../lib/api.js';
import { moment } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { may } from '../lib/me.js';
import { badge } from '../ui/parts.js';
import { ask, toast } from '../ui/notice.js';

const WORDS = { order: 'asked in this order', weighted: 'shared out by weight', latency: 'the quickest first',
  cheapest: 'the cheapest first', scored: 'by score' };

const path = name => `/routes/${encodeURIComponent(name)}/order`;
const moved = (list, from, to) => {
  const rest = list.filter((_, i) => i !== from);
  return [...rest.slice(0, to), list[from], ...rest.slice(to)];
};
const same = (a, b) => a.join('\n') === b.join('\n');

export function routeCard(route, data, again, look) {
  const mayOrder = route.strategy === 'order' && route.deployments.length > 1 && may('settings.manage');
  const health = new Map(data.health.map(x => [x.deployment, x]));
  const models = new Map(data.deployments.map(d => [d.name, d.model]));
  let order = [...route.deployments], dragged = -1;
  const list = h('ol.order', { ariaLabel: `Deployments of ${line(route.name, 64)}` }), foot = h('div.stack');
  const said = h('p.sr', { role: 'status' });
  const card = h('article.card', { 'data-route': route.name }, h('header', {}, h('h3', {}, line(route.name, 64)),
    h('span.muted', {}, WORDS[route.strategy] ?? line(route.strategy, 40))), list, foot, said);

  const move = (from, to, { focus = false } = {}) => {
    if (to < 0 || to >= order.length || from === to) return;
    const name = order[from];
    order = moved(order, from, to);
    draw();
    said.textContent = `${line(name, 64)} is number ${to + 1} of ${order.length}. Not kept yet.`;
    if (focus) /** @type {any} */ (list.children[to].querySelector('.grip')).focus();
  };
  const grip = (name, i) => h('button.grip', { type: 'button', draggable: true,
    ariaLabel: `Move ${line(name, 64)}, number ${i + 1}: arrow up or down`, title: 'Drag, or use the arrow keys',
    onkeydown: event => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      move(i, i + step, { focus: true });
    } }, '⠿');
  const row = (name, i) => {
    const li = h('li', { 'data-name': name, class: name === order[i] && route.deployments[i] !== name ? 'moved' : '' },
      mayOrder ? grip(name, i) : null, h('span.n', { ariaHidden: 'true' }, i + 1), h('span', {},
        h('b', {}, line(name, 64)), h('span.sub', {}, ` ${line(models.get(name) ?? '', 120)}`)), h('span.grow'),
      badge(look(health.get(name))), mayOrder ? h('span.steps', {},
        h('button.sm', { type: 'button', disabled: i === 0, ariaLabel: `Move ${line(name, 64)} up`,
          onclick: () => move(i, i - 1, { focus: true }) }, '↑'),
        h('button.sm', { type: 'button', disabled: i === order.length - 1, ariaLabel: `Move ${line(name, 64)} down`,
          onclick: () => move(i, i + 1, { focus: true }) }, '↓')) : null);
    if (!mayOrder) return li;
    li.addEventListener('dragstart', event => {
      dragged = i;
      event.dataTransfer?.setData('text/plain', name);
      event.dataTransfer?.setDragImage(li, 10, 10);
      card.dataset.changed = '';
    });
    li.addEventListener('dragover', event => {
      if (dragged < 0) return;
      event.preventDefault();
      li.classList.toggle('over', dragged !== i);
    });
    li.addEventListener('dragleave', () => li.classList.remove('over'));
    li.addEventListener('drop', event => {
      event.preventDefault();
      if (dragged >= 0) move(dragged, i);
      dragged = -1;
    });
    li.addEventListener('dragend', () => {
      dragged = -1;
      draw();
    });
    return li;
  };

  const keep = async button => {
    button.disabled = true;
    try {
      await put(path(route.name), { deployments: order });
      delete card.dataset.changed;
      toast(`${line(route.name, 64)} is asked in the new order.`);
      again(route.name);
    } catch (error) {
      button.disabled = false;
      toast(error.message, { bad: true });
    }
  };
  const draw = () => {
    const changed = !same(order, route.deployments);
    if (changed) card.dataset.changed = '';
    else delete card.dataset.changed;
    fill(list, order.map(row));
    fill(foot, changed ? h('div.btns', {}, h('button.primary', { type: 'button',
      onclick: event => keep(event.currentTarget) }, 'Keep this order'), h('button', { type: 'button', onclick: () => {
      order = [...route.deployments];
      draw();
    } }, 'Leave it')) : route.order ? chosen(route, again) : null,
    route.fallbacks.length ? h('p.sub', {}, route.fallbacks.map((f, i) => [i ? '; ' : 'When it ends with ',
      h('code', {}, line(f.cause, 40)), ': ', line(f.deployments.join(', '), 200)])) : null);
  };
  draw();
  return card;
}

// That the order is not the file's, and the way back.
const chosen = (route, again) => h('p.note', {}, h('span', {}, h('b', {}, 'Not the order of the file. '),
  `Chosen by ${line(route.order.by, 60)}, `, h('span', { title: route.order.at }, moment(route.order.at)),
  `. The file says ${line(route.file_order.join(', '), 300)}.`),
may('settings.manage') ? h('span.btns', {}, h('button.sm', { type: 'button', onclick: () => drop(route.name, again) },
  'Back to the file\'s order…')) : null);

const drop = (name, again) => ask({ title: 'Back to the file\'s order', verb: 'Back to the file\'s order',
  text: h('p', {}, 'The order that was chosen for ', h('b', {}, line(name, 64)), ' is forgotten.'), run: async () => {
    await remove(path(name));
    toast(`${line(name, 64)} has the order of the file again.`);
    again(name);
  } });

// An order of a route that the file no longer has.
export const forgotten = (name, again) => h('p.note', {}, h('span', {}, 'An order is kept for ',
  h('b', {}, line(name, 64)), ', which the file of routes does not have any more.'), may('settings.manage')
  ? h('span.btns', {}, h('button.sm', { type: 'button', onclick: () => drop(name, again) }, 'Forget it…')) : null);
