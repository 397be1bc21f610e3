// The document of a roundtable: its versions, what changed, what the critics of each round found, and how it converges.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { get, getText, runPath } from '../lib/api.js';
import { bytes, plural } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { markdown } from '../lib/markdown.js';
import { SEVERITIES } from '../lib/states.js';
import { style } from '../lib/style.js';
import { setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { broken, empty, loading, segment } from '../ui/parts.js';
import { diffView } from '../ui/diff.js';
import { chart } from './chart.js';
import { critics, finding, findingCard } from './findings.js';

await style('document.css');

export function documentTab(store, ctx, signal) {
  const path = runPath(store.id);
  const top = h('div.two'), pane = h('section.card.docpane'),
    side = h('section.card.findings', { ariaLabel: 'Findings' });
  const el = h('div.docview', {}, top, h('div.docgrid', {}, pane, side));
  let rounds = null;
  let versions = [];
  // Texts and diffs of versions never change: each is asked for once.
  const kept = new Map();
  let painted = '';

  const load = async () => {
    try {
      const [r, v] = await Promise.all([get(`${path}/rounds`, signal), get(`${path}/versions`, signal)]);
      rounds = r;
      versions = v.versions;
      draw();
    } catch (error) {
      if (!signal.aborted && !rounds) fill(pane, broken(error, load));
    }
  };
  const number = (name, otherwise) => {
    const n = Number(ctx.query().get(name));
    return Number.isInteger(n) && n > 0 ? n : otherwise;
  };
  const choice = () => {
    const lastRound = rounds.rounds.at(-1)?.round ?? 1, round = Math.min(number('round', lastRound), lastRound);
    const newest = versions.at(-1)?.version ?? 1;
    const to = Math.min(number('to', number('round', 0) ? rounds.rounds.find(r => r.round === round)?.version ?? newest
      : newest), newest);
    const view = ctx.query().get('view') ?? (newest > 1 ? 'diff' : 'read');
    return { round, to, from: Math.min(number('from', Math.max(1, to - 1)), to), view,
      side: ctx.query().get('side') === '1' && innerWidth > 700 };
  };
  const draw = () => {
    const c = choice(), round = rounds.rounds.find(r => r.round === c.round);
    const focused = document.activeElement?.getAttribute('aria-label');
    if (rounds.rounds.length) {
      fill(top, h('section.card', {}, h('h2', {}, 'Convergence'),
        chart(rounds.rounds, { bar: rounds.bar ?? 'high' }, c.round,
        n => setQuery({ round: String(n), to: null, from: null }))),
      h('section.card', {}, h('header', {}, h('h2', {}, `Critics, round ${c.round}`), h('span.grow'),
        roundPicker(c.round)), round ? critics(round) : null,
        round?.verdict ? h('p.verdict', {}, h('b', {}, line(round.verdict.outcome)), ' ',
          line(round.verdict.reason, 400)) : null));
      if (focused?.startsWith('Round ')) top.querySelector(`g[aria-label^="Round ${c.round}:"]`)?.focus();
    } else fill(top, h('section.card.span', {}, empty('The critics are reading.',
      h('p.muted', {}, 'What they find is shown here as each of them ends.'))));
    drawFindings(round);
    drawPane(c);
  };
  const roundPicker = chosen => h('input', { type: 'range', min: '1', max: String(rounds.rounds.length),
    value: String(chosen),
    step: '1', hidden: rounds.rounds.length < 2, ariaLabel: 'Round',
      oninput: e => setQuery({ round: e.target.value, to: null, from: null }) });

  const drawFindings = round => {
    if (!round) return fill(side, h('h2', {}, 'Findings'), h('p.muted', {}, 'None yet.'));
    const only = ctx.query().get('severity') ?? '';
    const list = (round.findings ?? []).filter(f => !only || finding(f).severity === only);
    fill(side, h('header', {}, h('h2', {}, `Findings of round ${round.round}`), h('span.grow'),
      segment('Severity', [['', `all ${round.findings?.length ?? 0}`],
      ...SEVERITIES.filter(s => round.findings?.some(f => finding(f).severity === s)).map(s => ([s, s]))], only,
    v => setQuery({ severity: v }))),
    list.length ? list.slice(0, 300).map(f => findingCard(f))
      : h('p.muted', {}, only ? `Nothing ${only}.` : 'Nothing is open.'),
    list.length > 300 ? h('p.muted', {}, `and ${list.length - 300} more, in the report`) : null,
    round.fixed?.length && !only ? h('details.group', {},
      h('summary', {}, `${plural(round.fixed.length, 'finding')} fixed since the round before`),
      round.fixed.map(f => findingCard(f, true))) : null,
    round.edits?.length && !only ? h('details.group', {},
      h('summary', {}, `${plural(round.edits.length, 'edit')} of the moderator`),
      h('ul.edits', {}, round.edits.slice(0, 200).map(e => h('li', {},
        h('b', {}, line(e.what ?? e.title ?? e.rule, 300)),
        h('span.muted', {}, ` ${e.line ? `line ${e.line} · ` : ''}${line(e.rule ?? '', 80)}`),
          e.why ? h('p.soft', {}, line(e.why, 500)) : null)))) : null);
  };

  const drawPane = c => {
    if (!versions.length) {
      painted = '';
      return fill(pane, h('h2', {}, 'Document'), empty('There is no version yet.'));
    }
    const versionBox = (name, value) => h('select', { ariaLabel: name === 'to' ? 'Version' : 'Compared with',
      onchange: e => setQuery({ [name]: e.target.value }) },
        versions.map(v => h('option', { value: v.version, selected: v.version === value }, `v${v.version}`)));
    const diffing = c.view === 'diff' && c.from < c.to, at = versions.find(v => v.version === c.to);
    const body = h('div.docbody');
    const want = `${diffing ? c.from : ''}-${c.to}-${c.side}-${c.view}-${versions.length}`;
    if (painted === want) return;
    painted = want;
    fill(pane, h('header', {}, h('h2', {}, 'Document'),
      c.view === 'diff' && versions.length > 1 ? [versionBox('from', c.from), h('span.muted', {}, '→')] : null,
      versionBox('to', c.to), h('span.muted.small', {}, at ? bytes(at.bytes) : ''), h('span.grow'),
      segment('View', [['read', 'read'], ['diff', 'changes']], c.view, v => setQuery({ view: v })),
      diffing ? h('span.wideonly', {}, segment('Layout', [['', 'inline'], ['1', 'side by side']], c.side ? '1' : '',
        v => setQuery({ side: v }))) : null), body);
    const shown = want;
    const put = view => { if (painted === shown) fill(body, view); };
    const name = diffing ? `diff ${c.from} ${c.to}` : `text ${c.to}`;
    if (!kept.has(name)) {
      fill(body, loading());
      kept.set(name, diffing ? get(`${path}/diff?from=${c.from}&to=${c.to}`, signal)
        : getText(`${path}/versions/${c.to}`, signal));
    }
    kept.get(name).then(data => put(diffing ? diffView(data.hunks,
      { side: c.side, label: `Changes from version ${c.from} to ${c.to}` })
      : c.view === 'diff' && versions.length > 1 ? h('div', {}, h('p.muted', {}, 'Both are the same version.'),
        markdown(data)) : markdown(data)))
      .catch(error => {
        kept.delete(name);
        if (!signal.aborted) put(broken(error, () => { painted = ''; drawPane(c); }));
      });
  };
  ctx.onQuery(() => { if (rounds && !signal.aborted) draw(); });
  const again = painter(load, signal, 1000);
  let last = 0;
  store.logged.on(() => {
    const fresh = store.events.slice(-200).filter(e => /^(critic|round|moderator|run)\./.test(e.type)).at(-1);
    if (fresh && fresh.id !== last) {
      last = fresh.id;
      again();
    }
  }, signal);
  const step = by => {
    if (rounds) setQuery({ round: String(Math.max(1, Math.min(rounds.rounds.length, choice().round + by))), to: null,
      from: null });
  };
  key('[', 'Round before', () => step(-1), { where: 'Document', signal });
  key(']', 'Next round', () => step(1), { where: 'Document', signal });
  key('d', 'Text or changes', () => { if (rounds) setQuery({ view: choice().view === 'diff' ? 'read' : 'diff' }); },
    { where: 'Document', signal });
  load();
  return el;
}
