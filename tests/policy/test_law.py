"""Dates, benefits and membership rules of the law."""

from __future__ import annotations

from datetime import date

import pytest

from payung.core.errors import PayungError
from payung.core.month import Month
from payung.policy.loader import law

ON = date(2025, 6, 1)


def amount(table: str, **case: str) -> int:
    value = law().number(table, ON, **case).value
    assert value.denominator == 1
    return int(value)


def test_a_death_pays_forty_two_million() -> None:
    assert sum(amount("manfaat/jkm", part=p) for p in ("santunan", "berkala", "pemakaman")) == 42_000_000


def test_a_death_in_the_first_three_months_pays_ten_million() -> None:
    assert amount("manfaat/jkm-awal") == 10_000_000
    assert amount("manfaat/jkm-awal-bulan") == 3


def test_a_fatal_accident_pays_seventy_million_at_the_lowest_base() -> None:
    lump = max(
        amount("manfaat/jkk-meninggal") * amount("manfaat/jkk-kelipatan-upah") * 1_000_000 // 100,
        amount("manfaat/jkk-meninggal-bagian", part="minimum"),
    )
    assert (
        lump + sum(amount("manfaat/jkk-meninggal-bagian", part=p) for p in ("berkala", "pemakaman"))
        == 70_000_000
    )


def test_two_children_can_get_a_hundred_and_seventy_four_million_of_scholarship() -> None:
    levels = ("TK", "SD", "SMP", "SMA", "PT")
    child = sum(
        amount("manfaat/beasiswa", level=x) * amount("manfaat/beasiswa-tahun", level=x) for x in levels
    )
    assert child == 87_000_000
    assert child * amount("manfaat/beasiswa-syarat", condition="anak_paling_banyak") == 174_000_000


def test_membership_ends_after_three_unpaid_months() -> None:
    assert amount("kepesertaan/bulan-menunggak") == 3


@pytest.mark.parametrize(
    ("month", "segment", "due"),
    [
        ("2022-12", "BPU", date(2022, 12, 15)),
        ("2022-10", "BPU", date(2022, 10, 17)),  # the 15th is a Saturday
        ("2022-11", "PU", date(2022, 12, 15)),
        ("2022-12", "PU", date(2023, 1, 16)),  # the 15th is a Sunday
    ],
)
def test_a_contribution_is_due_on_the_next_working_day(month: str, segment: str, due: date) -> None:
    assert law().due_on(Month.parse(month), segment) == due


def test_every_table_says_where_it_comes_from() -> None:
    for table in law().tables.values():
        assert table.law
        assert table.source
        assert table.title
        assert table.values


def test_a_table_that_does_not_exist_is_said_so() -> None:
    with pytest.raises(PayungError, match="iuran/tidak-ada"):
        law().number("iuran/tidak-ada", ON)


def test_a_dimension_must_be_named() -> None:
    with pytest.raises(PayungError, match="part belum disebut"):
        law().number("manfaat/jkm", ON)
