// Reads a stream of server-sent events from a response. EventSource cannot: it waits a fixed time before it connects
// again, and forgets its place when the address changes.


// Takes text in pieces of any size and gives whole messages.
export class Parser {
  #rest = '';
  #data = [];
  #event = '';
  #id = null;
  #retry = null;

  take(piece) {
    const out = [];
    this.#rest += piece;
    let at = 0;
    for (;;) {
      const end = this.#rest.indexOf('\n', at);
      if (end < 0) break;
      this.#line(this.#rest.slice(at, end).replace(/\r$/, ''), out);
      at = end + 1;
    }
    this.#rest = this.#rest.slice(at);
    return out;
  }

  #line(line, out) {
    if (line === '') {
      if (this.#data.length || this.#retry != null) {
        out.push({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.#id, retry: this.#retry });
      }
      this.#data = [];
      this.#event = '';
      this.#id = this.#retry = null;
      return;
    }
    if (line[0] === ':') return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.#id = value;
    else if (field === 'retry' && /^\d+$/.test(value)) this.#retry = Number(value);
  }
}

// How long to wait before try number `n` (from 0): twice as long each time, half of it by chance.
export const backoff = (n, random = Math.random) => Math.min(30000, 500 * 2 ** n) * (0.5 + random() / 2);
