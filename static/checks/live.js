// Photos that the server asked for: taken here, kept on this tablet first, then sent like
// any other. Without this tablet's storage the form goes to the server as it is.

import { keepAsked, photosAsked } from "./queue.js";
import { send } from "./sending.js";

const STATES = { waiting: "kept", sent: "come" };

const boxes = () => document.querySelectorAll(".check-live[data-live]");

const draw = async () => {
  if (!boxes().length) return;
  const known = new Map((await photosAsked()).map((photo) => [photo.check, photo.state]));
  for (const box of boxes()) {
    const state = STATES[known.get(box.dataset.live)];
    if (state && box.dataset.state !== "come") box.dataset.state = state;
    else if (box.dataset.state === "kept") box.dataset.state = "asked";
  }
};

const takes = ({ card, ticket, over, complain }) => async (event) => {
  const input = event.target;
  const box = input.closest?.(".check-live[data-live]");
  const [file] = input.files ?? [];
  if (!box || !file) return;
  const row = box.closest(".check-row");
  if (over()) return complain(row, "day_over");
  try {
    const { shrunk } = await import("./photos.js");
    await keepAsked({
      uuid: crypto.randomUUID(),
      check: box.dataset.live,
      who: row.dataset.name ?? "",
      item: "",
      ticket,
      person: card.person,
      blob: await shrunk(file),
      taken_at: new Date().toISOString(),
    });
    send();
  } catch {
    complain(row, "photo_failed");
  }
  input.value = "";
  return undefined;
};

export const start = (page) => {
  document.addEventListener("change", takes(page));
  document.addEventListener("queue:shown", draw);
  document.addEventListener("htmx:afterSettle", draw);
  draw();
};
