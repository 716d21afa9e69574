"""Where JKK and JKM are paid from accounts of their own, both ceilings hold, and what is said about them is true."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from payung.allocation.answers import answers
from payung.allocation.candidates import AllocationRules, Candidate, Limits, Line, Round, order_key
from payung.allocation.rules import Why, select
from payung.core.month import Month, MonthSpan
from tests.property.test_allocation import DESA, GROUPS, SPAN, keeps, limits, rules

MONTHS = tuple(SPAN)


def person(
    number: int, points: int, desa: str, group: str, old: bool, jkk: int, jkm: int, months: int
) -> Candidate:
    monthly = tuple((month, jkk, jkm) for month in MONTHS[:months])
    return Candidate(
        f"r{number:03}", f"f{number:03}", desa, desa[:8], group, points, old, monthly, months == len(MONTHS)
    )


people = st.lists(
    st.tuples(
        st.sampled_from([0, 10, 20, 40]),
        st.sampled_from(DESA),
        st.sampled_from(GROUPS),
        st.booleans(),
        st.sampled_from([5_000, 10_000, 20_000]),
        st.sampled_from([3_400, 6_800]),
        st.sampled_from([3, 3, 3, 2]),
    ),
    max_size=9,
).map(lambda rows: [person(number, *row) for number, row in enumerate(rows)])
rounds = st.builds(
    lambda jkk, jkm, more, partial: Round(
        "apbd", jkk + jkm - more, SPAN, "benih", partial, jkk_idr=jkk, jkm_idr=jkm
    ),
    st.integers(20_000, 300_000),
    st.integers(20_000, 150_000),
    st.sampled_from([0, 0, 10_000]),
    st.booleans(),
)


def fits(chosen: tuple[Candidate, ...] | list[Candidate], round_: Round) -> bool:
    assert round_.jkk_idr is not None
    assert round_.jkm_idr is not None
    return (
        sum(c.jkk_idr for c in chosen) <= round_.jkk_idr
        and sum(c.jkm_idr for c in chosen) <= round_.jkm_idr
        and sum(c.cost_idr for c in chosen) <= round_.ceiling_idr
    )


def on_offer(candidates: list[Candidate], round_: Round) -> list[Candidate]:
    return [c for c in candidates if c.full_span or round_.partial_months]


def by_hand(candidates: list[Candidate], round_: Round, allocation: AllocationRules) -> list[str]:
    """The walk as `docs/algorithms/selection.md` tells it, with nothing but lists."""
    ordered = sorted(on_offer(candidates, round_), key=lambda c: order_key(c, round_.seed))
    quotas, floors, chosen = allocation.quotas.lines(), allocation.floors.lines(), list[Candidate]()

    def seats(line: Line) -> int:
        return sum(line in c.lines() for c in chosen)

    def take(candidate: Candidate) -> None:
        if all(seats(line) < quotas.get(line, 10**9) for line in candidate.lines()) and fits(
            [*chosen, candidate], round_
        ):
            chosen.append(candidate)

    for candidate in ordered:
        if any(seats(line) < floors.get(line, 0) for line in candidate.lines()):
            take(candidate)
    for candidate in ordered:
        if candidate not in chosen:
            take(candidate)
    return sorted(c.row_id for c in chosen)


@given(people, rounds, rules)
def test_the_choice_is_the_walk_by_hand_and_no_account_is_overdrawn(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    selection = select(candidates, round_, allocation)
    chosen = [award.candidate for award in selection.awards]
    assert sorted(c.row_id for c in chosen) == by_hand(candidates, round_, allocation)
    assert fits(chosen, round_)
    assert selection.left_by_account == (
        (round_.jkk_idr or 0) - sum(c.jkk_idr for c in chosen),
        (round_.jkm_idr or 0) - sum(c.jkm_idr for c in chosen),
    )


@given(people, rounds, rules)
def test_accounts_that_never_end_change_nothing(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    alone = select(candidates, replace(round_, jkk_idr=None, jkm_idr=None), allocation)
    endless = select(candidates, replace(round_, jkk_idr=10**12, jkm_idr=10**12), allocation)
    assert [a.candidate for a in alone.awards] == [a.candidate for a in endless.awards]
    assert [(w.candidate, w.why, w.needs_idr) for w in alone.waiting] == [
        (w.candidate, w.why, w.needs_idr) for w in endless.waiting
    ]
    assert alone.certificate.points_greedy == endless.certificate.points_greedy
    assert all(a.holds_down_to is None for a in alone.awards)
    assert all(w.needs is None for w in alone.waiting)


@given(people, rounds, rules)
def test_more_on_each_account_by_what_somebody_needs_brings_them_in(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    selection = select(candidates, round_, allocation)
    for waiting in [w for w in selection.waiting if w.why is Why.CEILING][:3]:
        assert waiting.needs is not None
        jkk, jkm = waiting.needs
        assert waiting.needs_idr >= jkk + jkm
        assert waiting.needs_idr > 0
        richer = replace(
            round_,
            ceiling_idr=round_.ceiling_idr + waiting.needs_idr,
            jkk_idr=(round_.jkk_idr or 0) + jkk,
            jkm_idr=(round_.jkm_idr or 0) + jkm,
        )
        assert waiting.candidate in [a.candidate for a in select(candidates, richer, allocation).awards]


@given(people, rounds, rules)
def test_down_to_the_ceilings_that_are_told_somebody_stays_chosen(
    candidates: list[Candidate], round_: Round, allocation: AllocationRules
) -> None:
    for award in select(candidates, round_, allocation).awards[-3:]:
        if award.holds_down_to is None:
            continue
        jkk, jkm = award.holds_down_to
        poorer = replace(round_, ceiling_idr=jkk + jkm, jkk_idr=jkk, jkm_idr=jkm)
        if poorer.ceiling_idr >= min(price[1] + price[2] for c in candidates for price in c.monthly):
            assert award.candidate in [a.candidate for a in select(candidates, poorer, allocation).awards]


@settings(max_examples=60)
@given(people, rounds, limits)
def test_no_choice_within_both_accounts_beats_the_bound(
    candidates: list[Candidate], round_: Round, quotas: Limits
) -> None:
    selection = select(candidates, round_, AllocationRules(quotas=quotas))
    keep = sum(a.candidate.continuity for a in selection.awards)
    best = max(
        sum(c.points for c in chosen)
        for size in range(len(candidates) + 1)
        for chosen in combinations(on_offer(candidates, round_), size)
        if fits(chosen, round_)
        and keeps(chosen, quotas.lines())
        and sum(c.continuity for c in chosen) >= keep
    )
    assert selection.certificate.points_greedy <= best <= selection.certificate.points_bound


@settings(max_examples=60)
@given(people, rounds, limits)
def test_the_three_answers_hold_both_accounts(
    candidates: list[Candidate], round_: Round, quotas: Limits
) -> None:
    found = answers(candidates, round_, AllocationRules(quotas=quotas))
    offered = on_offer(candidates, round_)
    most = max(
        size
        for size in range(len(offered) + 1)
        for chosen in combinations(offered, size)
        if fits(chosen, round_) and keeps(chosen, quotas.lines())
    )
    assert found.people <= found.most_people <= most
    if not any(quotas.lines()) and len({(c.jkk_idr, c.jkm_idr) for c in offered}) == 1:
        assert found.most_people == most
    assert (found.everyone_jkk_idr, found.everyone_jkm_idr) == (
        sum(c.jkk_idr for c in offered), sum(c.jkm_idr for c in offered),
    )  # fmt: skip
    if offered:
        assert _paid(offered, found.most_months, round_)
        assert found.most_months == 60 or not _paid(offered, found.most_months + 1, round_)


def _paid(people: list[Candidate], months: int, round_: Round) -> bool:
    """Whether the ceilings pay for everybody for so many months, the last month's price going on."""
    jkk = jkm = 0
    for at in range(months):
        month = MONTHS[min(at, len(MONTHS) - 1)]
        jkk += sum(price for c in people for one, price, _ in c.monthly if one == month)
        jkm += sum(price for c in people for one, _, price in c.monthly if one == month)
    return jkk <= (round_.jkk_idr or 0) and jkm <= (round_.jkm_idr or 0) and jkk + jkm <= round_.ceiling_idr


def test_who_costs_more_than_is_left_on_one_account_is_told_so_and_cheaper_ones_behind_still_fit() -> None:
    dear = person(1, 40, DESA[0], GROUPS[0], False, 20_000, 6_800, 3)
    cheap = person(2, 10, DESA[0], GROUPS[0], False, 5_000, 6_800, 3)
    round_ = Round("apbd", 1_000_000, SPAN, "a", jkk_idr=59_999, jkm_idr=900_000)
    selection = select([dear, cheap], round_, AllocationRules())
    assert [a.candidate for a in selection.awards] == [cheap]
    assert (selection.waiting[0].needs, selection.waiting[0].needs_idr) == ((1, 0), 1)
    assert selection.waiting[0].too_dear
    assert selection.waiting[0].points_short is None


def test_the_programme_of_paser_2022_fits_its_two_accounts_to_the_rupiah() -> None:
    span = MonthSpan(Month(2022, 10), Month(2022, 12))
    monthly = tuple((month, 10_000, 6_800) for month in span)
    everybody = [
        Candidate(f"r{n}", f"f{n}", DESA[n % 3], DESA[n % 3][:8], "tani", 10, False, monthly, True)
        for n in range(32_300)
    ]
    round_ = Round("apbd", 1_626_307_200, span, "paser-2022", jkk_idr=968_040_000, jkm_idr=658_267_200)
    selection = select(everybody, round_, AllocationRules())
    assert len(selection.awards) == 32_268
    assert selection.left_by_account == (0, 0)
