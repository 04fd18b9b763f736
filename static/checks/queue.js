// What this tablet has not yet handed over, in IndexedDB: records and photos. A record
// is written here before anything is shown, and stays until the server has answered for
// it; after that it stays for two days, so that a page kept from before shows it too.

import { openDB } from "../idb/index.js";

const KEEP_MS = 48 * 3600 * 1000;
const STRICT = { durability: "strict" };
const channel = "BroadcastChannel" in self ? new BroadcastChannel("starhall-queue") : null;

const opened = openDB("starhall", 1, {
  upgrade(db) {
    const records = db.createObjectStore("records", { keyPath: "seq", autoIncrement: true });
    records.createIndex("state", "state");
    records.createIndex("card", "card");
    const photos = db.createObjectStore("photos", { keyPath: "uuid" });
    photos.createIndex("state", "state");
  },
  blocking(_from, _to, event) {
    event.target.close(); // a newer page waits for us
  },
});

// Tell this page and the others of this tablet that the queue is different now.
const changed = () => {
  document.dispatchEvent(new CustomEvent("queue:changed"));
  channel?.postMessage("changed");
};
channel?.addEventListener("message", () =>
  document.dispatchEvent(new CustomEvent("queue:changed")),
);

export const ready = () => opened.then(() => true, () => false);

export const cardKey = (message) => `${message.outlet_code}|${message.date}|${message.standard}`;

// Keep one tap with its photos (`{uuid, item, blob, taken_at}`), all or nothing.
export const keep = async (message, shown, photos = []) => {
  const db = await opened;
  const tx = db.transaction(["records", "photos"], "readwrite", STRICT);
  const seq = await tx.objectStore("records").add({
    message,
    card: cardKey(message),
    state: "waiting",
    tries: 0,
    error: "",
    ...shown,
  });
  for (const photo of photos) {
    await tx.objectStore("photos").put({
      ...photo,
      check: message.check ?? message.uuid,
      ticket: message.ticket,
      person: shown.person,
      offset: 0,
      state: "waiting",
      error: "",
    });
  }
  await tx.done;
  changed();
  return seq;
};

// Keep a photo that the server asked for; it belongs to no tap. `photo` names in `check`
// the request, in `who` the person.
export const keepAsked = async (photo) => {
  const db = await opened;
  const tx = db.transaction("photos", "readwrite", STRICT);
  await tx.store.put({ ...photo, asked: true, offset: 0, state: "waiting", error: "" });
  await tx.done;
  changed();
};

export const photosAsked = async () =>
  (await (await opened).getAll("photos")).filter((photo) => photo.asked);

export const waiting = async () => (await opened).getAllFromIndex("records", "state", "waiting");
export const photosWaiting = async () =>
  (await opened).getAllFromIndex("photos", "state", "waiting");
export const ofCard = async (card) => (await opened).getAllFromIndex("records", "card", card);

export const counts = async () => {
  const db = await opened;
  const tx = db.transaction(["records", "photos"]);
  const records = await tx.objectStore("records").index("state").count("waiting");
  const photos = await tx.objectStore("photos").index("state").count("waiting");
  return { records, photos, all: records + photos };
};

const change = async (store, key, fields) => {
  const db = await opened;
  const tx = db.transaction(store, "readwrite", STRICT);
  const row = await tx.store.get(key);
  if (row) await tx.store.put({ ...row, ...fields });
  await tx.done;
  return row;
};

// The server has answered for a record: it need not be sent again.
export const settle = async (seq, answer) => {
  await change("records", seq, {
    state: answer.result,
    reasons: answer.reasons ?? [],
    late: Boolean(answer.late),
    settled_at: new Date().toISOString(),
    server_time: answer.server_time,
    error: "",
  });
  changed();
};

export const failed = async (seqs, error) => {
  const db = await opened;
  const tx = db.transaction("records", "readwrite");
  for (const seq of seqs) {
    const row = await tx.store.get(seq);
    if (row?.state === "waiting") await tx.store.put({ ...row, error, tries: row.tries + 1 });
  }
  await tx.done;
  changed();
};

export const photoAt = (uuid, fields) => change("photos", uuid, fields);

// A photo has arrived: its bytes are the server's now.
export const photoSent = async (uuid) => {
  const db = await opened;
  const photo = await db.get("photos", uuid);
  if (photo?.asked) {
    // A page kept from before still asks: that it came is remembered, the photo is not.
    const settled_at = new Date().toISOString();
    await db.put("photos", { ...photo, blob: null, state: "sent", settled_at });
  } else {
    await db.delete("photos", uuid);
  }
  changed();
};

export const photoFailed = async (uuid, error) => {
  await change("photos", uuid, { error });
  changed();
};

// The server will never take this photo.
export const photoRefused = async (uuid, error) => {
  await change("photos", uuid, { state: "refused", error, settled_at: new Date().toISOString() });
  changed();
};

// Drop what was answered long ago; never what waits.
export const tidy = async () => {
  const db = await opened;
  const before = Date.now() - KEEP_MS;
  for (const name of ["records", "photos"]) {
    const tx = db.transaction(name, "readwrite");
    for (const row of await tx.store.getAll()) {
      if (row.state !== "waiting" && Date.parse(row.settled_at) < before) {
        await tx.store.delete(row[tx.store.keyPath]);
      }
    }
    await tx.done;
  }
};

const base64 = (blob) =>
  new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(blob);
  });

// Everything that waits, as one object that a person can carry to the server.
export const exported = async () => {
  const records = await waiting();
  const photos = [];
  for (const photo of await photosWaiting()) {
    photos.push({
      uuid: photo.uuid,
      check: photo.check,
      item: photo.item,
      ticket: photo.ticket,
      taken_at: photo.taken_at,
      data: await base64(photo.blob),
    });
  }
  return {
    kind: "starhall-queue",
    sent_at: new Date().toISOString(),
    checks: records.map((row) => row.message),
    photos,
  };
};
