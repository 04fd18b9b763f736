// Handing over what waits: on open, when the network is back, when the page is looked at
// again, after each tap and by a timer that waits longer after each failure. One page
// of the tablet sends at a time; sending twice would change nothing either.

import * as queue from "./queue.js";

const BATCH = 50;
const PIECE = 256 * 1024;
const TIMEOUT_MS = 20_000;
const FIRST_MS = 2_000;
const MOST_MS = 60_000;

const addresses = { queue: "", photos: "" };
let timer = 0;
let failures = 0;
let again = false;
let running = null;

export const status = { sending: false, error: "", code: 0 };

const say = (fields) => {
  Object.assign(status, fields);
  document.dispatchEvent(new CustomEvent("queue:status"));
};

// The token in the cookie follows every sign-in; the one in a kept page may be old.
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

class Refused extends Error {
  constructor(status) {
    super(`status ${status}`);
    this.status = status;
  }
}

const ask = async (url, options) => {
  const answer = await fetch(url, {
    credentials: "same-origin",
    redirect: "manual",
    cache: "no-store",
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...options,
    headers: { "X-CSRFToken": token(), ...options.headers },
  });
  // A redirect leads to the sign-in: nobody is.
  if (answer.type === "opaqueredirect") throw new Refused(401);
  if (!answer.ok) throw new Refused(answer.status);
  return answer;
};

const deliver = async (rows) => {
  const answer = await ask(addresses.queue, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({
      sent_at: new Date().toISOString(),
      checks: rows.map((row) => row.message),
    }),
  });
  const said = await answer.json();
  if (!Array.isArray(said.results) || said.results.length !== rows.length) {
    throw new Refused(502);
  }
  for (const [n, result] of said.results.entries()) {
    if (result.uuid !== rows[n].message.uuid) throw new Refused(502);
    await queue.settle(rows[n].seq, { ...result, server_time: said.server_time });
  }
};

// A batch that cannot be read may hold one bad record: then each goes by itself, and
// only the bad one stays.
const sendRecords = async () => {
  let rows = await queue.waiting();
  while (rows.length) {
    const batch = rows.slice(0, BATCH);
    try {
      await deliver(batch);
    } catch (error) {
      if (!(error instanceof Refused) || ![400, 413, 422].includes(error.status)) {
        await queue.failed(batch.map((row) => row.seq), reason(error));
        throw error;
      }
      let worst = null;
      for (const row of batch) {
        try {
          await deliver([row]);
        } catch (alone) {
          await queue.failed([row.seq], reason(alone));
          if (!(alone instanceof Refused)) throw alone;
          worst = alone;
        }
      }
      if (worst) throw worst;
    }
    const sent = new Set(batch.map((row) => row.seq));
    rows = (await queue.waiting()).filter((row) => !sent.has(row.seq));
  }
};

const sendPhoto = async (photo) => {
  const url = `${addresses.photos}${photo.uuid}/`;
  const about = {
    "Upload-Length": String(photo.blob.size),
    "Photo-Check": photo.check,
    "Photo-Item": photo.item,
    "Photo-Taken-At": photo.taken_at,
    "Photo-Ticket": photo.ticket,
  };
  const received = (answer) => Number(answer.headers.get("Upload-Offset") ?? 0);
  // The server says how far it is: whatever was interrupted goes on from there.
  let offset = received(await ask(url, { method: "HEAD" }));
  while (offset < photo.blob.size) {
    const piece = photo.blob.slice(offset, offset + PIECE);
    const answer = await ask(url, {
      method: "POST",
      headers: {
        ...about,
        "Content-Type": "application/octet-stream",
        "Upload-Offset": String(offset),
        "Photo-Sent-At": new Date().toISOString(),
      },
      body: piece,
    });
    const next = received(answer);
    if (next <= offset) throw new Refused(502);
    offset = next;
    await queue.photoAt(photo.uuid, { offset, error: "" });
  }
  await queue.photoSent(photo.uuid);
};

const sendPhotos = async () => {
  let wrong = null;
  for (const photo of await queue.photosWaiting()) {
    try {
      await sendPhoto(photo);
    } catch (error) {
      // Sending this one again would change nothing; it stays here for a while.
      if (error instanceof Refused && [409, 413, 422].includes(error.status)) {
        await queue.photoRefused(photo.uuid, reason(error));
        continue;
      }
      await queue.photoFailed(photo.uuid, reason(error));
      if (!(error instanceof Refused) || error.status >= 500 || error.status === 401) {
        throw error;
      }
      wrong = error; // this one only: the next may go
    }
  }
  if (wrong) throw wrong;
};

const reason = (error) => {
  if (!(error instanceof Refused)) return "no_network";
  if (error.status === 401 || error.status === 403) return "sign_in";
  if ([400, 413, 422].includes(error.status)) return "unreadable";
  return `server_error:${error.status}`;
};

const plan = () => {
  clearTimeout(timer);
  const wait = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(failures, 10));
  // Not all tablets of a house at the same moment, when its network is back.
  timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
};

const attempt = async () => {
  const { all } = await queue.counts();
  if (!all) return say({ sending: false, error: "" });
  say({ sending: true });
  try {
    await sendRecords();
    await sendPhotos();
    failures = 0;
    say({ sending: false, error: "" });
  } catch (error) {
    failures += 1;
    say({ sending: false, error: reason(error) });
    plan();
  }
};

const locked = (work) =>
  navigator.locks ? navigator.locks.request("starhall-queue", work) : work();

// Send now, or once more after what is being sent; resolves when it is done.
export const send = () => {
  if (running) {
    again = true;
    return running;
  }
  running = (async () => {
    do {
      again = false;
      await locked(attempt);
    } while (again);
  })().finally(() => {
    running = null;
  });
  return running;
};

export const start = (places) => {
  Object.assign(addresses, places);
  const now = () => {
    failures = 0;
    send();
  };
  addEventListener("online", now);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") now();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) now();
  });
  now();
};
