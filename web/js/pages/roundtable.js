// A new roundtable: the document, who reads it, how far it goes, what it will cost.
import { h, fill, text } from '../lib/dom.js';
import { get, post, runPath, uuid } from '../lib/api.js';
import { bytes, count, plural, usd } from '../lib/format.js';
import { line } from '../lib/safe.js';
import { go, setQuery } from '../lib/router.js';
import { SEVERITIES } from '../lib/states.js';
import { broken, field, segment } from '../ui/parts.js';
import { style } from '../lib/style.js';
import { panelEditor } from './panel-editor.js';

await style('roundtable.css');

const MOST = 2 * 1024 * 1024, KEPT = 'tutti.draft';
const STYLES = ['', 'critical', 'creative', 'conservative', 'academic'];


const fresh = () => ({ document: '', title: '', kind: '', goal: '', who: 'rulebook', critics: [], preset: '',
  participants: [], count: '3', model: '', models: 'uniform',
  style: '', max_iterations: '3', threshold: '', bar: 'high', force: false, usd: '', tokens: '', name: '' });

function stored() {
  try {
    return { ...fresh(), ...JSON.parse(sessionStorage.getItem(KEPT) ?? '{}') };
  } catch {
    return fresh();
  }
}

// What is sent of a draft.
export function body(d) {
  const b = { document: d.document, max_iterations: Number(d.max_iterations) };
  for (const name of (['title', 'kind', 'goal', 'model', 'style', 'bar'])) if (d[name].trim()) b[name] = d[name].trim();
  if (d.who === 'rulebook' && d.critics.length) b.critics = d.critics;
  if (d.who !== 'rulebook' && d.participants.length) b.participants = d.participants;
  else if (d.who === 'preset' && d.preset) b.preset = d.preset;
  if (d.who !== 'rulebook') b.models = d.models;
  if (d.force) b.force_max_iterations = true;
  if (d.threshold) b.threshold = Number(d.threshold) / 100;
  const budget = { ...d.usd ? { usd: Number(d.usd).toFixed(2) } : {}, ...d.tokens ? { tokens: Number(d.tokens) } : {} };
  if (Object.keys(budget).length) b.budget = budget;
  return b;
}

export default function page(ctx) {
  ctx.title('New roundtable');
  const d = stored(), known = ({ critics: [], presets: [], models: [], kinds: [], default: null });
  const problem = h('div'), who = h('div.stack'), cost = h('div.stack'),
    start = h('button.primary.big', { type: 'submit' }, 'Start the roundtable');
  let key = uuid(), estimateTicket = 0, timer = 0;
  const keep = () => {
    try {
      sessionStorage.setItem(KEPT, JSON.stringify(d));
    } catch { /* too long to keep: it stays until the page is closed */ }
    key = uuid();
    clearTimeout(timer);
    timer = setTimeout(estimate, 500);
    drawStart();
  };
  const missing = () => !d.document.trim() ? 'Paste or drop a document first.' : d.who !== 'rulebook' && !d.model
    ? 'Choose a model for these participants.'
    : d.who === 'generate' && !d.participants.length ? 'Have the participants made first.' : d.who === 'preset'
      && !d.preset && !d.participants.length ? 'Choose a preset.' : '';
  const why = h('p.muted', { role: 'status' });
  const drawStart = () => {
    start.disabled = !!missing();
    text(why, missing());
  };
  const estimate = async () => {
    const mine = ++estimateTicket;
    if (missing()) return fill(cost,
      h('p.muted', {}, 'The estimate comes when the document and its readers are there.'));
    try {
      const e = await post('/roundtables/estimate', body(d), { signal: ctx.signal });
      if (mine !== estimateTicket) return;
      fill(cost, h('p.price', {}, !e.calls ? 'free, offline' : e.usd != null ? `about ${usd(e.usd)}` : 'not priced'),
        h('p', {},
          e.calls ? `${plural(e.calls, 'call')}, ${count(e.input_tokens)} tokens in, ${count(e.output_tokens)} out`
          : 'The rulebook reads it on this machine; no model is asked.'),
        e.note ? h('p.muted', {}, line(e.note, 400)) : null,
        d.usd && e.usd != null && Number(e.usd) > Number(d.usd)
          ? h('p.bad', {}, `✕ That is more than the budget of ${usd(d.usd)}: the run would wait when it is used up.`)
          : null);
    } catch (error) {
      if (mine === estimateTicket && !ctx.signal.aborted) fill(cost, broken(error, estimate));
    }
  };
  const bind = (input, name) => {
    if (input.type === 'checkbox') input.checked = !!d[name];
    else input.value = d[name];
    input.addEventListener('input', () => {
      d[name] = input.type === 'checkbox' ? input.checked : input.value;
      keep();
    });
    return input;
  };
  const options = (list, chosen) => list.map(([v, t]) => h('option', { value: v, selected: v === chosen }, t));

  const drawWho = () => {
    const parts = [segment('Who reads it', [['rulebook', 'Rulebook'], ['preset', 'Preset'],
      ['generate', 'Made for it']], d.who, v => {
      d.who = v;
      d.participants = [];
      keep();
      drawWho();
    })];
    if (d.who === 'rulebook') {
      parts.push(h('p.muted', {}, 'Built-in critics: no model, no network, no cost. None chosen means all.'),
        h('div.checks', {}, known.critics.map(c => h('label.checkcard', {},
        h('input', { type: 'checkbox', checked: d.critics.includes(c.id), onchange: e => {
          d.critics = e.target.checked ? [...d.critics, c.id] : d.critics.filter(x => x !== c.id);
          keep();
        } }), h('span', {}, h('b', {}, line(c.title, 80)), h('small.muted', {}, line(c.description, 240)))))));
    } else {
      const model = h('select', {}, options([['', 'Choose a model'], ...known.models.map(m => ([m.name,
        `${line(m.name, 80)}${m.available ? '' : ` (${line(m.note || 'not available', 60)})`}`]))], d.model));
      for (const o of model.options) if (known.models.some(m => m.name === o.value && !m.available)) o.disabled = true;
      parts.push(known.models.some(m => m.available) ? null
        : h('p.problem.slim', {},
        'No model can be reached. Set the key of a provider in the environment of the server, or start a local one. ',
        (known.hints?.notes ?? []).map(n => line(typeof n === 'string' ? n : n.note ?? n.detail, 200)).join(' ')),
        h('div.row', {}, field('Model', bind(model, 'model')),
          field('Several models', bind(h('select', {},
          options([['uniform', 'all the same'], ['diverse', 'in turn']], d.models)), 'models')),
          field('Style', bind(h('select', {}, options(STYLES.map(s => ([s, s || 'as the panel says'])), d.style)),
            'style'))));
      if (d.who === 'preset') {
        parts.push(h('div.checks', { role: 'radiogroup', ariaLabel: 'Preset' },
          known.presets.map(p => h('label.checkcard', {},
          h('input', { type: 'radio', name: 'preset', checked: d.preset === p.name,
          onchange: () => {
            d.preset = p.name;
            d.participants = structuredClone(p.participants);
            keep();
            drawWho();
          } }),
        h('span', {}, h('b', {}, line(p.name, 60)), h('small.muted', {}, line(p.description, 200)))))));
        if (d.preset && d.participants.length) parts.push(panelEditor(d, keep));
      } else parts.push(generator());
    }
    fill(who, parts);
  };
  // Participants made by a model: a run of its own, whose id is in the address until its result is there.
  const generator = () => {
    const out = h('div.stack'), run = ctx.query().get('panel');
    const many = bind(h('input', { type: 'number', min: '2', max: '6', step: '1' }), 'count');
    const make = h('button', { type: 'button', onclick: async () => {
      make.disabled = true;
      try {
        const made = await post('/roundtables/participants',
          { document: d.document, model: d.model, count: Number(d.count), ...d.goal ? { goal: d.goal } : {},
          ...d.style ? { style: d.style } : {} });
        setQuery({ panel: made.id });
        follow(made.id);
      } catch (error) {
        make.disabled = false;
        fill(out, broken(error));
      }
    } }, d.participants.length ? 'Make them anew' : 'Make participants');
    const follow = async id => {
      make.disabled = true;
      fill(out, h('p.loading', { role: 'status' }, 'Participants are being made… ',
        h('a', { href: runPath(id) }, 'look at the run')));
      for (let tries = 0; !ctx.signal.aborted; tries++) {
        try {
          const state = await get(runPath(id), ctx.signal);
          if (state.state === 'completed') {
            d.participants = state.output?.panel?.participants ?? [];
            if (!d.goal && state.output?.panel?.goal) d.goal = state.output.panel.goal;
            setQuery({ panel: null });
            keep();
            return drawWho();
          }
          if (state.state === 'failed' || state.state === 'cancelled') {
            make.disabled = false;
            setQuery({ panel: null });
            return fill(out, h('div.problem', {}, h('p', {}, h('b', {}, `✕ ${state.state}`)),
              h('p', {}, line(state.error?.message ?? '', 400)), h('a', { href: runPath(id) }, 'Look at the run')));
          }
        } catch (error) {
          if (ctx.signal.aborted) return;
          if (error.status === 404) return fill(out, broken(error));
        }
        await new Promise(done => setTimeout(done, Math.min(3000, 400 + tries * 200)));
      }
    };
    if (run && !d.participants.length) follow(run);
    return h('div.stack', {}, h('div.row.end', {}, field('How many', many), make), out,
      d.participants.length ? panelEditor(d, keep) : h('p.muted', {},
      'A model reads the document and proposes who should; you change them before anything starts.'));
  };

  const submit = async e => {
    e.preventDefault();
    if (missing()) return;
    start.disabled = true;
    fill(problem);
    try {
      const run = await post('/roundtables', body(d), { key });
      sessionStorage.removeItem(KEPT);
      go(runPath(run.id));
    } catch (error) {
      start.disabled = false;
      fill(problem, broken(error));
    }
  };
  const load = async () => {
    const ask = (path, name) => get(path,
      ctx.signal).then(a => { known[name] = a[name]; if (name === 'models') known.hints = a; })
      .catch(error => { if (!ctx.signal.aborted) fill(problem, broken(error, load)); });
    await Promise.all([ask('/critics', 'critics'), ask('/presets', 'presets'), ask('/models', 'models'),
      ask('/kinds', 'kinds')]);
    if (ctx.signal.aborted) return;
    if (!d.model && known.hints?.default) d.model = known.hints.default;
    fill(kind, options([['', 'found in the document'], ...known.kinds.map(k => ([k.name, line(k.title, 60)]))],
      d.kind));
    drawWho();
    drawStart();
    estimate();
  };
  const kind = bind(h('select', {}, options([['', 'found in the document']], '')), 'kind');
  drawWho();
  drawStart();
  load();
  const num = (name, o) => bind(h('input', { type: 'number', ...o }), name);
  return h('form.page.newtable', { onsubmit: submit, noValidate: false },
    h('header.pagehead', {}, h('h1', {}, 'New roundtable')), h('div.formgrid', {},
    h('div.stack.wide', {}, h('section.card', {}, h('h2', {}, 'Document'), dropBox(d, keep),
      h('div.row', {}, field('Title', bind(h('input', { placeholder: 'its first heading' }), 'title')),
      field('Kind', kind)),
      field('Goal', bind(h('input', { placeholder: 'What the document is for' }), 'goal'))),
    h('section.card', {}, h('h2', {}, 'Who reads it'), who)),
    h('aside.stack', {}, h('section.card', {}, h('h2', {}, 'How far it goes'),
      h('div.row', {}, field('Rounds at most', num('max_iterations', { min: '1', max: '10', required: true })),
      field('Ends at a change below, %', num('threshold', { min: '0', max: '100', step: 'any', placeholder: '5' }))),
    field('Goal reached when nothing is', bind(h('select', {},
      options(SEVERITIES.map(s => [s, `${s} or worse`]), d.bar)), 'bar')),
    h('label.check', {}, bind(h('input', { type: 'checkbox' }), 'force'), ' all rounds, also when the goal is reached'),
    h('div.row', {}, field('Budget, $', num('usd', { min: '0', step: '0.01', placeholder: 'none' })),
      field('Budget, tokens', num('tokens', { min: '1', step: '1', placeholder: 'none' })))),
    h('section.card', {}, h('h2', {}, 'Estimate'), cost), problem, why, start)));
}

// Where the document is pasted, dropped or chosen.
function dropBox(d, keep) {
  const note = h('p.muted.small', { role: 'status' });
  const area = h('textarea.doc', { rows: 14, ariaLabel: 'Document',
    placeholder: 'Paste the document here, or drop a .md or .txt file', value: d.document, spellcheck: false,
    'data-filter': '' });
  const say = () => text(note,
    d.document
    ? (d.name
      && `${d.name}, `) + `${bytes(new Blob([d.document]).size)}, ${plural(d.document.split('\n').length, 'line')}`
    : '');
  const file = async f => {
    if (!f) return;
    if (!/\.(md|markdown|txt)$/i.test(f.name)) return text(note, `✕ ${f.name} is no .md or .txt file.`);
    if (f.size > MOST) return text(note, `✕ ${f.name} has ${bytes(f.size)}; ${bytes(MOST)} is the most.`);
    try {
      d.document = area.value = new TextDecoder('utf-8', { fatal: true }).decode(await f.arrayBuffer());
      d.name = f.name;
      keep();
      say();
    } catch {
      text(note, `✕ ${f.name} is no text in UTF-8.`);
    }
  };
  const pick = h('input', { type: 'file', accept: '.md,.markdown,.txt,text/plain,text/markdown', hidden: true,
    onchange: () => file(pick.files?.[0]) });
  const box = h('div.drop', {}, area, h('div.btns', {},
    h('button.sm', { type: 'button', onclick: () => pick.click() }, 'Choose a file'), pick, note));
  area.addEventListener('input', () => { d.document = area.value; d.name = ''; keep(); say(); });
  for (const kind of ['dragover', 'dragleave', 'drop']) box.addEventListener(kind, e => {
    if (!e.dataTransfer?.types.includes('Files')) return;
    e.preventDefault();
    box.classList.toggle('over', kind === 'dragover');
    if (kind === 'drop') file(e.dataTransfer.files[0]);
  });
  say();
  return box;
}
