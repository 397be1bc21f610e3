// The reference of the API, from the description that the server has of itself.
import { h, fill } from '../lib/dom.js';
import { request } from '../lib/api.js';
import { clean } from '../lib/safe.js';
import { markdown } from '../lib/markdown.js';
import { style } from '../lib/style.js';
import { setQuery } from '../lib/router.js';
import { broken, copyButton, empty, loading } from '../ui/parts.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

await style('docs.css');

export default function page(ctx) {
  ctx.title('API');
  let spec = null;
  let all = [];
  const index = h('nav.docindex', { ariaLabel: 'Operations' }),
    body = h('div.docs', {}, loading('Loading the description'));
  const search = h('input', { type: 'search', placeholder: 'Find an operation', ariaLabel: 'Find an operation',
    'data-filter': '', value: ctx.query().get('q') ?? '' });
  const draw = () => {
    const wanted = (ctx.query().get('q') ?? '').toLowerCase();
    const hits = all.filter(o => !wanted
      || [o.method, o.path, o.op.summary, o.op.operationId, o.tag].join(' ').toLowerCase().includes(wanted));
    const tags = new Map();
    for (const o of hits) tags.set(o.tag, [...tags.get(o.tag) ?? [], o]);
    fill(index, search, [...tags].map(([tag, list]) => [h('h3', {}, tag),
      h('ul', {}, list.map(o => h('li', {}, h('a', { href: `#${o.id}`, title: `${o.method.toUpperCase()} ${o.path}` },
      h('span', { class: `verb ${o.method}` }, o.method.toUpperCase()), h('span', {}, o.op.summary ?? o.path)))))]));
    fill(body, wanted ? null : h('section.docintro', {},
      h('h1', {}, `${clean(spec.info?.title ?? 'API')} ${clean(spec.info?.version ?? '')}`),
      spec.info?.description ? markdown(spec.info.description) : null,
      h('p.btns', {}, h('a.button', { href: '/openapi.json', target: '_blank' }, 'openapi.json'))),
    hits.length ? [...tags].map(([tag, list]) => h('section', {}, h('h2.doctag', {}, tag), describe(tag),
      list.map(o => operation(spec, o)))) : empty('No operation has this name.',
      h('button', { onclick: () => { search.value = ''; setQuery({ q: null }); } }, 'Show all')));
    if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
  };
  const describe = tag => {
    const d = spec.tags?.find(t => t.name === tag)?.description;
    return d ? markdown(d) : null;
  };
  const load = async () => {
    try {
      spec = await request('GET', '!/openapi.json', { signal: ctx.signal });
      all = Object.entries(spec.paths ?? {}).flatMap(([path,
        item]) => METHODS.filter(m => item[m]).map(method => ({ method, path, tag: item[method].tags?.[0] ?? 'Other',
        op: { ...item[method], parameters: [...item.parameters ?? [], ...item[method].parameters ?? []] },
          id: item[method].operationId ?? `${method}${path.replace(/\W+/g, '-')}` })));
      draw();
    } catch (error) {
      if (!ctx.signal.aborted) fill(body, broken(error, load));
    }
  };
  search.addEventListener('input', () => setQuery({ q: search.value.trim() }));
  ctx.onQuery(() => {
    if (!spec) return;
    const focused = document.activeElement === search;
    draw();
    if (focused) search.focus();
  });
  load();
  return h('div.page.docpage', {}, index, body);
}

// What a reference stands for.
export function resolve(spec, x) {
  for (let hops = 0; x?.$ref && hops < 8; hops++) {
    const parts = String(x.$ref).replace(/^#\//, '').split('/').map(p => p.replace(/~1/g, '/').replace(/~0/g, '~'));
    x = parts.reduce((o, p) => o?.[p], spec);
  }
  return x ?? {};
}

const nameOf = ref => ref?.$ref ? String(ref.$ref).split('/').pop() : '';

// The type of a schema in a few words.
export function typeWords(spec, schema) {
  if (!schema) return 'any';
  if (schema.$ref) return nameOf(schema) ?? 'any';
  const many = schema.oneOf ?? schema.anyOf;
  if (many) return many.map(x => typeWords(spec, x)).join(' or ');
  const type = Array.isArray(schema.type) ? schema.type.join(' or ') : schema.type
    ?? (schema.properties ? 'object' : 'any');
  if (type === 'array') return `list of ${typeWords(spec, schema.items)}`;
  if (schema.enum) return schema.enum.map(String).join(' | ');
  return schema.format ? `${type} (${schema.format})` : type;
}

// Members of a schema as rows; what is inside is opened on request.
function schemaView(spec, schema, depth = 0) {
  const whole = resolve(spec, schema), inner = whole.type === 'array' ? resolve(spec, whole.items) : whole;
  const parts = inner.allOf ? inner.allOf.map(x => resolve(spec, x)) : [inner];
  const properties = Object.assign({}, ...parts.map(p => p.properties ?? {})),
    required = new Set(parts.flatMap(p => p.required ?? []));
  if (!Object.keys(properties).length) return h('p.soft', {}, h('code', {}, typeWords(spec, schema)),
    whole.description ? ` ${clean(whole.description)}` : '');
  return h('div', {}, h('p.soft', {}, h('code', {}, typeWords(spec, schema))),
    h('dl.members', {}, Object.entries(properties).map(([name, p]) => {
    const target = resolve(spec, p), deep = target.properties || target.type === 'array'
      && resolve(spec, target.items).properties;
    const box = h('details'), fillIn = () => box.append(schemaView(spec, p, depth + 1));
    if (deep && depth < 5) {
      box.append(h('summary', {}, 'members'));
      box.addEventListener('toggle', fillIn, { once: true });
    }
    return h('div', {}, h('dt', {}, h('code', {}, name),
      required.has(name) ? h('span.required', {}, 'required') : null),
      h('dd', {}, h('span.muted', {}, typeWords(spec, p)),
      target.default !== undefined ? h('span.muted', {}, `, ${JSON.stringify(target.default)} without it`) : null,
        p.description ?? target.description ? h('p', {}, clean(p.description ?? target.description)) : null,
      deep && depth < 5 ? box : null));
  })));
}

function operation(spec, o) {
  const params = (o.op.parameters ?? []).map(p => resolve(spec, p));
  const request = resolve(spec, o.op.requestBody).content, kind = request && Object.keys(request)[0];
  return h('article.operation', { id: o.id }, h('header', {},
    h('span', { class: `verb ${o.method}` }, o.method.toUpperCase()), h('code.path', {}, o.path),
    h('a.anchor', { href: `#${o.id}`, ariaLabel: 'Link to this operation' }, '#')),
    o.op.summary ? h('h3', {}, clean(o.op.summary)) : null, o.op.description ? markdown(o.op.description) : null,
    params.length ? h('section', {}, h('h4', {}, 'Parameters'),
      h('dl.members', {}, params.map(p => h('div', {},
      h('dt', {}, h('code', {}, p.name), p.required ? h('span.required', {}, 'required') : null),
      h('dd', {}, h('span.muted', {}, `${typeWords(spec, p.schema)}, in the ${p.in}`),
        p.description ? h('p', {}, clean(p.description)) : null))))) : null,
    kind ? h('section', {}, h('h4', {}, `Body, ${kind}`), schemaView(spec, request[kind].schema)) : null,
    h('section', {}, h('h4', {}, 'Answers'), h('dl.members', {},
      Object.entries(o.op.responses ?? {}).map(([status, r]) => {
      const answer = resolve(spec, r), media = answer.content && Object.keys(answer.content)[0],
        schema = media && answer.content[media].schema;
      const box = h('details', {}, h('summary', {}, typeWords(spec, schema)));
      box.addEventListener('toggle', () => box.append(schemaView(spec, schema)), { once: true });
      return h('div', {}, h('dt', {}, h('code', {}, status)),
        h('dd', {}, clean(answer.description ?? ''), media && media !== 'application/json'
        ? h('span.muted', {}, ` ${media}`) : null, schema ? box : null));
    }))), curl(o, kind, request?.[kind ?? '']));
}

function curl(o, kind, media) {
  const example = media?.example ?? media?.schema?.example;
  const lines = [`curl -s${o.method === 'get' ? '' : ` -X ${o.method.toUpperCase()}`} '${location.origin}${o.path}'`];
  if (kind === 'application/json') lines.push(`  -H 'Content-Type: application/json'`,
    `  -d '${example ? JSON.stringify(example).replace(/'/g, "'\\''") : '{…}'}'`);
  const command = lines.join(' \\\n');
  return h('div.curl', {}, h('pre.raw', { tabIndex: 0 }, command), copyButton(command));
}
