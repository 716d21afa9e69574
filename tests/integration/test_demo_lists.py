"""The demo regency's lists, in every style in which villages keep them, understood row by row."""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from payung.core import dates, region
from payung.core.application import Application
from payung.demo.places import villages
from payung.demo.regency import DemoReport, make
from payung.demo.styles import STYLES, style_of
from payung.intake.files import find_lists
from payung.intake.lists import Intake
from payung.intake.marked import mark_list, marked_name, marks_of
from payung.intake.pipeline import read_lists
from payung.policy import loader

POLICY = loader.local("paser-2022")
Truth = dict[str, dict[str, str]]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    return make(tmp_path_factory.mktemp("demo") / "paser", 1_500, 4)


@pytest.fixture(scope="module")
def intake(demo: DemoReport, tmp_path_factory: pytest.TempPathFactory) -> Intake:
    files = find_lists(demo.lists, tmp_path_factory.mktemp("zip"))
    return read_lists(files, POLICY)


@pytest.fixture(scope="module")
def rows(demo: DemoReport) -> Truth:
    with (demo.truth / "baris.csv").open(encoding="utf-8", newline="") as source:
        return {row["row_id"]: row for row in csv.DictReader(source)}


@pytest.fixture(scope="module")
def people(demo: DemoReport) -> Truth:
    with (demo.truth / "orang.csv").open(encoding="utf-8", newline="") as source:
        return {row["person_id"]: row for row in csv.DictReader(source)}


def test_no_file_is_set_aside_and_every_style_was_read(intake: Intake) -> None:
    assert intake.set_aside == ()
    kinds = Counter(one.kind for one in intake.read)
    assert set(kinds) == {"xlsx", "ods", "csv"}
    used = {style_of(place.index, 0).name for place in villages(144, 4)}
    assert used >= {style.name for style in STYLES} - {"ods"}


def test_every_true_line_is_found_under_its_row_id_and_nothing_else_is_a_person(
    intake: Intake, rows: Truth
) -> None:
    found = {a.row_id: a for a in intake.applications}
    assert found.keys() == rows.keys()
    assert len(intake.applications) == len(rows)
    for key, a in found.items():
        assert (a.file, a.sheet, str(a.row)) == (rows[key]["file"], rows[key]["sheet"], rows[key]["row"])


def once(intake: Intake, rows: Truth, people: Truth) -> list[tuple[Application, dict[str, str], str]]:
    """Lines of people who stand on the lists a single time, with the truth about them and what befell the line."""
    count = Counter(row["person_id"] for row in rows.values())
    return [
        (a, people[rows[a.row_id]["person_id"]], rows[a.row_id]["errors"])
        for a in intake.applications
        if count[rows[a.row_id]["person_id"]] == 1
    ]


@pytest.mark.parametrize("style", [style.name for style in STYLES])
def test_desa_and_rt_are_right_in_every_style(
    style: str, intake: Intake, rows: Truth, people: Truth, demo: DemoReport
) -> None:
    files = _files_of_style(style, intake)
    assert files, style
    checked = 0
    for a, person, errors in once(intake, rows, people):
        if a.file not in files:
            continue
        checked += 1
        assert a.rt == person["rt"], a
        if "desa." not in errors:
            assert a.desa_code == person["desa_code"], a
    assert checked > 5


def _files_of_style(style: str, intake: Intake) -> set[str]:
    """Files by the headers that only this style has."""
    wanted = next(one for one in STYLES if one.name == style)
    labels = {label for _, label in wanted.columns}
    suffix = {".csv": "csv", ".ods": "ods"}.get(wanted.suffix, "xlsx")
    found = set()
    for one in intake.read:
        written = {part for layout in one.layouts for part in layout.labels.values()}
        if one.kind == suffix and (written <= labels or (style == "dua_baris" and "ALAMAT JALAN" in written)):
            found.add(one.file)
    return found


def test_what_nothing_befell_is_read_as_it_is_true(intake: Intake, rows: Truth, people: Truth) -> None:
    for a, person, errors in once(intake, rows, people):
        if "nik." not in errors:
            assert a.nik == person["nik"]
        if "birth_on." not in errors:
            assert str(a.birth_on) == person["birth_on"]
        if "sex." not in errors:
            assert a.sex == person["sex"]
        if not errors:
            assert (a.name or "").upper() == person["name"]
    assert any(a.pupil for a in intake.applications)
    assert sum(a.group is not None for a in intake.applications) > 0.97 * len(intake.applications)


def test_rows_without_a_mistake_get_no_fault_but_what_their_numbers_say(
    intake: Intake, rows: Truth, people: Truth
) -> None:
    allowed = {"occupation_missing", "occupation_unknown", "person_twice", "nik_twice", "kk_numeric"}
    for finding in intake.findings:
        row = rows[finding.row_id]
        if not row["errors"] and finding.code not in allowed:
            person = people[row["person_id"]]
            said = person["nik"][8:12]
            born = dates.parse_date(person["birth_on"]).value
            assert born is not None
            # The truth itself: some birth dates were corrected after the number was given.
            assert finding.code == "nik_birth_differs"
            assert said != f"{born.month:02d}{born.year % 100:02d}" or person["nik"][6:8] not in (
                f"{born.day:02d}",
                f"{born.day + 40:02d}",
            )


def test_every_nik_that_excel_made_a_number_is_found(intake: Intake, rows: Truth) -> None:
    numeric = {f.row_id for f in intake.findings if f.code == "nik_numeric"}
    true = {
        key
        for key, row in rows.items()
        if "nik.excel_zero" in row["errors"] and row["file"].endswith(".xlsx")
    }
    assert numeric == true


def test_the_opensid_export_is_recognised_by_its_mapping(intake: Intake) -> None:
    mapped = [one for one in intake.read if any(layout.mapping == "opensid" for layout in one.layouts)]
    assert len(mapped) == len(_files_of_style("opensid", intake))
    (layout,) = mapped[0].layouts
    assert layout.labels["alive"] == "Status"
    assert "Nama Ayah" not in layout.labels.values()


@pytest.mark.parametrize("style", [style.name for style in STYLES])
def test_a_list_of_every_style_comes_back_marked_and_is_read_again_with_the_same_ids(
    style: str, intake: Intake, tmp_path: Path
) -> None:
    file = min(_files_of_style(style, intake))
    (read,) = [one for one in intake.read if one.file == file]
    marks = marks_of(read, policy=POLICY)
    assert marks.counts.rows == sum(len(layout.kinds) for layout in read.layouts)
    folder = tmp_path / Path(file).parent
    folder.mkdir()
    out = folder / marked_name(read)
    mark_list(read, marks, out)
    again = read_lists(find_lists(tmp_path, tmp_path / "zip"), POLICY).read[0]
    assert again.kind == "xlsx"
    assert [a.row_id for a in again.applications] == [a.row_id for a in read.applications]
    assert [(a.nik, a.name, a.birth_on, a.desa_code, a.rt) for a in again.applications] == [
        (a.nik, a.name, a.birth_on, a.desa_code, a.rt) for a in read.applications
    ]


def test_every_desa_of_the_regency_is_named_by_the_lists(intake: Intake) -> None:
    assert {a.desa_code for a in intake.applications} >= {p.code for p in region.villages("64.01")}
