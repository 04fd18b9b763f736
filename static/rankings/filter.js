// Choosing a place below the one shown changes the trail above: load the page anew.

document.getElementById("id_place")?.addEventListener("change", (event) => {
  event.target.form.submit();
});
