// The duplicates screen by keyboard. Everything here presses what is on the page; without it the page is plain forms.
const STORED = "payung.periksa.pintasan";
const SAME_KEYS = { arrowright: "j", arrowleft: "k" };
const TYPED_IN = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]";
const desk = () => document.getElementById("meja");
const help = document.getElementById("bantuan");
const shortcuts = document.getElementById("pintasan");
let busy = false;

// Single keys can be switched off (WCAG 2.1.4), on this machine for good.
try {
  shortcuts.checked = localStorage.getItem(STORED) !== "tidak";
} catch {
  // Storage may be closed to us; the switch then holds for this page alone.
}
shortcuts.addEventListener("change", () => {
  try {
    localStorage.setItem(STORED, shortcuts.checked ? "ya" : "tidak");
  } catch {
    // As above.
  }
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) {
    return;
  }
  if (event.key === "Escape" && help.open) {
    help.open = false;
    help.querySelector("summary").focus();
    return;
  }
  if (!shortcuts.checked || event.target.closest(TYPED_IN)) {
    return;
  }
  if (event.key === "?") {
    help.open = !help.open;
    event.preventDefault();
    return;
  }
  const pressed = event.key.toLowerCase();
  const arrow = pressed in SAME_KEYS;
  if (arrow && (event.shiftKey || event.target.closest("input"))) {
    return;
  }
  const target = desk()?.querySelector(`[data-key="${CSS.escape(SAME_KEYS[pressed] ?? pressed)}"]`);
  if (!target || event.repeat) {
    return;
  }
  event.preventDefault();
  if (!busy) {
    target.click();
  }
});

// One thing at a time: a key that is pressed before the next pair is here is not meant for it. The desk settles at once
// (`settle:0ms`): a form that htmx has not taken over yet would be sent as the browser sends it, with a new page.
document.body.addEventListener("htmx:beforeRequest", () => {
  busy = true;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  busy = false;
  if (event.detail.failed) {
    document.getElementById("meja")?.classList.add("periksa--putus");
  }
});
document.body.addEventListener("htmx:afterSettle", () => {
  const title = document.getElementById("pasangan");
  title?.focus({ preventScroll: true });
  if (title && title.getBoundingClientRect().top < 0) {
    title.scrollIntoView({ block: "start" });
  }
});
