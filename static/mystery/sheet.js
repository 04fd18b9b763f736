// The form of a report: what does not apply is hidden, what is typed is kept at once,
// what was taken with the camera is made small and kept beside it.

import { dropFile, draftOf, filesOf, keepDraft, keepFile } from "./drafts.js";
import { send } from "./sending.js";

const PICTURE = /^image\//;
const SKIPPED = new Set(["csrfmiddlewaretoken", "delivery", "drop"]);

const uuid4 = () =>
  crypto.randomUUID?.() ??
  "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) =>
    (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16),
  );

// The values of a form by name; of a name that comes twice the last counts, as on the
// server, and files are not among them.
const valuesOf = (form) => {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !SKIPPED.has(name)) values[name] = value;
  }
  return values;
};

const fill = (form, values) => {
  for (const field of form.elements) {
    if (!field.name || SKIPPED.has(field.name) || field.type === "file") continue;
    const value = values[field.name] ?? "";
    if (field.type === "radio" || field.type === "checkbox") {
      field.checked = field.value === value;
    } else if (field.tagName !== "BUTTON" && field.tagName !== "FIELDSET") {
      const out = value === "na" && form.querySelector(`input[type="checkbox"][name="${CSS.escape(field.name)}"]`);
      field.value = out ? "" : value;
    }
  }
  for (const note of form.querySelectorAll(".sheet-note")) {
    if (note.querySelector("textarea").value) note.open = true;
  }
};

// Show what is asked by what was answered; one that is not asked asks no other.
export const showAsked = (form) => {
  const values = valuesOf(form);
  const shown = new Set();
  for (const box of form.querySelectorAll("[data-question]")) {
    const { question, askedIf, askedFor } = box.dataset;
    const answer = values[`answer-${askedIf}`] ?? "";
    const asked = !askedIf || (shown.has(askedIf) && askedFor.split("|").includes(answer));
    if (asked) shown.add(question);
    box.hidden = !asked;
  }
};

const wrong = (form, where, text) => {
  const box = form.querySelector(`[data-where="${CSS.escape(where)}"]`) ?? form.querySelector('[data-where="file"]');
  box.querySelector(".sheet-wrong")?.remove();
  box.classList.add("is-wrong");
  const line = document.createElement("div");
  line.className = "sheet-wrong";
  line.setAttribute("role", "alert");
  line.textContent = text;
  (box.querySelector(".sheet-asks, .form-label") ?? box).after(line);
  return box;
};

const right = (form) => {
  form.querySelector("#sheet-faults")?.remove();
  for (const line of form.querySelectorAll(".sheet-wrong")) line.remove();
  for (const box of form.querySelectorAll(".is-wrong")) box.classList.remove("is-wrong");
};

// What is plainly missing, before it is sent; the server looks once more.
const missing = (form, values) => {
  const found = [];
  for (const where of ["visited_on", "arrived_at", "left_at"]) if (!values[where]) found.push(where);
  if (!values.badge && !values.described) found.push("badge");
  for (const box of form.querySelectorAll("[data-question][data-required]")) {
    if (box.hidden) continue;
    const answer = values[`answer-${box.dataset.question}`] ?? "";
    if (answer === "na") continue;
    const bare = box.dataset.kind === "evidence";
    const brought = box.querySelector(".sheet-file");
    if ((!bare && !answer) || ((box.dataset.brings || bare) && !brought)) found.push(box.dataset.where);
  }
  return found;
};

export const startSheet = async (form, told, status) => {
  const { report } = form.dataset;
  const waitingBox = document.getElementById("sheet-waiting");
  const there = () =>
    [...form.querySelectorAll(".sheet-file[data-file]:not([data-local])")]
      .filter((row) => !row.querySelector('[name="drop"]')?.checked)
      .map((row) => row.dataset.file);

  let draft = await draftOf(report, told.person);
  if (draft) fill(form, draft.values);
  showAsked(form);
  document.body.classList.add("sheet-scripted");

  const current = (state) => ({
    report,
    person: told.person,
    send: form.dataset.send,
    evidence: form.dataset.evidence,
    values: valuesOf(form),
    there: there(),
    state,
    delivery: state === "waiting" ? uuid4() : (draft?.delivery ?? ""),
    lacks: [],
    words: "",
  });

  let timer = 0;
  let keeping = Promise.resolve();
  const keep = (state = "open") => {
    clearTimeout(timer);
    timer = 0;
    draft = current(state);
    const made = draft;
    keeping = keeping.then(() => keepDraft(made)).then(
      () => status(told.words.kept),
      () => status(told.words.no_storage),
    );
    return keeping;
  };

  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    // A box "does not apply" and the field beside it: one of them.
    const box = event.target.closest("[data-question]");
    if (box && event.target.type !== "checkbox" && event.target.type !== "radio") {
      const out = box.querySelector('.sheet-na input[type="checkbox"]');
      if (out && out.name === event.target.name && event.target.value) out.checked = false;
    }
    clearTimeout(timer);
    timer = setTimeout(() => keep(), 200);
  });
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") return;
    showAsked(form);
    keep();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) keep();
  });

  // A file that was chosen, as a line that can be taken out again.
  const show = (file) => {
    const list = form.querySelector(`[data-bring="${CSS.escape(file.place)}"] .sheet-files`);
    if (!list || list.querySelector(`[data-file="${file.uuid}"]`)) return;
    const row = document.createElement("li");
    row.className = "sheet-file";
    row.dataset.file = file.uuid;
    row.dataset.local = "1";
    const url = URL.createObjectURL(file.blob);
    if (PICTURE.test(file.type)) {
      const image = document.createElement("img");
      image.className = "sheet-thumb";
      image.src = url;
      image.alt = file.name || told.words.file;
      row.append(image);
    } else {
      row.append(file.name || told.words.file);
    }
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn d-block mt-1";
    button.textContent = told.words.remove;
    button.addEventListener("click", async () => {
      await dropFile(file.uuid);
      URL.revokeObjectURL(url);
      row.remove();
    });
    row.append(button);
    list.append(row);
  };

  const choose = async (input) => {
    const box = input.closest("[data-where]");
    for (const chosen of [...input.files]) {
      let blob = chosen;
      let { type } = chosen;
      if (PICTURE.test(type)) {
        try {
          const { shrunk } = await import("../checks/photos.js");
          blob = await shrunk(chosen);
          type = "image/jpeg";
        } catch {
          wrong(form, box.dataset.where, told.words.unreadable);
          continue;
        }
      }
      if (blob.size > told.most) {
        const most = Math.floor(told.most / 1024 ** 2);
        wrong(form, box.dataset.where, told.words.too_large.replace("{most}", most));
        continue;
      }
      const file = {
        uuid: uuid4(),
        report,
        question: box.dataset.question,
        place: input.name,
        name: chosen.name,
        type,
        blob,
        sent: false,
      };
      await keepFile(file);
      show(file);
    }
    input.value = "";
    await keep();
  };
  form.addEventListener("change", (event) => {
    if (event.target.type === "file") choose(event.target);
  });
  for (const file of await filesOf(report)) show(file);

  const look = async () => {
    const now = await draftOf(report, told.person);
    if (now) draft = now;
    const waits = now?.state === "waiting";
    form.hidden = waits;
    waitingBox.hidden = !waits;
    if (now?.state !== "stuck") return;
    right(form);
    for (const { where, words } of now.lacks) wrong(form, where, words);
    status(told.words[now.words] ?? now.words);
    form.querySelector(".is-wrong:not([hidden])")?.scrollIntoView({ block: "center" });
    await keepDraft({ ...now, state: "open", lacks: [], words: "" });
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    right(form);
    const boxes = missing(form, valuesOf(form)).map((where) => wrong(form, where, told.words.missing));
    if (boxes.length) {
      status(told.words.mend);
      boxes[0].scrollIntoView({ block: "center" });
      return;
    }
    await keep("waiting");
    await look();
    scrollTo(0, 0);
    send();
  });
  waitingBox.querySelector("[data-again]").addEventListener("click", () => send());
  waitingBox.querySelector("[data-change]").addEventListener("click", async () => {
    await keepDraft({ ...draft, state: "open" });
    await look();
  });
  document.addEventListener("drafts:changed", look);
  await look();
};
