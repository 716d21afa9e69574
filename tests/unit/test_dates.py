"""Dates as people write them: day before month, always; what is ambiguous is asked."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from payung.core.dates import MESSAGES, age, day, long_day, parse_date
from payung.core.month import NAMES
from payung.demo.errors import DATE_STYLES, write_date

TODAY = date(2022, 10, 1)


@pytest.mark.parametrize(
    "written",
    [
        "17-08-1980", "17/08/1980", "17/8/1980", "17.08.1980", "17 08 1980", "17 - 08 - 1980", "17\u201308\u20131980",
        "1980-08-17", "1980/8/17", "17 Agustus 1980", "17 agt 1980", "17-Agu-1980", "17 Aug 1980", "17 AGUSTUS 1980",
        "17 VIII 1980", "17Agustus1980", "17081980", "19800817", "29450", "29450.0", "17-08-80", "17/8/80",
        "Tanah Grogot, 17-08-1980", "Minggu, 17 Agustus 1980", "1980-08-17 00:00:00", "17-08-1980 00:00", "'17-08-1980",
        "  17-08-1980\u00a0", "17-08-1980.",
    ],
)  # fmt: skip
def test_one_day_is_read_however_it_is_written(written: str) -> None:
    parsed = parse_date(written, latest=TODAY)
    assert (parsed.value, parsed.code, parsed.message) == (date(1980, 8, 17), "", "")


@pytest.mark.parametrize(
    ("written", "code", "proposals"),
    [
        (None, "date_missing", ()),
        (" ", "date_missing", ()),
        ("-", "date_missing", ()),
        ("tidak tahu", "date_unreadable", ()),
        ("abc", "date_unreadable", ()),
        ("17,08,1980", "date_unreadable", ()),
        ("17-08-198", "date_unreadable", ()),
        ("17 Agustuss 1980", "date_unreadable", ()),
        ("1980", "date_incomplete", ()),
        ("08-1980", "date_incomplete", ()),
        ("Agustus 1980", "date_incomplete", ()),
        ("17 Agustus", "date_incomplete", ()),
        ("17-08", "date_incomplete", ()),
        ("31-02-1980", "date_impossible", ()),
        ("32-01-1980", "date_impossible", ()),
        ("00-00-1980", "date_impossible", ()),
        ("29-02-1981", "date_impossible", ()),
        ("99999999", "date_impossible", ()),
        ("05/13/1980", "date_month_first", (date(1980, 5, 13),)),
        ("1980-13-05", "date_month_first", (date(1980, 5, 13),)),
        ("August 17, 1980", "date_month_first", (date(1980, 8, 17),)),
        ("17/08/05", "date_century", (date(1905, 8, 17), date(2005, 8, 17))),
        ("17-08-1880", "date_outside", ()),
        ("17-08-2030", "date_outside", ()),
        ("99999", "date_outside", ()),
    ],
)  # fmt: skip
def test_what_is_no_date_is_named_and_never_guessed(
    written: str | None, code: str, proposals: tuple[date, ...]
) -> None:
    parsed = parse_date(written, latest=TODAY)
    assert parsed.value is None
    assert (parsed.code, parsed.proposals) == (code, proposals)
    assert parsed.message == MESSAGES[code]
    assert parsed.ambiguous == (len(proposals) > 1)


def test_eight_digits_are_read_in_the_order_that_is_a_date() -> None:
    assert parse_date("20101912", latest=TODAY).value == date(1912, 10, 20)
    assert parse_date("19101112", latest=TODAY).value == date(1910, 11, 12)


def test_eight_digits_with_two_readings_are_asked() -> None:
    parsed = parse_date("19101112", earliest=date(1000, 1, 1), latest=TODAY)
    assert (parsed.code, parsed.proposals) == ("date_order", (date(1112, 10, 19), date(1910, 11, 12)))


def test_a_two_digit_year_is_understood_where_one_century_is_possible() -> None:
    assert parse_date("17/08/45", latest=TODAY).value == date(1945, 8, 17)
    assert parse_date("17/08/05", latest=TODAY).ambiguous
    assert parse_date("17/08/05", earliest=date(1940, 1, 1), latest=TODAY).value == date(2005, 8, 17)


def test_every_code_has_an_example_here() -> None:
    met = {
        code
        for mark in test_what_is_no_date_is_named_and_never_guessed.pytestmark  # type: ignore[attr-defined]
        for _, code, _ in mark.args[1]
    }
    assert met | {"date_order"} == set(MESSAGES)


DAYS = st.dates(date(1925, 1, 1), date(2022, 9, 30))


@given(DAYS, st.sampled_from(DATE_STYLES))
def test_every_style_of_the_lists_gives_the_day_back_or_asks(born: date, style: str) -> None:
    parsed = parse_date(write_date(born, style), latest=TODAY)
    assert parsed.value == born or (style == "short" and born in parsed.proposals)


@given(DAYS)
@example(date(2022, 1, 11))
def test_the_month_never_comes_before_the_day(born: date) -> None:
    parsed = parse_date(f"{born.month:02d}/{born.day:02d}/{born.year}", latest=TODAY)
    if born.day > 12:
        assert (parsed.value, parsed.code, parsed.proposals) == (None, "date_month_first", (born,))
    else:
        turned = date(born.year, born.day, born.month)
        assert parsed.value == (turned if turned <= TODAY else None)


@given(st.text())
def test_any_text_is_a_date_or_says_why_not(text: str) -> None:
    parsed = parse_date(text, latest=TODAY)
    assert (parsed.value is None) == (parsed.code in MESSAGES)


def test_days_are_written_for_tables_and_for_letters() -> None:
    assert day(date(2026, 11, 2)) == "02-11-2026"
    assert long_day(date(2026, 11, 2)) == "2 November 2026"
    assert parse_date(long_day(date(1999, 5, 3))).value == date(1999, 5, 3)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_read_by_its_name(number: int) -> None:
    assert parse_date(f"1 {NAMES[number - 1]} 2001").value == date(2001, number, 1)


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(1957, 10, 1), date(2022, 10, 1), 65),
        (date(1957, 10, 2), date(2022, 10, 1), 64),
        (date(2000, 2, 29), date(2015, 2, 28), 14),
        (date(2000, 2, 29), date(2015, 3, 1), 15),
    ],
)
def test_an_age_is_whole_years(born: date, on: date, years: int) -> None:
    assert age(born, on) == years
