"""Rolls that were paid: read from both forms, never guessed. And decisions of several files, each pair once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from payung.allocation.roll import RollEntry
from payung.core.errors import PayungError
from payung.core.month import Month, MonthSpan
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.enrolment.files import write_roll, write_roll_parquet
from payung.job.paid import read_paid
from payung.job.run import read_all_decisions
from payung.policy.loader import local
from payung.screening.decisions import write_decisions
from payung.screening.rules import PairDecision, Verdict
from tests.integration.small_office import write_csv, write_xlsx
from tests.unit.enrolment_people import entry

POLICY = local("paser-2022")
A, B, C = "a" * 64, "b" * 64, "c" * 64


@pytest.fixture
def engine() -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


def months(number: int, first: int, last: int) -> RollEntry:
    """Person `number`, for some months of 2022."""
    one, span = entry(number), MonthSpan(Month(2022, first), Month(2022, last))
    row = replace(one.row, month_from=span.first, month_to=span.last, amount_idr=16_800 * len(span))
    return replace(one, row=row, months=tuple(span), jkk_idr=10_000 * len(span), jkm_idr=6_800 * len(span))


def test_workbook_and_parquet_say_the_same_and_add_up(engine: Engine, tmp_path: Path) -> None:
    entries = [months(1, 10, 12), months(2, 10, 10)]
    write_roll_parquet(engine, entries, tmp_path / "a.parquet")
    write_roll(entries, POLICY, tmp_path / "a.xlsx")
    expected = {one.row.nik: frozenset(one.months) for one in entries}
    assert read_paid([tmp_path / "a.parquet"], engine) == expected
    assert read_paid([tmp_path / "a.xlsx"], engine) == expected
    write_roll_parquet(engine, [months(2, 11, 11)], tmp_path / "b.parquet")
    both = read_paid([tmp_path / "a.xlsx", tmp_path / "b.parquet"], engine)
    assert both[entries[1].row.nik] == {Month(2022, 10), Month(2022, 11)}


def test_months_with_a_gap_are_those_that_were_paid(engine: Engine, tmp_path: Path) -> None:
    """Somebody covered by another in November was paid for October and December only."""
    one = months(1, 10, 12)
    gap = replace(one, months=(Month(2022, 10), Month(2022, 12)))
    write_roll_parquet(engine, [gap], tmp_path / "a.parquet")
    assert read_paid([tmp_path / "a.parquet"], engine) == {one.row.nik: set(gap.months)}
    write_roll([gap], POLICY, tmp_path / "a.xlsx")
    with pytest.raises(PayungError, match=r"a\.xlsx baris 2: 2(\.0)? bulan di antara Oktober 2022") as caught:
        read_paid([tmp_path / "a.xlsx"], engine)
    assert "daftar.parquet" in caught.value.todo


@pytest.mark.parametrize(
    ("first", "last"),
    [("Okt", "Desember 2022"), ("Oktober 2022", ""), ("Desember 2022", "Oktober 2022"), ("", "")],
)
def test_months_that_cannot_be_read_are_named_with_their_row(
    engine: Engine, tmp_path: Path, first: str, last: str
) -> None:
    path = tmp_path / "daftar.xlsx"
    write_xlsx(path, [["NIK", "Nama", "Dari", "Sampai"], ["6401010101010001", "X", first, last]])
    with pytest.raises(PayungError, match=r"daftar\.xlsx baris 2") as caught:
        read_paid([path], engine)
    assert "6401010101010001" not in str(caught.value)


def test_a_list_is_no_roll(engine: Engine, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [["NIK", "Nama"], ["6401010101010001", "X"]])
    with pytest.raises(PayungError, match="bukan daftar penetapan"):
        read_paid([tmp_path / "a.csv"], engine)


def decisions(path: Path, *pairs: PairDecision) -> Path:
    write_decisions(pairs, path)
    return path


def test_decisions_of_several_files_count_once_and_a_question_gives_way_to_its_answer(tmp_path: Path) -> None:
    one = decisions(
        tmp_path / "1.csv", PairDecision(A, B, Verdict.ASK_RT), PairDecision(A, C, Verdict.DIFFERENT)
    )
    two = decisions(
        tmp_path / "2.csv", PairDecision(B, A, Verdict.SAME), PairDecision(A, C, Verdict.DIFFERENT)
    )
    for paths in ([one, two], [two, one]):
        found = {frozenset((d.fingerprint_l, d.fingerprint_r)): d.verdict for d in read_all_decisions(paths)}
        assert found == {frozenset((A, B)): Verdict.SAME, frozenset((A, C)): Verdict.DIFFERENT}


def test_two_files_that_answer_one_pair_differently_are_both_named(tmp_path: Path) -> None:
    one = decisions(tmp_path / "1.csv", PairDecision(A, B, Verdict.SAME))
    two = decisions(tmp_path / "2.csv", PairDecision(B, A, Verdict.DIFFERENT))
    with pytest.raises(PayungError, match=r"sama di 1\.csv dan beda di 2\.csv"):
        read_all_decisions([one, two])
