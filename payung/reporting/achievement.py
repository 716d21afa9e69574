"""Capaian: how many people are covered in a month, of how many, by whose count and of which day. Pure.

A share is never told without its numerator, its denominator, the source of each and the day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from payung.core.dates import long_day
from payung.core.month import Month
from payung.core.rupiah import number, rupiah
from payung.reporting.suppression import hidden


@dataclass(frozen=True, slots=True)
class Whole:
    """A number of which the covered are a part: what it counts, by whom, and as of which day."""

    name: str
    value: int
    source: str
    as_of: date


@dataclass(frozen=True, slots=True)
class SignedDecree:
    """A signed decree that covers somebody in the month."""

    number: str
    dated: date
    people: int


@dataclass(frozen=True, slots=True)
class District:
    """A kecamatan: those covered, and all on its screened lists; None where a small number is left out."""

    code: str
    name: str
    covered: int | None
    listed: int | None


@dataclass(frozen=True, slots=True)
class Share:
    """The covered as a part of one whole."""

    covered: int
    whole: Whole

    @property
    def percent(self) -> str:
        """With one decimal, as it is written here; cut off, so that what is not whole is never called so."""
        tenths = self.covered * 1000 // self.whole.value
        return f"{tenths // 10},{tenths % 10}"

    @property
    def is_odd(self) -> bool:
        """More are covered than there are said to be: the whole counts something else, or is old."""
        return self.covered > self.whole.value


@dataclass(frozen=True, slots=True)
class Achievement:
    """One regency in one month."""

    regency: str
    month: Month
    covered: int
    jkk_idr: int
    jkm_idr: int
    decrees: tuple[SignedDecree, ...]
    wholes: tuple[Whole, ...]
    districts: tuple[District, ...]
    told_on: date

    @property
    def amount_idr(self) -> int:
        """What the month's contributions come to."""
        return self.jkk_idr + self.jkm_idr

    @property
    def shares(self) -> tuple[Share, ...]:
        """The covered as a part of each whole that is not nothing."""
        return tuple(Share(self.covered, one) for one in self.wholes if one.value > 0)

    @property
    def basis(self) -> str:
        """Where the numerator comes from."""
        said = ", ".join(f"{one.number} tanggal {long_day(one.dated)}" for one in self.decrees)
        return f"Keputusan {said}" if said else "belum ada keputusan yang ditandatangani"


def sentence(told: Achievement) -> str:
    """The sentence that is passed on: numbers with their sources, and nobody's name."""
    if not told.covered:
        return (
            f"{told.regency}: untuk {told.month.in_words} belum ada pekerja rentan yang iurannya ditetapkan "
            f"dengan keputusan. Keadaan {long_day(told.told_on)}."
        )
    parts = [
        f"{told.regency}: pada {told.month.in_words} iuran JKK dan JKM {number(told.covered)} pekerja rentan dibayar "
        f"pemerintah daerah, {rupiah(told.amount_idr)} sebulan."
    ]
    parts += [
        f"Itu {one.percent} persen dari {number(one.whole.value)} {one.whole.name} "
        f"({one.whole.source}, {long_day(one.whole.as_of)})."
        for one in told.shares
        if not one.is_odd
    ]
    return " ".join([*parts, f"Sumber: {told.basis}. Keadaan {long_day(told.told_on)}."])


def districts_for_everybody(
    names: Mapping[str, str], covered: Mapping[str, int], listed: Mapping[str, int]
) -> tuple[District, ...]:
    """Every kecamatan by code, with numbers that could tell of fewer than five people left out."""
    codes = sorted(names)
    counts = [_parts(covered.get(code, 0), listed.get(code, 0)) for code in codes]
    gone = hidden(counts)
    return tuple(
        District(code, names[code], None, None)
        if out
        else District(code, names[code], covered.get(code, 0), listed.get(code, 0))
        for code, out in zip(codes, gone, strict=True)
    )


def _parts(covered: int, listed: int) -> Sequence[int]:
    return covered, listed, max(listed - covered, 0)
