// Typing into a row's own field chooses that action; choosing all rows or some excludes the other.
const form = document.querySelector("form[data-kartu]");
const choose = (action) => {
  const radio = form.querySelector(`#tindakan-${action}`);
  if (radio) {
    radio.checked = true;
  }
};

form?.addEventListener("input", (event) => {
  const name = event.target.name ?? "";
  if (name.startsWith("isi-")) {
    choose("one_by_one");
  } else if (name === "isi") {
    choose("set_value");
  } else if (name.startsWith("cara-")) {
    choose("accept_proposal");
    const row = form.querySelector(`#baris-${name.slice(5)}`);
    row.checked = true;
  }
  const all = form.querySelector("#semua");
  if (name === "baris" && all) {
    all.checked = false;
  }
});
