"""What a year of cover would cost: people × months × the tariff of each month, for RKPD, KUA-PPAS and RKA. Pure.

JKK and JKM stand apart, because they are paid from two accounts; each source of money has its own people. Nothing here
is kept: a proposal is figured from what is asked, and may be asked in several ways side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from payung.budget.rules import Amount
from payung.core.month import Month, MonthSpan
from payung.policy.law import Basis, Law
from payung.policy.local import Source

ORDINARY, TRANSPORT = "non_transport", "transport"
MOST_PEOPLE = 10_000_000

Demand = Mapping[tuple[str, ...], int]
"""How many people are eligible for exactly these sources, in the policy's order."""


class Way(StrEnum):
    """In which way an alternative differs from what was asked."""

    ASKED = "isian"
    FEWER_MONTHS = "bulan"
    FEWER_PEOPLE = "orang"
    OTHER_ORDER = "urutan"


@dataclass(frozen=True, slots=True)
class Ask:
    """How many people one source is to pay for; `transport` of them drive for a living, which some payers pay less for."""

    source: Source
    people: int
    transport: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.transport <= self.people:
            raise ValueError(f"{self.transport} of {self.people} people")

    def by_sector(self) -> tuple[tuple[str, int], ...]:
        """People of each sector, without a sector that has none."""
        both = ((ORDINARY, self.people - self.transport), (TRANSPORT, self.transport))
        return tuple((sector, people) for sector, people in both if people)


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to ask: the months, and how many people each source pays for."""

    way: Way
    months: MonthSpan
    asks: tuple[Ask, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What one source pays in one month for people of one price."""

    month: Month
    source: Source
    people: int
    price: Amount

    @property
    def amount(self) -> Amount:
        return self.price * self.people


@dataclass(frozen=True, slots=True)
class Share:
    """What one source pays in all months. `prices` are those of a person's month, each once."""

    source: Source
    people: int
    person_months: int
    amount: Amount
    prices: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Costed:
    """An alternative with its price: month by month, and what each number of the law rests on."""

    alternative: Alternative
    rows: tuple[Row, ...]
    basis: tuple[Basis, ...]

    @property
    def people(self) -> int:
        return sum(one.people for one in self.alternative.asks)

    @property
    def person_months(self) -> int:
        return sum(one.people for one in self.rows)

    @property
    def total(self) -> Amount:
        return _sum(self.rows)

    def by_source(self) -> tuple[Share, ...]:
        """Each source that was asked, in the policy's order."""
        return tuple(self._share(one) for one in self.alternative.asks)

    def _share(self, ask: Ask) -> Share:
        mine = [one for one in self.rows if one.source is ask.source]
        prices = tuple(dict.fromkeys(one.price for one in mine))
        return Share(ask.source, ask.people, sum(one.people for one in mine), _sum(mine), prices)

    def by_month(self) -> tuple[tuple[Month, Amount], ...]:
        """What each month costs altogether."""
        return tuple(
            (month, _sum([one for one in self.rows if one.month == month]))
            for month in self.alternative.months
        )


def _sum(rows: Sequence[Row]) -> Amount:
    total = Amount(0, 0)
    for one in rows:
        total += one.amount
    return total


def cost(law: Law, alternative: Alternative) -> Costed:
    """The price of an alternative. PayungError(Exit.POLICY) for a month that no rule of the law covers."""
    rows: list[Row] = []
    basis: dict[Basis, None] = {}
    for month in alternative.months:
        for ask in alternative.asks:
            for sector, people in ask.by_sector():
                source = ask.source
                price = law.price(
                    month, payer=source.payer, segment=source.segment, sector=sector, base_idr=source.base_idr
                )
                rows.append(Row(month, source, people, Amount(price.jkk_idr, price.jkm_idr)))
                basis |= dict.fromkeys(price.basis)
    return Costed(alternative, tuple(rows), tuple(basis))


def alternatives(
    asked: Alternative, *, fewer_months: int = 0, fewer_percent: int = 0, moved: tuple[Ask, ...] = ()
) -> Iterator[Alternative]:
    """What was asked, and beside it: some months less at the end, a share of the people less, other sources first."""
    yield asked
    if 0 < fewer_months < len(asked.months):
        months = MonthSpan(asked.months.first, asked.months.last.plus(-fewer_months))
        yield replace(asked, way=Way.FEWER_MONTHS, months=months)
    if 0 < fewer_percent < 100:
        asks = tuple(_fewer(one, fewer_percent) for one in asked.asks)
        yield replace(asked, way=Way.FEWER_PEOPLE, asks=asks)
    if moved and moved != asked.asks:
        yield replace(asked, way=Way.OTHER_ORDER, asks=moved)


def _fewer(ask: Ask, percent: int) -> Ask:
    """Rounded down: what is left is never more than the share says."""
    return replace(
        ask, people=ask.people * (100 - percent) // 100, transport=ask.transport * (100 - percent) // 100
    )


def first_fit(demand: Demand) -> dict[str, int]:
    """How many people each source would pay for if everybody goes to the first for which they are eligible."""
    found: dict[str, int] = {}
    for sources, people in demand.items():
        if sources:
            found[sources[0]] = found.get(sources[0], 0) + people
    return found


def move_to(asks: Sequence[Ask], demand: Demand, first: str, seats: int) -> tuple[Ask, ...]:
    """The same people with one source asked first: at most `seats` who are eligible for it move there from the others.

    Those who drive for a living stay where they are, as long as the others of their source are enough.
    """
    free = seats
    found = []
    for ask in asks:
        movable = sum(
            people
            for sources, people in demand.items()
            if sources and sources[0] == ask.source.id != first and first in sources
        )
        leaving = min(free, movable, ask.people)
        free -= leaving
        left = ask.people - leaving
        found.append(replace(ask, people=left, transport=min(ask.transport, left)))
    gained = seats - free
    return tuple(replace(one, people=one.people + gained) if one.source.id == first else one for one in found)
