// Time as it is drawn: stretches in which nothing was done shrink to a mark of fixed width.


export function axis(busy, from, to, compress) {
  const sorted = busy.filter(([a, b]) => b >= a).sort((a, b) => a[0] - b[0]);
  const merged = [];
  for (const [a, b] of sorted) {
    const last = merged.at(-1);
    if (last && a <= last[1]) last[1] = Math.max(last[1], b);
    else merged.push([a, b]);
  }
  const active = Math.max(1, merged.reduce((n, [a, b]) => n + b - a, 0));
  // A pause is worth its length until it is as long as a tenth of all the work, and a second.
  const limit = Math.max(1000, active * 0.1);
  const pieces = [];
  let at = from;
  const span = (a, b, gap = false) => {
    if (b <= a) return;
    const last = pieces.at(-1);
    if (!gap && last && !last.gap) {
      last.to = b;
      last.weight += b - a;
    } else pieces.push({ from: a, to: b, weight: gap ? 0 : b - a, gap });
  };
  for (const [a, b] of merged) {
    span(at, a, compress && a - at > limit);
    span(Math.max(at, a), b);
    at = Math.max(at, b);
  }
  span(at, to, compress && to - at > limit);
  if (!pieces.length) pieces.push({ from, to: Math.max(to, from + 1), weight: 1, gap: false });
  const gaps = pieces.filter(p => p.gap);
  for (const gap of gaps) gap.weight = active * Math.min(0.16, 0.6 / gaps.length);
  const whole = pieces.reduce((n, p) => n + p.weight, 0);
  let x = 0;
  return pieces.map(p => {
    const piece = { from: p.from, to: p.to, at: x, size: p.weight / whole, gap: p.gap };
    x += piece.size;
    return piece;
  });
}

// Where a time lies, from 0 to 1.
export function place(pieces, time) {
  for (const p of pieces) if (time <= p.to) return p.at + p.size * Math.max(0,
    Math.min(1, (time - p.from) / (p.to - p.from || 1)));
  return 1;
}

// Times for the marks of the axis, as round as they can be.
export function ticks(pieces, start) {
  const out = [];
  const worked = pieces.filter(p => !p.gap).reduce((n, p) => n + p.to - p.from, 0);
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 12e4, 3e5, 6e5, 18e5, 36e5, 72e5,
    216e5, 864e5]
    .find(s => worked / s <= 5) ?? worked / 6;
  for (const p of pieces) {
    if (p.gap) continue;
    for (let t = Math.ceil((p.from - start) / step) * step; t <= p.to - start; t += step) {
      const at = place(pieces, t + start);
      if (pieces.some(g => g.gap && Math.abs(g.at + g.size / 2 - at) < g.size / 2 + 0.09)) continue;
      if (!out.length || at - (out.at(-1)).at > 0.17) out.push({ at, ms: t });
    }
  }
  return out;
}
