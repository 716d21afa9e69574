"""Who can be chosen, with what money, under which limits: the words of a selection."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from payung.core.month import Month, MonthSpan

MonthPrice = tuple[Month, int, int]
"""A month of cover with its price: month, JKK in rupiah, JKM in rupiah."""


class Dimension(StrEnum):
    """By what people are counted for floors and quotas."""

    DISTRICT = "district"
    DESA = "desa"
    GROUP = "group"


Line = tuple[Dimension, str]
"""One floor or quota: the dimension and the code within it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Numbers of people by kecamatan, desa and occupation group; what is not named has no limit."""

    district: Mapping[str, int] = field(default_factory=dict)
    desa: Mapping[str, int] = field(default_factory=dict)
    group: Mapping[str, int] = field(default_factory=dict)

    def lines(self) -> dict[Line, int]:
        """All limits in a fixed order; ValueError where a number is negative."""
        lines = {
            **{(Dimension.DISTRICT, code): count for code, count in sorted(self.district.items())},
            **{(Dimension.DESA, code): count for code, count in sorted(self.desa.items())},
            **{(Dimension.GROUP, code): count for code, count in sorted(self.group.items())},
        }
        for line, count in lines.items():
            if count < 0:
                raise ValueError(f"Batas {line[0]} {line[1]} tidak boleh negatif: {count}")
        return lines


@dataclass(frozen=True, slots=True)
class AllocationRules:
    """`floors` are filled first, `quotas` are never passed; the two may cross in any way."""

    quotas: Limits = field(default_factory=Limits)
    floors: Limits = field(default_factory=Limits)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An eligible person as one source of money sees them.

    `monthly` are the months of the span that are open to this person (not paid and not covered by another), in
    order, at this source's price; `full_span` says that no month of the span is missing.
    """

    row_id: str
    fingerprint: str
    desa_code: str
    district_code: str
    group: str
    points: int
    continuity: bool
    monthly: tuple[MonthPrice, ...]
    full_span: bool

    @property
    def jkk_idr(self) -> int:
        return sum(jkk for _, jkk, _ in self.monthly)

    @property
    def jkm_idr(self) -> int:
        return sum(jkm for _, _, jkm in self.monthly)

    @property
    def cost_idr(self) -> int:
        return sum(jkk + jkm for _, jkk, jkm in self.monthly)

    def lines(self) -> tuple[Line, Line, Line]:
        """Under which floors and quotas this person counts."""
        return (
            (Dimension.DISTRICT, self.district_code),
            (Dimension.DESA, self.desa_code),
            (Dimension.GROUP, self.group),
        )


@dataclass(frozen=True, slots=True)
class Round:
    """One offer of money: a source, its ceiling in rupiah, the months, and the seed of the lottery.

    Where JKK and JKM are paid from accounts of their own, each account has its ceiling too, and all of them must hold.
    """

    source: str
    ceiling_idr: int
    span: MonthSpan
    seed: str
    partial_months: bool = False
    jkk_idr: int | None = None
    jkm_idr: int | None = None

    @property
    def by_account(self) -> bool:
        """Whether an account has a ceiling of its own."""
        return self.jkk_idr is not None or self.jkm_idr is not None


OrderKey = tuple[int, int, str, str]


def order_key(candidate: Candidate, seed: str) -> OrderKey:
    """Continuity, then points, then the lottery: SHA-256 of `seed|fingerprint`. Smaller stands first."""
    lot = hashlib.sha256(f"{seed}|{candidate.fingerprint}".encode()).hexdigest()
    return (0 if candidate.continuity else 1, -candidate.points, lot, candidate.row_id)
