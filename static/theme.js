// Loaded in the head, before the first paint: the theme must not flash.
(() => {
  const root = document.documentElement;
  const wanted = window.matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem("starhall-theme");
    } catch {
      return null; // storage is closed: follow the system
    }
  };
  const apply = () => {
    root.dataset.bsTheme = chosen() ?? (wanted.matches ? "dark" : "light");
  };
  root.classList.add("js");
  apply();
  wanted.addEventListener("change", apply);
  window.addEventListener("storage", apply);
})();
