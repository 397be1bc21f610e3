// The files of an agent: what it has changed, in all or by one of its calls, and how to take them home.
import { h, fill } from '../lib/dom.js';
import { painter } from '../lib/topic.js';
import { get, query, runPath, send } from '../lib/api.js';
import { bytes, leaf, plural } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { isOver } from '../lib/states.js';
import { style } from '../lib/style.js';
import { setQuery } from '../lib/router.js';
import { key } from '../lib/keys.js';
import { broken, empty, loading, segment } from '../ui/parts.js';
import { diffView } from '../ui/diff.js';
import { exact } from './exact.js';

await style('agent.css');

const KINDS = { added: ['+', 'plus'], removed: ['−', 'minus'], changed: ['±', 'muted'] };
const OPS = { same: ' ', added: '+', removed: '-' };
// Of a longer file only the beginning is shown.
const LONG = 300000;

// The step of a call in words: `turn#3/calls#1/0/edit_file#1` is edit_file of turn 3.
function words(name) {
  const turn = /^turn#(\d+)/.exec(name);
  return line(turn ? `turn ${turn[1]}: ${leaf(name)}` : leaf(name), 80);
}

export function filesTab(store, ctx, signal) {
  const base = `${runPath(store.id)}/files`;
  const bar = h('div.toolbar'), list = h('nav.changes', { ariaLabel: 'Files that differ' }),
    pane = h('section.card.filepane', { ariaLabel: 'File' }), body = h('div.filegrid', {}, list, pane),
    el = h('div.files', {}, bar, body);
  let all = null, ticket = 0, shown = '', drawnBar = '';
  // What differs between two versions never changes: it is asked for once.
  const kept = new Map();
  const once = path => {
    if (!kept.has(path)) kept.set(path, path.startsWith('!') ? text(path.slice(1)) : get(path, signal));
    kept.get(path).catch(() => kept.delete(path));
    return kept.get(path);
  };
  // The text of a file, or null for one that is none.
  const text = async path => {
    const answer = await send(path, { method: 'GET', headers: {}, signal });
    if (!answer.ok) throw new Error(answer.status === 404 ? 'There is no such file in this version.'
      : `The server answered ${answer.status}.`);
    if (!(answer.headers.get('Content-Type') ?? '').startsWith('text/')) return null;
    return answer.text();
  };
  const load = async () => {
    try {
      all = await get(base, signal);
      draw();
    } catch (error) {
      if (signal.aborted || all) return;
      fill(el, error.code === 'not_an_agent' || error.status === 404
        ? empty('This run has no files.') : broken(error, () => { fill(el, bar, body); load(); }));
    }
  };
  // What is compared: all that was done, or one call.
  const choice = () => {
    const at = all.versions.findIndex(v => v.key === ctx.query().get('at'));
    return at < 0 ? { at, from: all.first, to: all.latest }
      : { at, from: at ? all.versions[at - 1].version : all.first, to: all.versions[at].version };
  };
  const draw = async () => {
    if (!all.latest) {
      shown = '';
      return fill(el, empty(isOver(store.run) ? 'This agent had no files.'
        : 'Nothing is recorded of its files yet.'));
    }
    if (!bar.isConnected) fill(el, bar, body);
    const c = choice(), mine = ++ticket;
    drawBar(c);
    let { changes } = all;
    if (c.at >= 0) {
      try {
        ({ changes } = await once(`${base}${query({ from: c.from, to: c.to })}`));
      } catch (error) {
        if (!signal.aborted && mine === ticket) fill(list, broken(error, draw));
        return;
      }
      if (signal.aborted || mine !== ticket) return;
    }
    drawList(c, changes);
  };
  const drawBar = c => {
    const want = `${c.at} ${all.versions.length} ${c.to}`;
    if (want === drawnBar) return;
    drawnBar = want;
    const focus = bar.contains(document.activeElement) ? document.activeElement?.getAttribute('aria-label') : null;
    const file = format => h('a.button.sm', { href: `/api/v1${base}/archive${query({ format, version: c.to })}`,
      download: `${store.id}.${format}` }, format);
    fill(bar, h('button', { ariaLabel: 'Call before', disabled: c.at < 0, onclick: () => step(-1) }, '←',
      h('kbd', {}, '[')), h('select', { ariaLabel: 'Changes of', onchange: e => setQuery({ at: e.target.value }) },
      h('option', { value: '', selected: c.at < 0 }, 'All that it has done'), all.versions.map((v, i) => h('option',
        { value: v.key, selected: i === c.at }, words(v.key), v.version === (all.versions[i - 1]?.version ?? all.first)
          ? ', no change' : ''))),
    h('button', { ariaLabel: 'Next call', disabled: c.at === all.versions.length - 1, onclick: () => step(1) }, '→',
      h('kbd', {}, ']')), h('span.grow'), h('span.muted', {}, c.at < 0 ? 'Download all' : 'Download as they were then'),
    ['zip', 'tar', 'tar.gz'].map(file));
    if (focus) /** @type {any} */ (bar.querySelector(`[aria-label="${focus}"]`))?.focus();
  };
  const step = by => {
    const { at } = choice(), to = Math.max(-1, Math.min(all.versions.length - 1, at + by));
    setQuery({ at: all.versions[to]?.key ?? null });
  };
  const drawList = (c, changes) => {
    const present = changes.find(f => f.path === ctx.query().get('file')) ?? changes[0];
    const focused = list.contains(document.activeElement);
    fill(list, h('p.muted', {}, changes.length ? `${plural(changes.length, 'file')} differ${changes.length === 1 ? 's'
      : ''}` : 'Nothing differs.'), changes.slice(0, 2000).map(f => {
      const [sign, cls] = KINDS[f.kind] ?? ['?', 'muted'];
      return h('button.file', { ariaPressed: String(f === present), onclick: () => setQuery({ file: f.path }) },
        h('b', { class: cls, ariaHidden: 'true' }, sign), h('span.mono', {}, exact(f.path)),
        h('span.sub', {}, line(f.kind, 20)));
    }), changes.length > 2000 ? h('p.muted', {}, `and ${changes.length - 2000} more, in the archive`) : null);
    if (focused) /** @type {any} */ (list.querySelector('[aria-pressed="true"]'))?.focus();
    if (!present) {
      shown = '';
      return fill(pane, h('p.muted', {}, c.at < 0 ? 'The files are as they were in the beginning.'
        : 'This call has changed no file.'));
    }
    drawFile(c, present);
  };
  const drawFile = (c, file) => {
    const whole = ctx.query().get('view') === 'file', side = ctx.query().get('side') === '1' && innerWidth > 700;
    const want = JSON.stringify([c.from, c.to, file, whole, side]);
    if (want === shown) return;
    shown = want;
    const at = query({ path: file.path, version: file.kind === 'removed' ? c.from : c.to });
    const box = h('div.filebody', {}, loading()), put = view => { if (shown === want) fill(box, view); };
    const label = document.activeElement?.closest('.seg')?.getAttribute('aria-label'), had = pane.contains(
      document.activeElement);
    fill(pane, h('header', {}, h('h2.mono', {}, exact(file.path)), h('span.muted', {}, line(file.kind, 20)),
      h('span.grow'), segment('View', [['', 'changes'], ['file', 'file']], whole ? 'file' : '',
        v => setQuery({ view: v })),
      whole ? null : h('span.wideonly', {}, segment('Layout', [['', 'inline'], ['1', 'side by side']], side ? '1' : '',
        v => setQuery({ side: v }))),
      h('a.button.sm', { href: `/api/v1${base}/content${at}`, download: line(file.path.split('/').pop(), 120) },
        'Download')), box);
    if (had && label) /** @type {any} */ (pane.querySelector(`[aria-label="${label}"] [aria-pressed="true"]`))?.focus();
    const path = whole ? `!${base}/content${at}` : `${base}/diff${query({ path: file.path, from: c.from, to: c.to })}`;
    once(path).then(found => put(whole ? fileView(found) : changesView(found, side)), error => {
      if (!signal.aborted) put(broken(error, () => { shown = ''; drawFile(c, file); }));
    });
  };
  ctx.onQuery(() => { if (all && !signal.aborted) draw(); });
  const again = painter(load, signal, 1500);
  let last = 0;
  store.logged.on(() => {
    if (store.events.length && store.last !== last && store.events.slice(-200).some(
      e => /^(tool\.called|step\.completed|run\.)/.test(e.type))) again();
    ({ last } = store);
  }, signal);
  key('[', 'Call before', () => { if (all) step(-1); }, { where: 'Files', signal });
  key(']', 'Next call', () => { if (all) step(1); }, { where: 'Files', signal });
  key('d', 'Changes or the file', () => setQuery({ view: ctx.query().get('view') === 'file' ? '' : 'file' }),
    { where: 'Files', signal });
  fill(list, loading());
  load();
  return el;
}

const fileView = text => text === null ? h('p.muted', {}, 'This is no text. It can be downloaded.')
  : text === '' ? h('p.muted', {}, 'It is empty.') : h('div', {}, h('pre.raw', { tabIndex: 0 }, exact(text.slice(0,
    LONG))), text.length > LONG ? h('p.muted', {},
    `Only the beginning is shown, of ${bytes(new TextEncoder().encode(text).length)}.`) : null);

// The lines that differ, in the form in which all pages show them.
function changesView(found, side) {
  if (found.kind === 'binary') return h('p.muted', {}, 'This is no text, so no lines are compared.');
  if (found.kind === 'too_large') return h('p.muted', {}, 'It is too large for its lines to be compared.');
  return diffView((found.hunks ?? []).map(k => ({ from_line: k.old_start, to_line: k.new_start,
    lines: k.lines.map(l => ({ op: OPS[l.kind] ?? ' ', text: exact(l.text) })) })), { side,
    label: 'What has changed' });
}
