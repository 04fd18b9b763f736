/* The clock of a test, and answers that are kept, and sent until they are saved.

The server's clock decides; this one only shows what is left. */

import { clockOf, confirm, forget, keep, keepClock, kept } from "./kept.js";

const AGAIN_AFTER = 4000;
const PAGES = "starhall-tests";

const test = document.getElementById("test");
const sitting = test.dataset.sitting;
// A page that this device has kept says so; see worker.js.
const fresh = document.documentElement.dataset.kept === undefined;

// --- The clock ------------------------------------------------------------------------

const timer = test.querySelector("[data-deadline]");

const startClock = async () => {
  if (fresh) await keepClock(sitting, Number(timer.dataset.now) - Date.now());
  const ahead = (await clockOf(sitting)) ?? 0;
  const clock = timer.querySelector("[data-clock]");
  const ends = Number(timer.dataset.deadline) - ahead;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    clock.textContent = left ? `${Math.floor(left / 60)}:${seconds}` : timer.dataset.over;
    if (left) setTimeout(tick, 500);
    else for (const set of test.querySelectorAll("fieldset")) set.disabled = true;
  };
  tick();
};

// --- Answers --------------------------------------------------------------------------

// Forms that the server has not confirmed yet, each with the turn that was kept.
const unsaved = new Map();
const submitting = test.querySelector("[data-submit]");
let submitted = false;

const answer = (event) => event.target.closest?.("[data-answer]");
const send = (form) => form.dispatchEvent(new CustomEvent("test:send"));
const token = () => /(?:^|; )csrftoken=([^;]+)/.exec(document.cookie)?.[1] ?? "";
const says = (form, text) => {
  form.querySelector("[data-saved]").textContent = text;
};

const fieldsOf = (form) =>
  [...new FormData(form)].filter(([name]) => name === "chosen" || name.startsWith("place-"));

// Show in a form what was kept of it.
const restore = (form, fields) => {
  for (const control of form.querySelectorAll("[name=chosen], [name^=place-]")) {
    const values = fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(control.type)) {
      control.checked = values.includes(control.value);
    } else {
      control.value = values[0] ?? "";
    }
  }
};

// Where every line wants a place, some have none yet: that is kept, and not sent.
const unfinished = (form) =>
  [...form.querySelectorAll("[name^=place-]")].some((control) => !control.value);

const given = async (event) => {
  const form = answer(event);
  if (!form) return;
  event.preventDefault();
  unsaved.set(form, "");
  // On the disk before it is on its way.
  unsaved.set(form, await keep(sitting, form.dataset.answer, fieldsOf(form)).catch(() => ""));
  sendOrWait(form);
};
document.addEventListener("change", given);
document.addEventListener("submit", given);

const sendOrWait = (form) => {
  if (!unfinished(form)) return send(form);
  unsaved.delete(form);
  says(form, form.dataset.unfinished);
};

const lost = (event) => {
  const form = answer(event);
  if (!form) return;
  if (!unsaved.has(form)) unsaved.set(form, "");
  says(form, form.dataset.lost);
  clearTimeout(form.again);
  form.again = setTimeout(() => send(form), AGAIN_AFTER);
};
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:responseError", lost);
document.addEventListener("htmx:configRequest", (event) => {
  const form = answer(event);
  if (!form) return;
  form.turn = unsaved.get(form) ?? "";
  // The token in the cookie follows every sign-in; the one in a kept page may be old.
  event.detail.parameters.csrfmiddlewaretoken = token();
});
document.addEventListener("htmx:afterRequest", async (event) => {
  const form = answer(event);
  if (!form || !event.detail.successful) return;
  // Led elsewhere, to sign in: it has not come to the test.
  if (event.detail.xhr.responseURL !== form.action) return lost(event);
  const { turn } = form;
  await confirm(sitting, form.dataset.answer, turn).catch(() => null);
  if (unsaved.get(form) === turn) unsaved.delete(form);
  if (submitted && !unsaved.size) submit();
});
addEventListener("online", () => {
  for (const form of unsaved.keys()) send(form);
  if (submitted && !unsaved.size) submit();
});

// --- Submitting -----------------------------------------------------------------------

// What was just chosen is saved before the test is submitted, and a test that cannot be
// submitted for want of a network is once there is one.
const submit = async () => {
  const waits = submitting.querySelector("[data-waits]");
  waits.hidden = true;
  try {
    const body = new FormData(submitting);
    body.set("csrfmiddlewaretoken", token());
    const done = await fetch(submitting.action, { method: "POST", body });
    if (!done.ok) throw new Error(String(done.status));
    submitted = false;
    await forget(sitting).catch(() => null);
    await self.caches?.delete(PAGES);
    location.replace(done.url);
  } catch {
    waits.hidden = false;
    clearTimeout(submitting.again);
    submitting.again = setTimeout(() => submitted && !unsaved.size && submit(), AGAIN_AFTER);
  }
};

submitting?.addEventListener("submit", (event) => {
  event.preventDefault();
  submitted = true;
  if (!unsaved.size) submit();
});

// --- Beginning ------------------------------------------------------------------------

const begin = async () => {
  for (const row of await kept(sitting, fresh)) {
    const form = test.querySelector(`[data-answer="${row.position}"]`);
    if (!form) continue;
    restore(form, row.fields);
    if (row.sent) {
      says(form, form.dataset.stands);
    } else {
      unsaved.set(form, row.turn);
      sendOrWait(form);
    }
  }
};

// This page stands without a network too, and in the version that is shown now.
const keepPage = async () => {
  if (!navigator.serviceWorker) return;
  const { worker, scope } = test.dataset;
  await navigator.serviceWorker.register(worker, { scope, updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  const [here] = location.href.split("#");
  const pages = await caches.open(PAGES);
  if (!(await pages.match(here))) {
    const page = await fetch(here, { credentials: "same-origin" });
    if (!page.ok || !page.headers.has("X-Test-Open")) return;
    await pages.put(here, page);
  }
  document.documentElement.dataset.standing = "true";
};

if (timer) {
  await startClock().catch(() => null);
  await begin().catch(() => null);
  document.documentElement.dataset.ready = "true";
  await keepPage().catch(() => null);
} else {
  await forget(sitting).catch(() => null);
}
