// Where models can be asked: deployments and how they are, the routes that lead to them, the providers behind.
import { h, fill } from '../lib/dom.js';
import { get, query, request } from '../lib/api.js';
import { count, duration, now, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { may, mayAll } from '../lib/me.js';
import { setQuery } from '../lib/router.js';
import { every } from '../lib/topic.js';
import { badge, empty, loader, segment } from '../ui/parts.js';
import { table } from '../ui/forms.js';
import { errors, spent, times } from './figures.js';
import { forgotten, routeCard } from './route-order.js';

const EXAMPLE = `deployments:
  first: {model: openai/NAME}
  second: {model: anthropic/NAME}
routes:
  smart: {deployments: [first, second]}`;

const rest = ms => duration(Math.max(0, ms));

// What a deployment does now, with a glyph and words.
export function look(health) {
  const is = (glyph, word, cls) => ({ glyph, word, cls });
  if (!health) return is('○', 'not known', 'queued');
  if (health.rests_for_ms != null) return is('◇', `rests ${rest(health.rests_for_ms)}`, 'waiting');
  if (health.circuit === 'open') {
    const left = health.opens_for_ms;
    return is('✕', left == null ? 'circuit open' : `circuit open, ${rest(left)} left`, 'failed');
  }
  if (health.circuit === 'probing') return is('◐', 'one call tries it out', 'running');
  if (health.circuit === 'half_open') return is('◐', 'the next call tries it out', 'running');
  const { keys } = health, states = keys.map(k => k.state);
  if (keys.length && !states.includes('usable')) return states.includes('resting')
    ? is('◇', 'all keys rest', 'waiting') : is('✕', 'no key is accepted', 'failed');
  if (health.in_flight >= health.slots) return is('◇', 'full', 'waiting');
  return health.figures.calls ? is('●', 'healthy', 'done') : is('○', 'not asked lately', 'queued');
}

// Figures of one deployment in the same words, whoever has counted them.
function figures(health, sums, over) {
  if (over === 'day') return sums && { calls: sums.calls, failures: sums.failures, p50: sums.duration_ms_p50,
    p95: sums.duration_ms_p95, first: sums.first_token_ms_p50, last: sums.first_token_ms_p95, spent: spent(sums) };
  const f = health?.figures;
  return f?.calls ? { calls: f.calls, failures: Math.round(f.calls * (1 - (f.success_share ?? 1))),
    p50: f.latency_p50_ms, p95: f.latency_p95_ms, first: f.first_token_p50_ms, last: f.first_token_p95_ms,
    spent: f.spent_microdollars ? usd(f.spent_microdollars / 1e6) : h('span.muted', {}, 'none known') } : null;
}

const none = () => h('span.muted', {}, '–');
const figureColumns = of => [
  ['Answer p50 · p95', x => times(of(x)?.p50, of(x)?.p95)],
  ['First token', x => times(of(x)?.first, of(x)?.last)],
  ['Errors', x => errors(of(x)?.failures ?? 0, of(x)?.calls ?? 0)],
  ['Calls', x => count(of(x)?.calls ?? 0)], ['Spent', x => of(x)?.spent ?? none()],
];

const keyStates = health => health?.keys.length ? health.keys.map(k => h('span', {
  class: `tag ${k.state === 'usable' ? '' : 'bad'}`, title: k.state }, line(k.key, 40),
k.state === 'usable' ? null : ` ${k.state === 'off' ? '✕ off' : '◇ rests'}`)) : none();

const deployments = (data, over) => {
  const health = new Map(data.health.map(x => [x.deployment, x]));
  const sums = new Map(data.byDeployment.rows.map(r => [r.by[0], r.figures]));
  const of = d => figures(health.get(d.name), sums.get(d.name), over);
  return table('Deployments', [
    ['Deployment', d => [h('b', {}, line(d.name, 64)), h('span.sub', {}, line(d.model, 120),
      d.region ? ` · ${line(d.region, 40)}` : '')]],
    ['Now', d => badge(look(health.get(d.name)))],
    ['At work', d => `${health.get(d.name)?.in_flight ?? 0} of ${health.get(d.name)?.slots ?? '?'}`],
    ['Keys', d => keyStates(health.get(d.name))], ...figureColumns(of),
  ], data.deployments, { row: d => ({ 'data-deployment': d.name }) });
};

function providers(data) {
  const sums = new Map(data.byProvider.rows.map(r => [r.by[0], r.figures]));
  const names = Object.keys(data.providers).sort(), ready = n => data.providers[n]?.configured;
  const shown = [...new Set([...names.filter(ready), ...sums.keys()])].filter(Boolean).sort();
  const missing = names.filter(n => !shown.includes(n));
  const of = name => figures(null, sums.get(name), 'day');
  return [shown.length ? table('Providers', [['Provider', n => h('b', {}, line(n, 60))],
    ['Set up', n => ready(n) ? badge({ glyph: '●', word: 'yes', cls: 'done' })
      : data.providers[n] ? badge({ glyph: '◇', word: 'not in the settings', cls: 'waiting' }) : none()],
  ...figureColumns(of)], shown, { row: n => ({ 'data-provider': n }) })
    : empty('No provider of models is set up.', h('p.muted', {}, 'A key in the environment is enough, such as ',
      h('code', {}, 'OPENAI_API_KEY'), '; or one that is kept under ', h('a', { href: '/secrets' }, 'Secrets'), '.')),
  missing.length ? h('details', {}, h('summary.muted', {}, `Not set up: ${missing.length}`), h('ul.plain', {},
    missing.map(n => h('li', {}, h('b', {}, line(n, 60)), ' lacks ', data.providers[n].missing_config.map((m, i) =>
      [i ? ', ' : '', h('code', {}, line(m, 80))]))))) : null];
}

const noRoutes = () => empty('There are no routes: each model is asked by its own name.', h('p.muted', {},
  'A route is a name that stands for several deployments, so that another one answers when the first fails. Write a ',
  'file, name it as ', h('code', {}, 'models.routes'), ' in the configuration, and start the server again (or send it ',
  'SIGHUP).'), h('pre.example', {}, EXAMPLE));

export default function page(ctx) {
  ctx.title('Providers');
  const over = () => ctx.query().get('over') === 'day' ? 'day' : 'now';
  const routes = h('section.stack', { ariaLabel: 'Routes' }), box = h('section.stack', { ariaLabel: 'Deployments' });
  const below = h('section.stack', { ariaLabel: 'Providers' }), chooser = h('div');
  let data = null;
  // An order that somebody is about to change is not drawn anew, but when it was changed.
  let kept = '';
  const held = () => routes.querySelector('[data-changed]') || routes.contains(document.activeElement);
  const nothing = { rows: [] };
  const load = async () => {
    const from = new Date(now() - 86400000).toISOString();
    const sums = by => may('calls.read')
      ? get(`/calls/sums${query({ by, from, limit: 1000 })}`, ctx.signal).catch(() => nothing) : nothing;
    const [found, byDeployment, byProvider, overview] = await Promise.all([get('/deployments', ctx.signal),
      sums('deployment'), sums('provider'),
      request('GET', '!/admin/providers', { signal: ctx.signal }).catch(() => ({ providers: {} }))]);
    return { ...found, byDeployment, byProvider, providers: overview.providers };
  };
  const rows = h('div'), others = h('div');
  fill(box, h('header.pagehead', {}, h('h2', {}, 'Deployments'), h('span.grow'), chooser), rows);
  fill(below, h('header.pagehead', {}, h('h2', {}, 'Providers'), h('span.muted', {}, 'the last 24 hours')), others);
  const choose = () => fill(chooser, segment('Figures of', [['now', 'last 10 minutes'], ['day', 'last 24 hours']],
    over(), value => setQuery({ over: value === 'now' ? null : value })));
  const draw = () => {
    if (!data) return;
    box.hidden = !data.deployments.length;
    below.hidden = false;
    fill(rows, deployments(data, over()));
    if (!others.querySelector('[open]')) fill(others, providers(data));
  };
  const drawRoutes = () => {
    fill(routes, h('h2', {}, 'Routes'), data.routes.length ? h('div.routes', {},
      data.routes.map(r => routeCard(r, data, changed, look))) : noRoutes(),
    data.lost_orders.map(name => forgotten(name, changed)));
    if (kept) /** @type {any} */ (routes.querySelector(`[data-route="${CSS.escape(kept)}"] .grip`))?.focus();
    kept = '';
  };
  const top = h('div');
  const again = loader(top, load, found => {
    data = found;
    if (!getSelection()?.toString()) draw();
    if (kept || !held()) drawRoutes();
    return may('calls.read') && !mayAll('calls.read')
      ? [h('p.muted', {}, 'What the last 24 hours have cost is told of your own calls only.')] : [];
  }, ctx.signal);
  const changed = name => {
    kept = name;
    return again();
  };
  ctx.onQuery(() => {
    choose();
    draw();
  });
  box.hidden = below.hidden = true;
  choose();
  again();
  every(5000, again, ctx.signal);
  return h('div.page', {}, h('header.pagehead', {}, h('h1', {}, 'Providers'), h('span.grow'),
    h('button', { onclick: () => again() }, 'Look again')), top, routes, box, below);
}
