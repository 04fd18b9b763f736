// Pages of the field: what this phone keeps is shown on them, and sent when it can.

import { drafts, ready } from "./drafts.js";
import { start } from "./sending.js";
import { startSheet } from "./sheet.js";

const told = JSON.parse(document.getElementById("field-data").textContent);
const line = document.getElementById("field-status");
const form = document.getElementById("sheet");
const { words } = told;

const status = (text) => {
  line.hidden = !text;
  if (line.textContent !== text) line.textContent = text;
};

// Mark the visits of the list of which something is kept here.
const mark = async () => {
  const kept = new Map((await drafts(told.person)).map((draft) => [draft.report, draft]));
  for (const row of document.querySelectorAll("[data-errand]")) {
    const draft = kept.get(row.dataset.errand);
    const place = row.querySelector("[data-draft]");
    place.hidden = !draft;
    if (draft) {
      const text = { waiting: words.waiting, open: words.kept }[draft.state];
      place.querySelector("span").textContent = text ?? words[draft.words] ?? draft.words;
    }
  }
};

// A form that was sent is no longer to be filled in, with a network or without.
const forgetPage = (report) =>
  self.caches?.open("starhall-field-pages").then((pages) => pages.delete(`${told.field}${report}/`));

const said = (event) => {
  const { sent, sending, error, status: code } = event.detail;
  if (sent) forgetPage(sent)?.catch(() => null);
  if (sent && (!form || form.dataset.report === sent)) {
    // The server's list knows it now; this page does not.
    location.assign(told.field);
  } else if (error) {
    status(words[error].replace("{status}", code ?? ""));
  } else if (sending) {
    status(words.sending);
  }
  const says = document.querySelector("#sheet-waiting [data-says]");
  if (says) says.textContent = error ? words[error].replace("{status}", code ?? "") : words.waiting;
};

// Keep the list and the forms that were begun, for when there is no network.
const keepPages = async () => {
  if (!navigator.serviceWorker) return;
  await navigator.serviceWorker.register(told.worker, { scope: told.field, updateViaCache: "none" });
  await navigator.serviceWorker.ready;
  if (!navigator.onLine) return;
  if (!navigator.serviceWorker.controller) {
    await new Promise((resolve) => {
      navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true });
      if (navigator.serviceWorker.controller) resolve();
    });
  }
  for (const page of [told.field, location.pathname, ...(told.pages ?? [])]) {
    const answer = await fetch(page, { headers: { "X-Field-Keep": "1" } }).catch(() => null);
    // A body that nobody reads holds its connection, and a browser has few of them.
    await answer?.arrayBuffer().catch(() => null);
  }
  document.documentElement.dataset.kept = "true";
};

if (await ready()) {
  document.addEventListener("sending:status", said);
  document.addEventListener("drafts:changed", mark);
  if (form) await startSheet(form, told, status);
  await mark();
  start(told.person);
  navigator.storage?.persist?.();
  document.documentElement.dataset.field = "ready";
  keepPages().catch(() => null);
  if (!navigator.onLine) status(words.offline);
} else if (form) {
  const { showAsked } = await import("./sheet.js");
  form.addEventListener("change", () => showAsked(form));
  showAsked(form);
  status(words.no_storage);
}
