// Styles that only some pages need.
const loaded = new Map();

/** Ends when the style is there, or cannot be had. @param {string} name a file of `css` */
export function style(name) {
  if (!loaded.has(name)) loaded.set(name, new Promise(done => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = new URL(`../../css/${name}`, import.meta.url).href;
    link.onload = link.onerror = () => done(null);
    document.head.append(link);
  }));
  return loaded.get(name);
}
