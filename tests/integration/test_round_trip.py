"""The Excel round trip: every planted fault marked in its cell, none invented, nothing of theirs moved, none left."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from payung.core.finding import Severity
from payung.intake.check import check_file
from payung.intake.lists import ReadList, RowKind
from payung.intake.marked import mark_list, marks_of
from payung.policy import loader
from tests.integration.planted_list import HEADER_ROW, Planted, Raw, letter, mend, plant

POLICY = loader.local("paser-2022")
_OURS = {"FFC9C0": Severity.FAULT, "FFEDA0": Severity.QUESTION}


def blamed(read: ReadList) -> set[tuple[int, str, str]]:
    """Row, field and code of everything that somebody must mend or answer."""
    return {(f.row, f.column, f.code) for f in read.findings if f.severity is not Severity.NOTE}


def round_trip(folder: Path, rows: int, faults: int) -> tuple[Planted, ReadList, ReadList, Path]:
    planted = plant(folder, rows, faults)
    marked, mended = folder / "hasil.xlsx", folder / "kembali.xlsx"
    first = check_file(planted.path, POLICY, marked)
    mend(marked, planted.mend, mended)
    second = check_file(mended, POLICY, folder / "hasil-2.xlsx")
    return planted, first, second, marked


def judge(planted: Planted, first: ReadList, second: ReadList, marked: Path) -> None:
    assert planted.kinds >= 20
    assert blamed(first) == planted.faults
    before, after = Raw.of(planted.path), Raw.of(marked)
    old, new = before.cells(), after.cells()
    assert {place: cell[:2] for place, cell in new.items() if place in old} == {
        place: cell[:2] for place, cell in old.items()
    }, "values and formulas stay"
    coloured = {place for place in old if new[place][2] != old[place][2]}
    assert coloured == {f"{letter(column)}{row}" for row, column, _ in planted.faults}
    assert before.furniture() == after.furniture()
    assert after.columns()[: len(before.columns())] == before.columns()
    assert blamed(second) == set()
    assert [a.row_id for a in second.applications] == [a.row_id for a in first.applications]
    back = Raw.of(marked.with_name("hasil-2.xlsx")).cells()
    assert all(back[place][2] == old[place][2] for place in old), "their own colours are back"
    for read in (first, second):
        counts = marks_of(read, policy=POLICY).counts
        assert counts.rows == sum(len(layout.kinds) for layout in read.layouts)
        assert counts.good + counts.to_fix == len(planted.lines)


def test_every_planted_fault_is_marked_in_its_cell_and_none_is_left_after_mending(tmp_path: Path) -> None:
    judge(*round_trip(tmp_path, 1_500, 224))


@pytest.mark.long
def test_twenty_thousand_rows_with_a_thousand_faults_make_the_round_trip(tmp_path: Path) -> None:
    judge(*round_trip(tmp_path, 20_000, 1_000))
    code = (
        "import json, re, resource, sys, time; from pathlib import Path; from payung.policy import loader; "
        "from payung.intake.check import check_file; start = time.perf_counter(); "
        "check_file(Path(sys.argv[1]), loader.local('paser-2022'), Path(sys.argv[2])); "
        "seconds = round(time.perf_counter() - start, 1); "
        # The high-water mark of this program itself: that of getrusage begins with the size of the one that forked it.
        "own = int(re.search(r'VmHWM:\\s+(\\d+)', Path('/proc/self/status').read_text())[1]) // 1024; "
        "reader = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024; "
        "print(json.dumps({'seconds': seconds, 'mebibytes': max(own, reader)}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "usulan gabungan.xlsx"), str(tmp_path / "lagi.xlsx")],
        check=True,
        capture_output=True,
        text=True,
        timeout=300,
    )
    figures = json.loads(done.stdout)
    print(figures)  # noqa: T201 - shown by pytest -s
    assert figures["mebibytes"] <= 512


def test_titles_totals_and_signatures_are_counted_but_are_no_people(tmp_path: Path) -> None:
    planted = plant(tmp_path, 60, 0)
    (layout,) = check_file(planted.path, POLICY).layouts
    assert layout.header_row == HEADER_ROW
    kinds = layout.kinds
    assert kinds[:HEADER_ROW] == (*[RowKind.TITLE] * 3, *[RowKind.EMPTY] * 2, RowKind.HEADER)
    assert kinds[HEADER_ROW + 60 :] == (RowKind.TOTAL, RowKind.EMPTY, RowKind.OTHER, RowKind.OTHER)


def test_a_row_that_was_moved_keeps_its_id_and_a_copied_one_gets_its_own(tmp_path: Path) -> None:
    planted = plant(tmp_path, 30, 0)
    marked, changed = tmp_path / "hasil.xlsx", tmp_path / "salin.xlsx"
    first = check_file(planted.path, POLICY, marked)
    row = HEADER_ROW + 5
    sheet_cell = Raw.of(marked).cells()
    copied = sheet_cell[f"S{row - 1}"][1]
    assert copied == first.applications[row - 2 - HEADER_ROW].row_id
    mend(marked, {(row, "name"): planted.lines[4]["name"]}, changed)
    _overwrite(changed, f"S{row}", copied)
    again = check_file(changed, POLICY)
    ids = [a.row_id for a in again.applications]
    assert len(set(ids)) == 30
    assert ids[3] == copied
    assert ids[4] not in {a.row_id for a in first.applications}
    (found,) = [f for f in again.findings if f.code == "row_id_copied"]
    assert (found.row, found.row_id) == (row, ids[4])
    assert f"baris {row - 1}" in found.message


def _overwrite(path: Path, place: str, text: str) -> None:
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = re.sub(
        rf'(<c r="{place}"[^>]*>.*?<t[^>]*>)[^<]*'.encode(), rb"\g<1>" + text.encode(), parts[name], count=1
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for part, data in parts.items():
            package.writestr(part, data)


def test_a_question_and_a_fault_have_their_own_colours_in_the_marked_cell(tmp_path: Path) -> None:
    planted = plant(tmp_path, 200, 56)
    read = check_file(planted.path, POLICY)
    marked = tmp_path / "hasil.xlsx"
    mark_list(read, marks_of(read, policy=POLICY), marked)
    cells = Raw.of(marked).cells()
    for finding in read.findings:
        if finding.severity is Severity.NOTE:
            continue
        fill = cells[f"{letter(finding.column)}{finding.row}"][2]
        found = {severity for shade, severity in _OURS.items() if f"FF{shade[:4]}" in fill}
        assert found == {finding.severity}
