// Numbers and times for people. Times come from the server; only "ago" needs the clock of this machine, corrected by
// what the server's Date header said.

let skew = 0;

export function setClock(date) {
  const there = date ? Date.parse(date) : NaN;
  if (Math.abs(there - Date.now()) > 2000) skew = there - Date.now();
}

export const now = () => Date.now() + skew;

export function count(x) {
  const n = Number(x) || 0;
  if (n >= 1e6) return `${(n / 1e6).toFixed(1)}M`;
  return n >= 1e4 ? `${(n / 1e3).toFixed(1)}k` : n.toLocaleString('en');
}

export function usd(x) {
  if (x == null) return '–';
  const n = Number(x);
  if (n === 0) return '$0';
  if (n > 0 && n < 0.0001) return '<$0.0001';
  return `$${n < 0.01 ? n.toFixed(4) : n < 1 ? n.toFixed(3) : n.toFixed(2)}`;
}

export const money = cost => cost ? usd(cost.usd) : '';

export function duration(ms) {
  if (ms == null || !Number.isFinite(ms)) return '–';
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = ms / 1000;
  if (s < 60) return `${s.toFixed(s < 10 ? 1 : 0)} s`;
  const m = Math.floor(s / 60);
  if (m < 60) return `${m} m ${String(Math.floor(s % 60)).padStart(2, '0')} s`;
  const hours = Math.floor(m / 60);
  return hours < 48 ? `${hours} h ${String(m % 60).padStart(2, '0')} m` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

export function ago(time) {
  if (!time) return '';
  const s = Math.max(0, (now() - Date.parse(time)) / 1000);
  if (s < 60) return `${Math.floor(s)} s`;
  if (s < 3600) return `${Math.floor(s / 60)} m`;
  return s < 172800 ? `${Math.floor(s / 3600)} h` : `${Math.floor(s / 86400)} d`;
}

const pad = (n, width = 2) => String(n).padStart(width, '0');

// The time of day with milliseconds, in the zone of the reader.
export function clock(time) {
  if (!time) return '–';
  const d = new Date(time);
  return `${pad(d.getHours())}:${pad(d.getMinutes())}:${pad(d.getSeconds())}.${pad(d.getMilliseconds(), 3)}`;
}

export function moment(time) {
  if (!time) return '–';
  const d = new Date(time);
  return `${d.getFullYear()}-${pad(d.getMonth() + 1)}-${pad(d.getDate())} ${pad(d.getHours())}:${pad(d.getMinutes())}`
    + `:${pad(d.getSeconds())}`;
}

export const bytes = n => n < 1024 ? `${n} B` : n < 1048576 ? `${(n / 1024).toFixed(1)} KiB`
  : `${(n / 1048576).toFixed(1)} MiB`;

export const shortID = id => id.length > 16 ? `${id.slice(0, 12)}…${id.slice(-4)}` : id;

export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many ?? `${one}s`}`;

// The last name of a key, with the number only where it says something.
export const leaf = key => (key.split('/').pop() ?? key).replace(/#1$/, '').replace('#', ' ');
