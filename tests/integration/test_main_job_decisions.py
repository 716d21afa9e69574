"""A person decides in the review workbook itself, and the main job does as decided, until an identity changes."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from payung.demo.run import Demo
from payung.job.options import Options
from payung.job.outputs import Report
from payung.screening.decisions import (
    MARK_L,
    MARK_R,
    MEMBERS,
    PAIRS,
    PATTERN,
    PATTERNS,
    VERDICT,
    read_decisions,
)
from payung.screening.rules import PairDecision, Verdict
from tests.integration import one_district
from tests.integration.small_office import Office, office, person

Judge = Callable[[str, str], str]
"""What a person who knows everybody says about two fingerprints."""


@pytest.fixture(scope="module")
def undecided(regency: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Options, Report]:
    """The question about one kecamatan before anybody has decided, and its answer."""
    asked = one_district.question(regency, tmp_path_factory.mktemp("putusan"))
    return asked, one_district.run(asked)


@pytest.fixture(scope="module")
def judge(regency: Demo) -> Judge:
    known = {
        tuple(sorted((one.fingerprint_l, one.fingerprint_r))): str(one.verdict)
        for one in read_decisions(regency.decisions)
    }
    return lambda left, right: known[min(left, right), max(left, right)]


def decide(path: Path, judge: Judge) -> tuple[int, int]:
    """Fill KEPUTUSAN of every pair and every pattern, as the office does; how many of each."""
    book = openpyxl.load_workbook(path)
    pairs = patterns = 0
    sheet: Any = book[PAIRS]
    head, rows = _below(sheet)
    for row in rows:
        sheet.cell(
            row,
            head[VERDICT],
            judge(sheet.cell(row, head[MARK_L]).value, sheet.cell(row, head[MARK_R]).value),
        )
        pairs += 1
    members: dict[str, list[str]] = {}
    for code, left, right in book[MEMBERS].iter_rows(min_row=2, values_only=True):
        members.setdefault(str(code), []).append(judge(str(left), str(right)))
    sheet = book[PATTERNS]
    head, rows = _below(sheet)
    for row in rows:
        [said] = set(members[sheet.cell(row, head[PATTERN]).value])
        sheet.cell(row, head[VERDICT], said)
        patterns += 1
    book.save(path)
    return pairs, patterns


def _below(sheet: Any) -> tuple[dict[str, int], range]:
    """Column by header, and the rows below the header."""
    for cells in sheet.iter_rows():
        head = {str(cell.value): int(cell.column) for cell in cells if cell.value}
        if VERDICT in head:
            return head, range(int(cells[0].row) + 1, sheet.max_row + 1)
    raise AssertionError(f"{sheet.title} has no header")


def roll(report: Report) -> str:
    mark: str = report.record["roll_sha256"]
    return mark


def test_decided_in_the_workbook_the_roll_is_that_of_the_decisions_file(
    undecided: tuple[Options, Report], regency: Demo, judge: Judge, tmp_path: Path
) -> None:
    asked, before = undecided
    assert before.record["open_reviews"] > 0
    book = Path(shutil.copy(asked.out / "pemeriksaan.xlsx", tmp_path / "pemeriksaan diisi.xlsx"))
    pairs, patterns = decide(book, judge)
    assert pairs
    assert patterns
    decided = one_district.run(replace(asked, decisions=(book,), out=tmp_path / "buku"))
    by_file = one_district.run(replace(asked, decisions=(regency.decisions,), out=tmp_path / "csv"))
    assert decided.record["open_reviews"] == by_file.record["open_reviews"] == 0
    assert roll(decided) == roll(by_file) != roll(before)
    assert decided.record["screened_sha256"] == by_file.record["screened_sha256"]
    assert decided.record["people"]["incomplete"] < before.record["people"]["incomplete"]
    # The next workbook asks nothing more and carries the decisions on.
    carried = read_decisions(tmp_path / "buku" / "pemeriksaan.xlsx")
    assert {_key(one) for one in carried} == {_key(one) for one in read_decisions(book)}
    again = one_district.run(
        replace(asked, decisions=(tmp_path / "buku" / "pemeriksaan.xlsx",), out=tmp_path / "lagi")
    )
    assert (roll(again), again.record["open_reviews"]) == (roll(decided), 0)


def _key(one: PairDecision) -> tuple[str, str, str]:
    left, right = sorted((one.fingerprint_l, one.fingerprint_r))
    return left, right, str(one.verdict)


def test_until_it_is_decided_an_open_pair_keeps_its_people_off_the_roll(
    undecided: tuple[Options, Report], regency: Demo
) -> None:
    asked, _ = undecided
    book = openpyxl.load_workbook(asked.out / "belum-dapat-diusulkan.xlsx", read_only=True)
    rows = list(book["Belum dapat diusulkan"].iter_rows(values_only=True))
    book.close()
    place = next(row.index("Kode Alasan") for row in rows if "Kode Alasan" in row)
    codes = Counter(code for row in rows for code in str(row[place] or "").split(", "))
    assert codes["review_open"] + codes["link_unconfirmed"] > 0


def test_a_question_put_to_the_rt_stays_open(
    undecided: tuple[Options, Report], judge: Judge, tmp_path: Path
) -> None:
    asked, before = undecided
    book = Path(shutil.copy(asked.out / "pemeriksaan.xlsx", tmp_path / "tanya.xlsx"))
    decide(book, lambda left, right: str(Verdict.ASK_RT))
    report = one_district.run(replace(asked, decisions=(book,), out=tmp_path / "hasil"))
    assert report.record["open_reviews"] == before.record["open_reviews"]
    assert roll(report) == roll(before)
    sheet = openpyxl.load_workbook(tmp_path / "hasil" / "pemeriksaan.xlsx")[PAIRS]
    head, rows = _below(sheet)
    assert {sheet.cell(row, head[VERDICT]).value for row in rows} == {str(Verdict.ASK_RT)}


def asked_again(desk: Office) -> list[set[str]]:
    """The pairs that a result asks about: both fingerprints of each."""
    book = openpyxl.load_workbook(desk.out / "pemeriksaan.xlsx")
    head, rows = _below(book[PAIRS])
    pairs = [{str(book[PAIRS].cell(row, head[name]).value) for name in (MARK_L, MARK_R)} for row in rows]
    return pairs + [
        {str(left), str(right)} for _, left, right in book[MEMBERS].iter_rows(min_row=2, values_only=True)
    ]


def test_a_changed_birth_date_opens_exactly_that_pair_again(tmp_path: Path) -> None:
    desk = office(tmp_path)
    twice = [[f"{person(number)[0][:-1]}9", *person(number)[1:]] for number in (0, 3, 5)]
    desk.rows["Tapis.csv"] += twice
    desk.save()
    assert desk.run().code == 0
    asked = asked_again(desk)
    assert len(asked) == 3
    book = Path(shutil.copy(desk.out / "pemeriksaan.xlsx", tmp_path / "diisi.xlsx"))
    decide(book, lambda left, right: str(Verdict.SAME))
    assert desk.run("--decisions", book).code == 0
    assert asked_again(desk) == []
    whole = json.loads((desk.out / "run.json").read_text(encoding="utf-8"))
    assert (whole["people"]["persons"], whole["open_reviews"]) == (24, 0)

    # The list comes back in another order: nothing is asked again.
    desk.rows["Tapis.csv"].reverse()
    desk.save()
    assert desk.run("--decisions", book).code == 0
    assert (
        json.loads((desk.out / "run.json").read_text(encoding="utf-8"))["roll_sha256"] == whole["roll_sha256"]
    )

    # One birth date is corrected: that pair is asked again, with the mark of the changed row; the others are not.
    mended = next(row for row in desk.rows["Tapis.csv"] if row[0] == twice[1][0])
    day, month, year = mended[3].split("-")
    mended[3] = f"{int(day) - 1:02d}-{month}-{year}"
    desk.save()
    assert desk.run("--decisions", book).code == 0
    [opened] = asked_again(desk)
    [known] = [pair for pair in asked if pair & opened]
    assert len(opened - known) == 1
    assert json.loads((desk.out / "run.json").read_text(encoding="utf-8"))["open_reviews"] == 1
