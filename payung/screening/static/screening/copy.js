// Copies a text field at a press; where that is not possible, selects it, so that it can be copied by hand.
for (const button of document.querySelectorAll("[data-salin]")) {
  const field = document.getElementById(button.dataset.salin);
  const done = document.querySelector("[data-disalin]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      if (!document.execCommand("copy")) {
        return;
      }
    }
    done.hidden = false;
  });
}
