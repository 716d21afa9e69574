"""The roll to the byte: canonical rows and their hash.

Two regencies, machines or engines with the same inputs and rules must print the same hash on the decree. Therefore no
path, row id, clock, code version or decree number goes into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from payung.core import canonical
from payung.core.application import Application
from payung.core.month import Month, MonthSpan

ROLL_COLUMNS = (
    "regency", "nik", "name_raw", "birth_on", "sex", "desa_code", "rt", "group", "segment", "source",
    "month_from", "month_to", "price_idr", "amount_idr",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RollRow:
    """One award as the decree fixes it. `price_idr` is one month (the first), `amount_idr` the whole award.

    `rt` is three digits or empty; `name_raw` as it was written on the list.
    """

    regency: str
    nik: str
    name_raw: str
    birth_on: date
    sex: str
    desa_code: str
    rt: str
    group: str
    segment: str
    source: str
    month_from: Month
    month_to: Month
    price_idr: int
    amount_idr: int

    def values(self) -> tuple[str, ...]:
        """The row as canonical text."""
        return canonical.texts(
            self.regency, self.nik, self.name_raw, self.birth_on, self.sex, self.desa_code, self.rt, self.group,
            self.segment, self.source, self.month_from, self.month_to, self.price_idr, self.amount_idr,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class RollEntry:
    """A roll row with what annexes, cards and BPJS need beside it. `amount_idr` splits into JKK and JKM exactly.

    `months` lists the months of cover; with partial months it may have gaps, which the span from `month_from` to
    `month_to` does not show.
    """

    row: RollRow
    application: Application
    jkk_idr: int
    jkm_idr: int
    months: tuple[Month, ...]
    continuity: bool = False

    def __post_init__(self) -> None:
        if self.jkk_idr + self.jkm_idr != self.row.amount_idr:
            raise ValueError("JKK dan JKM tidak sama dengan jumlah iuran")
        if not self.months or (self.months[0], self.months[-1]) != (self.row.month_from, self.row.month_to):
            raise ValueError("Bulan tidak cocok dengan rentang penetapan")

    @property
    def span(self) -> MonthSpan:
        return MonthSpan(self.row.month_from, self.row.month_to)


def canonical_roll(rows: Iterable[RollRow]) -> bytes:
    """UTF-8 (NFC) TSV with LF and a header, sorted by desa_code, rt, nik, name_raw."""
    return canonical.table(ROLL_COLUMNS, (row.values() for row in rows))


def roll_hash(rows: Iterable[RollRow]) -> str:
    """SHA-256 in hex of the canonical roll: the number that stands on the decree."""
    return hashlib.sha256(canonical_roll(rows)).hexdigest()


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over any part of a roll."""

    people: int
    jkk_idr: int
    jkm_idr: int

    @property
    def amount_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr

    @classmethod
    def of(cls, entries: Iterable[RollEntry]) -> Totals:
        """People and rupiah of these entries."""
        people = jkk = jkm = 0
        for entry in entries:
            people, jkk, jkm = people + 1, jkk + entry.jkk_idr, jkm + entry.jkm_idr
        return cls(people, jkk, jkm)


def in_order(entries: Iterable[RollEntry]) -> list[RollEntry]:
    """The entries in the canonical order: the order of every annex and sheet."""
    return sorted(entries, key=lambda e: (canonical.sort_key(ROLL_COLUMNS, e.row.values()), e.row.values()))


def by_desa(entries: Iterable[RollEntry]) -> Mapping[str, tuple[RollEntry, ...]]:
    """The roll by desa code, both in canonical order."""
    found: dict[str, list[RollEntry]] = {}
    for entry in in_order(entries):
        found.setdefault(entry.row.desa_code, []).append(entry)
    return {code: tuple(members) for code, members in found.items()}


def months_paid(entries: Iterable[RollEntry]) -> Mapping[str, frozenset[Month]]:
    """The months that rolls pay, by NIK: they cannot be paid again."""
    paid: dict[str, set[Month]] = {}
    for entry in entries:
        paid.setdefault(entry.row.nik, set()).update(entry.months)
    return {nik: frozenset(months) for nik, months in paid.items()}
