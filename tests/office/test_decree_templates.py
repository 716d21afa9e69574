"""The regency's own wording: tried, refused with its line, kept as versions, never able to look outside."""

from __future__ import annotations

import pytest

from payung.core.errors import PayungError
from payung.enrolment.models import DecreeTemplate
from payung.enrolment.template_services import (
    WordingError,
    difference,
    in_indonesian,
    newest,
    save_template,
    text_in_use,
    try_template,
)
from payung.enrolment.wording import PARTS, ours
from tests.office.cast import Office
from tests.office.draft_desk import (
    DraftDesk,
    bare,
    desk_brought,
    desk_drafting,
    desk_round,
    desk_screened,
    drafting,
)

__all__ = ["bare", "desk_brought", "desk_drafting", "desk_round", "desk_screened", "drafting"]


@pytest.mark.parametrize("part", PARTS)
def test_our_text_of_every_part_can_be_tried_as_it_is(office: Office, part: str) -> None:
    with office.acting("laila"):
        assert try_template(part, ours(part)).startswith(b"%PDF-")


def test_an_own_text_is_in_force_from_its_saving_and_ours_again_when_emptied(drafting: DraftDesk) -> None:
    before = drafting.typeset()
    changed = ours("keputusan").replace("KETUJUH", "KEDELAPAN")
    with drafting.office.acting("laila"):
        made = save_template("keputusan", changed, "Nomor diktum", 0)
        assert (made.number, text_in_use("keputusan")) == (1, changed)
        assert [line.kind for line in difference("keputusan", changed) if line.kind in ("hilang", "tambah")] == [
            "hilang", "tambah",
        ]  # fmt: skip
    after = drafting.typeset(before)
    assert after.content["templates"]["keputusan"] == made.sha256
    assert "Templat keputusan (milik daerah)" in drafting.faces(after)
    with drafting.office.acting("laila"):
        save_template("keputusan", "", "", 1)
        assert text_in_use("keputusan") == ours("keputusan")
        assert DecreeTemplate.objects.count() == 2, "no text is ever lost"


def test_a_text_with_a_mistake_is_refused_with_its_line_and_the_one_before_stays(office: Office) -> None:
    with office.acting("laila"):
        save_template("dasar-hukum", ours("dasar-hukum").replace("Tahun 2004", "Tahun 2005"), "", 0)
        broken = text_in_use("dasar-hukum") + "\n#let x = data.tidak-ada\n"
        with pytest.raises(WordingError) as told:
            save_template("dasar-hukum", broken, "", 1)
        assert told.value.line == len(broken.splitlines())
        assert told.value.source == "#let x = data.tidak-ada"
        assert "Data naskah tidak memuat tidak-ada." in told.value.message
        last = newest("dasar-hukum")
        assert last is not None
        assert last.number == 1


@pytest.mark.parametrize(
    "source",
    ['#read("/etc/passwd")', '#read("../../payung.toml")', '#import "@preview/cetz:0.3.1": *', '#import "@local/x:1.0.0": *'],
)  # fmt: skip
def test_no_text_reads_a_file_outside_or_a_package(office: Office, source: str) -> None:
    with office.acting("laila"), pytest.raises(WordingError) as told:
        try_template("keputusan", f"{ours('keputusan')}\n{source}\n")
    assert "Templat tidak dapat" in told.value.message


def test_a_text_whose_pages_lose_their_codes_is_never_in_force(office: Office) -> None:
    naked = '#let data = json(bytes(sys.inputs.data))\n#set document(title: "x")\n= Keputusan\nTanpa kode\n'
    with office.acting("laila"):
        assert try_template("keputusan", naked).startswith(b"%PDF-")
        with pytest.raises(PayungError, match="Halaman 1 tidak memuat kode QR"):
            save_template("keputusan", naked, "", 0)
        assert newest("keputusan") is None


def test_a_text_that_goes_round_for_ever_is_ended(office: Office) -> None:
    endless = "#let n = range(3000)\n#n.map(a => n.map(b => n.map(c => a + b + c).sum()).sum()).sum()\n"
    with office.acting("laila"), pytest.raises(WordingError, match="terlalu lama"):
        try_template("keputusan", endless)


def test_of_two_who_save_the_second_reads_who_was_quicker(office: Office) -> None:
    with office.acting("laila"):
        save_template("petikan", ours("petikan") + "// satu\n", "", 0)
        with pytest.raises(PayungError, match="sudah diubah Bu Laila"):
            save_template("petikan", ours("petikan") + "// dua\n", "", 0)


def test_a_real_draft_can_be_looked_at_in_a_new_wording(drafting: DraftDesk) -> None:
    made = drafting.draft()
    with drafting.office.acting("laila"):
        for part in PARTS:
            assert try_template(part, ours(part), made).startswith(b"%PDF-")


def test_what_the_typesetter_says_is_told_in_indonesian() -> None:
    assert in_indonesian("unclosed delimiter") == "Tanda kurung, petik, atau tanda lain belum ditutup."
    assert in_indonesian("unknown variable: belum") == "Nama belum tidak dikenal; mungkin salah ketik."
    assert in_indonesian("something new") == "Naskah tidak dapat disusun."
