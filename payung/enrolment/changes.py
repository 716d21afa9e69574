"""How the papers of an amendment say who comes in, goes out and is corrected. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung.allocation.roll import RollEntry, Totals
from payung.core.dates import long_day
from payung.core.rupiah import number, rupiah, terbilang
from payung.enrolment.amendment import Kind

WORDS: Mapping[Kind, str] = {
    Kind.ENTERS: "Masuk",
    Kind.LEAVES: "Keluar",
    Kind.CORRECTED: "Diperbaiki",
}
_VERBS: Mapping[Kind, str] = {
    Kind.ENTERS: "memasukkan",
    Kind.LEAVES: "mengeluarkan",
    Kind.CORRECTED: "memperbaiki data",
}


@dataclass(frozen=True, slots=True)
class ChangedEntry(RollEntry):
    """A row of an amendment. Of who goes out, months and money are those that are no longer given."""

    change: Kind = Kind.ENTERS
    why: str = ""


@dataclass(frozen=True, slots=True)
class Amended:
    """The decree that an amendment changes, and the whole roll as it stands afterwards.

    `title` names the decree, `Keputusan Bupati Paser`; `number` and `dated` are those it was signed with.
    """

    title: str
    number: str
    dated: date | None
    roll_hash_before: str
    roll_hash: str
    total: Totals

    @property
    def named(self) -> str:
        """`Keputusan Bupati Paser Nomor 560/1/2026 tanggal 4 Januari 2026`."""
        number = f" Nomor {self.number}" if self.number else ""
        return f"{self.title}{number}{f' tanggal {long_day(self.dated)}' if self.dated else ''}"


def change_of(entry: RollEntry) -> Kind | None:
    """What an amendment does with an entry; None in a first decree."""
    return entry.change if isinstance(entry, ChangedEntry) else None


def why_of(entry: RollEntry) -> str:
    """Why an amendment does it; empty in a first decree."""
    return entry.why if isinstance(entry, ChangedEntry) else ""


def by_change(entries: Iterable[RollEntry]) -> dict[Kind, list[RollEntry]]:
    """The entries of an amendment by what becomes of them, in the order of `Kind`; none that is empty."""
    found: dict[Kind, list[RollEntry]] = {}
    for entry in entries:
        kind = change_of(entry)
        if kind:
            found.setdefault(kind, []).append(entry)
    return {kind: found[kind] for kind in Kind if kind in found}


def lines_of(entries: Iterable[RollEntry]) -> list[dict[str, str]]:
    """For the body of an amendment: one line a kind of change, with people and rupiah in figures and words."""
    lines = []
    for kind, members in by_change(entries).items():
        total = Totals.of(members)
        lines.append(
            {
                "verb": _VERBS[kind],
                "title": WORDS[kind],
                "people": number(total.people),
                "people_words": terbilang(total.people).removesuffix(" rupiah"),
                "jkk": rupiah(total.jkk_idr),
                "jkm": rupiah(total.jkm_idr),
                "amount": rupiah(total.amount_idr),
                "words": terbilang(total.amount_idr),
            }
        )
    return lines


def amended_words(amended: Amended) -> dict[str, Any]:
    """What the body of an amendment says of the decree that it changes."""
    return {
        "named": amended.named,
        "title": amended.title,
        "number": amended.number,
        "dated": long_day(amended.dated) if amended.dated else "",
        "hash_before": amended.roll_hash_before,
    }
