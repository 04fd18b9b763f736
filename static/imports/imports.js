// Dropping a file beside its field, and saying at once when it is too large.

const area = document.querySelector("[data-imports-drop]");
const field = area?.querySelector("input[type=file]");

if (area && field) {
  const warning = document.querySelector("[data-imports-too-large]");
  const button = field.form.querySelector("[type=submit]");

  const judge = () => {
    const file = field.files[0];
    const tooLarge = Boolean(file) && file.size > Number(area.dataset.mostBytes);
    warning.hidden = !tooLarge;
    button.disabled = tooLarge;
  };

  field.addEventListener("change", judge);
  for (const name of ["dragenter", "dragover"]) {
    area.addEventListener(name, (event) => {
      event.preventDefault();
      area.classList.add("is-over");
    });
  }
  for (const name of ["dragleave", "drop"]) {
    area.addEventListener(name, () => area.classList.remove("is-over"));
  }
  area.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    field.files = event.dataTransfer.files;
    judge();
    field.focus();
  });
}
