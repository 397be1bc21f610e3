// How a roundtable converges: open findings of each round by severity, and how much each refinement changed.
import { h, s } from '../lib/dom.js';
import { SEVERITIES } from '../lib/states.js';

const W = 560, H = 176, TOP = 26, BOTTOM = 40, LEFT = 8;

export const countsOf = round => round.counts ?? SEVERITIES.reduce((sum, name) => {
  sum[name] = (round.critics ?? []).reduce((n, c) => n + (c.counts?.[name] ?? 0), 0);
  return sum;
}, {});

// How many findings keep the document from converging.
export const reaching = (counts, bar) => SEVERITIES.slice(0,
  SEVERITIES.indexOf(bar) + 1).reduce((n, x) => n + (counts[x] ?? 0), 0);

const percent = change => change == null ? '' : `${(change * 100).toFixed(change < 0.1 ? 1 : 0)} %`;

export function chart(rounds, goal, chosen, choose) {
  const most = Math.max(1, ...rounds.map(r => SEVERITIES.reduce((n, x) => n + (countsOf(r)[x] ?? 0), 0)));
  const slots = Math.max(4, rounds.length), width = (W - LEFT * 2) / slots, bar = Math.min(54, width * 0.56);
  const y = n => H - BOTTOM - n / most * (H - TOP - BOTTOM);
  const svg = s('svg', { viewBox: `0 0 ${W} ${H}`, class: 'chart', role: 'group',
    'aria-label': 'Open findings by round' },
    s('line', { class: 'base', x1: 0, x2: W, y1: H - BOTTOM + 0.5, y2: H - BOTTOM + 0.5 }));
  rounds.forEach((round, i) => {
    const counts = countsOf(round), x = LEFT + i * width + (width - bar) / 2, mid = x + bar / 2;
    const said = SEVERITIES.map(v => `${counts[v] ?? 0} ${v}`).join(', ');
    const group = s('g', { class: `round${round.round === chosen ? ' on' : ''}`, role: 'button', tabindex: 0,
      'aria-pressed': String(round.round === chosen),
      'aria-label': `Round ${round.round}: ${said}` + (round.change == null ? ''
        : `, ${percent(round.change)} changed before`) },
    s('rect', { class: 'hit', x: LEFT + i * width + 2, y: 2, width: width - 4, height: H - 4, rx: 6 }));
    let sum = 0;
    for (const name of [...SEVERITIES].reverse()) {
      const n = counts[name] ?? 0;
      if (!n) continue;
      const top = y(sum + n), tall = y(sum) - top;
      group.append(s('rect', { class: `sev ${name}`, x, y: top, width: bar, height: Math.max(2, tall - 1), rx: 1.5 }));
      if (tall > 14) group.append(s('text', { class: `seg ${name}`, x: mid, y: top + tall / 2 + 4,
        'text-anchor': 'middle' }, n));
      sum += n;
    }
    const over = reaching(counts, goal.bar);
    group.append(s('text', { class: 'over', x: mid, y: y(sum) - 7, 'text-anchor': 'middle' },
      over ? `${over} to go` : 'goal reached'),
      s('text', { class: 'ax', x: mid, y: H - 23, 'text-anchor': 'middle' }, `round ${round.round}`),
      s('text', { class: 'ax dim', x: mid, y: H - 9, 'text-anchor': 'middle' },
        round.change == null ? '' : `Δ ${percent(round.change)}`));
    group.addEventListener('click', () => choose(round.round));
    group.addEventListener('keydown', e => {
      if (e.key !== 'Enter' && e.key !== ' ') return;
      e.preventDefault();
      choose(round.round);
    });
    svg.append(group);
  });
  return h('figure.chartbox', {}, svg, h('figcaption', {},
    SEVERITIES.map(v => h('span.key', {}, h('i', { class: `sev ${v}` }), v)),
    h('span.muted', {}, `goal: nothing ${goal.bar} or worse`)));
}
