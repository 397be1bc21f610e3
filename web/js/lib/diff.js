// What changed between two texts: lines by Myers' shortest edit script, words inside of changed lines.

/** @typedef {{op: ' '|'+'|'-', text: string}} Line */
/** @typedef {{from_line: number, to_line: number, lines: Line[]}} Hunk */

/**
 * The shortest edit script of two lists. Beyond `limit` differences the rest is told as replaced.
 * @param {string[]} a @param {string[]} b @param {number} [limit] @returns {Line[]}
 */
export function edits(a, b, limit = 1500) {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const same = text => /** @type {Line} */ ({ op: ' ', text });
  return [...a.slice(0, head).map(same), ...middle(a.slice(head, a.length - tail), b.slice(head, b.length - tail),
    limit),
    ...a.slice(a.length - tail).map(same)];
}

/** @param {string[]} a @param {string[]} b @param {number} limit @returns {Line[]} */
function middle(a, b, limit) {
  const n = a.length, m = b.length, most = Math.min(n + m, limit);
  const replaced = () => [...a.map(t => /** @type {Line} */ ({ op: '-', text: t })),
    ...b.map(t => /** @type {Line} */ ({ op: '+', text: t }))];
  if (!n || !m) return replaced();
  const v = new Int32Array(2 * most + 3), zero = most + 1;
  /** @type {Int32Array[]} */
  const trace = [];
  for (let d = 0; d <= most; d++) {
    trace.push(v.slice(zero - d - 1, zero + d + 2));
    for (let k = -d; k <= d; k += 2) {
      let x = k === -d || (k !== d && v[zero + k - 1] < v[zero + k + 1]) ? v[zero + k + 1] : v[zero + k - 1] + 1;
      while (x < n && x - k < m && a[x] === b[x - k]) x++;
      v[zero + k] = x;
      if (x >= n && x - k >= m) return walk(trace, a, b);
    }
  }
  return replaced();
}

/** @param {Int32Array[]} trace @param {string[]} a @param {string[]} b @returns {Line[]} */
function walk(trace, a, b) {
  /** @type {Line[]} */
  const out = [];
  let x = a.length, y = b.length;
  for (let d = trace.length - 1; d >= 0; d--) {
    const v = trace[d], at = k => v[k + d + 1], k = x - y;
    const before = k === -d || (k !== d && at(k - 1) < at(k + 1)) ? k + 1 : k - 1;
    const px = d ? at(before) : 0, py = d ? px - before : 0;
    while (x > px && y > py && x > 0 && y > 0) {
      out.push({ op: ' ', text: a[--x] });
      y--;
    }
    if (!d) break;
    if (x === px) out.push({ op: '+', text: b[--y] });
    else out.push({ op: '-', text: a[--x] });
  }
  return out.reverse();
}

/** Changed places of two texts with `around` lines about them. @returns {Hunk[]}
 * @param {string} from @param {string} to @param {number} [around] */
export function hunks(from, to, around = 3) {
  const lines = edits(from.split('\n'), to.split('\n'));
  /** @type {Hunk[]} */
  const out = [];
  let a = 1, b = 1, last = -Infinity;
  lines.forEach((line, i) => {
    const near = lines.slice(Math.max(0, i - around), i + around + 1).some(x => x.op !== ' ');
    if (near) {
      if (last !== i - 1) out.push({ from_line: a, to_line: b, lines: [] });
      /** @type {Hunk} */ (out.at(-1)).lines.push(line);
      last = i;
    }
    if (line.op !== '+') a++;
    if (line.op !== '-') b++;
  });
  return out;
}

/** Words of two lines that differ, for marking. @param {string} a @param {string} b @returns {Line[]} */
export function words(a, b) {
  const split = t => t.match(/\s+|[\p{L}\p{N}_]+|[^\s\p{L}\p{N}_]/gu) ?? [];
  /** @type {Line[]} */
  const out = [];
  for (const { op, text } of edits(split(a), split(b), 400)) {
    const last = out.at(-1);
    if (last?.op === op) last.text += text;
    else out.push({ op, text });
  }
  return out;
}

/** How many lines came and went. @param {Hunk[]} list */
export function tally(list) {
  let plus = 0, minus = 0;
  for (const hunk of list) for (const l of hunk.lines) l.op === '+' ? plus++ : l.op === '-' ? minus++ : 0;
  return { plus, minus };
}
