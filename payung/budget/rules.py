"""The words of a budget. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Programme(StrEnum):
    """The two programmes, each paid from an account of its own."""

    JKK = "jkk"
    JKM = "jkm"


class Move(StrEnum):
    """What moves on a ceiling."""

    SET = "pagu"
    """The ceiling is opened, raised or cut (APBD, P-APBD)."""
    RESERVE = "cadang"
    """Held for a frozen round, or given back."""
    COMMIT = "ikat"
    """A signed decree binds it; what was reserved for it is given back in the same step."""
    BILL = "tagih"
    PAY = "bayar"


@dataclass(frozen=True, slots=True)
class Amount:
    """Rupiah on the two accounts, JKK and JKM."""

    jkk_idr: int
    jkm_idr: int

    @property
    def total_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr

    def __add__(self, other: Amount) -> Amount:
        return Amount(self.jkk_idr + other.jkk_idr, self.jkm_idr + other.jkm_idr)

    def __sub__(self, other: Amount) -> Amount:
        return Amount(self.jkk_idr - other.jkk_idr, self.jkm_idr - other.jkm_idr)
