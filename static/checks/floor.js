// What happens on the floor between two checks: spills with their clock, faults, trial
// devices. Each tap is kept on this tablet first and goes through the same queue as the
// checks; what the server's page does not know yet is laid over it here.

import { card, words } from "./lines.js";
import { cardKey, keep, ofCard } from "./queue.js";
import { draw as drawBar } from "./waiting.js";

const panel = document.getElementById("floor");
const LIMIT_MS = Number(panel?.dataset.limit ?? 0) * 1000;
const made = Date.parse(card?.made_at ?? 0);
const list = panel?.querySelector(".floor-open");
const drawn = new Map([...(list?.children ?? [])].map((row) => [row.dataset.uuid, row]));
const over = new Set(panel?.dataset.over.split(" ").filter(Boolean) ?? []);
let ticket = "";
let send = () => {};

const ahead = () => Number(localStorage.getItem("starhall-clock-ahead") ?? 0);
const now = () => Date.now() - ahead();
const say = (text) => {
  document.getElementById("check-said").textContent = text;
};

// The words of a place or kind are those of the button that reports it.
const placeWords = (place) =>
  place ? (panel.querySelector(`button[value="${CSS.escape(place)}"]`)?.textContent ?? place) : "";

const message = (action, fields) => ({
  uuid: crypto.randomUUID(),
  action,
  check: null,
  ticket,
  outlet_code: card.outlet,
  date: card.on,
  standard: "",
  observed_at: new Date().toISOString(),
  photos: [],
  ...fields,
});

// What this tablet has tapped, on top of what the server's page shows ------------------

const read = async () => {
  const events = new Map();
  for (const [uuid, row] of drawn) {
    const { topic, place, since } = row.dataset;
    events.set(uuid, { uuid, topic, place, since: Date.parse(since), sync: "" });
  }
  const devices = new Map();
  const known = new Map(); // report → the event that runs
  const trials = new Map(); // trial → its device
  const records = await ofCard(cardKey({ outlet_code: card.outlet, date: card.on, standard: "" }));
  for (const { message: one, state, server_time } of records.sort((a, b) => a.seq - b.seq)) {
    const fresh = state === "waiting" || state === "held" || Date.parse(server_time) > made;
    if (one.action === "trial") trials.set(one.uuid, one.trial_device);
    if (!fresh) continue;
    const at = Date.parse(one.observed_at) - ahead();
    const named = events.get(known.get(one.check) ?? one.check);
    const device = devices.get(one.trial_device ?? trials.get(one.check)) ?? { trials: 0 };
    if (one.action === "spill" || one.action === "fault") {
      const place = (one.action === "spill" ? one.area : one.kind) ?? "";
      const same = [...events.values()].find((e) => e.topic === one.action && e.place === place);
      if (same) known.set(one.uuid, same.uuid);
      else events.set(one.uuid, { uuid: one.uuid, topic: one.action, place, since: at, sync: state });
    } else if (one.action === "device") {
      devices.set(one.trial_device, { ...device, works: one.working });
    } else if (one.action === "trial") {
      devices.set(one.trial_device, { ...device, trials: device.trials + 1, last: one.uuid });
    } else if (one.action === "retract" && !named) {
      const code = one.trial_device;
      if (code) devices.set(code, { ...device, trials: device.trials - 1, last: "" });
    } else if (named && state === "held") {
      named.sync = "held";
    } else if (named) {
      if (one.action === "cleaned" && at - named.since > LIMIT_MS) over.add(named.uuid);
      if (one.action === "retract") over.delete(named.uuid);
      events.delete(named.uuid);
    }
  }
  return { events, devices };
};

const rowOf = (event) => {
  const known = drawn.get(event.uuid);
  if (known) return known;
  const row = document.getElementById(`floor-${event.topic}`).content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, {
    uuid: event.uuid,
    place: event.place,
    since: new Date(event.since).toISOString(),
  });
  row.querySelector(".floor-place").textContent = placeWords(event.place);
  return row;
};

const SYNC = { waiting: "sync-waiting", held: "sync-held" };

const draw = async () => {
  const { events, devices } = await read();
  const rows = [...events.values()].map((event) => {
    const row = rowOf(event);
    row.querySelector(".check-sync, .badge")?.remove();
    if (SYNC[event.sync]) {
      const mark = document.getElementById(SYNC[event.sync]).content.firstElementChild;
      row.querySelector(".floor-what").append(mark.cloneNode(true));
    }
    return row;
  });
  // What is being tapped stays where it is.
  const same = rows.length === list.children.length && rows.every((row, n) => list.children[n]?.dataset.uuid === row.dataset.uuid);
  if (!same) list.replaceChildren(...rows);
  let looked = 0;
  for (const line of panel.querySelectorAll(".floor-device")) {
    const change = devices.get(line.dataset.device) ?? { trials: 0 };
    const works = change.works ?? { yes: true, no: false }[line.dataset.works];
    looked += works === undefined ? 0 : 1;
    line.querySelector(".floor-works")?.setAttribute("aria-pressed", String(works === true));
    line.querySelector(".floor-broken")?.setAttribute("aria-pressed", String(works === false));
    const count = line.querySelector("[data-count]");
    if (count) count.textContent = Math.max(Number(line.dataset.trials) + change.trials, 0);
    line.dataset.latest = change.last ?? line.dataset.last;
    line.querySelector(".floor-untrial")?.toggleAttribute("hidden", !line.dataset.latest);
  }
  const badge = panel.querySelector("[data-looked]");
  if (badge) badge.textContent = `${looked}/${panel.querySelectorAll(".floor-device").length}`;
  tick();
};

const tick = () => {
  for (const row of list.children) {
    const ms = Math.max(now() - Date.parse(row.dataset.since), 0);
    const s = Math.floor(ms / 1000);
    const hours = Math.floor(s / 3600);
    const [m, ss] = [Math.floor((s % 3600) / 60), String(s % 60).padStart(2, "0")];
    const text = hours ? `${hours}:${String(m).padStart(2, "0")}:${ss}` : `${m}:${ss}`;
    row.querySelector(".floor-clock").textContent = text;
    if (row.dataset.topic !== "spill" || ms <= LIMIT_MS) continue;
    row.classList.add("floor-over");
    over.add(row.dataset.uuid);
  }
};

// Taps -----------------------------------------------------------------------------

const busy = new Set();

const tapped = async (form, submitter) => {
  const action = form.dataset.floor;
  const row = form.closest(".floor-event");
  const line = form.closest(".floor-device");
  const told = message(action, {});
  if (row) told.check = row.dataset.uuid;
  if (line) told.trial_device = line.dataset.device;
  if (line && action === "retract") told.check = line.dataset.latest;
  if (action === "device") told.working = submitter.value === "yes";
  if (action === "spill") told.area = submitter?.name === "area" ? submitter.value : "";
  if (action === "fault") told.kind = submitter.value;
  const note = form.querySelector('[name="note"]');
  if (note?.value.trim()) told.note = note.value.trim();
  const key = [action, told.check, told.trial_device, told.area, told.kind].join("|");
  if (busy.has(key)) return;
  busy.add(key);
  form.setAttribute("aria-busy", "true");
  const place = line?.dataset.device ?? placeWords(row?.dataset.place ?? told.area ?? told.kind);
  try {
    await keep(told, { row: "", who: place || words(action), title: card.outlet, person: card.person });
    say(words("floor_kept", { what: [words(action), place].filter(Boolean).join(" · ") }));
    if (note) note.value = "";
    if (!line) form.closest("details")?.removeAttribute("open");
    await drawBar();
    await draw();
  } finally {
    // A tap that bounces is one tap.
    setTimeout(
      () => {
        busy.delete(key);
        form.removeAttribute("aria-busy");
      },
      action === "trial" ? 400 : 1000,
    );
  }
  send();
};

const submitted = (event) => {
  const form = event.target;
  if (form.matches("form[data-floor]")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (now() <= Date.parse(card.day_ends_at)) tapped(form, event.submitter);
    else say(words("day_over"));
    return;
  }
  // “All right” of the outlet itself, though a spill took too long: look at it first.
  const row = form.querySelector(".check-ok") && form.closest(".check-row[data-group]");
  if (!row || !asksSpill(row)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  row.querySelector("a.check-name")?.click();
};

const asksSpill = (row) =>
  over.size > 0 && !row.dataset.number && card.groups[row.dataset.group]?.codes.includes(card.spill_item);

// The clock has judged the item: it is offered as failed, and a person says so.
const opened = (event) => {
  const row = event.target;
  if (event.detail.check || !asksSpill(row)) return;
  const item = row.querySelector(`.check-item[data-code="${CSS.escape(card.spill_item)}"] input[name="failed"]`);
  if (!item) return;
  item.checked = true;
  const hint = document.createElement("p");
  hint.className = "check-hint floor-hint";
  hint.textContent = words("floor_item", { n: LIMIT_MS / 60000, code: card.spill_item });
  row.querySelector(".check-items").prepend(hint);
};

// Take over the panel; `given.ticket` names who taps, `given.send` hands over.
export const startFloor = async (given) => {
  if (!panel || !given.ticket) return;
  ({ ticket, send } = given);
  document.addEventListener("submit", submitted, true);
  document.addEventListener("line:opened", opened);
  document.addEventListener("queue:shown", draw);
  await draw();
  setInterval(tick, 1000);
};

// Without the queue the clock still runs.
if (panel && list) {
  tick();
  if (!card) setInterval(tick, 1000);
  document.addEventListener("click", (event) => {
    for (const menu of panel.querySelectorAll(".floor-menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
}
