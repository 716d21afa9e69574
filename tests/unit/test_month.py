"""Months and spans."""

from __future__ import annotations

from datetime import date

import pytest

from payung.core.month import Month, MonthSpan


def test_a_span_counts_both_ends() -> None:
    span = MonthSpan.parse("2022-10..2022-12")
    assert len(span) == 3
    assert [str(month) for month in span] == ["2022-10", "2022-11", "2022-12"]
    assert Month(2022, 11) in span
    assert Month(2023, 1) not in span


def test_a_month_knows_its_first_and_last_day() -> None:
    assert Month.parse("2024-02").first_day == date(2024, 2, 1)
    assert Month.parse("2024-02").last_day == date(2024, 2, 29)


@pytest.mark.parametrize("text", ["2022-13", "2022-1", "22-10", "", "2022/10", "٢٠٢٢-١٠"])
def test_what_is_not_a_month_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="Bulan"):
        Month.parse(text)


def test_a_span_never_runs_backwards() -> None:
    with pytest.raises(ValueError, match="terbalik"):
        MonthSpan.parse("2022-12..2022-10")


def test_spans_read_as_people_say_them() -> None:
    assert MonthSpan.parse("2022-10..2022-12").in_words == "Oktober sampai dengan Desember 2022"
    assert MonthSpan.parse("2022-12..2023-01").in_words == "Desember 2022 sampai dengan Januari 2023"
    assert Month(2022, 10).plus(5) == Month(2023, 3)
