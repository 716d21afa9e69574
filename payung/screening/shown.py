"""A pair as it is looked at: field by field, what differs marked and said in words, numbers masked. Pure but for gettext.

Of a number that differs, the differing digits are shown and the rest stays masked; more needs a reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from payung.core.dates import day, parse_date
from payung.registry.masks import masked
from payung.screening.models import Pair
from payung.screening.review import household, where
from payung.screening.reviewbook import Part, differences
from payung.screening.rules import EVIDENCE, sentence
from payung.screening.sides import LEFT, RIGHT, Member, Record, read

_SECRET = ("nik", "kk", "phone")
_COMPARED = ("nik", "kk", "name", "birth", "sex", "desa", "rt", "phone", "address")
_WHO = ("name", "birth")
_ENDS = {"nik": (4, 4), "kk": (4, 4), "phone": (4, 3)}
_MOST_TOLD = 3
"""So many differing places are told one by one; more are counted."""
_MOST_OPEN = 4
"""So many differing digits of a masked number are shown; of two other numbers, none."""
_LONGEST_TOLD = 24


class State(StrEnum):
    """How the two values of a field stand to each other."""

    SAME = "sama"
    DIFFERS = "beda"
    MISSING = "kosong"
    """One of them or both say nothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """One field of both records, in pieces that differ or do not; `words` say the difference for who cannot see it."""

    field: str
    label: str
    left: tuple[Part, ...]
    right: tuple[Part, ...]
    state: State
    words: str = ""

    @property
    def is_number(self) -> bool:
        return self.field in _SECRET


@dataclass(frozen=True, slots=True)
class Head:
    """Whose record stands in a column."""

    name: str
    where: str
    origin: str
    collector: str
    collected_on: str
    says: str
    household: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair for the screen."""

    pair: Pair
    left: Head
    right: Head
    rows: tuple[Row, ...]
    reasons: tuple[str, ...]
    """The evidence, what speaks for the same person first."""
    hint: str
    """What living under one roof may explain."""

    @property
    def telling(self) -> tuple[Row, ...]:
        """For samples: who it is, and what differs or is missing on one side."""
        return tuple(row for row in self.rows if row.field in _WHO or row.state is not State.SAME)

    @property
    def alike(self) -> tuple[str, ...]:
        """The labels of the fields that `telling` leaves out."""
        return tuple(row.label for row in self.rows if row not in self.telling)

    @property
    def has_hidden(self) -> bool:
        """Whether there are numbers that could be opened."""
        return any(row.is_number and (row.left or row.right) for row in self.rows)


def show(pair: Pair, *, unmasked: bool = False) -> Shown:
    """A pair for the screen, its numbers masked unless they were opened."""
    left, right = read(pair.sides, LEFT), read(pair.sides, RIGHT)
    labels = {
        "nik": _("NIK"), "kk": _("Nomor KK"), "name": _("Nama"), "birth": _("Tanggal lahir"), "sex": _("L/P"),
        "desa": _("Desa"), "rt": _("RT"), "phone": _("Nomor HP"), "address": _("Alamat"),
    }  # fmt: skip
    rows = tuple(
        row_of(field, labels[field], getattr(left, field), getattr(right, field), unmasked=unmasked)
        for field in _COMPARED
        if getattr(left, field) or getattr(right, field)
    )
    return Shown(
        pair,
        _head(left, ""),
        _head(right, pair.register),
        rows,
        tuple(reasons(pair)),
        household(pair.evidence),
    )


def names(pair: Pair) -> tuple[str, str]:
    """Both names, for lists."""
    return read(pair.sides, LEFT).name, read(pair.sides, RIGHT).name


def _head(record: Record, register: str) -> Head:
    on = parse_date(record.collected_on).value
    return Head(
        record.name, where(register) if register else _("Daftar RT"), record.origin, record.collector,
        day(on) if on else record.collected_on, record.says, record.household,
    )  # fmt: skip


def reasons(pair: Pair) -> Iterator[str]:
    """The evidence in words, one sentence a field that says something, and what the run added."""
    for column, value in pair.evidence.items():
        if column in EVIDENCE and value in EVIDENCE[column] and value != "missing":
            yield EVIDENCE[column][value]
    if told := told_besides(pair):
        yield told


def told_besides(pair: Pair) -> str:
    """What the run says of a pair beside the evidence: what the rows of one person contradict each other in."""
    return pair.reason.removesuffix(sentence(pair.evidence)).strip()


def row_of(field: str, label: str, left: str, right: str, *, unmasked: bool = False) -> Row:
    """One field compared."""
    if not left or not right:
        one, other = _whole(field, left, unmasked), _whole(field, right, unmasked)
        return Row(field, label, one, other, State.MISSING)
    if left.casefold() == right.casefold():
        return Row(field, label, _whole(field, left, unmasked), _whole(field, right, unmasked), State.SAME)
    one, other = differences(left, right)
    words = difference_words(left, right)
    if field in _SECRET and not unmasked:
        few = max(_differing(one), _differing(other)) <= _MOST_OPEN
        words = words if few or (left.isdigit() and len(left) == len(right)) else _("berbeda")
        one, other = _masked(field, one, few), _masked(field, other, few)
    return Row(field, label, one, other, State.DIFFERS, words)


def _differing(parts: Sequence[Part]) -> int:
    return sum(len(text) for text, differs in parts if differs)


def difference_words(left: str, right: str) -> str:
    """What differs, in words: `angka ke-12: 4 dan 5`; texts tell what stands on one side alone."""
    if len(left) == len(right) and left.isdigit() and right.isdigit():
        places = [at for at, (a, b) in enumerate(zip(left, right, strict=True)) if a != b]
        if _swapped(places, left, right):
            return _("angka ke-%(one)s dan ke-%(two)s tertukar") % {
                "one": places[0] + 1,
                "two": places[1] + 1,
            }
        if len(places) <= _MOST_TOLD:
            return "; ".join(
                _("angka ke-%(at)s: %(left)s dan %(right)s")
                % {"at": at + 1, "left": left[at], "right": right[at]}
                for at in places
            )
        return ngettext("%(n)s angka berbeda", "%(n)s angka berbeda", len(places)) % {"n": len(places)}
    one, other = (_only(parts) for parts in differences(left, right))
    if len(one) + len(other) > _LONGEST_TOLD:
        return _("berbeda")
    said = []
    if one:
        said.append(_("hanya di kiri: %(text)s") % {"text": one})
    if other:
        said.append(_("hanya di kanan: %(text)s") % {"text": other})
    return "; ".join(said)


def _swapped(places: Sequence[int], left: str, right: str) -> bool:
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and left[places[0]] == right[places[1]]
        and left[places[1]] == right[places[0]]
    )


def _only(parts: Sequence[Part]) -> str:
    return ", ".join(f"“{text}”" for text, differs in parts if differs)


def _whole(field: str, text: str, unmasked: bool) -> tuple[Part, ...]:
    if field in _SECRET and not unmasked:
        text = masked(field, text)
    return ((text, False),) if text else ()


def _masked(field: str, parts: Sequence[Part], few: bool) -> tuple[Part, ...]:
    """Only the ends and, where they are few, the characters that differ."""
    length = sum(len(text) for text, _differs in parts)
    first, last = _ENDS[field]
    at, pieces = 0, []
    for text, differs in parts:
        open_all = differs and few
        shown = "".join(
            char if open_all or number < first or number >= length - last else "*"
            for number, char in enumerate(text, start=at)
        )
        pieces.append((shown, differs))
        at += len(text)
    return tuple(pieces)
