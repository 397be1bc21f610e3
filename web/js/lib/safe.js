// Makes texts of unknown origin harmless to look at: no terminal sequences, no hidden control characters, no letters
// that turn the direction of the line around them.

// eslint-disable-next-line no-control-regex
const ANSI = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\-_])|\u009b[0-?]*[ -/]*[@-~]/g;
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;
const BIDI = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
const HIDDEN = /[\u00ad\u200b\u2060\ufeff]|[\u{e0000}-\u{e007f}]/gu;

/** What is left of `value` when all that a reader cannot see is gone or made visible. @param {any} value */
export function clean(value) {
  return String(value ?? '').replace(/\r\n?/g, '\n').replace(ANSI, '').replace(CONTROL, '')
    .replace(BIDI, c => `⟨U+${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`).replace(HIDDEN, '');
}

/** The same on one line. @param {any} value @param {number} [limit] */
export function line(value, limit = 400) {
  const one = clean(value).replace(/\s+/g, ' ').trim();
  return one.length > limit ? `${one.slice(0, limit - 1)}…` : one;
}

/** The address of a link when it may be followed, else null. @param {string} address */
export function linkTarget(address) {
  const plain = clean(address).trim();
  if (!/^(https?:\/\/|mailto:)/i.test(plain)) return null;
  try {
    const url = new URL(plain);
    if (!['http:', 'https:', 'mailto:'].includes(url.protocol)) return null;
    return url.username || url.password ? null : url.href;
  } catch {
    return null;
  }
}
