// Who wants to know of what, and when to draw it.

export class Topic {
  /** @type {Set<(value: any) => void>} */
  #listeners = new Set();

  on(listener, signal) {
    if (signal?.aborted) return;
    this.#listeners.add(listener);
    signal?.addEventListener('abort', () => this.#listeners.delete(listener));
  }

  emit(value = undefined) {
    for (const listener of [...this.#listeners]) listener(value);
  }
}

/** A value that tells of its changes. */
export class Value extends Topic {
  constructor(value) {
    super();
    this.value = value;
  }

  set(value) {
    this.value = value;
    this.emit(value);
  }
}

/**
 * A function that asks for `draw` to be called once in the next frame, and not before `rest` ms have passed since the
 * last time. A hidden page draws nothing; it draws once when it is seen again.
 * @param {() => void} draw @param {AbortSignal} [signal] @param {number} [rest]
 */
export function painter(draw, signal, rest = 0) {
  let asked = false, last = -Infinity;
  const run = () => {
    asked = false;
    if (signal?.aborted) return;
    last = performance.now();
    draw();
  };
  const soon = () => {
    const wait = last + rest - performance.now();
    if (wait > 0) setTimeout(() => requestAnimationFrame(run), wait);
    else requestAnimationFrame(run);
  };
  const seen = () => {
    if (!document.hidden && asked) soon();
  };
  document.addEventListener('visibilitychange', seen, { signal });
  return () => {
    if (asked || signal?.aborted) return;
    asked = true;
    if (!document.hidden) soon();
  };
}

/**
 * Calls `work` every `ms` while the page is seen.
 * @param {number} ms @param {() => void} work @param {AbortSignal} signal
 */
export function every(ms, work, signal) {
  const timer = setInterval(() => document.hidden || work(), ms);
  signal.addEventListener('abort', () => clearInterval(timer));
}
