// The pad: a tap is kept in IndexedDB before anything is shown, and sent when there is a
// network. A tap has a uuid of its own, so that one that is sent twice counts once.

import { openDB } from "../idb/index.js";

const told = JSON.parse(document.getElementById("pad-data").textContent);
const pad = document.getElementById("pad");
const waiting = document.getElementById("pad-waiting");
const MOST = 200;
const FIRST_MS = 2_000;
const LONGEST_MS = 120_000;

const opened = openDB("starhall-pad", 1, {
  upgrade(db) {
    db.createObjectStore("taps", { keyPath: "uuid" }).createIndex("at", "tapped_at");
  },
}).catch(() => null);
// A browser that keeps nothing still sends what is tapped while the page stands.
const unkept = new Map();

const keep = async (tap) => {
  const db = await opened;
  if (db) await db.put("taps", tap);
  else unkept.set(tap.uuid, tap);
};

const kept = async () => {
  const db = await opened;
  return db ? db.getAllFromIndex("taps", "at", null, MOST) : [...unkept.values()];
};

const forget = async (uuids) => {
  const db = await opened;
  for (const uuid of uuids) {
    if (db) await db.delete("taps", uuid);
    unkept.delete(uuid);
  }
};

const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

let failures = 0;
let timer = 0;
let running = null;

const show = async () => {
  const n = (await kept()).length;
  waiting.hidden = n === 0;
  waiting.querySelector("[data-n]").textContent = n;
  pad.dataset.waiting = n;
};

const attempt = async () => {
  const taps = await kept();
  if (!taps.length) return;
  const answer = await fetch(told.queue, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
    body: JSON.stringify({ sent_at: new Date().toISOString(), taps }),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const { results } = await answer.json();
  await forget(results.map((one) => one.uuid));
  if (taps.length === MOST) await attempt();
};

const send = () => {
  running ??= attempt()
    .then(() => {
      failures = 0;
    })
    .catch(() => {
      failures += 1;
      clearTimeout(timer);
      // Not all pads of a house at the same moment, when its network is back.
      const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(failures, 8));
      timer = setTimeout(send, wait * (0.75 + Math.random() / 2));
    })
    .finally(async () => {
      running = null;
      await show();
    });
  return running;
};

const uuid4 = () =>
  crypto.randomUUID?.() ??
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
  );

let idle = 0;
const ask = () => {
  pad.dataset.state = "asking";
  pad.querySelector(".pad-thanks").hidden = true;
  pad.querySelector(".pad-asking").hidden = false;
};

pad.addEventListener("click", async (event) => {
  const face = event.target.closest("[data-score]");
  if (!face || pad.dataset.state !== "asking") return;
  // One tap is one mark: the faces go before anything else is done.
  pad.dataset.state = "thanking";
  await keep({
    uuid: uuid4(),
    score: Number(face.dataset.score),
    tapped_at: new Date().toISOString(),
  });
  pad.querySelector(".pad-asking").hidden = true;
  pad.querySelector(".pad-thanks").hidden = false;
  clearTimeout(idle);
  idle = setTimeout(ask, told.thanks_ms);
  await show();
  send();
});

// A kiosk: no menu of the browser, no zoom by two fingers.
document.addEventListener("contextmenu", (event) => event.preventDefault());
document.addEventListener("gesturestart", (event) => event.preventDefault());

addEventListener("online", send);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") send();
});
if (navigator.serviceWorker) {
  navigator.serviceWorker.register(told.worker, { scope: told.scope }).catch(() => null);
}
ask();
send();
