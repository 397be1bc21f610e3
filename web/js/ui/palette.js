// The command palette: pages, what can be done here, and runs by title or id.
import { h, fill } from '../lib/dom.js';
import { get, query, runPath } from '../lib/api.js';
import { runLook } from '../lib/states.js';
import { line } from '../lib/safe.js';
import { go } from '../lib/router.js';
import { sources } from './offer.js';
import { badge } from './parts.js';

// Whether all letters of `wanted` come in this order; the lower the better.
export function score(label, wanted) {
  const l = label.toLowerCase(), w = wanted.toLowerCase().trim();
  const at = l.indexOf(w);
  if (at >= 0) return at === 0 ? 0 : /\W/.test(l[at - 1]) ? 1 : 2;
  let from = 0;
  for (const c of w) {
    from = l.indexOf(c, from) + 1;
    if (!from) return Infinity;
  }
  return 3 + from / 100;
}

// What is found for the words in `input`, drawn into `list`; `box` is the dialog around both.
export function drawPalette(box, input, list) {
  let shown = [], found = [];
  let at = 0, ticket = 0;
  const own = [...sources].reverse().flatMap(s => s());
  const draw = () => {
    const w = input.value.trim();
    const hits = own.map(c => ({ c, n: w ? score(c.label, w) : 0 })).filter(x => x.n < Infinity)
      .sort((a, b) => a.n - b.n).map(x => x.c);
    shown = [...hits.slice(0, 12), ...found];
    at = Math.max(0, Math.min(at, shown.length - 1));
    fill(list, shown.length ? shown.map((c, i) => h('li',
      { id: `palette-${i}`, role: 'option', ariaSelected: String(i === at),
      onclick: () => choose(c), onmousemove: () => { if (at !== i) { at = i; mark(); } } },
    c.look ? badge(c.look, { short: true }) : null, h('span.grow', {}, c.label), h('span.muted', {}, c.hint ?? '')))
      : h('li.muted', {}, 'Nothing has this name.'));
    mark();
  };
  const mark = () => {
    [...list.children].forEach((li, i) => li.setAttribute('aria-selected', String(i === at)));
    input.setAttribute('aria-activedescendant', shown.length ? `palette-${at}` : '');
    list.children[at]?.scrollIntoView({ block: 'nearest' });
  };
  const choose = c => {
    box.close();
    c.run();
  };
  const search = async () => {
    const mine = ++ticket, q = input.value.trim();
    found = [];
    at = 0;
    draw();
    if (q.length < 2) return;
    await new Promise(done => setTimeout(done, 140));
    if (mine !== ticket) return;
    const answer = await get(`/runs${query({ q, kin: 'all', limit: 8 })}`).catch(() => ({ runs: [] }));
    if (mine !== ticket || !box.open) return;
    found = answer.runs.map(r => ({ label: line(r.title || r.id, 90), hint: line(r.workflow, 30),
      look: runLook(r), run: () => go(runPath(r.id)) }));
    draw();
  };
  input.addEventListener('input', search);
  box.addEventListener('keydown', e => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key];
    if (step && shown.length) {
      e.preventDefault();
      at = (at + step + shown.length) % shown.length;
      mark();
    } else if (e.key === 'Enter' && shown[at]) {
      e.preventDefault();
      choose(shown[at]);
    }
  });
  box.addEventListener('close', () => { ticket++; });
  search();
}
