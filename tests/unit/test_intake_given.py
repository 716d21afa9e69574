"""Lists that somebody sends for a place: what the place fills in, and what is said when the list is for another."""

from __future__ import annotations

from pathlib import Path

import pytest

from payung.core.finding import Severity
from payung.intake.given import Given, in_words
from payung.intake.lists import ReadList
from payung.intake.pipeline import read_list, read_lists
from payung.sheets.table import Cell
from tests.unit.intake_tables import BUDI, HEADER, POLICY, SITI, person, table

JANJU, TEPIAN, OTHER = "64.01.04.2002", "64.01.04.2003", "64.01.06.2005"
RT = f"{JANJU}/003"
WITHOUT = tuple(cell for cell in HEADER if cell not in ("Desa", "RT"))


def bare(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    return (*row[:5], *row[7:])


def read(*rows: tuple[Cell, ...], given: Given | None, file: str = "daftar.xlsx") -> ReadList:
    return read_list(table(("Sheet1", list(rows))), file, POLICY, given=given)


def places(found: ReadList) -> list[tuple[str | None, str | None]]:
    return [(a.desa_code, a.rt) for a in found.applications]


def whole(found: ReadList) -> list[str]:
    return [f.code for f in found.questions]


def test_a_list_that_names_no_place_is_for_the_place_it_was_sent_for() -> None:
    rows = (WITHOUT, bare(SITI), bare(BUDI))
    assert places(read(*rows, given=None)) == [(None, None)] * 2
    assert places(read(*rows, given=Given(RT))) == [(JANJU, "003")] * 2
    assert places(read(*rows, given=Given(JANJU))) == [(JANJU, None)] * 2


def test_an_empty_desa_cell_is_filled_and_that_is_said() -> None:
    found = read(HEADER, person(SITI, desa="", rt=""), given=Given(RT))
    assert places(found) == [(JANJU, "003")]
    (note,) = [f for f in found.findings if f.code == "desa_given"]
    assert note.severity is Severity.NOTE
    assert "Janju" in note.message


def test_what_the_list_itself_names_beats_the_place_it_was_sent_for() -> None:
    titled = (("DESA SANDELEY KECAMATAN KUARO",), WITHOUT, bare(SITI))
    named = read(*titled, given=None)
    assert named.applications[0].desa_code is not None
    assert places(read(*titled, given=Given(RT)))[0][0] == named.applications[0].desa_code
    assert (
        places(read(HEADER, SITI, given=Given(OTHER)))[0][0] == places(read(HEADER, SITI, given=None))[0][0]
    )


def test_a_title_that_nobody_knows_is_asked_about_until_somebody_chooses_the_place() -> None:
    titled = (("DESA ANTAH BERANTAH",), WITHOUT, bare(SITI))
    assert places(read(*titled, given=Given(RT)))[0][0] is None
    assert places(read(*titled, given=Given(RT, chosen=True))) == [(JANJU, "003")]


@pytest.mark.parametrize("territory", ["64.01", "64.01.04", JANJU, RT, ""])
def test_a_list_of_ones_own_territory_is_taken_without_a_word(territory: str) -> None:
    found = read(HEADER, SITI, BUDI, given=Given(RT, territory))
    assert found.findings == ()


def test_a_list_for_another_village_is_said_to_be_so_with_both_names() -> None:
    found = read(HEADER, SITI, BUDI, given=Given(TEPIAN, TEPIAN))
    (finding,) = found.questions
    assert (finding.code, finding.severity) == ("place_other", Severity.FAULT)
    assert "Desa Janju, Kecamatan Tanah Grogot pada 2 baris" in finding.message
    assert in_words(TEPIAN) in finding.message


def test_a_list_for_another_village_than_the_chosen_one_is_asked_about_and_can_be_accepted() -> None:
    found = read(HEADER, SITI, BUDI, given=Given(TEPIAN, "64.01"))
    (finding,) = found.stops()
    assert (finding.code, finding.severity) == ("place_differs", Severity.QUESTION)
    assert "Janju" in finding.message
    assert "Tepian Batang" in finding.message
    assert found.stops({"place_differs"}) == ()
    other = read(HEADER, SITI, BUDI, given=Given(TEPIAN, TEPIAN))
    assert other.stops({"place_other"}) == other.questions


def test_a_single_row_of_another_village_is_a_fault_of_that_row() -> None:
    rows = [person(SITI, nik=f"64010441089000{n:02d}", name=f"SITI {'ABCDE'[n]}") for n in range(1, 5)]
    found = read(HEADER, *rows, person(BUDI, desa="Sandeley"), given=Given(JANJU, JANJU))
    assert whole(found) == []
    (finding,) = [f for f in found.findings if f.code == "desa_outside"]
    assert (finding.row, finding.column, finding.evidence) == (6, "desa", "Sandeley")


def test_for_the_head_of_an_rt_another_rt_lies_outside_and_an_unknown_one_does_not() -> None:
    rows = [person(SITI, nik=f"64010441089000{n:02d}", name=f"SITI {'ABCDE'[n]}") for n in range(1, 5)]
    found = read(HEADER, *rows, person(BUDI, rt="007"), given=Given(RT, RT))
    assert [(f.row, f.code) for f in found.findings] == [(6, "desa_outside")]
    found = read(HEADER, *rows, person(BUDI, rt="belakang masjid"), given=Given(RT, RT))
    assert [(f.row, f.code) for f in found.findings] == [(6, "rt_unreadable")]


@pytest.mark.parametrize(
    "title",
    ["PEMERINTAH KABUPATEN KUTAI KARTANEGARA", "DAFTAR USULAN KOTA BALIKPAPAN TAHUN 2022", "Kab. Berau"],
)
def test_a_list_from_another_regency_is_recognised_by_its_title(title: str) -> None:
    found = read((title,), HEADER, SITI, given=Given("64.01", "64.01"))
    assert whole(found) == ["regency_other"]
    assert "Kabupaten Paser" in found.questions[0].message
    assert read((title,), HEADER, SITI, given=None).findings == ()


@pytest.mark.parametrize(
    "title", ["KABUPATEN PASER", "KABUPATEN PASIR", "KOTA BANGUN", "Kab. Paser dan Kab. Berau"]
)
def test_a_title_of_ones_own_regency_or_of_none_says_nothing(title: str) -> None:
    assert whole(read((title,), HEADER, SITI, given=Given("64.01", "64.01"))) == []


def test_a_list_of_unknown_villages_is_told_apart_by_its_peoples_numbers() -> None:
    rows = [
        person(SITI, nik=f"64020341089000{n:02d}", name=f"SITI {'ABCDEF'[n]}", desa="Muara Entah")
        for n in range(6)
    ]
    found = read(HEADER, *rows, given=Given("64.01", "64.01"))
    assert whole(found) == ["regency_other"]
    assert "Kutai Kartanegara" in found.questions[0].message


def test_codes_of_villages_elsewhere_say_the_regency() -> None:
    found = read(HEADER, person(SITI, desa="64.02.03.2001"), given=Given("64.01", "64.01"))
    assert whole(found) == ["regency_other"]


def test_words_for_every_kind_of_place() -> None:
    assert in_words("64.01") == "Kabupaten Paser"
    assert in_words("64.01.04") == "Kecamatan Tanah Grogot"
    assert in_words(RT) == "RT 003 Desa Janju, Kecamatan Tanah Grogot"
    assert in_words("99.99") == "99.99"


def test_many_lists_each_have_their_own_place(tmp_path: Path) -> None:
    folder = tmp_path
    for name in ("a.csv", "b.csv"):
        (folder / name).write_text(
            "NIK;Nama;Tanggal Lahir;L/P;Pekerjaan\n6401044108900001;Siti;01-08-1990;P;Petani\n",
            encoding="utf-8",
        )
    files = [(name, folder / name) for name in ("a.csv", "b.csv")]
    intake = read_lists(files, POLICY, given={"a.csv": Given(JANJU), "b.csv": Given(TEPIAN)})
    assert [one.applications[0].desa_code for one in intake.read] == [JANJU, TEPIAN]
