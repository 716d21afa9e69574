// Starts the components on every page and on every part that htmx swaps in. Pages work without it.
import { initAll } from "./govuk-frontend.min.js";

const WORDS = {
  id: {
    fileUpload: {
      chooseFilesButton: "Pilih berkas",
      dropInstruction: "atau seret ke sini",
      noFileChosen: "Belum ada berkas dipilih",
      multipleFilesChosen: { one: "%{count} berkas dipilih", other: "%{count} berkas dipilih" },
      enteredDropZone: "Berkas di atas tempatnya",
      leftDropZone: "Berkas keluar dari tempatnya",
    },
    passwordInput: {
      showPassword: "Lihat",
      hidePassword: "Tutup",
      showPasswordAriaLabel: "Lihat kata sandi",
      hidePasswordAriaLabel: "Tutup kata sandi",
      passwordShownAnnouncement: "Kata sandi terlihat",
      passwordHiddenAnnouncement: "Kata sandi tertutup",
    },
  },
};

function start(scope) {
  const words = WORDS[document.documentElement.lang] ?? {};
  const i18n = (name) => (words[name] ? { i18n: words[name] } : {});
  initAll({
    scope,
    button: { preventDoubleClick: true },
    fileUpload: i18n("fileUpload"),
    passwordInput: i18n("passwordInput"),
  });
  // The hidden comma between the words of a file button keeps its name from holding its visible text (WCAG 2.5.3).
  for (const comma of document.querySelectorAll(".govuk-file-upload-button > .govuk-visually-hidden")) {
    const button = comma.parentElement;
    button.setAttribute("aria-labelledby", button.getAttribute("aria-labelledby").replace(` ${comma.id} `, " "));
    comma.remove();
  }
}

// A menu closes when something else is pressed, and with Escape.
function closeMenus(event) {
  for (const menu of document.querySelectorAll("details.payung-menu[open]")) {
    if (event.type === "keydown") {
      menu.querySelector("summary").focus();
    } else if (menu.contains(event.target)) {
      continue;
    }
    menu.open = false;
  }
}

document.body.classList.add("js-enabled", "govuk-frontend-supported");
start(document);
document.body.addEventListener("htmx:afterSettle", (event) => start(event.target));
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    closeMenus(event);
  }
});
for (const button of document.querySelectorAll("[data-cetak]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
