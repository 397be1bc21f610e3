// A safe subset of Markdown, straight to elements: headings, paragraphs, lists, quotes, code, tables, rules, emphasis
// and links. HTML is shown as the text it is, images as their description, links only with schemes that are known.
import { h } from './dom.js';
import { clean, linkTarget } from './safe.js';

const DEPTH = 6;
const LIMIT = 400000;

/** @param {string} source @returns {any} */
export function markdown(source) {
  const whole = clean(source);
  const root = h('div.md', {}, blocks(whole.slice(0, LIMIT).split('\n'), 0));
  if (whole.length > LIMIT) root.append(h('p.muted', {}, 'The rest is too long to show here; download it instead.'));
  return root;
}

const LIST = /^(\s*)(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;
const FENCE = /^\s{0,3}(```+|~~~+)\s*([\w+-]*)/;

/** @param {string[]} lines @param {number} depth @returns {any[]} */
function blocks(lines, depth) {
  const out = [];
  let i = 0;
  while (i < lines.length) {
    const line = lines[i];
    if (!line.trim()) i++;
    else if (FENCE.test(line)) i = fence(lines, i, out);
    else if (/^\s{0,3}#{1,6}\s/.test(line)) {
      const [, marks, title] = /** @type {RegExpExecArray} */ (/^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line)
        ?? ['', '#', line]);
      // The page has its own h1 and h2: those of a document begin below them.
      out.push(h(`h${Math.min(6, marks.length + 2)}`, { class: `h${marks.length}` }, inline(title)));
      i++;
    } else if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) {
      out.push(h('hr'));
      i++;
    } else if (/^\s{0,3}>/.test(line)) {
      const inner = [];
      while (i < lines.length && /^\s{0,3}>/.test(lines[i])) inner.push(lines[i++].replace(/^\s{0,3}> ?/, ''));
      out.push(h('blockquote', {}, depth < DEPTH ? blocks(inner, depth + 1) : inner.join('\n')));
    } else if (LIST.test(line)) i = list(lines, i, out, depth);
    else if (line.includes('|') && /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[i + 1] ?? '')) {
      i = table(lines, i, out);
    } else if (/^\s*<!--/.test(line)) {
      // Comments are part of a document under review: shown, but quietly.
      const from = i;
      while (i < lines.length && !lines[i].includes('-->')) i++;
      out.push(h('p.comment', {}, lines.slice(from, ++i).join('\n')));
    } else i = paragraph(lines, i, out);
  }
  return out;
}

/** @param {string[]} lines @param {number} i @param {any[]} out */
function paragraph(lines, i, out) {
  const from = i++;
  while (i < lines.length && lines[i].trim() && !/^\s{0,3}(#{1,6}\s|>|```|~~~)/.test(lines[i]) && !LIST.test(lines[i])
    && !/^\s*<!--/.test(lines[i])) i++;
  out.push(h('p', {}, inline(lines.slice(from, i).join('\n'))));
  return i;
}

/** @param {string[]} lines @param {number} i @param {any[]} out */
function fence(lines, i, out) {
  const [, marks, language] = /** @type {RegExpExecArray} */ (FENCE.exec(lines[i]));
  const from = ++i;
  while (i < lines.length && !lines[i].trim().startsWith(marks)) i++;
  out.push(h('pre', { tabIndex: 0, 'data-language': language || null },
    h('code', {}, lines.slice(from, i).join('\n'))));
  return i + 1;
}

/** @param {string[]} lines @param {number} i @param {any[]} out @param {number} depth */
function list(lines, i, out, depth) {
  const first = /** @type {RegExpExecArray} */ (LIST.exec(lines[i]));
  const base = first[1].length, ordered = first[2] != null;
  const items = [];
  while (i < lines.length) {
    const item = LIST.exec(lines[i]);
    if (!item || item[1].length > base + 1 || (item[2] != null) !== ordered) break;
    const inner = [item[3]];
    i++;
    while (i < lines.length) {
      const next = LIST.exec(lines[i]);
      if (next && next[1].length <= base + 1) break;
      if (!lines[i].trim() && !/^\s{2,}\S/.test(lines[i + 1] ?? '')) break;
      if (!next && lines[i].trim() && !/^\s/.test(lines[i]) && /^(#|>|```)/.test(lines[i])) break;
      inner.push(lines[i++].replace(new RegExp(`^\\s{0,${base + 4}}`), ''));
    }
    const task = /^\[([ xX])\]\s+/.exec(inner[0]);
    if (task) inner[0] = `${task[1] === ' ' ? '☐' : '☑'} ${inner[0].slice(task[0].length)}`;
    const simple = inner.every(l => !LIST.test(l) && !FENCE.test(l) && l.trim());
    items.push(h('li', {}, simple || depth >= DEPTH ? inline(inner.join('\n')) : blocks(inner, depth + 1)));
    if (!lines[i]?.trim() && LIST.test(lines[i + 1] ?? '')) i++;
  }
  if (!items.length) return paragraph(lines, i, out);
  out.push(h(ordered ? 'ol' : 'ul', ordered && first[2] !== '1' ? { start: Number(first[2]) } : {}, items));
  return i;
}

/** @param {string[]} lines @param {number} i @param {any[]} out */
function table(lines, i, out) {
  const cells = l => l.trim().replace(/^\||\|$/g, '').split(/(?<!\\)\|/).map(c => c.trim());
  const head = cells(lines[i]);
  const rows = [];
  i += 2;
  while (i < lines.length && lines[i].includes('|')) rows.push(cells(lines[i++]));
  out.push(h('div.scroll-x', { tabIndex: 0, role: 'region', ariaLabel: 'table' }, h('table', {},
    h('thead', {}, h('tr', {}, head.map(c => h('th', {}, inline(c))))),
    h('tbody', {}, rows.map(r => h('tr', {}, head.map((_, k) => h('td', {}, inline(r[k] ?? '')))))))));
  return i;
}

// Every repetition is bounded or ends at the mark it looks for, so that no text takes long to read.
const INLINE = new RegExp([
  '(`+)([\\s\\S]{0,2000}?[^`])\\1(?!`)', '!\\[([^\\]]{0,500})\\]\\(([^)\\s]{0,2000})[^)\\n]{0,200}\\)',
  '\\[([^\\]]{1,500})\\]\\(([^)\\s]{0,2000})[^)\\n]{0,200}\\)',
  '\\*\\*(\\S[^*]{0,2000}?)\\*\\*', '(?<![\\w*])[*_](\\S[^*_]{0,2000}?)[*_](?![\\w*])', '~~(\\S[^~]{0,2000}?)~~',
  '<(https?:[^>\\s]{1,2000})>', '(https?:\\/\\/[^\\s<>()"\']{0,2000}[^\\s<>()"\'.,;:!?])',
  '\\\\([\\\\`*_{}\\[\\]()#+.!|~-])', '( {2,}\\n)',
].join('|'), 'g');

/** @param {string} text @param {number} [depth] @returns {any[]} */
export function inline(text, depth = 0) {
  const out = [];
  let at = 0;
  const deeper = t => depth < DEPTH ? inline(t, depth + 1) : [t];
  for (const m of text.matchAll(INLINE)) {
    out.push(text.slice(at, m.index));
    at = m.index + m[0].length;
    if (m[2] != null) out.push(h('code', {}, m[2].trim()));
    else if (m[4] != null) out.push(h('span.image', { title: 'Images are not loaded' }, `[image: ${m[3] || m[4]}]`));
    else if (m[6] != null) out.push(link(m[6], deeper(m[5])));
    else if (m[7] != null) out.push(h('strong', {}, deeper(m[7])));
    else if (m[8] != null) out.push(h('em', {}, deeper(m[8])));
    else if (m[9] != null) out.push(h('s', {}, deeper(m[9])));
    else if (m[10] != null || m[11] != null) out.push(link(m[10] ?? m[11], [m[10] ?? m[11]]));
    else if (m[12] != null) out.push(m[12]);
    else out.push(h('br'));
  }
  out.push(text.slice(at));
  return out;
}

/** @param {string} address @param {any[]} words */
function link(address, words) {
  const target = linkTarget(address);
  if (!target) return h('span.nolink', { title: 'This address cannot be followed' }, words, ` (${address})`);
  return h('a', { href: target, target: '_blank', rel: 'noopener noreferrer nofollow', referrerPolicy: 'no-referrer',
    title: target }, words);
}
