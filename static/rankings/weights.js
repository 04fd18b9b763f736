// The sum of the weights while they are typed; the server checks it again.

const output = document.querySelector('[data-weight-sum="common"]');

const add = () => {
  let hundredths = 0;
  for (const field of document.querySelectorAll('[data-weight="common"]')) {
    hundredths += Math.round(Number(field.value) * 100) || 0;
  }
  output.value = String(hundredths / 100);
  output.classList.toggle("is-off", hundredths !== 10000);
};

if (output) {
  document.addEventListener("input", (event) => {
    if (event.target.matches('[data-weight="common"]')) add();
  });
  add();
}
