"""What must hold of every selection, whoever stands on the lists."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payung.allocation.answers import answers
from payung.allocation.candidates import AllocationRules, Candidate, Dimension, Limits, Line, Round
from payung.allocation.rules import Offer, Selection, Why, select, select_in_order
from payung.core.errors import Exit, PayungError
from payung.core.month import Month, MonthSpan

SPAN = MonthSpan.parse("2022-10..2022-12")
DESA = ("64.01.04.2001", "64.01.04.2002", "64.01.05.2001")
GROUPS = ("nelayan", "marbot")


def person(
    number: int,
    *,
    points: int = 10,
    desa: str = DESA[0],
    group: str = "nelayan",
    continuity: bool = False,
    jkk: int = 10_000,
    months: int = 3,
) -> Candidate:
    monthly = tuple((Month(2022, 10 + index), jkk, 6_800) for index in range(months))
    return Candidate(
        f"r{number:03}", f"f{number:03}", desa, desa[:8], group, points, continuity, monthly, months == 3
    )


people = st.builds(
    lambda rows: [
        person(n, points=p, desa=d, group=g, continuity=c, jkk=k, months=m)
        for n, (p, d, g, c, k, m) in enumerate(rows)
    ],
    st.lists(
        st.tuples(
            st.integers(0, 5).map(lambda tens: tens * 10),
            st.sampled_from(DESA),
            st.sampled_from(GROUPS),
            st.booleans(),
            st.sampled_from([5_000, 10_000, 20_000]),
            st.sampled_from([3, 3, 3, 2]),
        ),
        max_size=9,
    ),
)
limits = st.builds(
    Limits,
    district=st.dictionaries(st.sampled_from(["64.01.04", "64.01.05"]), st.integers(0, 4)),
    desa=st.dictionaries(st.sampled_from(DESA), st.integers(0, 4)),
    group=st.dictionaries(st.sampled_from(GROUPS), st.integers(0, 4)),
)
rules = st.builds(AllocationRules, quotas=limits, floors=limits)
rounds = st.builds(
    lambda ceiling, partial: Round("apbd", ceiling, SPAN, "benih", partial),
    st.integers(27_000, 500_000),
    st.booleans(),
)


def count(selection: Selection, line: Line) -> int:
    return sum(line in award.candidate.lines() for award in selection.awards)


def keeps(chosen: tuple[Candidate, ...], quotas: dict[Line, int]) -> bool:
    return all(sum(line in c.lines() for c in chosen) <= n for line, n in quotas.items())


@given(people, rounds, rules)
def test_never_above_the_ceiling_and_the_sum_is_the_use(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    selection = select(candidates, round_, allocation)
    assert selection.used_idr == sum(jkk + jkm for a in selection.awards for _, jkk, jkm in a.months)
    assert selection.used_jkk_idr == sum(jkk for a in selection.awards for _, jkk, _ in a.months)
    assert 0 <= selection.left_idr == round_.ceiling_idr - selection.used_idr
    everyone = [a.candidate.row_id for a in selection.awards] + [
        w.candidate.row_id for w in selection.waiting
    ]
    assert sorted(everyone) == sorted(c.row_id for c in candidates)


@given(people, rounds, rules)
def test_quotas_hold_and_a_floor_is_filled_or_reported(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    selection = select(candidates, round_, allocation)
    for line, quota in allocation.quotas.lines().items():
        assert count(selection, line) <= quota
    released = {item.line: item for item in selection.released_floors}
    for line, floor in allocation.floors.lines().items():
        assert count(selection, line) >= floor or released[line].filled == count(selection, line) < floor
    if not round_.partial_months:
        assert all(len(award.months) == 3 for award in selection.awards)


@given(people, rounds, rules, st.randoms(use_true_random=False))
def test_the_order_of_the_input_does_not_matter(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules, shuffle: random.Random
) -> None:
    mixed = list(candidates)
    shuffle.shuffle(mixed)
    assert select(mixed, round_, allocation) == select(candidates, round_, allocation)


@settings(max_examples=60)
@given(people, rounds, limits)
def test_no_selection_of_its_kind_beats_the_bound(
    candidates: list[Candidate], round_: Round, quotas: Limits
) -> None:
    selection = select(candidates, round_, AllocationRules(quotas=quotas))
    keep = sum(a.candidate.continuity for a in selection.awards)
    on_offer = [c for c in candidates if c.full_span or round_.partial_months]
    best = max(
        sum(c.points for c in chosen)
        for size in range(len(on_offer) + 1)
        for chosen in combinations(on_offer, size)
        if sum(c.cost_idr for c in chosen) <= round_.ceiling_idr
        and keeps(chosen, quotas.lines())
        and sum(c.continuity for c in chosen) >= keep
    )
    certificate = selection.certificate
    assert certificate.points_greedy <= best <= certificate.points_bound


@given(people, rounds, rules)
def test_more_money_by_what_a_person_needs_brings_that_person_in(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    selection = select(candidates, round_, allocation)
    for waiting in [w for w in selection.waiting if w.why is Why.CEILING][:3]:
        assert waiting.needs_idr > 0
        richer = Round("apbd", round_.ceiling_idr + waiting.needs_idr, SPAN, "benih", round_.partial_months)
        chosen = {a.candidate.row_id for a in select(candidates, richer, allocation).awards}
        assert waiting.candidate.row_id in chosen


def test_with_one_price_and_no_limits_the_greedy_choice_is_proven_best() -> None:
    candidates = [person(n, points=n % 7 * 10) for n in range(500)]
    selection = select(candidates, Round("apbd", 50_400 * 123 + 999, SPAN, "a"), AllocationRules())
    assert len(selection.awards) == 123
    assert selection.certificate.gap_ratio < 0.001
    assert selection.left_idr == 999


def test_crossing_quotas_leave_a_small_proven_gap() -> None:
    candidates = [
        person(n, points=n * 37 % 90, desa=DESA[n % 3], group=GROUPS[n // 3 % 2]) for n in range(2_000)
    ]
    quotas = Limits(desa={DESA[0]: 200, DESA[1]: 150}, group={"marbot": 160})
    selection = select(candidates, Round("apbd", 50_400 * 400, SPAN, "a"), AllocationRules(quotas=quotas))
    assert 0 <= selection.certificate.gap_ratio < 0.05


def test_continuing_members_stand_before_any_points_and_the_seed_decides_ties() -> None:
    old = person(1, points=0, continuity=True)
    fresh = [person(n, points=90) for n in range(2, 12)]
    picked = {
        seed: select([old, *fresh], Round("apbd", 50_400 * 3, SPAN, seed), AllocationRules()).awards
        for seed in ("a", "b")
    }
    assert picked["a"][0].candidate == picked["b"][0].candidate == old
    assert picked["a"] != picked["b"]


def test_a_ceiling_below_one_person_month_is_refused_with_what_to_do() -> None:
    with pytest.raises(PayungError) as refused:
        select([person(1)], Round("apbd", 16_799, SPAN, "a"), AllocationRules())
    assert refused.value.exit_code is Exit.MONEY
    assert "Rp16.800" in refused.value.message
    assert "Rp16.799" in refused.value.message


def test_who_is_covered_for_a_part_of_the_span_waits_unless_partial_months_are_allowed() -> None:
    part = person(1, months=2)
    whole = select([part], Round("apbd", 100_000, SPAN, "a"), AllocationRules())
    assert [w.why for w in whole.waiting] == [Why.COVERED_UNTIL]
    partial = select([part], Round("apbd", 100_000, SPAN, "a", partial_months=True), AllocationRules())
    assert partial.used_idr == 33_600


def test_an_unfillable_floor_is_released_to_the_general_order() -> None:
    candidates = [person(1, desa=DESA[2], points=0)] + [person(n, points=50) for n in range(2, 6)]
    floors = Limits(desa={DESA[2]: 3})
    selection = select(candidates, Round("apbd", 50_400 * 3, SPAN, "a"), AllocationRules(floors=floors))
    assert len(selection.awards) == 3
    assert count(selection, (Dimension.DESA, DESA[2])) == 1
    assert [(r.floor, r.filled, r.short_of) for r in selection.released_floors] == [(3, 1, "candidates")]


def test_whom_one_source_does_not_choose_is_offered_to_the_next() -> None:
    candidates = [person(n) for n in range(5)]
    first, second = select_in_order(
        [
            Offer(candidates, Round("apbd", 50_400 * 2, SPAN, "a"), AllocationRules()),
            Offer(candidates, Round("csr", 50_400 * 2, SPAN, "a"), AllocationRules()),
        ]
    )
    chosen = [a.candidate.row_id for s in (first, second) for a in s.awards]
    assert len(set(chosen)) == 4
    assert len(first.waiting) == len(second.waiting) == 1
    assert first.waiting[0].candidate.row_id not in chosen


def test_three_answers_stand_side_by_side() -> None:
    candidates = [person(n) for n in range(10)]
    found = answers(candidates, Round("apbd", 50_400 * 4, SPAN, "a"), AllocationRules())
    assert (found.people, found.most_people, found.everyone_idr) == (4, 4, 504_000)
    assert found.most_months == 1


def test_the_programme_of_paser_2022_is_exact() -> None:
    candidates = [
        Candidate(f"r{n}", f"f{n}", DESA[n % 3], DESA[n % 3][:8], "tani", 10, False, MONTHLY, True)
        for n in range(32_300)
    ]
    selection = select(candidates, Round("apbd", 1_626_307_200, SPAN, "paser-2022"), AllocationRules())
    assert len(selection.awards) == 32_268
    assert (selection.used_jkk_idr, selection.used_jkm_idr) == (968_040_000, 658_267_200)
    assert selection.left_idr == 0


MONTHLY = tuple((month, 10_000, 6_800) for month in SPAN)
