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


def test_decided_in_the_workbook_the_roll_is_that_of_the_decisions_file(
    district: Options, regency: Demo, judge: Judge, tmp_path: Path
) -> None:
    before = one_district.record(district.out)
    assert before["open_reviews"] > 0
    book = Path(shutil.copy(district.out / "pemeriksaan.xlsx", tmp_path / "pemeriksaan diisi.xlsx"))
    pairs, patterns = decide(book, judge)
    assert pairs + patterns > 2
    decided = one_district.run(replace(district, decisions=(book,), out=tmp_path / "buku"))
    by_file = one_district.run(replace(district, decisions=(regency.decisions,), out=tmp_path / "csv"))
    assert decided["open_reviews"] == by_file["open_reviews"] == 0
    assert decided["roll_sha256"] == by_file["roll_sha256"] != before["roll_sha256"]
    assert decided["screened_sha256"] == by_file["screened_sha256"]
    assert decided["people"]["incomplete"] < before["people"]["incomplete"]
    # The next workbook carries the decisions on.
    carried = read_decisions(tmp_path / "buku" / "pemeriksaan.xlsx")
    assert {_key(one) for one in carried} == {_key(one) for one in read_decisions(book)}


def _key(one: PairDecision) -> tuple[str, str, str]:
    left, right = sorted((one.fingerprint_l, one.fingerprint_r))
    return left, right, str(one.verdict)


def test_until_it_is_decided_an_open_pair_keeps_its_people_off_the_roll(district: Options) -> None:
    book = openpyxl.load_workbook(district.out / "belum-dapat-diusulkan.xlsx", read_only=True)
    rows = list(book["Belum dapat diusulkan"].iter_rows(values_only=True))
    book.close()
    place = next(row.index("Kode Alasan") for row in rows if "Kode Alasan" in row)
    codes = Counter(code for row in rows for code in str(row[place] or "").split(", "))
    assert codes["review_open"] + codes["link_unconfirmed"] > 0


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

    # What is put to the RT stays open, and the next workbook shows that it was.
    book = Path(shutil.copy(desk.out / "pemeriksaan.xlsx", tmp_path / "tanya.xlsx"))
    decide(book, lambda left, right: str(Verdict.ASK_RT))
    assert desk.run("--decisions", book).code == 0
    assert sorted(map(sorted, asked_again(desk))) == sorted(map(sorted, asked))
    assert {one.verdict for one in read_decisions(desk.out / "pemeriksaan.xlsx")} == {Verdict.ASK_RT}

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
