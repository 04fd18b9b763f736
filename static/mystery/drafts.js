// What this phone keeps of reports until the server has them, in IndexedDB: what was
// typed, from the first letter on, and files. Only sending a report takes them away.

import { openDB } from "../idb/index.js";

const STRICT = { durability: "strict" };

const opened = openDB("starhall-field", 1, {
  upgrade(db) {
    db.createObjectStore("drafts", { keyPath: "report" });
    db.createObjectStore("files", { keyPath: "uuid" }).createIndex("report", "report");
  },
  blocking(_from, _to, event) {
    event.target.close(); // a newer page waits for us
  },
});

export const ready = () => opened.then(() => true, () => false);

const changed = () => document.dispatchEvent(new CustomEvent("drafts:changed"));

// A draft: {report, person, values, send, evidence, state, delivery, lacks, words}.
// Its state: open (being written), waiting (to be sent), stuck (a person has to look).
export const draftOf = async (report, person) => {
  const draft = await (await opened).get("drafts", report);
  return draft?.person === person ? draft : undefined;
};

export const drafts = async (person) =>
  (await (await opened).getAll("drafts")).filter((draft) => draft.person === person);

export const keepDraft = async (draft) => {
  const db = await opened;
  const tx = db.transaction("drafts", "readwrite", STRICT);
  await tx.store.put({ ...draft, kept_at: new Date().toISOString() });
  await tx.done;
  changed();
};

export const filesOf = async (report) =>
  (await opened).getAllFromIndex("files", "report", report);

// A file: {uuid, report, question, place, name, type, blob, sent, refused}.
export const keepFile = async (file) => {
  const db = await opened;
  const tx = db.transaction("files", "readwrite", STRICT);
  await tx.store.put(file);
  await tx.done;
  changed();
};

export const dropFile = async (uuid) => {
  await (await opened).delete("files", uuid);
  changed();
};

// The server has the report: nothing of it stays here.
export const forget = async (report) => {
  const db = await opened;
  const tx = db.transaction(["drafts", "files"], "readwrite", STRICT);
  await tx.objectStore("drafts").delete(report);
  const files = tx.objectStore("files");
  for (const key of await files.index("report").getAllKeys(report)) await files.delete(key);
  await tx.done;
  changed();
};
