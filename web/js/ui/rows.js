// A list of any length of which only the rows in sight exist.
import { h } from '../lib/dom.js';
import { painter } from '../lib/topic.js';

export function rows(o) {
  const inner = h('div.rows'), box = h('div.scroll', { tabIndex: 0, role: o.role ?? 'group', ariaLabel: o.label,
    ariaLive: o.role === 'log' ? 'off' : null }, inner);
  const pool = [];
  let follow = o.follow ?? false, height = 0, auto = false, version = 0, tall = -1;
  const draw = () => {
    const items = o.items(), n = Math.min(items.length, Math.ceil(height / o.height) + 2);
    if (tall !== items.length) inner.style.height = `${(tall = items.length) * o.height}px`;
    const end = Math.max(0, items.length * o.height - height);
    if (follow && Math.abs(box.scrollTop - end) > 1) {
      auto = true;
      box.scrollTop = end;
    }
    const from = Math.max(0, Math.min(items.length - n, Math.floor((follow ? end : box.scrollTop) / o.height)));
    while (pool.length < n) {
      const row = o.make();
      row.classList.add('vrow');
      inner.append(row);
      pool.push({ row, item: undefined, at: -1, version });
    }
    // The row of an item keeps its element while it scrolls, so that only new ones are written.
    pool.forEach((_, i) => {
      const at = from + ((i - from) % pool.length + pool.length) % pool.length;
      const p = pool[i], item = at < from + n ? items[at] : undefined;
      if (item === undefined) {
        p.row.hidden = true;
        p.item = undefined;
        return;
      }
      if (p.item === undefined) p.row.hidden = false;
      if (p.at !== at) p.row.style.transform = `translateY(${(p.at = at) * o.height}px)`;
      if (p.item === item && p.version === version) return;
      p.item = item;
      p.version = version;
      o.show(p.row, item, at);
    });
  };
  const poke = painter(draw, o.signal);
  box.addEventListener('scroll', () => {
    if (auto) {
      auto = false;
      return;
    }
    const atEnd = box.scrollTop + box.clientHeight > box.scrollHeight - o.height * 1.5;
    if (o.follow !== undefined && follow !== atEnd) o.moved?.(follow = atEnd);
    poke();
  }, { passive: true });
  const sized = new ResizeObserver(() => {
    height = box.clientHeight;
    poke();
  });
  sized.observe(box);
  o.signal.addEventListener('abort', () => sized.disconnect());
  return {
    el: box,
    draw: poke,
    // Writes all rows again, since items changed in place.
    redraw: () => { version++; poke(); },
    setFollow: on => { follow = on; poke(); },
    reveal: index => {
      const top = index * o.height;
      if (top < box.scrollTop) box.scrollTop = top;
      else if (top + o.height > box.scrollTop + height) box.scrollTop = top + o.height - height;
      poke();
    },
  };
}
