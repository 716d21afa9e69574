"""What the next screening is told of what people decided."""

from __future__ import annotations

from payung.screening.keys import pair_index
from payung.screening.models import Pair, ScreeningRun
from payung.screening.rules import PairDecision, Verdict
from payung.screening.services import decisions_in_force
from payung.screening.sides import Member, Record, read, written
from tests.office.cast import REGENCY, Office

A, B, C = "a" * 64, "b" * 64, "c" * 64


def test_decisions_in_force_are_each_pair_once_without_tests_and_open_ones(office: Office) -> None:
    with office.acting("budi"):
        run = ScreeningRun.objects.create(regency_code=REGENCY, number=1)
        for left, right, register, verdict, is_test in (
            (B, A, "", "sama", False),
            (A, C, "bpjs", "beda", False),
            (C, A, "dukcapil", "beda", False),
            (B, C, "", "", False),
            (B, C, "bpjs", "sama", True),
        ):
            Pair.objects.create(
                regency_code=REGENCY, run=run, key_index=pair_index(left, right, REGENCY), fingerprint_l=left,
                fingerprint_r=right, row_id_l="1", row_id_r="2", register=register, outcome="review",
                score_milli=1, sides={}, verdict=verdict, is_test=is_test,
            )  # fmt: skip
        assert decisions_in_force() == (
            PairDecision(A, B, Verdict.SAME),
            PairDecision(A, C, Verdict.DIFFERENT),
        )
    with office.acting("kukar"):
        assert decisions_in_force() == ()


def test_a_record_is_read_as_it_was_written() -> None:
    left = Record(nik="6401", name="Siti", birth="17-08-1990", household=(Member("Ali", "", "L"),))
    kept = written(left, Record())
    assert read(kept, "l") == left
    assert read(kept, "r") == Record() == read({}, "l")
    assert (left.year, Record(birth="1990").year, Record(birth="?").year) == ("1990", "1990", "")
