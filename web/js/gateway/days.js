// Spend by day: a bar for each day of UTC, also for those on which nothing was asked.
import { h } from '../lib/dom.js';
import { plural, usd } from '../lib/format.js';
import { spent } from './figures.js';

export const DAY = 86400000;
export const dayOf = ms => new Date(ms).toISOString().slice(0, 10);

// Every how many days one is named, so that names do not touch.
const stride = n => [1, 2, 7, 14, 30, 90].find(step => n / step <= 10) ?? 365;

// `rows` are sums by day; `from` and `to` are the first moment and the one behind the last.
export function dayChart(rows, from, to) {
  const found = new Map(rows.map(r => [r.by[0].slice(0, 10), r.figures])), days = [];
  for (let t = from; t < to && days.length < 400; t += DAY) days.push(dayOf(t));
  const amount = day => Number(found.get(day)?.usd ?? 0);
  const most = Math.max(...days.map(amount)), step = stride(days.length);
  const top = days.find(day => amount(day) === most);
  const unknown = days.filter(day => found.get(day)?.unpriced).length;
  const said = most > 0 ? `Spend by day, ${days[0]} to ${days.at(-1)}. The most was ${usd(most)} on ${top}.`
    : `Spend by day, ${days[0]} to ${days.at(-1)}: nothing of known cost.`;
  return h('figure.days', {}, h('div.plot', { role: 'img', ariaLabel: said }, h('span.most', {}, usd(most)),
    days.map((day, i) => {
      const f = found.get(day), words = spent(f);
      return h('span.day', { 'data-day': day, title: `${day}: ${!f ? 'no calls' : `${Array.isArray(words)
        ? usd(f.usd) : 'unknown cost'}, ${plural(f.calls, 'call')}${f.unpriced && f.unpriced < f.calls
        ? `, ${f.unpriced} of unknown cost` : ''}`}` }, f?.unpriced ? h('b', {}, '?') : null,
      h('i', { style: { height: `${most ? amount(day) / most * 100 : 0}%` } }),
      i % step === 0 ? h('small', {}, day.slice(5)) : null);
    })), unknown ? h('figcaption.muted', {}, h('b', {}, '?'),
    ` marks ${plural(unknown, 'day')} with calls of unknown cost, which the bars lack.`) : null);
}
