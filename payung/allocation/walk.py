"""The walk through the order: who takes a seat, floors first, quotas never passed, every ceiling held. Pure.

One set of candidates is walked several times (with the money there is, without end, cheapest first): what all walks need is
worked out once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from payung.allocation.candidates import (
    AllocationRules,
    Candidate,
    Line,
    MonthPrice,
    OrderKey,
    Round,
    order_key,
)

Cost = tuple[int, int, int]
"""Rupiah: all, JKK, JKM."""
_ENDLESS = 2**63
"""More rupiah, and more people, than there are: what never holds anybody back."""
WITHOUT_CEILING: Cost = (_ENDLESS, _ENDLESS, _ENDLESS)


def ceilings(round_: Round) -> Cost:
    """The ceilings of a round; an account without one of its own holds nobody back."""
    jkk = _ENDLESS if round_.jkk_idr is None else round_.jkk_idr
    return round_.ceiling_idr, jkk, _ENDLESS if round_.jkm_idr is None else round_.jkm_idr


@dataclass
class Walk:
    """What came of one walk. Ranks are 0-based; `chosen` has the floor that brought somebody in, in the order of seats."""

    chosen: dict[int, Line | None] = field(default_factory=dict)
    blocked: dict[int, tuple[Line, ...]] = field(default_factory=dict)
    """The full quotas in the way, of whoever met one."""
    counts: Mapping[Line, int] = field(default_factory=dict)
    """People by line; only lines with a limit are counted."""
    used: int = 0
    used_jkk: int = 0
    used_jkm: int = 0


class Ground:
    """The candidates of a round in the public order, with what each costs and which limits they come under."""

    def __init__(self, candidates: Iterable[Candidate], round_: Round, rules: AllocationRules) -> None:
        keyed: list[tuple[OrderKey, Candidate]] = sorted(
            ((order_key(c, round_.seed), c) for c in candidates), key=lambda pair: pair[0]
        )
        self.round = round_
        self.ordered = [candidate for _, candidate in keyed]
        self.quotas, self.floors = rules.quotas.lines(), rules.floors.lines()
        self.costs = costs_of(self.ordered)
        self.open_ranks = [
            rank
            for rank, one in enumerate(self.ordered)
            if one.monthly and (one.full_span or round_.partial_months)
        ]
        self._limited = list(dict.fromkeys([*self.quotas, *self.floors]))
        self._lines = self._lines_of_ranks()

    def _lines_of_ranks(self) -> list[tuple[int, ...]]:
        """Of each rank the places in `_limited` of the lines that limit it; alike for all of one desa and group."""
        if not self._limited:
            return [()] * len(self.ordered)
        place = {line: at for at, line in enumerate(self._limited)}
        known: dict[tuple[str, str, str], tuple[int, ...]] = {}
        found = []
        for one in self.ordered:
            key = (one.district_code, one.desa_code, one.group)
            lines = known.get(key)
            if lines is None:
                lines = known[key] = tuple(place[line] for line in one.lines() if line in place)
            found.append(lines)
        return found

    @cached_property
    def real(self) -> Walk:
        """The walk with the money there is."""
        return self.walk(ceilings(self.round))

    @cached_property
    def free(self) -> Walk:
        """The walk if money had no end."""
        return self.walk(WITHOUT_CEILING)

    def walk(self, most: Cost, *, ranks: Sequence[int] | None = None, floors: bool = True) -> Walk:
        """Walk through `ranks` (those that can be chosen, in their order, unless others are given) under ceilings."""
        ranks = self.open_ranks if ranks is None else ranks
        found, lines, costs = Walk(), self._lines, self.costs
        counts = [0] * len(self._limited)
        quotas = [self.quotas.get(line, _ENDLESS) for line in self._limited]
        most_all, most_jkk, most_jkm = most
        chosen, blocked = found.chosen, found.blocked
        used = used_jkk = used_jkm = 0

        def take(rank: int, floor: Line | None) -> None:
            nonlocal used, used_jkk, used_jkm
            mine = lines[rank]
            for at in mine:
                if counts[at] >= quotas[at]:
                    blocked[rank] = tuple(self._limited[one] for one in mine if counts[one] >= quotas[one])
                    return
            cost, jkk, jkm = costs[rank]
            if used + cost > most_all or used_jkk + jkk > most_jkk or used_jkm + jkm > most_jkm:
                return
            chosen[rank] = floor
            used, used_jkk, used_jkm = used + cost, used_jkk + jkk, used_jkm + jkm
            for at in mine:
                counts[at] += 1

        if floors and self.floors:
            least = [self.floors.get(line, 0) for line in self._limited]
            for rank in ranks:
                for at in lines[rank]:
                    if counts[at] < least[at]:
                        take(rank, self._limited[at])
                        break
        for rank in ranks:
            if rank not in chosen:
                take(rank, None)
        found.counts = dict(zip(self._limited, counts, strict=True))
        found.used, found.used_jkk, found.used_jkm = used, used_jkk, used_jkm
        return found

    def reach(self) -> dict[int, Cost]:
        """For each rank that is chosen when money has no end: the ceilings that just reach it."""
        reach: dict[int, Cost] = {}
        total = total_jkk = total_jkm = 0
        for rank in self.free.chosen:
            cost, jkk, jkm = self.costs[rank]
            total, total_jkk, total_jkm = total + cost, total_jkk + jkk, total_jkm + jkm
            reach[rank] = total, total_jkk, total_jkm
        return reach


def costs_of(people: Iterable[Candidate]) -> list[Cost]:
    """What each costs; worked out once for each list of months, which most share."""
    known: dict[int, tuple[tuple[MonthPrice, ...], Cost]] = {}
    costs = []
    for one in people:
        found = known.get(id(one.monthly))
        if found is None:
            found = known[id(one.monthly)] = one.monthly, (one.cost_idr, one.jkk_idr, one.jkm_idr)
        costs.append(found[1])
    return costs
