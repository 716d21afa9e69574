// Copies a text; the button is shown only where that is possible.
for (const button of document.querySelectorAll("[data-salin]")) {
  if (!navigator.clipboard) {
    continue;
  }
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.salin).value);
    button.textContent = button.dataset.tersalin;
  });
}
