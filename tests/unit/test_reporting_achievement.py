"""Capaian in words and numbers: no share without its denominator, source and day."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from payung.core.month import Month
from payung.reporting.achievement import (
    Achievement,
    Share,
    SignedDecree,
    Whole,
    districts_for_everybody,
    sentence,
)

DAY = date(2022, 10, 24)
LABOUR = Whole("angkatan kerja", 53_780, "BPS, Sakernas Agustus 2022", date(2022, 8, 31))


def told(covered: int = 32_268, *wholes: Whole) -> Achievement:
    decrees = (SignedDecree("560/1", DAY, covered),) if covered else ()
    return Achievement(
        "Kabupaten Paser",
        Month(2022, 10),
        covered,
        covered * 10_000,
        covered * 6_800,
        decrees,
        wholes,
        (),
        DAY,
    )


def test_the_sentence_tells_numerator_denominator_source_and_day() -> None:
    said = sentence(told(32_268, LABOUR))
    for part in ("32.268", "53.780", "60,0 persen", "BPS, Sakernas Agustus 2022", "31 Agustus 2022", "560/1",
                 "24 Oktober 2022", "Rp542.102.400"):  # fmt: skip
        assert part in said, part


def test_without_a_decree_nobody_is_called_covered() -> None:
    assert "belum ada" in sentence(told(0, LABOUR))
    assert "persen" not in sentence(told(0, LABOUR))


def test_more_covered_than_there_are_is_no_share() -> None:
    odd = Whole("pekerja rentan", 10, "daftar lama", DAY)
    assert Share(11, odd).is_odd
    assert "persen" not in sentence(told(11, odd))


@given(st.integers(0, 10**7), st.integers(1, 10**7))
def test_a_percentage_is_never_rounded_up_to_whole(covered: int, value: int) -> None:
    share = Share(covered, Whole("x", value, "y", DAY))
    percent = float(share.percent.replace(",", "."))
    assert percent <= covered / value * 100 < percent + 0.1 + 1e-9
    if covered < value:
        assert percent < 100


counts = st.dictionaries(st.sampled_from([f"64.01.{n:02}" for n in range(1, 11)]), st.integers(0, 40))


@given(counts, counts)
def test_no_small_number_is_shown_or_can_be_worked_out(
    covered: dict[str, int], listed: dict[str, int]
) -> None:
    names = {f"64.01.{n:02}": f"Kecamatan {n}" for n in range(1, 11)}
    shown = districts_for_everybody(names, covered, listed)
    assert [one.code for one in shown] == sorted(names)
    for one in shown:
        for value in (one.covered, one.listed):
            assert value is None or value == 0 or value >= 5
    gone = [one.code for one in shown if one.covered is None]
    assert len(gone) != 1
