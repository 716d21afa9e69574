"""Working days, and deadlines that fall on holidays."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.core.calendar import add_working_days, holidays, is_working_day, next_working_day
from payung.core.errors import Exit, PayungError

YEARS = range(2022, 2028)


@pytest.mark.parametrize("year", YEARS)
def test_every_year_has_the_holidays_that_never_move(year: int) -> None:
    closed = {holiday.on for holiday in holidays(year)}
    assert {
        date(year, 1, 1),
        date(year, 5, 1),
        date(year, 6, 1),
        date(year, 8, 17),
        date(year, 12, 25),
    } <= closed
    assert len(holidays(year)) >= 15
    assert [one.on for one in holidays(year)] == sorted(one.on for one in holidays(year))
    assert all(one.on.year == year and one.name for one in holidays(year))


@pytest.mark.parametrize(
    ("fifteenth", "due"),
    [
        (date(2022, 10, 15), date(2022, 10, 17)),  # Saturday
        (date(2022, 4, 15), date(2022, 4, 18)),  # Good Friday before a weekend
        (date(2024, 4, 15), date(2024, 4, 16)),  # joint leave after Idulfitri
        (date(2026, 8, 15), date(2026, 8, 18)),  # weekend and the 17th of August
        (date(2022, 12, 15), date(2022, 12, 15)),  # an ordinary Thursday
    ],
)
def test_a_deadline_on_a_closed_day_moves_to_the_next_working_day(fifteenth: date, due: date) -> None:
    assert next_working_day(fifteenth) == due


def test_joint_leave_is_no_working_day_and_is_told_from_a_holiday() -> None:
    (leave,) = (one for one in holidays(2022) if one.on == date(2022, 4, 29))
    assert leave.joint_leave
    assert not is_working_day(leave.on)
    (day,) = (one for one in holidays(2022) if one.on == date(2022, 8, 17))
    assert not day.joint_leave


@pytest.mark.parametrize("year", [2021, 2028])
def test_a_year_whose_holidays_are_not_known_is_said_so(year: int) -> None:
    with pytest.raises(PayungError, match=str(year)) as caught:
        is_working_day(date(year, 6, 15))
    assert caught.value.exit_code is Exit.POLICY
    assert caught.value.todo


def test_a_deadline_that_runs_into_an_unknown_year_is_not_guessed() -> None:
    with pytest.raises(PayungError, match="2028"):
        add_working_days(date(2027, 12, 30), 5)


@given(st.dates(date(2022, 1, 1), date(2027, 12, 20)), st.integers(1, 5))
def test_working_days_are_counted_one_by_one(start: date, count: int) -> None:
    end = add_working_days(start, count) if start < date(2027, 12, 10) else None
    if end is not None:
        days = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
        assert sum(map(is_working_day, days)) == count
        assert is_working_day(end)


def test_less_than_one_working_day_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="at least one"):
        add_working_days(date(2022, 10, 3), 0)
