// One tab at a time, where a browser has no locks: a page that came over plain http from another machine.
const NAME = 'tutti.lease', LONGEST = 15000, SETTLED = 60;

const pause = ms => new Promise(done => setTimeout(done, ms));

// Who has written last has it; the others see that after a moment, and wait. A tab that was closed gives it up by time.
export async function leased(work) {
  const mine = crypto.getRandomValues(new Uint32Array(2)).join('-');
  for (;;) {
    const [owner, until] = (localStorage.getItem(NAME) ?? '').split(' ');
    if (!owner || Number(until) < Date.now()) {
      localStorage.setItem(NAME, `${mine} ${Date.now() + LONGEST}`);
      await pause(SETTLED);
      if (localStorage.getItem(NAME)?.startsWith(mine)) break;
    }
    await pause(SETTLED * (1 + Math.random()));
  }
  try {
    return await work();
  } finally {
    if (localStorage.getItem(NAME)?.startsWith(mine)) localStorage.removeItem(NAME);
  }
}
