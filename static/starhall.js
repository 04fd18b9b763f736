// What every page does: open the menu, switch the theme, and say so when a request
// fails. Of Tabler only the styles are used: for one menu its scripts are too heavy.

document.addEventListener("click", (event) => {
  const button = event.target.closest(".navbar-toggler");
  if (!button) return;
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  button.setAttribute("aria-expanded", String(menu.classList.toggle("show")));
});

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-theme-toggle]")) return;
  const root = document.documentElement;
  root.dataset.bsTheme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem("starhall-theme", root.dataset.bsTheme);
  } catch {
    // Storage is closed: the choice lasts as long as the page.
  }
  document.dispatchEvent(new CustomEvent("starhall:theme"));
});

const say = (id) => {
  const template = document.getElementById(id);
  const place = document.getElementById("messages");
  if (!template || !place) return;
  place.replaceChildren(template.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
};

document.addEventListener("htmx:sendError", () => say("lost-connection"));
document.addEventListener("htmx:timeout", () => say("lost-connection"));
document.addEventListener("htmx:responseError", () => say("refused-request"));
