"""What money on a ceiling can be: kept, bound, billed, paid, and what no movement may break. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from payung.core.month import MonthSpan
from payung.core.rupiah import number, rupiah


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

    def __neg__(self) -> Amount:
        return Amount(-self.jkk_idr, -self.jkm_idr)

    def __mul__(self, times: int) -> Amount:
        return Amount(self.jkk_idr * times, self.jkm_idr * times)

    def of(self, programme: str) -> int:
        """The rupiah of one programme."""
        return self.jkk_idr if programme == Programme.JKK else self.jkm_idr


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of one ceiling, or what is added to them.

    They hold where `reserved + committed ≤ ceiling`, `paid ≤ billed ≤ committed`, and none is below zero.
    """

    ceiling_idr: int = 0
    reserved_idr: int = 0
    committed_idr: int = 0
    billed_idr: int = 0
    paid_idr: int = 0

    def __add__(self, other: Sums) -> Sums:
        return Sums(
            self.ceiling_idr + other.ceiling_idr,
            self.reserved_idr + other.reserved_idr,
            self.committed_idr + other.committed_idr,
            self.billed_idr + other.billed_idr,
            self.paid_idr + other.paid_idr,
        )

    @property
    def bound_idr(self) -> int:
        """Below this the ceiling cannot be cut."""
        return self.reserved_idr + self.committed_idr

    @property
    def left_idr(self) -> int:
        """What can still be reserved."""
        return self.ceiling_idr - self.bound_idr


class Verb(StrEnum):
    """What is done to a ceiling; the value is the word of it."""

    SET = "diubah"
    RESERVE = "dicadangkan"
    RELEASE = "dikembalikan"
    COMMIT = "diikat"
    UNCOMMIT = "dilepas dari ikatan"
    BILL = "ditagih"
    PAY = "dibayar"


Legs = tuple[tuple[Move, int], ...]
LEGS: Mapping[Verb, Legs] = {
    Verb.SET: ((Move.SET, 1),),
    Verb.RESERVE: ((Move.RESERVE, 1),),
    Verb.RELEASE: ((Move.RESERVE, -1),),
    Verb.COMMIT: ((Move.COMMIT, 1), (Move.RESERVE, -1)),
    Verb.UNCOMMIT: ((Move.COMMIT, -1),),
    Verb.BILL: ((Move.BILL, 1),),
    Verb.PAY: ((Move.PAY, 1),),
}
"""Which sums a verb moves, up or down; the first is the movement that it is known by."""


def delta(verb: Verb, amount_idr: int) -> Sums:
    """What a verb adds to a ceiling's sums."""
    moved = {move: sign * amount_idr for move, sign in LEGS[verb]}
    return Sums(
        moved.get(Move.SET, 0),
        moved.get(Move.RESERVE, 0),
        moved.get(Move.COMMIT, 0),
        moved.get(Move.BILL, 0),
        moved.get(Move.PAY, 0),
    )


def available(verb: Verb, sums: Sums) -> int:
    """How much of a verb a ceiling can bear; of a change of the ceiling, how far it can be cut."""
    return {
        Verb.SET: sums.left_idr,
        Verb.RESERVE: sums.left_idr,
        Verb.RELEASE: sums.reserved_idr,
        Verb.COMMIT: sums.reserved_idr,
        Verb.UNCOMMIT: sums.committed_idr - sums.billed_idr,
        Verb.BILL: sums.committed_idr - sums.billed_idr,
        Verb.PAY: sums.billed_idr - sums.paid_idr,
    }[verb]


_REFUSALS: Mapping[Verb, str] = {
    Verb.RESERVE: "Sisa pagu {account} tidak cukup",
    Verb.COMMIT: "Yang dicadangkan untuk ini pada {account} tidak cukup untuk diikat",
    Verb.UNCOMMIT: "Yang terikat dan belum ditagih pada {account} tidak sebanyak itu",
    Verb.BILL: "Yang terikat dan belum ditagih pada {account} tidak cukup untuk ditagih",
    Verb.PAY: "Yang ditagih dan belum dibayar pada {account} tidak cukup untuk dibayar",
}
_TODOS: Mapping[Verb, str] = {
    Verb.RESERVE: "Kurangi orang atau bulannya, atau usulkan kenaikan pagu di Anggaran.",
    Verb.COMMIT: "Cocokkan jumlahnya dengan putaran yang dibekukan.",
    Verb.UNCOMMIT: "Selesaikan dulu tagihannya.",
    Verb.BILL: "Cocokkan tagihan dengan keputusan.",
    Verb.PAY: "Cocokkan pembayaran dengan tagihan.",
}


def refusal(verb: Verb, account: str, asked_idr: int, left_idr: int) -> tuple[str, str]:
    """What is wrong and what to do where a verb asks for more than there is: on which account and by how much."""
    return (
        f"{_REFUSALS[verb].format(account=account)}: diminta {rupiah(asked_idr)}, tersisa {rupiah(left_idr)}, "
        f"kurang {rupiah(asked_idr - left_idr)}.",
        _TODOS[verb],
    )


def months_refusal(account: str, asked: int, left: int) -> tuple[str, str]:
    """What is wrong and what to do where more months of people are bound than were reserved, though for less money."""
    return (
        f"Yang dicadangkan untuk ini pada {account} adalah {number(left)} orang-bulan, diminta {number(asked)}.",
        _TODOS[Verb.COMMIT],
    )


def change_refusal(account: str, old_idr: int, new_idr: int, sums: Sums) -> tuple[str, str]:
    """What is wrong and what to do where a ceiling cannot become `new_idr`: too low, or changed meanwhile."""
    if new_idr < 0:
        return f"Pagu {account} tidak dapat di bawah nol.", "Tulis jumlah rupiah yang benar."
    if new_idr < sums.bound_idr:
        return (
            f"Pagu {account} tidak dapat menjadi {rupiah(new_idr)}: {rupiah(sums.reserved_idr)} sudah dicadangkan "
            f"dan {rupiah(sums.committed_idr)} sudah terikat, kurang {rupiah(sums.bound_idr - new_idr)}.",
            f"Turunkan paling rendah sampai {rupiah(sums.bound_idr)}, atau batalkan dulu yang mencadangkannya.",
        )
    return (
        f"Pagu {account} sekarang {rupiah(sums.ceiling_idr)}, bukan {rupiah(old_idr)}: sudah diubah.",
        "Usulkan lagi dari pagu yang sekarang.",
    )


def wrong_year(year: int, months: MonthSpan) -> tuple[str, str] | None:
    """What is wrong and what to do where a budget of `year` is asked to pay months of another; None where it may."""
    if months.first.year == year == months.last.year:
        return None
    return (
        f"Anggaran {year} tidak dapat membayar {months.in_words}: pagu berlaku satu tahun anggaran.",
        f"Pilih bulan di dalam tahun {year}, atau anggaran tahun yang lain.",
    )
