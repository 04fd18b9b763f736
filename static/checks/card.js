// Taps on the card. Each is written to this tablet first, then shown, then sent. Without
// IndexedDB, or on a card that is only read, the same forms go to the server by htmx.

import { startFloor } from "./floor.js";
import { bring, card, close, failedOf, line, lineOf, lines, next, open } from "./lines.js";
import { said, show, verdict, words } from "./lines.js";
import { start as startAsked } from "./live.js";
import { cardKey, keep, ofCard, ready, tidy } from "./queue.js";
import { start as startRound } from "./round.js";
import { send, start as startSending } from "./sending.js";
import { draw, start as startWaiting } from "./waiting.js";

const LONGEST_LOOK_S = 3600;
const ticket = document.querySelector(".check-card")?.dataset.ticket ?? "";
let far = () => null; // metres from the outlet, where its region asks
const taken = new WeakMap(); // form → photos taken for it

// The button says what it will save; one item is failed or not judged, never both.

const saying = (form) => {
  const failed = form.querySelectorAll('input[name="failed"]:checked').length;
  const text = failed ? form.dataset.some.replace("{n}", failed) : form.dataset.none;
  const button = form.querySelector(".check-save");
  button.querySelector("span").textContent = text;
  button.classList.toggle("btn-danger", failed > 0);
  button.classList.toggle("btn-primary", failed === 0);
};

document.addEventListener("change", (event) => {
  const form = event.target.closest(".check-items");
  const item = event.target.closest(".check-item");
  if (!form || !item || event.target.type === "file") return;
  if (event.target.name === "failed" && event.target.checked) {
    item.querySelector("select").value = "";
  }
  if (event.target.name === "other" && event.target.value) {
    item.querySelector('input[name="failed"]').checked = false;
  }
  saying(form);
});

const look = (root) => {
  for (const form of root.querySelectorAll(".check-items")) saying(form);
};

document.addEventListener("htmx:afterSettle", (event) => {
  const row = document.getElementById(event.detail.target?.id);
  if (!row) return;
  look(row);
  if (row.hasAttribute("data-open")) row.scrollIntoView({ block: "start", behavior: "instant" });
});

// One menu at a time, and none once something else is touched.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll(".check-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

look(document);
document.querySelector("[data-open]")?.scrollIntoView({ block: "start", behavior: "instant" });
document
  .querySelector(".check-tab.active")
  ?.scrollIntoView({ block: "nearest", inline: "center" });

// Taps -------------------------------------------------------------------------------

let lastTap = Date.now();

const say = (text) => {
  document.getElementById("check-said").textContent = text;
};

// Show a sentence on the line itself, where the eyes are.
const complain = (row, text, last = ".check-line") => {
  row.querySelector(".check-error")?.remove();
  const box = document.getElementById("line-error").content.firstElementChild.cloneNode(true);
  box.querySelector("div").textContent = text;
  row.querySelector(last).after(box);
};

// A wrong clock is no reason to close the card: what the server said last counts.
const AHEAD = "starhall-clock-ahead";
const aheadBy = (date) => {
  if (date) localStorage.setItem(AHEAD, String(Date.now() - Date.parse(date)));
};
const now = () => Date.now() - Number(localStorage.getItem(AHEAD) ?? 0);
const over = () => now() > Date.parse(card.day_ends_at);

// A record is named like the check it makes; what changes one names that besides.
const message = (row, action, uuid, fields) => ({
  uuid: action === "record" ? uuid : crypto.randomUUID(),
  check: action === "record" ? null : uuid,
  ticket,
  outlet_code: card.outlet,
  employee_number: row.dataset.number || null,
  date: card.on,
  slot: row.dataset.slot,
  standard: card.standard,
  version: Number(row.dataset.version || card.version),
  failed: [],
  not_applicable: [],
  not_observed: [],
  note: "",
  observed_at: new Date().toISOString(),
  seconds: Math.min(LONGEST_LOOK_S, Math.round((Date.now() - lastTap) / 1000)),
  action,
  photos: [],
  ...(far() === null ? {} : { distance_m: far() }),
  ...fields,
});

const busy = new WeakSet();

// Write, then show, then send. A second tap while the first is written is the same tap.
const tapped = async (row, action, uuid, { marks = {}, note = "", photos = [] } = {}) => {
  if (busy.has(row)) return;
  if (over()) return complain(row, words("day_over"));
  busy.add(row);
  try {
    const before = said(row);
    const code = (mark) => Object.keys(marks).filter((one) => marks[one] === mark);
    const told = message(row, action, uuid, {
      failed: code("failed"),
      not_applicable: code("not_applicable"),
      not_observed: code("not_observed"),
      note,
      photos: photos.map((photo) => photo.uuid),
    });
    const who = row.dataset.name;
    await keep(told, { row: row.id, who, title: card.title, person: card.person }, photos);
    await draw();
    lastTap = Date.now();
    const kept = (action === "correct" ? (before?.photos ?? 0) : 0) + photos.length;
    const focused = row.contains(document.activeElement);
    const check = { uuid, marks, note, photos: kept, sync: "waiting" };
    show(row, action === "undo" ? null : check);
    const following = action === "undo" ? row : next(row);
    const what =
      action === "undo"
        ? words("undone", { name: who })
        : words("kept", { name: who, what: verdict(marks) });
    const then = !following
      ? words("everybody")
      : action === "undo"
        ? ""
        : words("next", { name: following.dataset.name });
    say(`${what} ${then}`);
    if (following) bring(following);
    if (focused) {
      const button = following?.querySelector(".check-ok") ?? row.querySelector("button");
      button?.focus({ preventScroll: true });
    }
  } catch (error) {
    complain(row, words("no_storage"));
    throw error;
  } finally {
    busy.delete(row);
  }
  send();
};

const marksOf = (form) => {
  const marks = {};
  for (const box of form.querySelectorAll('input[name="failed"]:checked')) {
    marks[box.value] = "failed";
  }
  for (const choice of form.querySelectorAll('select[name="other"]')) {
    const at = choice.value.lastIndexOf(":");
    if (choice.value) marks[choice.value.slice(0, at)] = choice.value.slice(at + 1);
  }
  return marks;
};

// Return the first failed item that lacks what it asks for; it is asked for once.
const lacking = (form, marks, note, photos) => {
  if (form.dataset.asked) return null;
  return failedOf(marks).find((code) => {
    const asks = card.items[code]?.evidence;
    const seen = photos.some((photo) => photo.item === code);
    if (asks === "note") return !note;
    if (asks === "photo") return !seen;
    return asks === "either" && !note && !seen;
  });
};

const saved = (row, form) => {
  const marks = marksOf(form);
  const note = form.querySelector('[name="note"]').value.trim();
  const photos = taken.get(form) ?? [];
  const before = said(row);
  const code = before ? null : lacking(form, marks, note, photos);
  if (code) {
    form.dataset.asked = "1";
    const text = words(`needs_${card.items[code].evidence}`, { code });
    complain(row, text);
    form.querySelector(`[data-code="${CSS.escape(code)}"]`).scrollIntoView({ block: "center" });
    return undefined;
  }
  return tapped(row, before ? "correct" : "record", before?.uuid ?? crypto.randomUUID(), {
    marks,
    note,
    photos,
  });
};

// Who is here is the server's to say: it takes a connection, and says so without one.
const sentAtOnce = async (form, submitter) => {
  const row = lineOf(form);
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body: new FormData(form, submitter),
    });
    location.assign(answer.ok ? answer.url : location.href);
  } catch {
    const menu = form.closest("details");
    if (menu) menu.open = false;
    const areas = form.closest(".check-areas");
    if (row) complain(row, words("needs_network"));
    if (areas) complain(areas, words("needs_network"), ":scope > :last-child");
    say(words("needs_network"));
  }
};

const submitted = (event) => {
  const form = event.target;
  if (form.matches(".check-menu-box, .check-away form, .check-areas form")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    sentAtOnce(form, event.submitter);
    return;
  }
  const row = lineOf(form);
  if (!row) return;
  const mine = row.dataset.uuid ? Number(row.dataset.version) === card.version : true;
  const kind = form.matches(".check-items")
    ? () => mine && saved(row, form)
    : form.querySelector(".check-ok")
      ? () => tapped(row, "record", crypto.randomUUID())
      : form.querySelector(".check-undo")
        ? () => tapped(row, "undo", row.dataset.uuid)
        : null;
  if (!kind || (form.matches(".check-items") && !mine)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  kind();
};

const clicked = (event) => {
  const link = event.target.closest?.("a.check-name[aria-expanded]");
  const row = link && lineOf(link);
  if (!row || event.ctrlKey || event.metaKey) return;
  if (row.dataset.uuid && Number(row.dataset.version) !== card.version) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const standing = lines().filter((one) => one.querySelector(".check-items"));
  for (const one of standing) close(one);
  lay();
  if (standing.includes(row)) return;
  lastTap = Math.max(lastTap, Date.now() - LONGEST_LOOK_S * 1000);
  saying(open(row));
  row.scrollIntoView({ block: "start", behavior: "instant" });
};

const pictured = async (event) => {
  const input = event.target;
  if (input.type !== "file" || !input.closest(".check-items")) return;
  const form = input.closest(".check-items");
  const item = input.closest(".check-item");
  for (const file of input.files) {
    try {
      const { shrunk } = await import("./photos.js");
      const blob = await shrunk(file);
      const photo = {
        uuid: crypto.randomUUID(),
        item: item.dataset.code,
        blob,
        taken_at: new Date().toISOString(),
      };
      taken.set(form, [...(taken.get(form) ?? []), photo]);
      const image = document.createElement("img");
      image.src = URL.createObjectURL(blob);
      image.alt = `${words("photo")} ${item.dataset.code}`;
      item.querySelector(".check-thumbs").append(image);
    } catch {
      complain(lineOf(form), words("photo_failed"));
    }
  }
  input.value = "";
};

// What the server's page does not know yet ---------------------------------------------

// Lay what was tapped here over the page: all that waits, and all that was answered
// after this page was made (it may be one that was kept from before).
const overlay = async () => {
  const made = Date.parse(card.made_at);
  const rows = await ofCard(cardKey({ outlet_code: card.outlet, date: card.on, standard: card.standard }));
  const states = new Map();
  for (const record of rows.sort((a, b) => a.seq - b.seq)) {
    const fresh = record.state === "waiting" || Date.parse(record.server_time) > made;
    if (!fresh && record.state !== "held") continue;
    const { message } = record;
    const marks = {};
    for (const mark of ["failed", "not_applicable", "not_observed"]) {
      for (const code of message[mark]) marks[code] = mark;
    }
    const before = states.get(record.row);
    const kept = message.action === "correct" ? (before?.photos ?? 0) : 0;
    states.set(
      record.row,
      message.action === "undo"
        ? null
        : {
            uuid: message.check ?? message.uuid,
            marks,
            note: message.note,
            photos: kept + message.photos.length,
            sync: record.state === "waiting" ? "waiting" : record.state === "held" ? "held" : "sent",
            conflict: record.state === "conflict",
          },
    );
  }
  return states;
};

const laid = new Map();

const lay = async () => {
  for (const [id, check] of await overlay()) {
    const row = line(id);
    const text = JSON.stringify(check);
    if (!row || busy.has(row) || row.querySelector(".check-items")) continue;
    if (laid.get(id) === text) continue;
    laid.set(id, text);
    if (check?.conflict) {
      await redraw(row);
      continue;
    }
    const now = said(row);
    if (check?.sync === "held" && now && now.uuid !== check.uuid) continue;
    show(row, check);
    if (check?.sync === "held") complain(row, words("held"));
  }
};

// Two tablets differ: the server draws the line, a person chooses on it.
const redraw = async (row) => {
  const place = `${row.dataset.employee ?? ""}:${row.dataset.slot}`;
  const url = new URL(location.pathname, location.href);
  for (const name of ["outlet", "on", "standard"]) url.searchParams.set(name, card[name]);
  url.searchParams.set("close", place);
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true" } });
    if (!answer.ok) return;
    const box = document.createElement("template");
    box.innerHTML = await answer.text();
    const made = box.content.firstElementChild;
    if (made?.id !== row.id) return;
    // Opened meanwhile: nothing is taken out of the hand; it is drawn once it is closed.
    if (row.querySelector(".check-items") || busy.has(row)) {
      laid.delete(row.id);
      return;
    }
    row.replaceWith(made);
    self.htmx?.process(made);
    say(words("conflict"));
  } catch {
    complain(row, words("conflict"));
  }
};

// The other cards of the day are kept too, and this page under its own name.
const keepPages = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(card.worker, { scope: "/checks/", updateViaCache: "none" });
  const active = (await navigator.serviceWorker.ready).active;
  if (!active || !navigator.onLine) return;
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      if (navigator.serviceWorker.controller) resolve();
    });
  }
  for (const page of card.pages) {
    const answer = await fetch(page, { headers: { "X-Card-Keep": "1" } }).catch(() => null);
    aheadBy(answer?.headers.get("Date"));
    // A body that nobody reads holds its connection, and a browser has few of them.
    await answer?.arrayBuffer().catch(() => null);
  }
  document.documentElement.dataset.kept = "true";
};

if (card && (await ready())) {
  document.documentElement.classList.add("queue-on");
  await startFloor({ ticket, send });
  document.addEventListener("submit", submitted, true);
  document.addEventListener("click", clicked, true);
  document.addEventListener("change", pictured);
  document.addEventListener("queue:shown", lay);
  await lay();
  startRound(now, lay);
  await startWaiting();
  startAsked({ card, ticket, over, complain: (row, name) => complain(row, words(name)) });
  if (card.place) far = (await import("./distance.js")).watch(card.place);
  startSending({ queue: card.queue, photos: card.photos });
  document.documentElement.dataset.queue = "ready";
  navigator.storage?.persist?.();
  tidy();
  keepPages().then(draw, draw);
}
