"""What follows a first decree: copies and extracts of what was signed, amendments, own wording."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from payung.allocation.roll import RollEntry, Totals, by_desa
from payung.core.errors import Exit, PayungError
from payung.enrolment.amendment import Kind
from payung.enrolment.changes import Amended, ChangedEntry
from payung.enrolment.decree import DecreeFiles, write_copies, write_decree
from payung.enrolment.pages import page_code
from payung.enrolment.scan import judge
from payung.enrolment.scan_reading import read_scan
from payung.enrolment.wording import PARTS, assembled, ours
from payung.sheets.typesetting import TemplateError
from tests.integration.test_decree import (
    DRAFT,
    NEEDS_PDFTOTEXT,
    PEOPLE,
    POLICY,
    codes_on,
    plain,
    text,
)

SIGNED = replace(
    DRAFT, form="", number="560/123/2022", dated=date(2022, 10, 3), seat="Tana Paser", signer_name="NAMA BUPATI",
    agreement="Perjanjian Kerja Sama Nomor 560/12/2022",
)  # fmt: skip


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> DecreeFiles:
    return write_decree(SIGNED, PEOPLE, POLICY, tmp_path_factory.mktemp("asli") / "keputusan")


@pytest.fixture(scope="module")
def copies(signed: DecreeFiles, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("salinan") / "salinan"
    return dict(write_copies(SIGNED, PEOPLE, POLICY, out, hashes=hashes_of(signed)))


def hashes_of(written: DecreeFiles) -> dict[str, tuple[str, str]]:
    def sha(path: Path) -> str:
        return hashlib.sha256(path.read_bytes()).hexdigest()

    pairs = zip(written.restricted, written.public, strict=True)
    return {restricted.name.split("-")[2]: (sha(restricted), sha(public)) for restricted, public in pairs}


@NEEDS_PDFTOTEXT
def test_the_paper_that_is_signed_is_no_draft_and_names_its_agreement(signed: DecreeFiles) -> None:
    said = plain(text(signed.body))
    assert "Rancangan" not in said
    assert "Perjanjian Kerja Sama Nomor 560/12/2022;" in said
    assert "Memperhatikan" in said


@NEEDS_PDFTOTEXT
def test_a_copy_says_that_it_is_one_with_number_day_and_who_signed(copies: dict[str, Path]) -> None:
    said = text(copies[""])
    flat = plain(said)
    assert "NOMOR 560/123/2022" in flat
    assert "pada tanggal 3 Oktober 2022" in flat
    assert "ttd." in flat
    assert "NAMA BUPATI" in flat
    assert "Salinan sesuai dengan aslinya" in flat


def test_a_scan_of_a_copy_is_never_taken_for_the_paper_that_was_signed(
    copies: dict[str, Path], signed: DecreeFiles
) -> None:
    assert codes_on(copies[""])[:2] == [(page_code(signed.roll_hash, page, "S"),) for page in (1, 2)]
    with copies[""].open("rb") as file:
        pages = read_scan([("salinan.pdf", file)])
    assert not judge(pages, signed.roll_hash, signed.page_count).is_right


@NEEDS_PDFTOTEXT
def test_an_extract_names_everybody_of_its_desa_in_full_and_nobody_else(copies: dict[str, Path]) -> None:
    for number, (code, members) in enumerate(by_desa(PEOPLE).items(), start=1):
        said = text(copies[code])
        assert all(one.row.nik in said for one in members)
        assert not any(one.row.nik in said for one in PEOPLE if one.row.desa_code != code)
        assert "Petikan sesuai dengan aslinya" in said
        assert "560/123/2022" in said
        assert f"{len(members)} orang" in plain(said)
        assert codes_on(copies[code])[0][0].endswith(f"/P{number}/1")


def test_the_same_decree_gives_the_same_copies_to_the_byte(
    copies: dict[str, Path], signed: DecreeFiles, tmp_path: Path
) -> None:
    again = write_copies(SIGNED, reversed(PEOPLE), POLICY, tmp_path / "k", hashes=hashes_of(signed))
    assert [path.read_bytes() for path in again.values()] == [path.read_bytes() for path in copies.values()]


def changed(one: RollEntry, kind: Kind, why: str) -> ChangedEntry:
    return ChangedEntry(
        one.row, one.application, one.jkk_idr, one.jkm_idr, one.months, one.continuity, kind, why
    )


AMENDS = Amended(
    "Keputusan Bupati Paser", "560/123/2022", date(2022, 10, 3), "ab" * 32, "cd" * 32, Totals(44, 1_320_000, 897_600)
)  # fmt: skip
CHANGES = [
    changed(PEOPLE[0], Kind.LEAVES, "meninggal dunia"),
    changed(PEOPLE[3], Kind.ENTERS, "menggantikan yang keluar"),
    changed(PEOPLE[4], Kind.LEAVES, "pindah ke luar kabupaten"),
    changed(PEOPLE[8], Kind.CORRECTED, "NIK keliru"),
]


@NEEDS_PDFTOTEXT
@pytest.mark.parametrize(("part", "title"), [("perubahan", "Keputusan"), ("berita-acara", "Berita Acara")])
def test_an_amendment_says_who_comes_and_goes_and_how_many_are_left(
    tmp_path: Path, part: str, title: str
) -> None:
    draft = replace(SIGNED, amends=AMENDS, title=title, number="", dated=None)
    written = write_decree(draft, CHANGES, POLICY, tmp_path / "k", body=part)
    assert written.roll_hash == AMENDS.roll_hash, "it is the roll afterwards that stands on the pages"
    assert codes_on(written.body)[0] == (page_code(AMENDS.roll_hash, 1),)
    said = plain(text(written.body))
    assert "Keputusan Bupati Paser Nomor 560/123/2022 tanggal 3 Oktober 2022" in said
    assert re.search(r"mengeluarkan 2 \(dua\) orang dengan bantuan iuran Rp100\.800", said)
    assert "memasukkan 1 (satu) orang" in said
    assert "memperbaiki data 1 (satu) orang" in said
    assert "44 (empat puluh empat) orang" in said
    assert AMENDS.roll_hash_before in said
    annex = plain(" ".join(text(path) for path in written.restricted))
    assert all(word in annex for one in CHANGES for word in one.why.split()), "a reason breaks over lines"
    public = plain(" ".join(text(path) for path in written.public))
    assert "Keluar" in public
    assert not any(one.row.nik in public or one.why in public for one in CHANGES)


@NEEDS_PDFTOTEXT
def test_an_own_text_is_set_within_our_frame_and_the_other_parts_stay_ours(tmp_path: Path) -> None:
    own = tmp_path / "templat"
    own.mkdir()
    (own / "laws.typ").write_text('#import "frame.typ": data\n#let legal-basis = ([Perda Nomor 1;],)\n')
    (own / "decree.typ").write_text(ours("keputusan").replace("KETUJUH", "KEDELAPAN"))
    written = write_decree(DRAFT, PEOPLE[:2], POLICY, tmp_path / "k", template=own)
    said = plain(text(written.body))
    assert "Perda Nomor 1;" in said
    assert "KEDELAPAN" in said
    assert codes_on(written.body)[0] == (page_code(written.roll_hash, 1),)


def test_a_mistake_in_an_own_text_is_told_with_its_own_file_and_line(tmp_path: Path) -> None:
    own = tmp_path / "templat"
    own.mkdir()
    (own / "decree.typ").write_text(ours("keputusan") + "\n#belum-ada\n")
    with pytest.raises(TemplateError) as caught:
        write_decree(DRAFT, PEOPLE[:2], POLICY, tmp_path / "k", template=own)
    assert caught.value.line == len(ours("keputusan").splitlines()) + 2
    assert str(own) in caught.value.todo


def test_every_part_is_a_file_of_ours_and_a_folder_without_one_is_refused(tmp_path: Path) -> None:
    assert all(ours(part) for part in PARTS)
    with pytest.raises(PayungError, match="tidak berisi satu pun") as caught, assembled(tmp_path):
        pass
    assert caught.value.exit_code is Exit.USAGE
