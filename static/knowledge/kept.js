// What was answered in a test, in IndexedDB: written here before it is sent, so that a
// page that is loaded again without a network shows it, and sends it when there is one.

import { openDB } from "../idb/index.js";

const opened = openDB("starhall-tests", 1, {
  upgrade(db) {
    db.createObjectStore("answers", { keyPath: ["sitting", "position"] });
    db.createObjectStore("clocks", { keyPath: "sitting" });
  },
  blocking(_from, _to, event) {
    event.target.close(); // a newer page waits for us
  },
}).catch(() => null);
// A browser that keeps nothing still sends what is chosen while the page stands.

const of = (sitting) => IDBKeyRange.bound([sitting], [sitting, []]);

// Keep an answer, `fields` as the form sends them; return what tells it from a later one
// of the same question. Done when it stands on the device.
export const keep = async (sitting, position, fields) => {
  const db = await opened;
  const turn = crypto.randomUUID();
  await db?.put("answers", { sitting, position, fields, turn, sent: false });
  return turn;
};

// The server has confirmed an answer, unless another was given meanwhile.
export const confirm = async (sitting, position, turn) => {
  const db = await opened;
  if (!db) return;
  const tx = db.transaction("answers", "readwrite");
  const row = await tx.store.get([sitting, position]);
  if (row?.turn === turn) await tx.store.put({ ...row, sent: true });
  await tx.done;
};

// Return what is kept of a test: for a page from the server what it does not know yet,
// for one kept on this device all of it.
export const kept = async (sitting, fresh) => {
  const db = await opened;
  if (!db) return [];
  const tx = db.transaction("answers", "readwrite");
  const rows = await tx.store.getAll(of(sitting));
  if (fresh) {
    for (const row of rows.filter((one) => one.sent)) {
      await tx.store.delete([row.sitting, row.position]);
    }
  }
  await tx.done;
  return fresh ? rows.filter((row) => !row.sent) : rows;
};

// By how many milliseconds the server's clock is ahead of this device's.
export const clockOf = async (sitting) => (await (await opened)?.get("clocks", sitting))?.ahead;
export const keepClock = async (sitting, ahead) =>
  (await opened)?.put("clocks", { sitting, ahead });

// The test is over: nothing of it stays on this device.
export const forget = async (sitting) => {
  const db = await opened;
  await db?.delete("answers", of(sitting));
  await db?.delete("clocks", sitting);
};
