"""How a budget stands, by hand: the bar leaves no gap, the smaller account decides, a year ends in December."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.budget.rules import Amount, Sums
from payung.budget.standing import LENGTH, Standing, times
from payung.core.month import Month

PRICE = Amount(10_000, 6_800)


def stands(jkk_left: int, jkm_left: int, year: int = 2026) -> Standing:
    return Standing(year, Sums(jkk_left), Sums(jkm_left))


@pytest.mark.parametrize(
    ("people", "months", "first", "last"),
    [
        (32_268, 3, Month(2026, 10), Month(2026, 12)),
        (32_268, 10, Month(2026, 1), Month(2026, 10)),
        (32_268, 12, Month(2026, 1), Month(2026, 12)),
        (32_268, 40, Month(2026, 3), Month(2026, 12)),
        (32_268, 1, Month(2026, 5), Month(2026, 5)),
    ],
)
def test_the_rest_lasts_until_the_last_month_that_it_pays_whole(
    people: int, months: int, first: Month, last: Month
) -> None:
    monthly = PRICE * people
    left = monthly * months
    assert stands(left.jkk_idr, left.jkm_idr).lasts_until(monthly, first) == last
    short = stands(left.jkk_idr, left.jkm_idr - 1).lasts_until(monthly, first)
    if months == 1:
        assert short is None
    elif months < 13:
        assert short == last.plus(-1)


def test_the_smaller_account_decides_and_an_empty_one_pays_nobody() -> None:
    assert stands(100_000, 6_800 * 3).person_months(PRICE) == 3
    assert stands(100_000, 0).person_months(PRICE) == 0
    assert stands(100_000, 0).lasts_until(PRICE) is None
    assert stands(0, 6_800).person_months(Amount(0, 6_800)) == 1
    assert stands(1, 1).person_months(Amount(0, 0)) is None
    assert stands(1, 1).lasts_until(Amount(0, 0)) == Month(2026, 12)


def test_a_budget_pays_no_month_of_another_year() -> None:
    assert stands(10**9, 10**9).lasts_until(PRICE, Month(2027, 1)) is None


def test_what_is_overspent_on_paper_pays_nobody() -> None:
    assert times(Amount(-1, 10**6), PRICE) == 0


@given(
    st.lists(st.integers(0, 10**12), min_size=5, max_size=5),
    st.lists(st.integers(0, 10**12), min_size=5, max_size=5),
)
def test_the_bar_is_the_ceiling_without_a_gap(one: list[int], other: list[int]) -> None:
    def sums(parts: list[int]) -> Sums:
        paid, billed, bound, reserved, left = parts
        committed = paid + billed + bound
        return Sums(committed + reserved + left, reserved, committed, paid + billed, paid)

    found = Standing(2026, sums(one), sums(other))
    parts = found.parts
    assert sum(part.amount.total_idr for part in parts) == found.ceiling.total_idr == sum(one) + sum(other)
    upto = 0
    for part in parts:
        assert part.begins == upto
        assert part.length >= 0
        upto += part.length
    assert upto == (LENGTH if found.ceiling.total_idr else 0)
