// What this reader likes: kept in this browser only.
import { Value } from './topic.js';

/** @type {Record<string, string>} */
const DEFAULTS = { theme: 'system', density: 'cosy', keys: 'on', rail: 'open' };

/** @returns {Record<string, string>} */
function read() {
  try {
    return { ...DEFAULTS, ...JSON.parse(localStorage.getItem('tutti.prefs') ?? '{}') };
  } catch {
    return { ...DEFAULTS };
  }
}

export const prefs = new Value(read());
const dark = matchMedia('(prefers-color-scheme: dark)');

function apply() {
  const { theme, density } = prefs.value;
  document.documentElement.dataset.theme = theme === 'system' ? (dark.matches ? 'dark' : 'light') : theme;
  document.documentElement.dataset.density = density;
}

/** @param {Record<string, string>} change */
export function setPrefs(change) {
  try {
    localStorage.setItem('tutti.prefs', JSON.stringify({ ...prefs.value, ...change }));
  } catch { /* a browser without storage keeps it until the page is closed */ }
  prefs.set({ ...prefs.value, ...change });
}

export const isDark = () => document.documentElement.dataset.theme === 'dark';
export const toggleTheme = () => setPrefs({ theme: isDark() ? 'light' : 'dark' });

prefs.on(apply);
dark.addEventListener('change', apply);
addEventListener('storage', event => event.key === 'tutti.prefs' && prefs.set(read()));
apply();
