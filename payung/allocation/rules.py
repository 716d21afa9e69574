"""Choosing people under a ceiling: one pass in a public order, floors first, quotas never passed.

`docs/algorithms/selection.md` says the same in words and can be checked by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property

from payung.allocation.bound import Certificate, certify
from payung.allocation.candidates import AllocationRules, Candidate, Line, MonthPrice, Round
from payung.allocation.walk import Cost, Ground, ceilings
from payung.core.errors import Exit, PayungError
from payung.core.rupiah import rupiah


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


@dataclass(frozen=True)
class Offer:
    """A round with its own candidates (price and eligibility belong to the source) and limits."""

    candidates: Sequence[Candidate]
    round: Round
    rules: AllocationRules

    @cached_property
    def ground(self) -> Ground:
        """The candidates in their order; worked out once."""
        return Ground(self.candidates, self.round, self.rules)


def select(candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> Selection:
    """Choose people for one round; the same set of candidates in any order gives the same selection.

    PayungError(Exit.MONEY) when the ceiling is below the cheapest single person-month on offer.
    """
    return select_on(Ground(candidates, round_, rules))


def select_on(ground: Ground) -> Selection:
    """Choose from candidates that have been put in order already."""
    round_, ordered, real = ground.round, ground.ordered, ground.real
    _check(ordered, round_)
    reach = ground.reach()
    awards = tuple(_award(rank, real.chosen[rank], ground, reach) for rank in sorted(real.chosen))
    on_offer = [ordered[rank] for rank in ground.open_ranks]
    selection = Selection(
        round=round_,
        awards=awards,
        waiting=(),
        certificate=certify(
            on_offer,
            [award.candidate for award in awards],
            round_,
            ground.quotas,
            {line: min(count, real.counts[line]) for line, count in ground.floors.items()},
        ),
        released_floors=_released(ground, on_offer),
        used_jkk_idr=real.used_jkk,
        used_jkm_idr=real.used_jkm,
    )
    assert selection.used_idr == real.used <= round_.ceiling_idr
    return replace(selection, waiting=_waiting(ground, reach, selection))


def _award(rank: int, floor: Line | None, ground: Ground, reach: Mapping[int, Cost]) -> Award:
    all_, jkk, jkm = reach.get(rank, (None, 0, 0))
    down_to = (jkk, jkm) if ground.round.by_account and all_ is not None else None
    return Award(ground.ordered[rank], rank + 1, floor, all_, down_to)


def select_in_order(offers: Sequence[Offer]) -> tuple[Selection, ...]:
    """Offer people to the sources one after another: whom one source does not choose is offered to the next.

    Waiting lists name only those whom no source chose.
    """
    taken: set[str] = set()
    selections = []
    for offer in offers:
        if taken:
            rest = [candidate for candidate in offer.candidates if candidate.row_id not in taken]
            selection = select(rest, offer.round, offer.rules)
        else:
            selection = select_on(offer.ground)
        taken.update(award.candidate.row_id for award in selection.awards)
        selections.append(selection)
    return tuple(replace(one, waiting=tuple(_still(one.waiting, taken))) for one in selections)


def _still(waiting: Sequence[Waiting], taken: Collection[str]) -> Iterator[Waiting]:
    """Those of a waiting list whom no source chose, their places closed up."""
    for place, one in enumerate((w for w in waiting if w.candidate.row_id not in taken), start=1):
        yield one if one.place == place else replace(one, place=place)


def _check(ordered: Sequence[Candidate], round_: Round) -> None:
    seen: set[str] = set()
    months: dict[int, tuple[MonthPrice, ...]] = {}
    for candidate in ordered:
        if candidate.row_id in seen:
            raise ValueError(f"Satu orang dua kali dalam satu putaran: {candidate.row_id}")
        seen.add(candidate.row_id)
        if candidate.full_span and len(candidate.monthly) != len(round_.span):
            raise ValueError(f"Bulan tidak lengkap padahal full_span: {candidate.row_id}")
        months[id(candidate.monthly)] = candidate.monthly
    offered = [price for monthly in months.values() for price in monthly]
    if any(month not in round_.span or jkk < 0 or jkm < 0 for month, jkk, jkm in offered):
        raise ValueError("Bulan di luar rentang atau harga negatif.")
    cheapest = min((jkk + jkm for _, jkk, jkm in offered), default=0)
    if round_.ceiling_idr < cheapest:
        raise PayungError(
            f"Pagu {rupiah(round_.ceiling_idr)} lebih kecil daripada iuran satu orang untuk satu bulan "
            f"({rupiah(cheapest)}).",
            todo="Naikkan pagu (--ceiling) atau periksa sumber dana dan bulannya.",
            exit_code=Exit.MONEY,
        )


def _released(ground: Ground, on_offer: Sequence[Candidate]) -> tuple[ReleasedFloor, ...]:
    real = ground.real
    short = {line: floor for line, floor in ground.floors.items() if real.counts[line] < floor}
    if not short:
        return ()
    available = Counter(line for candidate in on_offer for line in candidate.lines() if line in short)
    released = []
    for line, floor in short.items():
        short_of = "candidates" if available[line] < floor else "ceiling"
        if short_of == "ceiling" and any(line in ground.ordered[rank].lines() for rank in real.blocked):
            short_of = "quota"
        released.append(ReleasedFloor(line, floor, real.counts[line], short_of))
    return tuple(released)


def _waiting(ground: Ground, reach: Mapping[int, Cost], selection: Selection) -> tuple[Waiting, ...]:
    queues: Counter[Line] = Counter()
    cutoff, open_ranks = selection.cutoff, set(ground.open_ranks)
    most, most_jkk, most_jkm = ceilings(selection.round)
    waiting: list[Waiting] = []
    for rank, candidate in enumerate(ground.ordered):
        if rank in ground.real.chosen:
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
            all_, jkk, jkm = reach[rank]
            short_jkk, short_jkm = max(0, jkk - most_jkk), max(0, jkm - most_jkm)
            waiting.append(
                Waiting(
                    candidate,
                    place,
                    rank + 1,
                    Why.CEILING,
                    needs_idr=max(all_ - most, short_jkk + short_jkm),
                    points_short=short,
                    continuity_short=lesser,
                    needs=(short_jkk, short_jkm) if selection.round.by_account else None,
                    too_dear=too_dear,
                )
            )
        else:
            full = ground.free.blocked[rank]
            queues.update(full)
            waiting.append(Waiting(candidate, place, rank + 1, Why.QUOTA, full=full, queue=queues[full[0]]))
    return tuple(waiting)
