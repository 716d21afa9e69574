"""Budget proposals against budgets that regencies really had (design, golden numbers)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.budget.proposal import (
    Alternative,
    Ask,
    Costed,
    Demand,
    Way,
    alternatives,
    cost,
    first_fit,
    move_to,
)
from payung.budget.rules import Amount
from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan
from payung.policy.loader import law, local

LAW = law()
OWN, PROVINCE, PALM, VILLAGE, CSR = local("paser-2026").sources


def ask(*asks: Ask, months: str = "2026-01..2026-12") -> Alternative:
    return Alternative(Way.ASKED, MonthSpan.parse(months), asks)


def costed(people: int, months: str) -> Costed:
    return cost(LAW, ask(Ask(OWN, people), months=months))


@pytest.mark.parametrize(
    ("people", "months", "jkk", "jkm", "total"),
    [
        pytest.param(32_268, "2022-10..2022-12", 968_040_000, 658_267_200, 1_626_307_200, id="Paser 2022"),
        pytest.param(
            32_268, "2023-01..2023-12", 3_872_160_000, 2_633_068_800, 6_505_228_800, id="Paser 2023"
        ),
        pytest.param(
            46_510, "2024-01..2024-12", 5_581_200_000, 3_795_216_000, 9_376_416_000, id="Paser 2024"
        ),
        pytest.param(
            36_777, "2025-01..2025-12", 4_413_240_000, 3_001_003_200, 7_414_243_200, id="Bontang 2025"
        ),
        pytest.param(15_000, "2025-01..2025-12", 1_800_000_000, 1_224_000_000, 3_024_000_000, id="PPU 2025"),
        pytest.param(5_000, "2025-01..2025-12", 600_000_000, 408_000_000, 1_008_000_000, id="PPU extra"),
        pytest.param(2_829, "2025-01..2025-12", 339_480_000, 230_846_400, 570_326_400, id="Manggarai Barat"),
    ],
)
def test_real_budgets_come_out_to_the_rupiah(
    people: int, months: str, jkk: int, jkm: int, total: int
) -> None:
    found = costed(people, months)
    assert (found.total, found.total.total_idr) == (Amount(jkk, jkm), total)
    assert found.person_months == people * len(MonthSpan.parse(months))
    assert sum(amount.total_idr for _month, amount in found.by_month()) == total


def test_a_month_of_paser_and_of_bontang() -> None:
    assert costed(32_268, "2022-10").total.total_idr == 542_102_400
    assert costed(36_777, "2025-01").total.total_idr == 617_853_600


def test_a_tariff_that_changes_within_the_year_is_priced_month_by_month() -> None:
    """PP 50/2025 halves what companies pay: for drivers from January 2026, for others from April to December."""
    found = cost(LAW, ask(Ask(CSR, 100, transport=40)))
    full, half = Amount(10_000, 6_800), Amount(5_000, 3_400)
    share = found.by_source()[0]
    assert set(share.prices) == {full, half}
    assert found.total == full * (60 * 3) + half * (60 * 9 + 40 * 12)
    assert dict(found.by_month())[Month(2026, 3)] == full * 60 + half * 40
    assert any("50/2025" in one.law for one in found.basis)


def test_the_regencys_own_money_is_never_reduced() -> None:
    assert cost(LAW, ask(Ask(OWN, 1, transport=1), Ask(VILLAGE, 1))).total == Amount(10_000, 6_800) * 24


def test_each_source_pays_for_its_own_people() -> None:
    found = cost(LAW, ask(Ask(OWN, 3), Ask(PROVINCE, 2), Ask(PALM, 0), months="2026-01..2026-02"))
    shares = {one.source.id: (one.people, one.person_months, one.amount) for one in found.by_source()}
    assert shares == {
        "apbd-kabupaten": (3, 6, Amount(60_000, 40_800)),
        "apbd-provinsi": (2, 4, Amount(40_000, 27_200)),
        "dbh-sawit": (0, 0, Amount(0, 0)),
    }
    assert found.people == 5


def test_alternatives_stand_side_by_side() -> None:
    asked = ask(Ask(OWN, 1_001))
    found = {one.way: one for one in alternatives(asked, fewer_months=3, fewer_percent=10)}
    assert list(found) == [Way.ASKED, Way.FEWER_MONTHS, Way.FEWER_PEOPLE]
    assert str(found[Way.FEWER_MONTHS].months) == "2026-01..2026-09"
    assert found[Way.FEWER_PEOPLE].asks[0].people == 900
    assert [one.way for one in alternatives(asked, fewer_months=12, fewer_percent=100)] == [Way.ASKED]


DEMAND: Demand = {
    (OWN.id,): 500,
    (OWN.id, PROVINCE.id): 300,
    (OWN.id, PROVINCE.id, PALM.id): 200,
    (PALM.id,): 50,
    (): 7,
}


def test_everybody_goes_first_to_the_first_source_they_are_eligible_for() -> None:
    assert first_fit(DEMAND) == {OWN.id: 1_000, PALM.id: 50}


def test_another_source_first_takes_whom_it_may_and_has_seats_for() -> None:
    asks = (Ask(OWN, 1_000), Ask(PROVINCE, 10), Ask(PALM, 50))
    assert [one.people for one in move_to(asks, DEMAND, PROVINCE.id, 400)] == [600, 410, 50]
    assert [one.people for one in move_to(asks, DEMAND, PROVINCE.id, 9_999)] == [500, 510, 50]
    assert [one.people for one in move_to(asks, DEMAND, PALM.id, 9_999)] == [800, 10, 250]
    assert [one.people for one in move_to(asks, DEMAND, OWN.id, 9_999)] == [1_000, 10, 50]
    few = (Ask(OWN, 100, transport=90), Ask(PROVINCE, 0))
    assert move_to(few, DEMAND, PROVINCE.id, 60) == (Ask(OWN, 40, transport=40), Ask(PROVINCE, 60))


@given(
    st.lists(st.integers(0, 1_000), min_size=3, max_size=3),
    st.dictionaries(
        st.lists(st.sampled_from([OWN.id, PROVINCE.id, PALM.id]), unique=True, max_size=3).map(tuple),
        st.integers(0, 1_000),
    ),
    st.sampled_from([OWN.id, PROVINCE.id, PALM.id]),
    st.integers(0, 2_000),
)
def test_another_order_loses_nobody(people: list[int], demand: Demand, first: str, seats: int) -> None:
    asks = tuple(Ask(source, n) for source, n in zip((OWN, PROVINCE, PALM), people, strict=True))
    moved = move_to(asks, demand, first, seats)
    assert sum(one.people for one in moved) == sum(people)
    before = {one.source.id: one.people for one in asks}
    for one in moved:
        gained = one.people - before[one.source.id]
        assert (0 <= gained <= seats) if one.source.id == first else gained <= 0


def test_a_month_without_law_is_refused() -> None:
    with pytest.raises(PayungError) as refused:
        costed(1, "1999-01")
    assert refused.value.exit_code is Exit.POLICY


def test_more_drivers_than_people_are_no_ask() -> None:
    with pytest.raises(ValueError, match="2 of 1"):
        Ask(OWN, 1, transport=2)
