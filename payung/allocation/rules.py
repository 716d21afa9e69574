"""Choosing people under a ceiling: one pass in a public order, floors first, quotas never passed.

`docs/algorithms/selection.md` says the same in words and can be checked by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from payung.allocation.bound import Certificate, certify
from payung.allocation.candidates import (
    AllocationRules,
    Candidate,
    Line,
    MonthPrice,
    OrderKey,
    Round,
    order_key,
)
from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan


class Why(StrEnum):
    """Why a person was not chosen."""

    CEILING = "ceiling"
    QUOTA = "quota"
    COVERED_UNTIL = "covered_until"
    """Part of the span is not open to this person, and the round gives whole spans only."""


@dataclass(frozen=True, slots=True)
class Award:
    """One person chosen. `rank` is the place among all candidates of the round, 1-based.

    `holds_down_to_idr` is the smallest ceiling at which this person is certainly still chosen; None where the person
    got in only because what was left was too little for somebody before them.
    """

    candidate: Candidate
    rank: int
    by_floor: Line | None
    holds_down_to_idr: int | None

    @property
    def months(self) -> tuple[MonthPrice, ...]:
        return self.candidate.monthly

    @property
    def amount_idr(self) -> int:
        return self.candidate.cost_idr


@dataclass(frozen=True, slots=True)
class Waiting:
    """One person not chosen, and what would change it.

    `place` is the place on the waiting list, `rank` the place among all candidates. `needs_idr`: with a ceiling
    higher by this much the person is chosen (ceiling only). `full` are the quotas in the way, `queue` how many stand
    before this person at the first of them, this one included. `points_short` are the points that are missing to the
    last person chosen by order; 0 means equal points, so that the lottery decided; None where points are not the matter.
    """

    candidate: Candidate
    place: int
    rank: int
    why: Why
    needs_idr: int = 0
    full: tuple[Line, ...] = ()
    queue: int = 0
    points_short: int | None = None
    continuity_short: bool = False


@dataclass(frozen=True, slots=True)
class ReleasedFloor:
    """A floor that could not be filled; its seats went to the general order."""

    line: Line
    floor: int
    filled: int
    short_of: str
    """`candidates`, `quota` or `ceiling`."""


@dataclass(frozen=True, slots=True)
class Selection:
    """What one source of money pays. Awards stand in the order of rank; all sums are exact rupiah."""

    round: Round
    awards: tuple[Award, ...]
    waiting: tuple[Waiting, ...]
    certificate: Certificate
    released_floors: tuple[ReleasedFloor, ...]
    used_jkk_idr: int
    used_jkm_idr: int

    @property
    def used_idr(self) -> int:
        return self.used_jkk_idr + self.used_jkm_idr

    @property
    def left_idr(self) -> int:
        return self.round.ceiling_idr - self.used_idr

    @property
    def cutoff(self) -> Award | None:
        """The last person who came in by order rather than by a floor."""
        return next((award for award in reversed(self.awards) if award.by_floor is None), None)


@dataclass(frozen=True, slots=True)
class Offer:
    """A round with its own candidates (price and eligibility belong to the source) and limits."""

    candidates: Sequence[Candidate]
    round: Round
    rules: AllocationRules


@dataclass
class _Pass:
    """One walk through the order. Indices are ranks, 0-based; `budget` None means without a ceiling."""

    ordered: Sequence[Candidate]
    costs: Sequence[int]
    quotas: Mapping[Line, int]
    floors: Mapping[Line, int]
    budget: int | None

    def __post_init__(self) -> None:
        self.limited = self.quotas.keys() | self.floors.keys()
        self.counts: Counter[Line] = Counter()
        """People by line; only lines with a limit are counted."""
        self.chosen: dict[int, Line | None] = {}
        self.blocked: dict[int, tuple[Line, ...]] = {}
        self.used = 0

    def run(self, open_ranks: Sequence[int]) -> None:
        if self.floors:
            for rank in open_ranks:
                unmet = self._unmet_floor(self.ordered[rank])
                if unmet is not None:
                    self._take(rank, unmet)
        for rank in open_ranks:
            if rank not in self.chosen:
                self._take(rank, None)

    def _unmet_floor(self, candidate: Candidate) -> Line | None:
        for line in candidate.lines():
            if self.counts[line] < self.floors.get(line, 0):
                return line
        return None

    def _take(self, rank: int, floor: Line | None) -> None:
        lines = [line for line in self.ordered[rank].lines() if line in self.limited] if self.limited else []
        full = tuple(line for line in lines if line in self.quotas and self.counts[line] >= self.quotas[line])
        if full:
            self.blocked[rank] = full
            return
        if self.budget is not None and self.used + self.costs[rank] > self.budget:
            return
        self.chosen[rank] = floor
        self.used += self.costs[rank]
        for line in lines:
            self.counts[line] += 1


def select(candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> Selection:
    """Choose people for one round; the same set of candidates in any order gives the same selection.

    PayungError(Exit.MONEY) when the ceiling is below the cheapest single person-month on offer.
    """
    keyed: list[tuple[OrderKey, Candidate]] = sorted(
        ((order_key(c, round_.seed), c) for c in candidates), key=lambda pair: pair[0]
    )
    ordered = [candidate for _, candidate in keyed]
    _check(ordered, round_)
    costs = [candidate.cost_idr for candidate in ordered]
    open_ranks = [
        rank for rank, c in enumerate(ordered) if c.monthly and (c.full_span or round_.partial_months)
    ]
    quotas, floors = rules.quotas.lines(), rules.floors.lines()
    real = _Pass(ordered, costs, quotas, floors, round_.ceiling_idr)
    real.run(open_ranks)
    free = _Pass(ordered, costs, quotas, floors, None)
    free.run(open_ranks)
    reach = _reach(free)
    awards = tuple(
        Award(ordered[rank], rank + 1, floor, reach.get(rank)) for rank, floor in sorted(real.chosen.items())
    )
    released = _released(real, [ordered[r] for r in open_ranks])
    selection = Selection(
        round=round_,
        awards=awards,
        waiting=(),
        certificate=certify(
            [ordered[r] for r in open_ranks],
            [award.candidate for award in awards],
            round_.ceiling_idr,
            quotas,
            {line: min(count, real.counts[line]) for line, count in floors.items()},
        ),
        released_floors=released,
        used_jkk_idr=sum(award.candidate.jkk_idr for award in awards),
        used_jkm_idr=sum(award.candidate.jkm_idr for award in awards),
    )
    assert selection.used_idr == real.used <= round_.ceiling_idr
    return replace(selection, waiting=_waiting(ordered, real, free, reach, set(open_ranks), selection))


def select_in_order(offers: Sequence[Offer]) -> tuple[Selection, ...]:
    """Offer people to the sources one after another: whom one source does not choose is offered to the next.

    Waiting lists name only those whom no source chose.
    """
    taken: set[str] = set()
    selections = []
    for offer in offers:
        rest = [candidate for candidate in offer.candidates if candidate.row_id not in taken]
        selection = select(rest, offer.round, offer.rules)
        taken.update(award.candidate.row_id for award in selection.awards)
        selections.append(selection)
    return tuple(
        replace(
            selection,
            waiting=tuple(
                replace(waiting, place=place)
                for place, waiting in enumerate(
                    (w for w in selection.waiting if w.candidate.row_id not in taken), start=1
                )
            ),
        )
        for selection in selections
    )


def _check(ordered: Sequence[Candidate], round_: Round) -> None:
    seen: set[str] = set()
    for candidate in ordered:
        if candidate.row_id in seen:
            raise ValueError(f"Satu orang dua kali dalam satu putaran: {candidate.row_id}")
        seen.add(candidate.row_id)
        if candidate.full_span and len(candidate.monthly) != len(round_.span):
            raise ValueError(f"Bulan tidak lengkap padahal full_span: {candidate.row_id}")
        if any(month not in round_.span or jkk < 0 or jkm < 0 for month, jkk, jkm in candidate.monthly):
            raise ValueError(f"Bulan di luar rentang atau harga negatif: {candidate.row_id}")
    prices = [jkk + jkm for candidate in ordered for _, jkk, jkm in candidate.monthly]
    if prices and round_.ceiling_idr < min(prices):
        raise PayungError(
            f"Pagu Rp{round_.ceiling_idr:,}".replace(",", ".")
            + f" lebih kecil daripada iuran satu orang untuk satu bulan (Rp{min(prices):,}).".replace(
                ",", "."
            ),
            todo="Naikkan pagu (--ceiling) atau periksa sumber dana dan bulannya.",
            exit_code=Exit.MONEY,
        )


def _reach(free: _Pass) -> dict[int, int]:
    """For each rank that is chosen when money has no end: the ceiling that just reaches it."""
    reach, total = {}, 0
    for rank in free.chosen:
        total += free.costs[rank]
        reach[rank] = total
    return reach


def _released(real: _Pass, on_offer: Sequence[Candidate]) -> tuple[ReleasedFloor, ...]:
    available = Counter(line for candidate in on_offer for line in candidate.lines())
    released = []
    for line, floor in real.floors.items():
        filled = real.counts[line]
        if filled < floor:
            short_of = "candidates" if available[line] < floor else "ceiling"
            if short_of == "ceiling" and any(line in real.ordered[rank].lines() for rank in real.blocked):
                short_of = "quota"
            released.append(ReleasedFloor(line, floor, filled, short_of))
    return tuple(released)


def _waiting(
    ordered: Sequence[Candidate],
    real: _Pass,
    free: _Pass,
    reach: Mapping[int, int],
    open_ranks: set[int],
    selection: Selection,
) -> tuple[Waiting, ...]:
    queues: Counter[Line] = Counter()
    cutoff = selection.cutoff
    waiting: list[Waiting] = []
    for rank, candidate in enumerate(ordered):
        if rank in real.chosen:
            continue
        place = len(waiting) + 1
        if rank not in open_ranks:
            waiting.append(Waiting(candidate, place, rank + 1, Why.COVERED_UNTIL))
        elif rank in reach:
            short, lesser = None, False
            if cutoff is not None:
                lesser = cutoff.candidate.continuity and not candidate.continuity
                short = max(0, cutoff.candidate.points - candidate.points)
            waiting.append(
                Waiting(
                    candidate,
                    place,
                    rank + 1,
                    Why.CEILING,
                    needs_idr=reach[rank] - real.budget if real.budget is not None else 0,
                    points_short=short,
                    continuity_short=lesser,
                )
            )
        else:
            full = free.blocked[rank]
            queues.update(full)
            waiting.append(Waiting(candidate, place, rank + 1, Why.QUOTA, full=full, queue=queues[full[0]]))
    return tuple(waiting)


def most_months(candidates: Iterable[Candidate], span: MonthSpan, ceiling_idr: int, at_most: int = 60) -> int:
    """For how many months from the first of the span the ceiling covers all of these people.

    Months after the span cost what its last month costs.
    """
    by_month: Counter[object] = Counter()
    for candidate in candidates:
        for month, jkk, jkm in candidate.monthly:
            by_month[month] += jkk + jkm
    months, used, price = 0, 0, 0
    listed = list(span)
    while months < at_most:
        price = by_month[listed[months]] if months < len(listed) else price
        if used + price > ceiling_idr:
            break
        used += price
        months += 1
    return months


@dataclass(frozen=True, slots=True)
class Answers:
    """Three answers side by side: whom the ceiling reaches, for how long it reaches all, what would reach all."""

    people: int
    most_people: int
    """As many as the ceiling pays for these months if only the number counted: cheapest first, quotas kept."""
    most_months: int
    """Months for which the ceiling pays for everyone on offer."""
    everyone_count: int
    everyone_idr: int
    """What everyone on offer costs for these months."""
    within_quotas_count: int
    within_quotas_idr: int
    """What everyone whom the quotas allow costs for these months."""


def answers(candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> Answers:
    """The three answers for one round; only people who can be chosen in it are counted."""
    on_offer = [c for c in candidates if c.monthly and (c.full_span or round_.partial_months)]
    ordered = sorted(on_offer, key=lambda c: order_key(c, round_.seed))
    quotas = rules.quotas.lines()

    def walk(people: Sequence[Candidate], budget: int | None) -> _Pass:
        walked = _Pass(people, [c.cost_idr for c in people], quotas, {}, budget)
        walked.run(range(len(people)))
        return walked

    free = walk(ordered, None)
    real = _Pass(ordered, [c.cost_idr for c in ordered], quotas, rules.floors.lines(), round_.ceiling_idr)
    real.run(range(len(ordered)))
    cheapest = walk(sorted(ordered, key=lambda c: c.cost_idr), round_.ceiling_idr)
    return Answers(
        people=len(real.chosen),
        most_people=max(len(real.chosen), len(cheapest.chosen)),
        most_months=most_months(on_offer, round_.span, round_.ceiling_idr) if on_offer else 0,
        everyone_count=len(on_offer),
        everyone_idr=sum(c.cost_idr for c in on_offer),
        within_quotas_count=len(free.chosen),
        within_quotas_idr=free.used,
    )
