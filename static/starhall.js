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

// The session has ended: what a part of the page got is the page to sign in.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, requestConfig } = event.detail;
  const entrance = "/accounts/";
  const came = new URL(xhr.responseURL || location.href).pathname;
  if (came.startsWith(entrance) && !requestConfig.path.startsWith(entrance)) {
    event.detail.shouldSwap = false;
    location.reload();
  }
});

const say = (id) => {
  const template = document.getElementById(id);
  const place = document.getElementById("messages");
  if (!template || !place) return;
  place.replaceChildren(template.content.cloneNode(true));
  place.scrollIntoView({ block: "nearest" });
};

// What a page fetches by itself may fail unsaid: nobody has asked for it.
const sayOf = (id) => (event) => {
  if (!event.detail?.elt?.matches?.("[data-quiet]")) say(id);
};

document.addEventListener("htmx:sendError", sayOf("lost-connection"));
document.addEventListener("htmx:timeout", sayOf("lost-connection"));
document.addEventListener("htmx:responseError", sayOf("refused-request"));
