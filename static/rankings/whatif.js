// Sliders beside the weights; the result follows a moment after the last move.

const WAIT = 200;
const form = document.querySelector("[data-whatif]");

if (form) {
  const balance = form.querySelector("[data-whatif-balance]");
  const shown = form.querySelector("[data-whatif-sum]");
  const pairs = [...form.querySelectorAll("[data-whatif-slider]")].map((slider) => ({
    slider,
    field: document.getElementById(slider.dataset.whatifSlider),
  }));
  const hundredths = (field) => Math.round(Number(field.value || 0) * 100);
  let timer;

  const say = () => {
    const total = pairs.reduce((sum, { field }) => sum + hundredths(field), 0);
    shown.textContent = String(total / 100);
  };

  // What one part takes, the others give in proportion; the last one takes the rest.
  const follow = (moved) => {
    const others = pairs.filter(({ field }) => field !== moved);
    const free = Math.max(10000 - hundredths(moved), 0);
    const before = others.map(({ field }) => hundredths(field));
    const total = before.reduce((sum, one) => sum + one, 0);
    let left = free;
    others.forEach(({ field }, index) => {
      const part = total ? (free * before[index]) / total : free / others.length;
      const own = index === others.length - 1 ? left : Math.min(Math.round(part), left);
      left -= own;
      field.value = String(own / 100);
    });
    if (!others.length) moved.value = "100";
  };

  const match = () => pairs.forEach(({ slider, field }) => (slider.value = field.value));

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (form.checkValidity()) form.dispatchEvent(new Event("scenario"));
    }, WAIT);
  };

  const weigh = (field) => {
    if (balance.checked) follow(field);
    match();
    say();
  };

  for (const { slider, field } of pairs) {
    slider.addEventListener("input", () => {
      field.value = slider.value;
      weigh(field);
      later();
    });
    // A typed number is left alone until it is finished.
    field.addEventListener("change", () => weigh(field));
  }
  form.addEventListener("change", later);
  form.addEventListener("input", (event) => {
    if (event.target.type === "number") later();
  });
  match();
  say();
}
