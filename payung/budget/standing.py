"""How a budget stands: its sums on both accounts, for how many people and until which month the rest lasts. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from payung.budget.rules import Amount, Programme, Sums
from payung.core.month import Month

LENGTH = 1_000
"""How long a bar is, in its own units."""


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of the bar: what it is, its rupiah, and where it lies from 0 to LENGTH."""

    name: str
    amount: Amount
    begins: int
    length: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A budget of one year: the sums of its two accounts, each amount on JKK and JKM apart (`total_idr` together)."""

    year: int
    jkk: Sums
    jkm: Sums
    reserved_months: int = 0
    """People times months that are reserved; the same on both accounts."""
    committed_months: int = 0

    def _amount(self, name: str) -> Amount:
        return Amount(getattr(self.jkk, name), getattr(self.jkm, name))

    @property
    def ceiling(self) -> Amount:
        return self._amount("ceiling_idr")

    @property
    def reserved(self) -> Amount:
        return self._amount("reserved_idr")

    @property
    def committed(self) -> Amount:
        return self._amount("committed_idr")

    @property
    def billed(self) -> Amount:
        return self._amount("billed_idr")

    @property
    def paid(self) -> Amount:
        return self._amount("paid_idr")

    @property
    def left(self) -> Amount:
        return self._amount("left_idr")

    def person_months(self, price: Amount) -> int | None:
        """How many people times months the rest pays for at a month's price; None where a month costs nothing.

        Both accounts must hold: the smaller counts.
        """
        return times(self.left, price)

    def lasts_until(self, monthly: Amount, first: Month | None = None) -> Month | None:
        """The last month that the rest pays, at so much a month from `first` on (January unless given).

        At most December: a budget pays the months of its year. None where it does not pay for one month.
        """
        begin = first or Month(self.year, 1)
        months = times(self.left, monthly)
        december = Month(self.year, 12)
        if months == 0 or begin.year != self.year:
            return None
        return december if months is None else min(begin.plus(min(months, 12) - 1), december)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The one bar: paid, billed and not paid, bound and not billed, reserved, left; together the ceiling."""
        pieces: Mapping[str, Amount] = {
            "bayar": self.paid,
            "tagih": self.billed - self.paid,
            "ikat": self.committed - self.billed,
            "cadang": self.reserved,
            "sisa": self.left,
        }
        return tuple(_bar(pieces, self.ceiling.total_idr))


def _bar(pieces: Mapping[str, Amount], whole_idr: int) -> Iterator[Part]:
    """Each piece from where the one before ends, so that rounding leaves no gap."""
    upto = 0
    for name, amount in pieces.items():
        begins = upto * LENGTH // whole_idr if whole_idr else 0
        upto += amount.total_idr
        ends = upto * LENGTH // whole_idr if whole_idr else 0
        yield Part(name, amount, begins, ends - begins)


def times(amount: Amount, price: Amount) -> int | None:
    """How often a price fits into an amount on both accounts; None for a price of nothing."""
    fits = [amount.of(one) // price.of(one) for one in (Programme.JKK, Programme.JKM) if price.of(one) > 0]
    return max(0, min(fits)) if fits else None
