// A diff to read: inline or side by side, changed words marked, unchanged stretches folded.
import { h } from '../lib/dom.js';
import { hunks, words, tally } from '../lib/diff.js';
import { clean } from '../lib/safe.js';

const MOST = 4000;


// Lines of a hunk; a removed line beside the added one that replaces it has its words compared.
function pairs(hunk) {
  const groups = [];
  for (const { op, text } of hunk.lines) {
    let last = groups.at(-1);
    if (op === ' ') groups.push({ minus: [], plus: [], same: text });
    else {
      if (!last || last.same !== null) groups.push(last = { minus: [], plus: [], same: null });
      (op === '-' ? last.minus : last.plus).push(text);
    }
  }
  return groups;
}

function compared(a, b) {
  const left = clean(a), right = clean(b);
  if (left.length + right.length > 4000) return [left, right];
  const parts = words(left, right);
  const kept = parts.filter(p => p.op === ' ').reduce((n, p) => n + p.text.trim().length, 0);
  // Two lines with little in common are two lines, not one that changed.
  if (kept * 3 < Math.max(left.length, right.length)) return [left, right];
  return [parts.filter(p => p.op !== '+').map(p => p.op === '-' ? h('del', {}, p.text) : p.text),
    parts.filter(p => p.op !== '-').map(p => p.op === '+' ? h('ins', {}, p.text) : p.text)];
}

function body(hunk, side) {
  const out = [];
  let a = hunk.from_line, b = hunk.to_line;
  const row = (op, text, x, y) =>
    h('tr', { class: { '+': 'plus', '-': 'minus' }[op] ?? '' }, h('td.ln', {}, x), h('td.ln', {}, y),
      h('td.op', {}, op === ' ' ? '' : op), h('td.tx', {}, text));
  for (const group of pairs(hunk)) {
    if (group.same !== null) {
      const t = clean(group.same);
      out.push(side ? h('tr', {}, h('td.ln', {}, a), h('td.tx', {}, t), h('td.ln', {}, b), h('td.tx', {}, t))
        : row(' ', t, a, b));
      a++; b++;
      continue;
    }
    /** @type {any[]} */
    const left = group.minus.map(clean), right = /** @type {any[]} */ (group.plus.map(clean));
    for (let i = 0; i < Math.min(left.length, right.length); i++) [left[i], right[i]] = compared(group.minus[i],
      group.plus[i]);
    if (side) {
      for (let i = 0; i < Math.max(left.length, right.length); i++) {
        const l = i < left.length, r = i < right.length;
        out.push(h('tr', {}, h('td.ln', {}, l ? a++ : ''),
          h('td.tx', { class: l ? 'minus' : 'none' }, l ? left[i] : ''),
          h('td.ln', {}, r ? b++ : ''), h('td.tx', { class: r ? 'plus' : 'none' }, r ? right[i] : '')));
      }
    } else out.push(left.map(t => row('-', t, a++, null)), right.map(t => row('+', t, null, b++)));
  }
  return out;
}

export function diffView(hunks, { side = false, label = 'Changes' } = {}) {
  const { plus, minus } = tally(hunks);
  if (!hunks.length) return h('p.muted', {}, 'Nothing differs.');
  let shown = 0, cut = false;
  const table = h('table', { class: side ? 'diff side' : 'diff', ariaLabel: label });
  if (side) table.append(h('colgroup', {}, h('col.ln'), h('col'), h('col.ln'), h('col')));
  for (const hunk of hunks) {
    if (shown > MOST) { cut = true; break; }
    shown += hunk.lines.length;
    table.append(h('tbody', {}, h('tr.gap', {}, h('td', { colSpan: 4 }, `line ${hunk.to_line}`)), body(hunk, side)));
  }
  return h('div.diffbox', {}, h('p.tally', {}, h('span.plus', {}, `+${plus}`), ' ', h('span.minus', {}, `−${minus}`),
    h('span.muted', {}, plus + minus === 1 ? ' line' : ' lines')),
  h('div.scroll-x', { tabIndex: 0, role: 'region', ariaLabel: label }, table),
  cut ? h('p.muted', {}, `Only the first ${MOST} lines of changes are shown.`) : null);
}

// The same of two texts.
export const textDiff = (from, to, o) => diffView(hunks(from, to), o);
