// The address says what is shown: paths name the view, the query its filters, tab and step.
import { isOpenPage } from './session.js';
import { Topic } from './topic.js';

/** @typedef {{pattern: RegExp, names: string[], load: () => Promise<any>, nav: string}} Route */
/**
 * What a page gets: `signal` ends with it; `query()` is the present query; `onQuery` tells of its changes.
 * @typedef {{params: Record<string, string>, signal: AbortSignal, query: () => URLSearchParams,
 *   onQuery: (listener: () => void) => void, title: (text: string) => void}} Context
 */

/** @type {Route[]} */
const routes = [];
/** Tells of each change of the address, also those within a page. @type {Topic} */
export const moved = new Topic();

/**
 * @param {string} path such as `/runs/:id` @param {string} nav the section of the rail
 * @param {() => Promise<any>} load
 */
export function route(path, nav, load) {
  const names = [...path.matchAll(/:(\w+)/g)].map(m => m[1]);
  routes.push({ pattern: new RegExp(`^${path.replace(/:\w+/g, '([^/]+)')}/?$`), names, load, nav });
}

export function match(path) {
  for (const r of routes) {
    const found = r.pattern.exec(path);
    if (!found) continue;
    try {
      const params = Object.fromEntries(r.names.map((n, i) => [n, decodeURIComponent(found[i + 1])]));
      return { route: r, params };
    } catch {
      return null;
    }
  }
  return null;
}

export function go(to, { replace = false } = {}) {
  if (to === location.pathname + location.search + location.hash) return;
  // Pages for whoever comes have another frame, and no stream.
  if (isOpenPage(to.split(/[?#]/)[0]) !== isOpenPage()) return location.assign(to);
  history[replace ? 'replaceState' : 'pushState'](null, '', to);
  moved.emit(location.pathname);
}

/**
 * Changes members of the query; `null` takes one out.
 * @param {Record<string, string|null>} change @param {{push?: boolean}} options
 */
export function setQuery(change, { push = false } = {}) {
  const q = new URLSearchParams(location.search);
  for (const [k, v] of Object.entries(change)) v == null || v === '' ? q.delete(k) : q.set(k, v);
  const text = q.toString();
  go(location.pathname + (text ? `?${text}` : '') + location.hash, { replace: !push });
}

/**
 * Shows what the address names in `outlet`, now and whenever it changes.
 * @param {HTMLElement} outlet @param {(nav: string, first: boolean) => void} shown
 * @param {(error: any) => Node} broken @param {() => Node} missing
 */
export function start(outlet, shown, broken, missing) {
  /** @type {AbortController|null} */
  let life = null;
  /** @type {Topic} */
  let queryTopic = new Topic();
  let present = '', first = true;
  const show = async () => {
    const path = location.pathname.replace(/(.)\/$/, '$1');
    if (path === present && life) return queryTopic.emit();
    present = path;
    life?.abort();
    const mine = life = new AbortController();
    const topic = queryTopic = new Topic();
    const found = match(path);
    if (!found) {
      outlet.replaceChildren(missing());
      return shown('', first);
    }
    /** @type {Context} */
    const context = {
      params: found.params, signal: mine.signal, query: () => new URLSearchParams(location.search),
      onQuery: listener => topic.on(listener, mine.signal),
      title: text => { if (!mine.signal.aborted) document.title = `${text} · Tutti`; },
    };
    try {
      const page = (await found.route.load()).default;
      if (mine.signal.aborted) return;
      outlet.replaceChildren(page(context));
    } catch (error) {
      if (mine.signal.aborted) return;
      console.error(error);
      outlet.replaceChildren(broken(error));
    }
    outlet.scrollTop = 0;
    shown(found.route.nav, first);
    first = false;
  };
  moved.on(show);
  addEventListener('popstate', () => moved.emit(location.pathname));
  document.addEventListener('click', event => {
    const a = /** @type {Element} */ (event.target).closest?.('a[href]');
    if (!(a instanceof HTMLAnchorElement) || event.defaultPrevented || event.button !== 0 || a.target
      || a.download) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (a.origin !== location.origin || a.getAttribute('href')?.startsWith('#') || !match(a.pathname)) return;
    event.preventDefault();
    go(a.pathname + a.search + a.hash);
  });
  show();
}
