// Elements from calls. A text is always a text node: nothing here parses HTML, so nothing that a model wrote can
// become markup.

/** @typedef {Node|string|number|null|undefined|false|any[]} Child */

const SVG = 'http://www.w3.org/2000/svg';

/** @param {Element} el @param {Record<string, any>} props @param {boolean} svg */
function assign(el, props, svg) {
  for (const [name, value] of Object.entries(props)) {
    if (value == null || value === false) continue;
    if (name.startsWith('on')) el.addEventListener(name.slice(2), value);
    else if (name === 'class') el.setAttribute('class', el.getAttribute('class')
      ? `${el.getAttribute('class')} ${value}` : value);
    else if (name === 'style') for (const [k, v] of Object.entries(value)) /** @type {any} */ (el).style.setProperty(k,
      v);
    else if (!svg && name in el && name !== 'list' && name !== 'form') /** @type {any} */ (el)[name] = value;
    else el.setAttribute(name, value === true ? '' : String(value));
  }
}

/** @param {Child[]} kids @returns {(Node|string)[]} */
const nodes = kids => /** @type {any} */ (kids.flat(9).filter(k => k != null && k !== false && k !== '')
  .map(k => (k instanceof Node ? k : String(k))));

/**
 * An HTML element. `tag` may carry classes: `h('p.muted.small', {}, 'text')`.
 * @param {string} tag @param {Record<string, any>|null} [props] @param {...Child} kids @returns {any}
 */
export function h(tag, props, ...kids) {
  const [name, ...classes] = tag.split('.');
  const el = document.createElement(name);
  if (classes.length) el.className = classes.join(' ');
  if (props) assign(el, props, false);
  el.append(...nodes(kids));
  return el;
}

/** An SVG element. @param {string} tag @param {Record<string, any>} props @param {...Child} kids @returns {any} */
export function s(tag, props, ...kids) {
  const el = document.createElementNS(SVG, tag);
  assign(el, props, true);
  el.append(...nodes(kids));
  return el;
}

/** Puts `kids` in place of all that is in `el`. @param {Element} el @param {...Child} kids */
export function fill(el, ...kids) {
  el.replaceChildren(...nodes(kids));
}

/** Writes a text only when it differs, so that an unchanged one costs no layout. @param {Node} el @param {string} t */
export function text(el, t) {
  if (el.textContent !== t) el.textContent = t;
}
