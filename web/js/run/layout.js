// Layers of a graph, few crossings, straight neighbours. Pure: no element is made here.


export function layout(ids, edges, sizes, down = false) {
  if (!down) return sideways(ids, edges, sizes);
  const r = sideways(ids, edges, { w: sizes.h, h: sizes.w, gapX: sizes.gapY, gapY: sizes.gapX });
  for (const p of r.pos.values()) [p.x, p.y] = [p.y, p.x];
  for (const p of r.paths) p.d = p.d.replace(/(-?[\d.]+) (-?[\d.]+)/g, '$2 $1');
  return { ...r, width: r.height, height: r.width, w: sizes.w, h: sizes.h };
}

function sideways(ids, edges, sizes) {
  const index = new Map(ids.map((id, i) => [id, i]));
  const pairs = [];
  for (const [a, b] of edges) {
    const u = index.get(a), v = index.get(b);
    if (u !== undefined && v !== undefined && u !== v) pairs.push([u, v]);
  }
  const g = graded(ids.length, pairs);
  untangle(g);
  const y = heights(g, ids.length, sizes);
  return drawn(ids, pairs, g, y, sizes);
}

// The layer of each node, with stand-ins where an edge passes a layer.
function graded(n, pairs) {
  const out = Array.from({ length: n }, () => ([])), waits = new Int32Array(n);
  for (const [u, v] of pairs) {
    out[u].push(v);
    waits[v]++;
  }
  const layer = (new Array(n).fill(0)), queue = [];
  for (let i = 0; i < n; i++) if (!waits[i]) queue.push(i);
  for (let k = 0; k < queue.length; k++) {
    for (const v of out[queue[k]]) {
      layer[v] = Math.max(layer[v], layer[queue[k]] + 1);
      if (!--waits[v]) queue.push(v);
    }
  }
  const up = out.map(() => ([])), down = out.map(() => ([]));
  const chains = pairs.map(([u, v]) => {
    const chain = [u];
    for (let l = layer[u] + 1; l <= layer[v]; l++) {
      const w = l === layer[v] ? v : layer.push(l) - 1;
      if (w !== v) {
        up.push([]);
        down.push([]);
      }
      const last = (chain.at(-1));
      down[last].push(w);
      up[w].push(last);
      chain.push(w);
    }
    return chain;
  });
  const rows = [];
  layer.forEach((l, v) => (rows[l] ??= []).push(v));
  return { layer, up, down, rows, chains, at: [] };
}

// How often edges cross, by counting inversions with a Fenwick tree.
function crossings({ rows, down, at }) {
  let sum = 0;
  for (let l = 0; l + 1 < rows.length; l++) {
    const ends = rows[l].flatMap(u => down[u].map(v => at[v]).sort((a, b) => a - b));
    const tree = new Int32Array(rows[l + 1].length + 2);
    for (let i = ends.length - 1; i >= 0; i--) {
      for (let k = ends[i]; k > 0; k -= k & -k) sum += tree[k];
      for (let k = ends[i] + 1; k < tree.length; k += k & -k) tree[k]++;
    }
  }
  return sum;
}

// Sweeps by barycentres; the best order that was met stays.
function untangle(g) {
  const place = () => g.rows.forEach(r => r.forEach((v, i) => { g.at[v] = i; }));
  place();
  let best = crossings(g), keep = g.rows.map(r => [...r]);
  for (let sweep = 0; sweep < 12 && best > 0; sweep++) {
    const forth = sweep % 2 === 0, near = forth ? g.up : g.down;
    for (let k = 1; k < g.rows.length; k++) {
      const row = g.rows[forth ? k : g.rows.length - 1 - k];
      const centre = new Map(row.map(v => [v, near[v].length ? near[v].reduce((a, w) => a + g.at[w], 0) / near[v].length
        : g.at[v]]));
      row.sort((a, b) => (centre.get(a)) - (centre.get(b)));
      row.forEach((v, i) => { g.at[v] = i; });
    }
    const now = crossings(g);
    if (now < best) {
      best = now;
      keep = g.rows.map(r => [...r]);
    }
  }
  g.rows = keep;
  place();
}

// Pulls each node to the middle of its neighbours; order and distance stay (pooled adjacent violators).
function heights(g, n, sizes) {
  const y = new Float64Array(g.layer.length), size = v => v < n ? sizes.h + sizes.gapY : sizes.gapY * 0.75;
  for (const row of g.rows) {
    let p = 0;
    for (const v of row) {
      y[v] = p + size(v) / 2;
      p += size(v);
    }
  }
  for (let sweep = 0; sweep < 10; sweep++) {
    const forth = sweep % 2 === 0;
    for (let k = 0; k < g.rows.length; k++) {
      const row = g.rows[forth ? k : g.rows.length - 1 - k];
      let p = 0;
      const offset = row.map((v, i) => (p += i ? (size(row[i - 1]) + size(v)) / 2 : 0));
      const pools = [];
      row.forEach((v, i) => {
        const near = sweep < 8 ? (forth ? g.up : g.down)[v] : [...g.up[v], ...g.down[v]];
        const wish = near.length ? near.reduce((a, w) => a + y[w], 0) / near.length : y[v];
        let pool = { sum: wish - offset[i], n: 1, from: i };
        for (let a = pools.at(-1); a && a.sum / a.n > pool.sum / pool.n; a = pools.at(-1)) {
          pools.pop();
          pool = { sum: a.sum + pool.sum, n: a.n + pool.n, from: a.from };
        }
        pools.push(pool);
      });
      pools.forEach((pool, i) => {
        const to = pools[i + 1]?.from ?? row.length;
        for (let k2 = pool.from; k2 < to; k2++) y[row[k2]] = pool.sum / pool.n + offset[k2];
      });
    }
  }
  return y;
}

function drawn(ids, pairs, g, y, s) {
  const n = ids.length;
  let top = Infinity, bottom = -Infinity;
  for (let v = 0; v < y.length; v++) {
    top = Math.min(top, y[v] - s.h / 2);
    bottom = Math.max(bottom, y[v] + s.h / 2);
  }
  const x = v => g.layer[v] * (s.w + s.gapX), round = a => Math.round(a * 10) / 10;
  const pos = new Map(ids.map((id, i) => [id, { x: x(i), y: round(y[i] - top - s.h / 2) }]));
  const paths = g.chains.map((chain, e) => {
    let d = `M${x(chain[0]) + s.w} ${round(y[chain[0]] - top)}`;
    for (let i = 1; i < chain.length; i++) {
      const [a, b] = [chain[i - 1], chain[i]];
      const from = a < n ? x(a) + s.w : x(a) + s.w / 2, to = b < n ? x(b) : x(b) + s.w / 2,
        mid = round((from + to) / 2);
      d += `C${mid} ${round(y[a] - top)} ${mid} ${round(y[b] - top)} ${to} ${round(y[b] - top)}`;
    }
    return { from: ids[pairs[e][0]], to: ids[pairs[e][1]], d };
  });
  return { pos, paths, width: Math.max(s.w, g.rows.length * (s.w + s.gapX) - s.gapX),
    height: Math.max(s.h, bottom - top), w: s.w, h: s.h };
}
