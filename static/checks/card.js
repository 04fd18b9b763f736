// An opened line of the card: one item is failed or not judged, never both; the button
// says what it will save. Without this the same form works, and the server says it.

const said = (form) => {
  const failed = form.querySelectorAll('input[name="failed"]:checked').length;
  const text = failed ? form.dataset.some.replace("{n}", failed) : form.dataset.none;
  const button = form.querySelector(".check-save");
  button.querySelector("span").textContent = text;
  button.classList.toggle("btn-danger", failed > 0);
  button.classList.toggle("btn-primary", failed === 0);
};

document.addEventListener("change", (event) => {
  const form = event.target.closest(".check-items");
  if (!form) return;
  const item = event.target.closest(".check-item");
  if (item && event.target.name === "failed" && event.target.checked) {
    item.querySelector("select").value = "";
  }
  if (item && event.target.name === "other" && event.target.value) {
    item.querySelector('input[name="failed"]').checked = false;
  }
  said(form);
});

const look = (root) => {
  for (const form of root.querySelectorAll(".check-items")) said(form);
};

document.addEventListener("htmx:afterSettle", (event) => {
  const row = document.getElementById(event.detail.target?.id);
  if (!row) return;
  look(row);
  if (row.hasAttribute("data-open")) row.scrollIntoView({ block: "start", behavior: "instant" });
});

look(document);
document.querySelector("[data-open]")?.scrollIntoView({ block: "start", behavior: "instant" });
document
  .querySelector(".check-tab.active")
  ?.scrollIntoView({ block: "nearest", inline: "center" });
