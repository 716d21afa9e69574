"""Three answers side by side: whom the ceiling reaches, for how long it reaches all, what would reach all. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from payung.allocation.candidates import AllocationRules, Candidate, MonthPrice, Round
from payung.allocation.walk import WITHOUT_CEILING, Cost, Ground, ceilings
from payung.core.month import Month

MOST_MONTHS = 60


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers for one source of money; only people who can be chosen in the round are counted."""

    people: int
    most_people: int
    """As many as the ceiling pays for these months if only the number counted: cheapest first, quotas kept.

    Where the accounts have ceilings of their own, the best of walking cheapest first by all, by JKK and by JKM.
    """
    most_months: int
    """Months for which the ceiling pays for everyone on offer."""
    everyone_count: int
    everyone_idr: int
    """What everyone on offer costs for these months."""
    within_quotas_count: int
    within_quotas_idr: int
    """What everyone whom the quotas allow costs for these months."""
    everyone_jkk_idr: int = 0
    everyone_jkm_idr: int = 0


def answers(candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> Answers:
    """The three answers for one round."""
    return answers_on(Ground(candidates, round_, rules))


def answers_on(ground: Ground) -> Answers:
    """The three answers for candidates that have been put in order already."""
    round_, ranks, costs = ground.round, ground.open_ranks, ground.costs
    free = ground.walk(WITHOUT_CEILING, floors=False) if ground.floors else ground.free
    cheapest = [
        ground.walk(ceilings(round_), ranks=sorted(ranks, key=lambda rank: costs[rank][column]), floors=False)
        for column in ((0, 1, 2) if round_.by_account else (0,))
    ]
    return Answers(
        people=len(ground.real.chosen),
        most_people=max(len(walked.chosen) for walked in (ground.real, *cheapest)),
        most_months=_most_months([ground.ordered[rank] for rank in ranks], round_) if ranks else 0,
        everyone_count=len(ranks),
        everyone_idr=sum(costs[rank][0] for rank in ranks),
        within_quotas_count=len(free.chosen),
        within_quotas_idr=free.used,
        everyone_jkk_idr=sum(costs[rank][1] for rank in ranks),
        everyone_jkm_idr=sum(costs[rank][2] for rank in ranks),
    )


def _most_months(people: Iterable[Candidate], round_: Round) -> int:
    """For how many months from the first of the round the ceilings cover all of these people, at most `MOST_MONTHS`.

    Months after the span cost what its last month costs.
    """
    alike: Counter[int] = Counter()
    months: dict[int, tuple[MonthPrice, ...]] = {}
    for one in people:
        alike[id(one.monthly)] += 1
        months[id(one.monthly)] = one.monthly
    by_month: dict[Month, Cost] = dict.fromkeys(round_.span, (0, 0, 0))
    for key, count in alike.items():
        for month, jkk, jkm in months[key]:
            all_, all_jkk, all_jkm = by_month[month]
            by_month[month] = all_ + (jkk + jkm) * count, all_jkk + jkk * count, all_jkm + jkm * count
    prices, left = list(by_month.values()), ceilings(round_)
    for number in range(MOST_MONTHS):
        price = prices[min(number, len(prices) - 1)]
        left = (left[0] - price[0], left[1] - price[1], left[2] - price[2])
        if min(left) < 0:
            return number
    return MOST_MONTHS
