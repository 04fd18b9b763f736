// The PIN pad types into the field; the field itself stays usable with a keyboard.

const form = document.querySelector("[data-pin-form]");
const field = form.querySelector('input[name="pin"]');

// The pad takes the place of the tablet's own keyboard.
field.setAttribute("inputmode", "none");

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-digit], [data-erase]");
  if (!button) return;
  if (button.dataset.digit === undefined) field.value = field.value.slice(0, -1);
  else if (field.value.length < field.maxLength) field.value += button.dataset.digit;
});

// The page may come back from the browser's memory: a typed PIN must not.
window.addEventListener("pageshow", () => {
  field.value = "";
});
field.focus();
