// What calls of models have cost: by whom and of what, by day, of a period that one chooses.
import { h, fill } from '../lib/dom.js';
import { get, query } from '../lib/api.js';
import { count, now, plural, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { mayAll, may, me } from '../lib/me.js';
import { setQuery } from '../lib/router.js';
import { empty, fact, loader, segment } from '../ui/parts.js';
import { table } from '../ui/forms.js';
import { DAY, dayChart, dayOf } from './days.js';
import { errors, sent, spent, tokens } from './figures.js';

const BY = { model: 'model', deployment: 'deployment', provider: 'provider', key: 'key', person: 'person',
  project: 'project', team: 'team', day: 'day' };
const FILTERS = ['model', 'deployment', 'provider', 'key', 'person', 'project', 'team'];
const DAYS = ['7', '30', '90'], USUAL = '30', MOST = 200;

const midnight = text => {
  const at = /^\d{4}-\d\d-\d\d$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return Number.isFinite(at) ? at : null;
};

// The period that the address names, in whole days of UTC.
export function period(q, at = now()) {
  const today = Math.floor(at / DAY) * DAY, days = DAYS.includes(q.get('days')) ? q.get('days') : USUAL;
  const from = midnight(q.get('from')), last = midnight(q.get('to'));
  const isOwn = from != null || last != null, to = (last ?? today) + DAY;
  return { from: Math.min(from ?? to - Number(days) * DAY, to - DAY), to, days: isOwn ? '' : days };
}

// What identifiers stand for, as far as one may know.
async function namesOf(dimension, signal) {
  const found = new Map();
  if (dimension === 'person') {
    if (me.value?.id) found.set(me.value.id, me.value.username);
    const { directory } = await import('../access/directory.js');
    for (const [id, user] of await directory(signal)) found.set(id, user.username);
  } else if (dimension === 'key' && may('keys.manage')) {
    const { keys } = await get(`/keys${may('keys.manage_all') ? '?all=true' : ''}`, signal);
    for (const key of keys) found.set(key.id, key.name);
  } else if (dimension === 'project' && may('projects.read')) {
    const { projects } = await get('/projects?limit=100', signal);
    for (const project of projects) found.set(project.id, project.name ?? project.title);
  }
  return found;
}

const WITHOUT = { key: 'no API key', person: 'nobody in particular', project: 'no project', team: 'no team',
  deployment: 'asked by the model\'s own name' };

function nameCell(by, name, label, choose) {
  if (name == null) return h('span.muted', {}, WITHOUT[by] ?? 'none');
  const words = by === 'day' ? name.slice(0, 10) : line(label ?? name, 120);
  const shown = [h('b', {}, words), label ? h('span.sub', {}, h('code', {}, line(name, 60))) : null];
  if (by === 'day' || name === '(other)') return shown;
  return [h('button.link.name', { onclick: () => choose(name), ariaLabel: `Only ${BY[by]} ${words}`,
    title: 'Only this one' }, shown[0]), shown[1]];
}

function sumsTable(by, sums, labels, choose) {
  const most = Math.max(...sums.rows.map(r => Number(r.figures.usd)), 0);
  const share = f => most > 0 && f.unpriced < f.calls ? h('span.share', { ariaHidden: 'true' },
    h('i', { style: { width: `${Number(f.usd) / most * 100}%` } })) : null;
  return table(`Spend by ${BY[by]}`, [
    [BY[by][0].toUpperCase() + BY[by].slice(1), r => nameCell(by, r.by[0], labels.get(r.by[0]), choose)],
    ['Spent', r => [spent(r.figures), share(r.figures)]], ['Calls', r => count(r.figures.calls)],
    ['Errors', r => errors(r.figures.failures, r.figures.calls)],
    ['Tokens sent', r => tokens(sent(r.figures), r.figures)],
    ['Received', r => tokens(r.figures.tokens.output, r.figures)],
  ], sums.rows, { row: r => ({ 'data-name': r.by[0] ?? '' }) });
}

const totals = t => h('dl.facts.wide', {}, fact('Spent', h('span.price', {}, t.calls && t.unpriced === t.calls
  ? 'unknown' : usd(t.usd))), fact('Calls', count(t.calls)), fact('Failed', errors(t.failures, t.calls)),
fact('Tokens sent', tokens(sent(t), t)), fact('of them from a cache', tokens(t.tokens.cache_read, t)),
fact('Tokens received', tokens(t.tokens.output, t)));

const notes = t => [t.unpriced ? h('p.note', {}, h('span', {}, h('b', {}, `${plural(t.unpriced, 'call')} of unknown `
  + 'cost. '), 'Nobody has told a price for their models, so the sums lack them. A list of prices is named as ',
h('code', {}, 'models.prices'), '.')) : null, t.estimated ? h('p.muted', {}, '≈ stands where tokens are a guess, '
  + `as of answers that broke off: ${plural(t.estimated, 'call')}.`) : null];

export default function page(ctx) {
  ctx.title('Spend');
  const head = h('div.filters'), chips = h('div.chips'), box = h('div.stack');
  const labels = {};
  const present = () => {
    const q = ctx.query(), by = q.get('by') in BY ? q.get('by') : 'model';
    return { by, ...period(q), filters: Object.fromEntries(FILTERS.map(f => [f, q.get(f)]).filter(([, v]) => v)) };
  };
  const nameIn = (dimension, id) => labels[dimension]?.get(id) ?? id;
  const choose = (by, name) => setQuery({ [by]: name, by: by === 'model' ? 'key' : null }, { push: true });
  const asked = p => ({ from: new Date(p.from).toISOString(), before: new Date(p.to).toISOString(), ...p.filters });
  const again = loader(box, async () => {
    const p = present(), more = asked(p);
    for (const d of [p.by, ...Object.keys(p.filters)]) {
      labels[d] ??= await namesOf(d, ctx.signal).catch(() => new Map());
    }
    const sums = (by, limit) => get(`/calls/sums${query({ by, ...more, limit })}`, ctx.signal);
    const byDay = sums('day', 1000);
    return { p, byDay: await byDay, sums: p.by === 'day' ? await byDay : await sums(p.by, MOST) };
  }, ({ p, byDay, sums }) => {
    drawHead();
    if (!sums.total.calls) return Object.keys(p.filters).length
      ? empty('No call fits these filters.', h('button', { onclick: clear }, 'Clear the filters'))
      : empty('No model was called in this time.', h('p.muted', {},
        'Each call of the gateway is written down with its tokens and its cost.'));
    return [totals(sums.total), notes(sums.total), dayChart(byDay.rows, p.from, p.to),
      sumsTable(p.by, sums, labels[p.by] ?? new Map(), name => choose(p.by, name)),
      sums.cut ? h('p.muted', {}, `The ${MOST} dearest are shown. The CSV file has all calls.`) : null];
  }, ctx.signal);
  const clear = () => setQuery(Object.fromEntries(FILTERS.map(f => [f, null])));
  const by = h('select', { ariaLabel: 'By', 'data-filter': '' }, Object.entries(BY).map(([value, words]) =>
    h('option', { value }, `by ${words}`)));
  by.addEventListener('change', () => setQuery({ by: by.value === 'model' ? null : by.value }));
  const date = name => {
    const input = h('input', { type: 'date', ariaLabel: name === 'from' ? 'From this day on' : 'To this day' });
    input.addEventListener('change', () => setQuery({ [name]: input.value, days: null }));
    return input;
  };
  const from = date('from'), to = date('to'), periods = h('span');
  const csv = h('a.button', { download: 'calls.csv' }, 'CSV');
  fill(head, periods, h('label.inline', {}, 'from', from), h('label.inline', {}, 'to', to), by, h('span.grow'), csv);
  const drawHead = () => {
    const p = present();
    fill(periods, segment('Period', DAYS.map(d => [d, `${d} days`]), p.days, days =>
      setQuery({ days: days === USUAL ? null : days, from: null, to: null })));
    by.value = p.by;
    from.value = dayOf(p.from);
    to.value = dayOf(p.to - DAY);
    csv.href = `/api/v1/calls.csv${query(asked(p))}`;
    fill(chips, Object.entries(p.filters).map(([f, v]) => h('button.chip', { ariaPressed: 'true',
      ariaLabel: `Without the filter ${f} ${line(nameIn(f, v), 80)}`, onclick: () => setQuery({ [f]: null }) },
    `${f}: ${line(nameIn(f, v), 80)} `, h('i', { ariaHidden: 'true' }, '✕'))));
  };
  ctx.onQuery(() => {
    drawHead();
    again();
  });
  drawHead();
  again();
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Spend'), h('span.muted', {},
    me.value && !mayAll('calls.read') ? 'your own calls, by days of UTC' : 'days are those of UTC'), h('span.grow'),
  h('button', { onclick: () => again() }, 'Look again')), head, chips, box);
}
