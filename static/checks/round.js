// The round at a random hour on a page that cannot ask: its hour is sealed in the page.
// Each step of the day that has come is tried; the one that fits the seal is the hour.

import { card, count, words } from "./lines.js";

const ROUNDS = 10_000;
const EVERY_MS = 20_000;
const MINUTE_MS = 60_000;

const fits = async ({ salt, digest }, step) => {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(String(step)), "PBKDF2", false, [
    "deriveBits",
  ]);
  const made = await crypto.subtle.deriveBits(
    { name: "PBKDF2", hash: "SHA-256", salt: bytes.encode(salt), iterations: ROUNDS },
    key,
    256,
  );
  const hex = [...new Uint8Array(made)].map((byte) => byte.toString(16).padStart(2, "0"));
  return hex.join("") === digest;
};

// Since when, and for how long, in the outlet's own time.
const since = (due, now) => {
  const clock = new Intl.DateTimeFormat("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone: card.zone,
  });
  const minutes = Math.max(0, Math.floor((now - due) / MINUTE_MS));
  return words("due_since", {
    time: clock.format(due),
    hours: Math.floor(minutes / 60),
    minutes: minutes % 60,
  });
};

// The bar above goes with the last line that it speaks of, and comes back with an undo.
const settle = () => {
  const bar = document.getElementById("round-due");
  const rows = [...document.querySelectorAll('.check-row[data-slot="random"]')];
  if (bar && rows.length && bar.querySelector("[data-due-words]").textContent) {
    bar.hidden = !rows.some((row) => row.classList.contains("check-yet"));
  }
};

const tell = (due, now) => {
  const text = since(due, now);
  for (const box of document.querySelectorAll(".check-yet [data-due], #round-due")) {
    box.hidden = false;
    box.querySelector("[data-due-words]").textContent = text;
  }
  settle();
};

// Lay the sealed lines under the others, once.
const lay = () => {
  const sealed = document.getElementById("sealed-lines");
  if (!sealed) return;
  const made = [...sealed.content.children];
  const rows = document.querySelectorAll(".check-card > .check-row");
  const last = rows[rows.length - 1] ?? document.getElementById("check-progress");
  last.after(...made);
  sealed.remove();
  for (const row of made) self.htmx?.process(row);
  const total = document.querySelector(".check-tab.active [data-checked]")?.nextSibling;
  if (total) total.textContent = `/${document.querySelectorAll(".check-row").length}`;
  count();
};

// `now` is the server's clock as far as this tablet knows; `opened` lays what waits.
export const start = (now, opened) => {
  document.addEventListener("queue:changed", settle);
  const seal = card?.seal;
  if (!seal || !self.crypto?.subtle) return;
  const first = Date.parse(seal.first_at);
  let tried = -1;
  let due = null;
  let busy = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    try {
      const come = Math.floor((now() - first) / (seal.step_seconds * 1000));
      while (due === null && tried < come) {
        tried += 1;
        if (await fits(seal, tried)) due = first + tried * seal.step_seconds * 1000;
      }
      if (due === null) return;
      if (document.getElementById("sealed-lines")) {
        lay();
        await opened();
      }
      tell(due, now());
    } finally {
      busy = false;
    }
  };
  look();
  setInterval(look, EVERY_MS);
};
