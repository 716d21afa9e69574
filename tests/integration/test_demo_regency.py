"""The demo regency: the same for a seed, messy in every way it should be, with a truth that holds."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from payung.core import region
from payung.core.identity import row_id
from payung.demo.population import World
from payung.demo.regency import DemoReport, make
from payung.demo.styles import STYLES

LINES = 7_000


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    return make(tmp_path_factory.mktemp("demo") / "paser", LINES, 9)


def read(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source, delimiter=delimiter))


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_in_every_file(tmp_path: Path) -> None:
    make(tmp_path / "a", 1_500, 3, processes=1)
    make(tmp_path / "b", 1_500, 3, processes=2)
    assert digests(tmp_path / "a") == digests(tmp_path / "b")


def test_every_line_is_counted_once_and_its_row_id_follows_from_its_file(demo: DemoReport) -> None:
    rows = read(demo.truth / "baris.csv")
    assert demo.lines == len(rows) == LINES
    assert len({row["row_id"] for row in rows}) == LINES
    hashes = digests(demo.lists)
    assert {row["file"] for row in rows} == set(hashes)
    assert demo.workbooks == len(hashes)
    for row in rows[::97]:
        assert row["row_id"] == row_id(hashes[row["file"]], row["sheet"], int(row["row"]))


def test_the_true_row_stands_where_the_truth_says(demo: DemoReport) -> None:
    people = {person["person_id"]: person for person in read(demo.truth / "orang.csv")}
    rows = [row for row in read(demo.truth / "baris.csv") if not row["errors"] and row["sheet"]]
    books: dict[str, CalamineWorkbook] = {}
    for row in rows[::53]:
        book = books.setdefault(row["file"], CalamineWorkbook.from_path(str(demo.lists / row["file"])))
        cells = book.get_sheet_by_name(row["sheet"]).to_python(skip_empty_area=False)[int(row["row"]) - 1]
        written = {str(cell).upper() for cell in cells}
        person = people[row["person_id"]]
        assert person["nik"] in written
        assert person["name"] in written


def test_every_style_is_in_use_and_all_desa_of_the_regency_sent_a_list(demo: DemoReport) -> None:
    suffixes = Counter(path.suffix for path in demo.lists.rglob("*.*"))
    assert set(suffixes) == {".xlsx", ".ods", ".csv"}
    assert demo.workbooks >= 144
    rows = read(demo.truth / "baris.csv")
    sheets = {row["sheet"] for row in rows}
    assert {"Usulan", "DATA", "Sheet1", "Rekap", "Lembar1", "RT 001", ""} <= sheets
    assert len(STYLES) >= 12
    homes = {person["desa_code"] for person in read(demo.truth / "orang.csv")}
    assert homes == {place.code for place in region.villages("64.01")}


def test_people_stand_twice_on_the_lists_and_some_in_another_desa(demo: DemoReport) -> None:
    rows = read(demo.truth / "baris.csv")
    count = Counter(row["person_id"] for row in rows)
    repeats = len(rows) - len(count)
    assert 0.03 * LINES < repeats < 0.07 * LINES
    files: dict[str, set[str]] = {}
    for row in rows:
        files.setdefault(row["person_id"], set()).add(row["file"])
    assert sum(len(names) > 1 for names in files.values()) > 0.1 * repeats


def test_excel_made_numbers_of_exactly_those_niks_that_the_truth_names(demo: DemoReport) -> None:
    rows = read(demo.truth / "baris.csv")
    marked = {
        (row["file"], row["sheet"], int(row["row"]))
        for row in rows
        if "nik.excel_zero" in row["errors"] and row["file"].endswith(".xlsx")
    }
    assert marked
    for file, sheet, row in sorted(marked)[:20]:
        book = CalamineWorkbook.from_path(str(demo.lists / file))
        cells = book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)[row - 1]
        assert any(isinstance(cell, float) and cell > 1e15 and int(cell) % 10 == 0 for cell in cells)


def test_the_registers_know_exactly_whom_the_truth_says_they_know(demo: DemoReport) -> None:
    people = {person["person_id"]: person for person in read(demo.truth / "orang.csv")}
    known: dict[str, set[str]] = {}
    for row in read(demo.truth / "register.csv"):
        known.setdefault(row["register"], set()).add(row["person_id"])
    assert set(demo.registers) == {"bpjs", "dukcapil", "asn", "payers", "nonasn", "own"}

    def standing(*names: str) -> set[str]:
        return {key for key, person in people.items() if person["standing"] in names}

    listed = set(people)
    assert known["asn"] & listed == standing("asn", "tni_polri")
    assert known["nonasn"] & listed == standing("nonasn")
    assert known["own"] & listed == standing("peserta_kita")
    assert standing("pu", "mandiri", "nonasn", "peserta_kita", "bekas_peserta") <= known["bpjs"]
    assert known["bpjs"] & listed <= listed - standing("rentan", "asn", "tni_polri", "meninggal", "pindah")
    assert standing("provinsi", "desa", "csr") <= known["payers"] | known["bpjs"]
    assert all(known[name] - listed for name in ("bpjs", "asn", "nonasn", "payers", "own"))


def test_the_civil_registry_answers_each_line_once_and_knows_the_dead(demo: DemoReport) -> None:
    people = {person["person_id"]: person for person in read(demo.truth / "orang.csv")}
    rows = {row["row_id"]: row for row in read(demo.truth / "baris.csv")}
    answers = {row["ID BARIS"]: row for row in read(demo.registers["dukcapil"])}
    assert set(answers) == set(rows)
    assert len({row["ID PERMINTAAN"] for row in answers.values()}) == 1
    statuses = Counter(row["STATUS"] for row in answers.values())
    assert set(statuses) == {"SESUAI", "TIDAK SESUAI", "TIDAK DITEMUKAN", "MENINGGAL", "PINDAH", ""}
    assert statuses[""] < 0.02 * LINES
    for key, answer in answers.items():
        dead = people[rows[key]["person_id"]]["standing"] == "meninggal"
        assert (answer["STATUS"] == "MENINGGAL") <= dead


def test_the_truth_says_who_deserves_a_seat(demo: DemoReport) -> None:
    people = read(demo.truth / "orang.csv")
    assert demo.people == len(people)
    assert demo.deserving == sum(person["deserves"] == "1" for person in people)
    first = date(2022, 10, 1)
    for person in people:
        born = date.fromisoformat(person["birth_on"])
        age = first.year - born.year - ((first.month, first.day) < (born.month, born.day))
        if person["deserves"] == "1":
            assert 15 <= age < 65
            assert person["standing"] in ("rentan", "bekas_peserta", "peserta_kita", "mampu")
            assert person["pupil"] == "0"
    assert any(person["twin_of"] for person in people)


def test_the_coverage_bases_name_every_desa_and_add_up(demo: DemoReport) -> None:
    bases = read(demo.denominators)
    assert [base["desa_code"] for base in bases] == [place.code for place in region.villages("64.01")]
    assert sum(int(base["workers"]) for base in bases) == round(90_052 * LINES / 54_000)


def test_a_handful_of_lines_over_all_villages_still_makes_a_regency(tmp_path: Path) -> None:
    report = make(tmp_path / "kecil", 200, 3)
    assert report.lines == 200
    assert len(read(report.truth / "baris.csv")) == 200


def test_more_people_than_paser_holds_live_in_the_regencies_around() -> None:
    world = World.of(900_000, 3)
    assert {place.regency_code for place in world.villages[:144]} == {"64.01"}
    assert len({place.regency_code for place in world.villages}) >= 3
    assert sum(world.shares(900_000)) == 900_000
