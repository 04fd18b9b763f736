// The lines of the card as they stand on this tablet: what the server drew, and on top
// of it what was tapped since. Pieces come from the <template>s of the page.

const piece = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

export const card = (() => {
  const data = document.getElementById("card-data");
  return data ? JSON.parse(data.textContent) : null;
})();

// What is counted comes in the forms of its language; `values.n` chooses one.
const form = (given, n) =>
  given && typeof given === "object"
    ? (given[new Intl.PluralRules(document.documentElement.lang).select(n)] ?? given.other)
    : given;

export const words = (name, values = {}) =>
  Object.entries(values).reduce(
    (text, [key, value]) => text.replace(`{${key}}`, value),
    form(card.words[name], values.n) ?? name,
  );

export const lines = () => [...document.querySelectorAll(".check-row[data-group]")];
export const lineOf = (node) => node.closest?.(".check-row[data-group]");
export const line = (id) => {
  const found = document.getElementById(id);
  return found?.matches(".check-row[data-group]") ? found : null;
};

// What a line says now: {uuid, marks: {code: mark}, note, photos, sync}; null: nothing.
export const said = (row) =>
  row.dataset.uuid
    ? {
        uuid: row.dataset.uuid,
        marks: JSON.parse(row.dataset.marks || "{}"),
        note: row.dataset.note ?? "",
        photos: Number(row.dataset.photos ?? 0),
        sync: row.dataset.sync ?? "",
      }
    : null;

export const failedOf = (marks) =>
  Object.keys(marks).filter((code) => marks[code] === "failed");

export const stateOf = (marks) => (failedOf(marks).length ? "failed" : "passed");

export const verdict = (marks) => {
  const n = failedOf(marks).length;
  return n ? words("failed", { n }) : words("all_right");
};

const badge = (code, mark) => {
  const item = card.items[code] ?? { title: "" };
  const critical = mark === "failed" && item.critical;
  const made = piece(critical ? "badge-critical" : "badge-plain");
  if (mark === "failed") {
    if (!critical) made.classList.replace("bg-secondary-lt", "bg-red-lt");
    made.append(`${code} ${item.title}`);
  } else {
    made.append(`${code} ${words(mark)}`);
  }
  return made;
};

const SYNC = { waiting: "sync-waiting", held: "sync-held", refused: "sync-held" };

const draw = (row, check) => {
  const state = check ? stateOf(check.marks) : "yet";
  row.classList.remove("check-yet", "check-passed", "check-failed", "check-open");
  row.classList.add(`check-${state}`);
  row.removeAttribute("data-open");
  row.querySelector(".check-icon").replaceChildren(piece(`icon-${state}`));
  const says = row.querySelector(".check-says");
  says.replaceChildren();
  const act = row.querySelector(".check-act");
  if (!check) {
    act.replaceChildren(piece("act-yet"));
  } else {
    for (const [code, mark] of Object.entries(check.marks)) says.append(badge(code, mark), " ");
    if (check.note) {
      const note = document.createElement("span");
      note.className = "check-note";
      note.textContent = check.note;
      says.append(note, " ");
    }
    if (check.photos) {
      const photos = piece("badge-photos");
      photos.append(words("photos", { n: check.photos }));
      says.append(photos, " ");
    }
    if (SYNC[check.sync]) says.append(piece(SYNC[check.sync]));
    const undo = piece("act-done");
    const chip = document.createElement("span");
    chip.className = `check-chip ${state === "failed" ? "text-red" : "text-green"}`;
    chip.textContent = verdict(check.marks);
    act.replaceChildren(undo, chip);
  }
  row.querySelector(".check-items")?.remove();
  row.querySelector(".check-error")?.remove();
  row.querySelector(".check-name")?.setAttribute("aria-expanded", "false");
  const menu = row.querySelector(".check-menu");
  if (menu) menu.hidden = Boolean(check);
};

// Show a line as holding this check; null: as not yet checked.
export const show = (row, check) => {
  if (check) {
    row.dataset.uuid = check.uuid;
    row.dataset.marks = JSON.stringify(check.marks);
    row.dataset.note = check.note;
    row.dataset.photos = check.photos;
    row.dataset.sync = check.sync;
    row.dataset.version = card.version;
  } else {
    for (const name of ["uuid", "marks", "note", "photos", "sync"]) delete row.dataset[name];
  }
  draw(row, check);
  count();
};

export const close = (row) => {
  const check = said(row);
  if (!check || check.sync) return draw(row, check);
  row.querySelector(".check-items")?.remove();
  row.classList.remove("check-open");
  row.querySelector(".check-name").setAttribute("aria-expanded", "false");
};

// Open a line: every item that is asked of it, the ones that often fail first.
export const open = (row) => {
  const group = card.groups[row.dataset.group];
  const form = piece("card-items");
  const check = said(row);
  const marks = check?.marks ?? {};
  const byCode = new Map(
    [...form.querySelectorAll(".check-item")].map((item) => [item.dataset.code, item]),
  );
  for (const [code, item] of byCode) if (!group.codes.includes(code)) item.remove();
  if (group.usual) {
    const first = form.querySelector(".check-section").cloneNode(false);
    first.classList.add("check-usual");
    const legend = document.createElement("legend");
    legend.textContent = words("usual");
    first.append(legend, ...group.codes.slice(0, group.usual).map((code) => byCode.get(code)));
    form.querySelector(".check-section").before(first);
  }
  for (const section of form.querySelectorAll(".check-section")) {
    if (!section.querySelector(".check-item")) section.remove();
  }
  for (const node of form.querySelectorAll("[id],[for],[aria-describedby]")) {
    for (const name of ["id", "for", "aria-describedby"]) {
      const value = node.getAttribute(name);
      if (value) node.setAttribute(name, value.replace("LINE", row.id));
    }
  }
  for (const [code, mark] of Object.entries(marks)) {
    const item = byCode.get(code);
    if (!item) continue;
    if (mark === "failed") item.querySelector('input[name="failed"]').checked = true;
    else item.querySelector("select").value = `${code}:${mark}`;
  }
  form.querySelector('[name="note"]').value = check?.note ?? "";
  row.querySelector(".check-items")?.remove();
  row.append(form);
  row.classList.add("check-open");
  row.querySelector(".check-name").setAttribute("aria-expanded", "true");
  row.dispatchEvent(new CustomEvent("line:opened", { bubbles: true, detail: { check } }));
  return form;
};

// How far this card is, in the words and the bar above it, and on its tab.
export const count = () => {
  const all = document.querySelectorAll(".check-row");
  const done = document.querySelectorAll(".check-row.check-passed, .check-row.check-failed");
  const progress = document.getElementById("check-progress");
  const bar = progress.querySelector("progress");
  progress.querySelector("[data-progress]").textContent = words("progress", {
    checked: done.length,
    total: all.length,
  });
  bar.value = done.length;
  progress.classList.toggle("check-complete", done.length >= all.length && all.length > 0);
  progress.querySelector(".check-how")?.toggleAttribute("hidden", done.length > 0);
  const tab = document.querySelector(".check-tab.active [data-checked]");
  if (tab) tab.textContent = done.length;
};

// The next line that nobody has looked at, after this one or from the top.
export const next = (row) => {
  const open = lines().filter((one) => one.classList.contains("check-yet"));
  return (
    open.find((one) => row.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ??
    open[0] ??
    null
  );
};

export const bring = (row) => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  row.scrollIntoView({ block: "nearest", behavior: calm ? "instant" : "smooth" });
};
