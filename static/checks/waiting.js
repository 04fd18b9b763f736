// What waits on this tablet, always in sight on the card: how much, what, since when and
// why; send now, or carry it out by hand.

import * as queue from "./queue.js";
import { send, status } from "./sending.js";
import { card, words } from "./lines.js";

const bar = () => document.getElementById("check-queue");

const time = (iso) =>
  new Intl.DateTimeFormat(document.documentElement.lang, {
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
    timeZone: card.zone,
  }).format(new Date(iso));

const why = (error) => {
  const [name, status] = error.split(":");
  return error ? words(name, { status }) : "";
};

const entry = (what, since, error) => {
  const item = document.createElement("li");
  const title = document.createElement("strong");
  title.textContent = what;
  const when = document.createElement("span");
  when.textContent = words("since", { time: time(since) });
  item.append(title, " ", when);
  if (error) {
    const line = document.createElement("span");
    line.className = "check-queue-error";
    line.textContent = why(error);
    item.append(" ", line);
  }
  return item;
};

let turn = 0;
let latest = null;

// Lines are drawn after the bar: none is answered beside a bar that lacks its record.
const shown = () => document.dispatchEvent(new CustomEvent("queue:shown"));

const drawn = async (mine) => {
  const place = bar();
  if (!place) return shown();
  const [records, photos] = [await queue.waiting(), await queue.photosWaiting()];
  if (mine !== turn) return latest; // a newer drawing is on its way
  const n = records.length + photos.length;
  const offline = !navigator.onLine || status.error === "no_network";
  const state = !n ? "empty" : status.error ? "stuck" : "waiting";
  place.dataset.state = state;
  place.dataset.waiting = n;
  place.dataset.offline = String(offline);
  place.querySelector(".check-queue-words").textContent = n
    ? words("waiting", { n })
    : words(offline ? "offline" : "nothing_waiting");
  place.querySelector(".check-queue-why").textContent = n && status.error ? why(status.error) : "";
  place.querySelector("ul").replaceChildren(
    ...records.map((row) =>
      entry(
        `${row.who} · ${row.title} · ${words(row.message.action)}`,
        row.message.observed_at,
        row.error === status.error ? "" : row.error,
      ),
    ),
    ...photos.map((photo) =>
      entry(
        `${words("photo")} ${photo.item || (photo.who ?? "")}`,
        photo.taken_at,
        photo.error === status.error ? "" : photo.error,
      ),
    ),
  );
  return shown();
};

// Draw what waits now; done when this drawing, or a newer one, is to be seen.
export const draw = () => (latest = drawn(++turn));

const save = async () => {
  const content = await queue.exported();
  const blob = new Blob([JSON.stringify(content, null, 1)], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `starhall-${card.outlet}-${new Date().toISOString().slice(0, 16).replace(":", "")}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

export const start = () => {
  bar()?.removeAttribute("hidden");
  document.addEventListener("queue:changed", draw);
  document.addEventListener("queue:status", draw);
  addEventListener("online", draw);
  addEventListener("offline", draw);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-queue-send]")) send();
    if (event.target.closest("[data-queue-save]")) save();
  });
  return draw();
};
