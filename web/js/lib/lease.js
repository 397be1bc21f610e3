// One tab at a time, where a browser has no locks: a page that came over plain http from another machine.
const NAME = 'tutti.lease', LONGEST = 15000, PAUSE = 90;

const pause = ms => new Promise(done => setTimeout(done, ms));

const open = () => new Promise((done, fail) => {
  const opening = indexedDB.open(NAME, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(NAME);
  opening.onsuccess = () => done(opening.result);
  opening.onerror = () => fail(opening.error);
});

// Gives what is kept to `change`, and keeps what that gives, with no tab in between: transactions come one after the
// other, while what is read of `localStorage` may be old.
const turn = (db, change) => new Promise((done, fail) => {
  const transaction = db.transaction(NAME, 'readwrite'), store = transaction.objectStore(NAME);
  store.get(NAME).onsuccess = event => store.put(change(event.target.result) ?? null, NAME);
  transaction.oncomplete = () => done(null);
  transaction.onabort = () => fail(transaction.error);
});

// Whoever finds none takes the lease; the others look again soon. A tab that was closed gives it up by time.
export async function leased(work) {
  const mine = crypto.getRandomValues(new Uint32Array(2)).join('-');
  const db = await open().catch(() => null);
  // A browser that keeps nothing has no session to spoil.
  if (!db) return work();
  try {
    for (let owner = null; owner !== mine;) {
      await turn(db, kept => {
        const free = !kept || kept.until < Date.now();
        owner = free ? mine : kept.owner;
        return free ? { owner, until: Date.now() + LONGEST } : kept;
      });
      if (owner !== mine) await pause(PAUSE * (0.5 + Math.random()));
    }
    try {
      return await work();
    } finally {
      await turn(db, kept => kept?.owner === mine ? null : kept);
    }
  } finally {
    db.close();
  }
}
