// Puts a button below every chart that saves what is drawn as a PNG file.
//
// The words stand in the template `picture-button`; charts are drawn by charts.js. A
// chart that could not be drawn has no picture, and its table says the same.

const SHARPNESS = 2; // pixels of the file per pixel of the page

const ground = () => {
  const colour = getComputedStyle(document.body).backgroundColor;
  return colour && colour !== "rgba(0, 0, 0, 0)" ? colour : "#ffffff";
};

// "/flow/outlets/P1/hours.json?day=2026-03-14&figure=waits" is kept as
// "flow-outlets-P1-hours-2026-03-14-waits.png".
export const fileName = (address) => {
  const url = new URL(address, document.baseURI);
  const parts = [...url.pathname.replace(/\.json$/, "").split("/"), ...url.searchParams.values()];
  const name = parts
    .map((part) => decodeURIComponent(part).replace(/[^\p{Letter}\p{Number}._-]+/gu, "_"))
    .filter(Boolean)
    .join("-");
  return `${name || "chart"}.png`;
};

// The policy of the page lets scripts connect to this house only, so that the picture
// is unpacked here instead of being fetched from its own address.
const blobOf = (dataAddress) => {
  const [head, packed] = dataAddress.split(",");
  const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: head.slice(5).split(";")[0] });
};

const save = (element) => {
  const chart = window.echarts.getInstanceByDom(element);
  const picture = chart.getDataURL({
    type: "png",
    pixelRatio: SHARPNESS,
    backgroundColor: ground(),
  });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blobOf(picture));
  link.download = fileName(element.dataset.chart);
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
};

const offer = (element, template) => {
  const part = template.content.cloneNode(true);
  const button = part.querySelector("button");
  button.querySelector(".visually-hidden").textContent = `: ${element.getAttribute("aria-label")}`;
  button.addEventListener("click", () => save(element));
  element.after(part);
};

const whenDrawn = (element, act) => {
  if (window.echarts.getInstanceByDom(element)) {
    act();
    return;
  }
  new MutationObserver((_changes, observer) => {
    if (!window.echarts.getInstanceByDom(element)) return;
    observer.disconnect();
    act();
  }).observe(element, { attributes: true, childList: true });
};

// The library comes further down the page: by then every script of it has run.
document.addEventListener("DOMContentLoaded", () => {
  const template = document.getElementById("picture-button");
  if (!window.echarts || !template) return;
  document
    .querySelectorAll("[data-chart]")
    .forEach((element) => whenDrawn(element, () => offer(element, template)));
});
