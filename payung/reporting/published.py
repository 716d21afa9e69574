"""The figures without people: what each counts and from where, and what of them others may see. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from payung.reporting.suppression import LEAST, hidden


class Key(StrEnum):
    """What is counted in a place."""

    ROWS = "baris"
    TO_FIX = "perlu_diperbaiki"
    PEOPLE = "orang"
    SCREENED = "disaring"
    ELIGIBLE = "lolos"
    INCOMPLETE = "perlu_dilengkapi"
    REFUSED = "tidak_lolos"
    RTS = "rt"
    RTS_SENT = "rt_mengirim"


@dataclass(frozen=True, slots=True)
class Kind:
    """A figure's heading, what it is counted from, and of which other figure it is a part (None: of none)."""

    title: str
    source: str
    part_of: Key | None = None
    people: bool = True
    """Whether it counts people, so that small numbers are not shown to others."""


def _(text: str) -> str:
    """Marks a text for translators; it is translated where it is shown."""
    return text


KINDS: Mapping[Key, Kind] = {
    Key.RTS: Kind(_("RT"), _("daftar ketua RT"), people=False),
    Key.RTS_SENT: Kind(_("RT mengirim"), _("daftar yang diterima"), Key.RTS, people=False),
    Key.ROWS: Kind(_("Baris daftar"), _("daftar yang diterima")),
    Key.TO_FIX: Kind(_("Perlu diperbaiki"), _("daftar yang diterima"), Key.ROWS),
    Key.PEOPLE: Kind(_("Orang tersimpan"), _("baris yang disimpan, orang yang sama dihitung sekali")),
    Key.SCREENED: Kind(_("Orang disaring"), _("penyaringan terakhir, orang yang sama dihitung sekali")),
    Key.ELIGIBLE: Kind(_("Lolos"), _("penyaringan terakhir"), Key.SCREENED),
    Key.INCOMPLETE: Kind(_("Perlu dilengkapi"), _("penyaringan terakhir"), Key.SCREENED),
    Key.REFUSED: Kind(_("Tidak lolos"), _("penyaringan terakhir"), Key.SCREENED),
}
"""In the order of the table."""


def part_of(key: Key) -> Key | None:
    """Of which other figure this one is a part."""
    return KINDS[key].part_of


def published(counts: Mapping[Key, int]) -> dict[Key, int | None]:
    """The figures of one place as others may see them: None where 1 to 4 people could be found out.

    A sum is shown beside its parts, so that a small part takes others with it (`suppression.hidden`); what is left of
    a sum beside its parts is a part too.
    """
    shown: dict[Key, int | None] = dict(counts)
    for total in {part_of(key) for key in counts if KINDS[key].people} - {None}:
        assert total is not None
        if total not in counts:
            continue
        parts = [key for key in counts if part_of(key) is total]
        rest = counts[total] - sum(counts[key] for key in parts)
        gone = hidden([[counts[key]] for key in parts] + [[rest]])
        shown.update({key: None for key, out in zip(parts, gone, strict=False) if out})
    for key, count in counts.items():
        if KINDS[key].people and 0 < count < LEAST:
            shown[key] = None
    return shown


def for_everybody(places: Mapping[str, Mapping[Key, int]]) -> frozenset[str]:
    """Places whose row is left out of a table for everybody that shows its sums; all of them: the sums go too."""
    people = [key for key, kind in KINDS.items() if kind.people]
    rows = {place: _all_numbers(counts, people) for place, counts in places.items()}
    gone = hidden(list(rows.values()))
    return frozenset(place for place, out in zip(rows, gone, strict=True) if out)


def _all_numbers(counts: Mapping[Key, int], people: list[Key]) -> list[int]:
    """The counts of a place and what can be computed from them: what is left of a sum beside its parts."""
    numbers = [counts.get(key, 0) for key in people]
    for total in (Key.ROWS, Key.SCREENED):
        parts = sum(counts.get(key, 0) for key in people if part_of(key) is total)
        numbers.append(max(counts.get(total, 0) - parts, 0))
    return numbers
