// Sends files with a bar that shows how much has arrived; without scripts the form is sent as usual.
const form = document.querySelector("form[data-kirim]");
const input = form?.querySelector('input[type="file"]');
const limit = Number(form?.dataset.batas ?? 0) * 1024 * 1024;

form?.addEventListener("submit", (event) => {
  const tooLarge = [...input.files].some((file) => file.size > limit);
  form.querySelector("[data-terlalu-besar]").hidden = !tooLarge;
  if (tooLarge) {
    event.preventDefault();
    return;
  }
  if (!input.files.length) {
    return;
  }
  event.preventDefault();
  const bar = form.querySelector("[data-kemajuan]");
  const request = new XMLHttpRequest();
  bar.hidden = false;
  request.upload.addEventListener("progress", (sent) => {
    if (sent.lengthComputable) {
      bar.querySelector("progress").value = Math.round((100 * sent.loaded) / sent.total);
    }
  });
  request.addEventListener("load", () => {
    if (request.responseURL && request.status < 400) {
      window.location.assign(request.responseURL);
    } else {
      document.documentElement.replaceWith(new DOMParser().parseFromString(request.responseText, "text/html").documentElement);
      document.querySelector("#isi")?.focus();
    }
  });
  request.addEventListener("error", () => {
    bar.hidden = true;
    form.submit(); // let the browser say what is wrong with the connection
  });
  request.open("POST", form.action || window.location.href);
  request.send(new FormData(form));
});
