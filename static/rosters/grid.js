// The month grid: painting, keys, copying a week, rotating a pattern, undo. Every change
// goes to the server with the version it was made on; what the server makes of it (sums,
// broken rules, coverage) is shown on the cells. Without it the names lead to plain forms.

import { copiedDays, patternOf, rotated, weeksOf } from "./weeks.js";

const data = JSON.parse(document.getElementById("roster-data").textContent);
const grid = document.querySelector(".roster-grid");
const tools = document.getElementById("roster-tools");
const words = document.getElementById("roster-words").dataset;
const saved = tools.querySelector(".roster-saved");
const shifts = new Map(data.shifts.map((shift) => [shift.code, shift]));
const rows = [...grid.querySelectorAll("tbody tr")];
const SAVE_AFTER_MS = 400;
const AGAIN_MS = 4000;
const MOST = 4000;

const cellAt = (row, on) => row?.querySelector(`button[data-on="${on}"]`) ?? null;
const personOf = (cell) => Number(cell.closest("tr").dataset.person);
const keyOf = (cell) => `${personOf(cell)}:${cell.dataset.on}`;
const nameOf = (code) =>
  shifts.get(code)?.name ?? (code === "off" ? words.off : code || words.nothing);

// What a cell shows ----------------------------------------------------------------

const label = (cell) => {
  const who = cell.closest("tr").querySelector(".roster-name a").textContent;
  const day = cell.dataset.on;
  const problems = cell.title ? `. ${cell.title}` : "";
  cell.setAttribute("aria-label", `${who}, ${day}, ${nameOf(cell.dataset.code)}${problems}`);
};

const show = (cell, { code, locked }) => {
  cell.dataset.code = code;
  cell.toggleAttribute("data-locked", locked);
  const colour = shifts.get(code)?.colour ?? (code === "off" ? "off" : "none");
  cell.className = `roster-cell c-${colour}`;
  cell.dataset.mark = shifts.get(code)?.mark ?? (code === "off" ? "–" : "");
  label(cell);
};

const stateOf = (cell) => ({ code: cell.dataset.code, locked: cell.hasAttribute("data-locked") });

// Saving ---------------------------------------------------------------------------

let version = data.version;
let pending = new Map();
let sending = null;
let timer = 0;
let stuck = false;
const done = []; // for undo: lists of [cell, state before]

const tell = (text) => {
  saved.textContent = text;
};

const complain = (text, reload) => {
  const box = document.createElement("div");
  box.className = "alert alert-danger";
  box.textContent = text;
  if (reload) {
    const link = document.createElement("a");
    link.className = "btn btn-sm ms-2";
    link.href = location.href;
    link.textContent = words.reload;
    box.append(" ", link);
  }
  document.getElementById("roster-alert").replaceChildren(box);
};

const number = (value) =>
  new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 }).format(value);

const apply = (state) => {
  version = state.version;
  grid.dataset.version = version;
  for (const name of ["rules", "warnings"]) {
    const place = document.querySelector(`[data-count="${name}"]`);
    place.dataset.n = state[name];
    place.lastElementChild.textContent = words[name].replace("{n}", state[name]);
  }
  for (const name of ["missing", "spare"]) {
    const place = document.querySelector(`[data-count="${name}"] b`);
    if (place) place.textContent = number(state[name]);
  }
  for (const row of rows) {
    const sums = state.rows[row.dataset.person];
    if (!sums) continue;
    row.querySelector('[data-sum="hours"] b').textContent = number(sums.hours);
    row.querySelector('[data-sum="balance"]').textContent = `${sums.early}/${sums.night}`;
    row.querySelector('[data-sum="weekends"]').textContent = sums.weekends;
    const flag = row.querySelector("[data-flag]");
    flag.hidden = !sums.problems.length;
    flag.title = sums.problems.join(" ");
    flag.querySelector(".visually-hidden").textContent = flag.title;
  }
  for (const cell of grid.querySelectorAll("button.roster-cell")) {
    const found = state.cells[keyOf(cell)];
    if (found) cell.dataset.level = found.level;
    else delete cell.dataset.level;
    cell.title = found ? found.problems.join(" ") : "";
    label(cell);
  }
  for (const [on, day] of Object.entries(state.days)) {
    const place = grid.querySelector(`[data-cover="${on}"]`);
    if (day.level) place.dataset.level = day.level;
    else delete place.dataset.level;
    place.title = day.problems.join(" ");
    place.querySelector(".is-missing").textContent = day.missing ? `−${number(day.missing)}` : "";
    place.querySelector(".is-spare").textContent = day.spare ? `+${number(day.spare)}` : "";
  }
};

const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";

const send = async () => {
  if (sending || stuck || !pending.size) return;
  const batch = new Map([...pending].slice(0, MOST));
  for (const key of batch.keys()) pending.delete(key);
  sending = batch;
  tell(words.saving);
  let answer = null;
  try {
    const headers = JSON.parse(document.body.getAttribute("hx-headers"));
    answer = await fetch(grid.dataset.save, {
      method: "POST",
      headers: { ...headers, "X-CSRFToken": token() || headers["X-CSRFToken"], "Content-Type": "application/json" },
      body: JSON.stringify({
        version,
        why: document.getElementById("why")?.value ?? "",
        cells: [...batch].map(([key, state]) => {
          const [person, on] = key.split(":");
          return { person: Number(person), on, ...state };
        }),
      }),
    });
  } catch {
    answer = null;
  }
  sending = null;
  if (!answer) {
    pending = new Map([...batch, ...pending]);
    complain(words.lost, false);
    tell(words.unsaved.replace("{n}", pending.size));
    timer = setTimeout(send, AGAIN_MS);
    return;
  }
  document.getElementById("roster-alert").replaceChildren();
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    stuck = true;
    for (const key of batch.keys()) pending.set(key, batch.get(key));
    complain(said.error ?? words.lost, true);
    tell(words.unsaved.replace("{n}", pending.size));
    return;
  }
  apply(said);
  tell(pending.size ? words.saving : words.saved);
  refreshStrip();
  if (pending.size) send();
};

const refreshStrip = () => {
  const day = grid.querySelector(".roster-day.is-shown a") ?? null;
  if (day && self.htmx) self.htmx.trigger(day, "click");
};

addEventListener("beforeunload", (event) => {
  if (pending.size || sending) event.preventDefault();
});

// Change cells: [cell, state] pairs, one step to undo.
const change = (pairs, { undoing = false } = {}) => {
  const before = [];
  for (const [cell, state] of pairs) {
    const was = stateOf(cell);
    if (was.code === state.code && was.locked === state.locked) continue;
    before.push([cell, was]);
    show(cell, state);
    pending.set(keyOf(cell), state);
  }
  if (!before.length) return;
  if (!undoing) done.push(before);
  tools.querySelector('[data-act="undo"]').disabled = !done.length;
  clearTimeout(timer);
  timer = setTimeout(send, SAVE_AFTER_MS);
};

// Painting -------------------------------------------------------------------------

let brush = null;
const brushes = [...tools.querySelectorAll("[data-brush]")];

const choose = (button) => {
  for (const one of brushes) {
    one.setAttribute("aria-checked", String(one === button));
    one.tabIndex = one === button ? 0 : -1;
  }
  brush = button ? button.dataset.brush : null;
  if (!button) brushes[0].tabIndex = 0;
  grid.classList.toggle("is-painting", brush !== null);
};

const painted = (cell, with_ = brush) => {
  const was = stateOf(cell);
  return with_ === "lock" ? { ...was, locked: !was.locked } : { code: with_, locked: was.locked };
};

for (const button of brushes) {
  button.addEventListener("click", () =>
    choose(button.getAttribute("aria-checked") === "true" ? null : button),
  );
  button.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const next = brushes[(brushes.indexOf(button) + step + brushes.length) % brushes.length];
    choose(next);
    next.focus();
  });
}

// Without a brush a cell goes on to the next shift, as on paper one writes over it.
const order = ["", ...data.shifts.map((shift) => shift.code), "off"];
const following = (cell) => {
  const was = stateOf(cell);
  return { ...was, code: order[(order.indexOf(was.code) + 1) % order.length] };
};

// A stroke of the mouse paints every cell it passes; it is one step to undo.
let stroke = null;

grid.addEventListener("pointerdown", (event) => {
  const cell = event.target.closest("button.roster-cell");
  if (!cell || event.button !== 0 || brush === null || event.pointerType === "touch") return;
  event.preventDefault();
  focus(cell);
  stroke = new Set([cell]);
  cell.classList.add("is-struck");
});

grid.addEventListener("pointerover", (event) => {
  const cell = event.target.closest("button.roster-cell");
  if (!stroke || !cell || stroke.has(cell)) return;
  stroke.add(cell);
  cell.classList.add("is-struck");
});

addEventListener("pointerup", () => {
  if (!stroke) return;
  const cells = [...stroke];
  stroke = null;
  for (const cell of cells) cell.classList.remove("is-struck");
  change(cells.map((cell) => [cell, painted(cell)]));
});

// A finger scrolls; its tap, or the key on a cell, changes the one cell.
grid.addEventListener("click", (event) => {
  const cell = event.target.closest("button.roster-cell");
  if (!cell) return;
  const mouse = event.pointerType === "mouse" || event.pointerType === "pen";
  if (mouse && brush !== null) return;
  focus(cell);
  change([[cell, brush === null ? following(cell) : painted(cell)]]);
});

// Keys -----------------------------------------------------------------------------

let at = null;

const focus = (cell) => {
  if (at) at.tabIndex = -1;
  at = cell;
  cell.tabIndex = 0;
  cell.focus({ preventScroll: false });
};

const step = (cell, right, down) => {
  let row = rows.indexOf(cell.closest("tr"));
  let day = data.days.indexOf(cell.dataset.on);
  for (let n = 0; n < data.days.length + rows.length; n += 1) {
    row += down;
    day += right;
    if (row < 0 || row >= rows.length || day < 0 || day >= data.days.length) return null;
    const found = cellAt(rows[row], data.days[day]);
    if (found) return found;
  }
  return null;
};

const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

grid.addEventListener("keydown", (event) => {
  const cell = event.target.closest("button.roster-cell");
  if (!cell || event.altKey) return;
  if (event.ctrlKey || event.metaKey) {
    if (event.key === "z") {
      event.preventDefault();
      undo();
    }
    return;
  }
  const move = MOVES[event.key];
  if (move) {
    event.preventDefault();
    const next = step(cell, ...move);
    if (!next) return;
    if (event.shiftKey) change([[next, { ...stateOf(next), code: cell.dataset.code }]]);
    focus(next);
    return;
  }
  const digit = Number(event.key);
  const typed =
    event.key === "Backspace" || event.key === "Delete"
      ? ""
      : event.key.toLowerCase() === "o"
        ? "off"
        : event.key.toLowerCase() === "l"
          ? "lock"
          : digit >= 1 && digit <= data.shifts.length
            ? data.shifts[digit - 1].code
            : null;
  if (typed === null) return;
  event.preventDefault();
  change([[cell, painted(cell, typed)]]);
  if (typed !== "lock") {
    const next = step(cell, 1, 0);
    if (next) focus(next);
  }
});

const undo = () => {
  const last = done.pop();
  if (last) change(last, { undoing: true });
  tools.querySelector('[data-act="undo"]').disabled = !done.length;
};

// Whole weeks and patterns -----------------------------------------------------------

const isFree = (cell) => cell && !cell.hasAttribute("data-locked");

const copyWeek = (from, to) =>
  change(
    copiedDays(data.days, from, to).flatMap(([source, on]) =>
      rows
        .map((row) => [cellAt(row, source), cellAt(row, on)])
        .filter(([give, take]) => give && isFree(take))
        .map(([give, take]) => [take, { code: give.dataset.code, locked: false }]),
    ),
  );

const rotate = (text, later) => {
  const codes = patternOf(text);
  const wrong = codes.find((code) => code !== "off" && !shifts.has(code));
  if (wrong) return complain(words.pattern.replace("{code}", wrong), false);
  if (!codes.length) return undefined;
  document.getElementById("roster-alert").replaceChildren();
  return change(
    rows.flatMap((row, n) =>
      data.days
        .map((on, day) => [cellAt(row, on), { code: rotated(codes, day, n, later), locked: false }])
        .filter(([cell]) => isFree(cell)),
    ),
  );
};

const fillWeeks = () => {
  const form = new Intl.DateTimeFormat(document.documentElement.lang, {
    month: "numeric",
    day: "numeric",
    timeZone: "UTC",
  });
  const [from, to] = ["copy-from", "copy-to"].map((id) => document.getElementById(id));
  const all = weeksOf(data.days);
  all.forEach((week, n) => {
    const text = `${form.format(new Date(`${week[0]}T00:00:00Z`))} – ${form.format(new Date(`${week.at(-1)}T00:00:00Z`))}`;
    from.add(new Option(text, n));
    to.add(new Option(text, n));
  });
  to.add(new Option("→ …", "all"));
  to.value = all.length > 1 ? 1 : 0;
};

tools.addEventListener("click", (event) => {
  const act = event.target.closest("[data-act]")?.dataset.act;
  if (act === "undo") undo();
  if (act === "copy") {
    const to = document.getElementById("copy-to").value;
    copyWeek(Number(document.getElementById("copy-from").value), to === "all" ? to : Number(to));
  }
  if (act === "rotate") {
    rotate(document.getElementById("pattern").value, Number(document.getElementById("pattern-step").value));
  }
  if (act === "copy" || act === "rotate") event.target.closest("details").open = false;
});

document.addEventListener("click", (event) => {
  for (const menu of tools.querySelectorAll(".roster-menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
  const day = event.target.closest(".roster-day");
  if (!day) return;
  for (const one of grid.querySelectorAll(".roster-day.is-shown")) one.classList.remove("is-shown");
  day.classList.add("is-shown");
});

fillWeeks();
tools.hidden = false;
document.querySelector(".roster-noscript").hidden = true;
const first = grid.querySelector("button.roster-cell");
if (first) {
  first.tabIndex = 0;
  at = first;
}
document.documentElement.dataset.roster = "ready";
