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
from payung.core.month import Month


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
    got in only because what was left was too little for somebody before them. Where the accounts have ceilings of their
    own, `holds_down_to` says it of both, JKK and JKM.
    """

    candidate: Candidate
    rank: int
    by_floor: Line | None
    holds_down_to_idr: int | None
    holds_down_to: tuple[int, int] | None = None

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
    higher by this much the person is chosen (ceiling only); where the accounts have ceilings of their own, `needs` is how
    much each must be higher, JKK and JKM. `full` are the quotas in the way, `queue` how many stand
    before this person at the first of them, this one included. `points_short` are the points that are missing to the
    last person chosen by order; 0 means equal points, so that the lottery decided; None where points are not the matter.
    `too_dear`: stood before that person, and cost more than was left.
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
    needs: tuple[int, int] | None = None
    too_dear: bool = False


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
    def left_by_account(self) -> tuple[int, int] | None:
        """What is left of JKK's and of JKM's ceiling; None where the accounts have none of their own."""
        if self.round.jkk_idr is None or self.round.jkm_idr is None:
            return None
        return self.round.jkk_idr - self.used_jkk_idr, self.round.jkm_idr - self.used_jkm_idr

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


Cost = tuple[int, int, int]
"""What somebody costs, in rupiah: all, JKK, JKM."""
_ENDLESS = 2**63
"""More rupiah than there are: a ceiling that never holds anybody back."""


@dataclass
class _Pass:
    """One walk through the order. Indices are ranks, 0-based; `budget` holds the ceilings on all, JKK and JKM."""

    ordered: Sequence[Candidate]
    costs: Sequence[Cost]
    quotas: Mapping[Line, int]
    floors: Mapping[Line, int]
    budget: Cost

    def __post_init__(self) -> None:
        self.limited = self.quotas.keys() | self.floors.keys()
        self.counts: Counter[Line] = Counter()
        """People by line; only lines with a limit are counted."""
        self.chosen: dict[int, Line | None] = {}
        self.blocked: dict[int, tuple[Line, ...]] = {}
        self.used, self.used_jkk, self.used_jkm = 0, 0, 0

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
        cost, jkk, jkm = self.costs[rank]
        most, most_jkk, most_jkm = self.budget
        if self.used + cost > most or self.used_jkk + jkk > most_jkk or self.used_jkm + jkm > most_jkm:
            return
        self.chosen[rank] = floor
        self.used, self.used_jkk, self.used_jkm = self.used + cost, self.used_jkk + jkk, self.used_jkm + jkm
        for line in lines:
            self.counts[line] += 1


def _budget(round_: Round) -> Cost:
    jkk = _ENDLESS if round_.jkk_idr is None else round_.jkk_idr
    return round_.ceiling_idr, jkk, _ENDLESS if round_.jkm_idr is None else round_.jkm_idr


_WITHOUT_CEILING: Cost = (_ENDLESS, _ENDLESS, _ENDLESS)


def _costs(people: Iterable[Candidate]) -> list[Cost]:
    """What each costs; worked out once for each list of months, which most share."""
    known: dict[int, tuple[tuple[MonthPrice, ...], Cost]] = {}
    costs = []
    for one in people:
        found = known.get(id(one.monthly))
        if found is None:
            found = known[id(one.monthly)] = one.monthly, (one.cost_idr, one.jkk_idr, one.jkm_idr)
        costs.append(found[1])
    return costs


def select(candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> Selection:
    """Choose people for one round; the same set of candidates in any order gives the same selection.

    PayungError(Exit.MONEY) when the ceiling is below the cheapest single person-month on offer.
    """
    keyed: list[tuple[OrderKey, Candidate]] = sorted(
        ((order_key(c, round_.seed), c) for c in candidates), key=lambda pair: pair[0]
    )
    ordered = [candidate for _, candidate in keyed]
    _check(ordered, round_)
    costs = _costs(ordered)
    open_ranks = [
        rank for rank, c in enumerate(ordered) if c.monthly and (c.full_span or round_.partial_months)
    ]
    quotas, floors = rules.quotas.lines(), rules.floors.lines()
    real = _Pass(ordered, costs, quotas, floors, _budget(round_))
    real.run(open_ranks)
    free = _Pass(ordered, costs, quotas, floors, _WITHOUT_CEILING)
    free.run(open_ranks)
    reach = _reach(free)
    awards = tuple(_award(ordered, round_, rank, floor, reach) for rank, floor in sorted(real.chosen.items()))
    released = _released(real, [ordered[r] for r in open_ranks])
    selection = Selection(
        round=round_,
        awards=awards,
        waiting=(),
        certificate=certify(
            [ordered[r] for r in open_ranks],
            [award.candidate for award in awards],
            round_,
            quotas,
            {line: min(count, real.counts[line]) for line, count in floors.items()},
        ),
        released_floors=released,
        used_jkk_idr=real.used_jkk,
        used_jkm_idr=real.used_jkm,
    )
    assert selection.used_idr == real.used <= round_.ceiling_idr
    return replace(selection, waiting=_waiting(ordered, real, free, reach, set(open_ranks), selection))


def _award(
    ordered: Sequence[Candidate], round_: Round, rank: int, floor: Line | None, reach: Mapping[int, Cost]
) -> Award:
    all_, jkk, jkm = reach.get(rank, (None, 0, 0))
    by_account = round_.jkk_idr is not None or round_.jkm_idr is not None
    return Award(
        ordered[rank], rank + 1, floor, all_, (jkk, jkm) if by_account and all_ is not None else None
    )


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


def _reach(free: _Pass) -> dict[int, Cost]:
    """For each rank that is chosen when money has no end: the ceilings that just reach it."""
    reach: dict[int, Cost] = {}
    total = total_jkk = total_jkm = 0
    for rank in free.chosen:
        cost, jkk, jkm = free.costs[rank]
        total, total_jkk, total_jkm = total + cost, total_jkk + jkk, total_jkm + jkm
        reach[rank] = total, total_jkk, total_jkm
    return reach


def _needs(reach: Cost, round_: Round) -> tuple[int, tuple[int, int] | None]:
    """By how much the ceiling, and that of each account, must be higher to reach somebody."""
    short, jkk, jkm = (max(0, one - most) for one, most in zip(reach, _budget(round_), strict=True))
    if round_.jkk_idr is None and round_.jkm_idr is None:
        return short, None
    return max(short, jkk + jkm), (jkk, jkm)


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
    reach: Mapping[int, Cost],
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
            too_dear = cutoff is not None and rank + 1 < cutoff.rank
            if cutoff is not None and not too_dear:
                lesser = cutoff.candidate.continuity and not candidate.continuity
                short = max(0, cutoff.candidate.points - candidate.points)
            needs_idr, needs = _needs(reach[rank], selection.round)
            waiting.append(
                Waiting(
                    candidate,
                    place,
                    rank + 1,
                    Why.CEILING,
                    needs_idr=needs_idr,
                    points_short=short,
                    continuity_short=lesser,
                    needs=needs,
                    too_dear=too_dear,
                )
            )
        else:
            full = free.blocked[rank]
            queues.update(full)
            waiting.append(Waiting(candidate, place, rank + 1, Why.QUOTA, full=full, queue=queues[full[0]]))
    return tuple(waiting)


def most_months(candidates: Iterable[Candidate], round_: Round, at_most: int = 60) -> int:
    """For how many months from the first of the round the ceilings cover all of these people.

    Months after the span cost what its last month costs.
    """
    by_month: dict[Month, Cost] = dict.fromkeys(round_.span, (0, 0, 0))
    for candidate in candidates:
        for month, jkk, jkm in candidate.monthly:
            all_, all_jkk, all_jkm = by_month[month]
            by_month[month] = all_ + jkk + jkm, all_jkk + jkk, all_jkm + jkm
    prices = list(by_month.values())
    left = _budget(round_)
    for months in range(at_most):
        price = prices[min(months, len(prices) - 1)]
        left = (left[0] - price[0], left[1] - price[1], left[2] - price[2])
        if min(left) < 0:
            return months
    return at_most


@dataclass(frozen=True, slots=True)
class Answers:
    """Three answers side by side: whom the ceiling reaches, for how long it reaches all, what would reach all."""

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
    """The three answers for one round; only people who can be chosen in it are counted."""
    on_offer = [c for c in candidates if c.monthly and (c.full_span or round_.partial_months)]
    ordered = sorted(on_offer, key=lambda c: order_key(c, round_.seed))
    costs, quotas, every = _costs(ordered), rules.quotas.lines(), range(len(ordered))

    def walk(floors: Mapping[Line, int], budget: Cost, ranks: Sequence[int] = every) -> _Pass:
        walked = _Pass(ordered, costs, quotas, floors, budget)
        walked.run(ranks)
        return walked

    free = walk({}, _WITHOUT_CEILING)
    real = walk(rules.floors.lines(), _budget(round_))
    by_account = round_.jkk_idr is not None or round_.jkm_idr is not None
    cheapest = [
        walk({}, _budget(round_), sorted(every, key=lambda rank: costs[rank][column]))
        for column in ((0, 1, 2) if by_account else (0,))
    ]
    return Answers(
        people=len(real.chosen),
        most_people=max(len(walked.chosen) for walked in (real, *cheapest)),
        most_months=most_months(on_offer, round_) if on_offer else 0,
        everyone_count=len(on_offer),
        everyone_idr=sum(cost for cost, _, _ in costs),
        within_quotas_count=len(free.chosen),
        within_quotas_idr=free.used,
        everyone_jkk_idr=sum(jkk for _, jkk, _ in costs),
        everyone_jkm_idr=sum(jkm for _, _, jkm in costs),
    )
