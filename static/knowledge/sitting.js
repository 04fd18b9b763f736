/* The clock of a test, and answers that are sent again until they are saved.

The server's clock decides; this one only shows what is left. */

const AGAIN_AFTER = 4000;

const timer = document.querySelector("[data-seconds-left]");
if (timer) {
  const clock = timer.querySelector("[data-clock]");
  const ends = performance.now() + Number(timer.dataset.secondsLeft) * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - performance.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    clock.textContent = left ? `${Math.floor(left / 60)}:${seconds}` : timer.dataset.over;
    if (left) setTimeout(tick, 500);
  };
  tick();
}

// Answers given that the server has not confirmed yet.
const unsaved = new Set();
const submitting = document.querySelector("[data-submit]");
let submitted = false;

const answer = (event) => event.target.closest("[data-answer]");
const send = (form) => form.dispatchEvent(new Event("change"));

document.addEventListener("change", (event) => {
  const form = answer(event);
  if (form) unsaved.add(form);
});

const lost = (event) => {
  const form = answer(event);
  if (!form) return;
  unsaved.add(form);
  form.querySelector("[data-saved]").textContent = form.dataset.lost;
  clearTimeout(form.again);
  form.again = setTimeout(() => send(form), AGAIN_AFTER);
};
document.addEventListener("htmx:sendError", lost);
document.addEventListener("htmx:timeout", lost);
document.addEventListener("htmx:responseError", lost);
document.addEventListener("htmx:afterRequest", (event) => {
  const form = answer(event);
  if (!form || !event.detail.successful) return;
  unsaved.delete(form);
  if (submitted && !unsaved.size) submitting.submit();
});

// What was just typed is saved before the test is submitted.
submitting?.addEventListener("submit", (event) => {
  if (!unsaved.size) return;
  event.preventDefault();
  submitted = true;
});
