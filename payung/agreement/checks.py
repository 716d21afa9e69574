"""What is missing or wrong in an agreement, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from payung.agreement.rules import (
    MAY_BE_EMPTY,
    SECTION_TITLES,
    SECTIONS,
    SEGMENT_TITLES,
    DataExchange,
    Kind,
    Party,
    Section,
    Segment,
    Terms,
)
from payung.agreement.wording import listed, unknown_words
from payung.budget.rules import Programme
from payung.core.dates import long_day
from payung.core.rupiah import rupiah


class Part(StrEnum):
    """The parts in which an agreement is edited; what is wrong is said with the part and its field."""

    MAIN = "pokok"
    PARTIES = "pihak"
    DATA = "data"
    CLAUSES = "pasal"
    ANNEXES = "lampiran"


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong: where, in words, and whether it keeps the agreement from going on."""

    part: Part
    field: str
    message: str
    blocks: bool = True


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another PKS that may be in force at the same time."""

    title: str
    valid_from: date
    last_day: date
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Umbrella:
    """The agreement above: the Nota Kesepakatan of a PKS. `last_day` as it stands today."""

    title: str
    valid_from: date
    last_day: date
    segments: tuple[Segment, ...]
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Around:
    """What else there is: the Nota Kesepakatan above, the agreement that an addendum changes, other PKS, what is bound."""

    umbrella: Umbrella | None = None
    base: Terms | None = None
    """Of an addendum: what it changes, as it stands."""
    base_title: str = ""
    neighbours: Sequence[Neighbour] = field(default_factory=tuple)
    committed_idr: int = 0
    """What signed decrees have bound under it."""


def faults(kind: Kind, title: str, terms: Terms, around: Around) -> tuple[Fault, ...]:
    """All that is missing or wrong; those that block first."""
    found = [*_common(title, terms), *_CHECKS[kind](terms, around)]
    return tuple(sorted(found, key=lambda fault: not fault.blocks))


def ceiling_fault(ceiling_idr: int | None, committed_idr: int) -> str:
    """Why a ceiling is too low for what is bound under it, and by how much; "" where it is not."""
    if ceiling_idr is None or ceiling_idr >= committed_idr:
        return ""
    return (
        f"Pagu {rupiah(ceiling_idr)} kurang {rupiah(committed_idr - ceiling_idr)} dari yang sudah diikat keputusan "
        f"di bawahnya, {rupiah(committed_idr)}."
    )


def _common(title: str, terms: Terms) -> Iterator[Fault]:
    if not title.strip():
        yield Fault(Part.MAIN, "title", "Judulnya belum ada.")
    if terms.valid_to < terms.valid_from:
        yield Fault(Part.MAIN, "valid_to", "Hari terakhir mendahului hari pertama.")
    if not terms.content.place.strip():
        yield Fault(Part.PARTIES, "place", "Tempat penandatanganan belum diisi.")
    yield from _party("first", "Pihak kesatu", terms.content.first)
    yield from _party("second", "Pihak kedua", terms.content.second)
    for section, text in terms.content.clauses.items():
        for word in unknown_words(text):
            yield Fault(
                Part.CLAUSES,
                section.value,
                f"Pasal {SECTION_TITLES[section]} memuat {{{word}}}, yang tidak dikenal.",
            )
    for place, annex in enumerate(terms.content.annexes, start=1):
        if not annex.sha256:
            yield Fault(
                Part.ANNEXES,
                "annexes",
                f"Lampiran {place}, {annex.title}, disebut tanpa berkas.",
                blocks=False,
            )


_PARTY_FIELDS = (
    ("name", "nama lembaganya"),
    ("represented_by", "nama wakilnya"),
    ("title", "jabatan wakilnya"),
    ("address", "alamatnya"),
)


def _party(which: str, words: str, party: Party) -> Iterator[Fault]:
    missing = [(name, what) for name, what in _PARTY_FIELDS if not getattr(party, name).strip()]
    if missing:
        said = listed([what for _, what in missing])
        yield Fault(Part.PARTIES, f"{which}_{missing[0][0]}", f"{words} belum lengkap: {said} kosong.")


def _full(kind: Kind, terms: Terms) -> Iterator[Fault]:
    """What a Nota Kesepakatan and a PKS both need."""
    content = terms.content
    if not terms.segments:
        yield Fault(Part.MAIN, "segments", "Segmennya belum dipilih.")
    if not content.programmes:
        yield Fault(Part.MAIN, "programmes", "Programnya belum dipilih.")
    elif len(content.programmes) < len(Programme):
        yield Fault(
            Part.MAIN, "programmes", "Hanya satu program: JKK dan JKM biasanya bersama.", blocks=False
        )
    if not content.data.fields:
        yield Fault(Part.DATA, "fields", "Bidang data yang dipertukarkan belum disebut.")
    if not content.data.how.strip():
        yield Fault(Part.DATA, "how", "Cara pertukaran data belum disebut.")
    for section in SECTIONS[kind]:
        if section in MAY_BE_EMPTY or content.clauses.get(section, "").strip():
            continue
        message = f"Pasal {SECTION_TITLES[section]} belum ada isinya."
        if section is Section.COVER:
            message += " Sebutkan sejak hari apa pelindungan mulai menurut BPJS Ketenagakerjaan; tanggal SK bukan jawabannya."
        yield Fault(Part.CLAUSES, section.value, message)


def _nk(terms: Terms, around: Around) -> Iterator[Fault]:
    yield from _full(Kind.NK, terms)
    if terms.ceiling_idr is not None:
        yield Fault(
            Part.MAIN, "ceiling_idr", "Nota Kesepakatan tidak menyebut pagu; pagu disebut PKS di bawahnya."
        )


def _pks(terms: Terms, around: Around) -> Iterator[Fault]:
    yield from _full(Kind.PKS, terms)
    yield from _below(terms, around.umbrella)
    if terms.valid_to >= _year_after(terms.valid_from):
        yield Fault(
            Part.MAIN, "valid_to", "Masanya lebih dari satu tahun; PKS biasanya satu tahun.", blocks=False
        )
    if terms.ceiling_idr is None:
        yield Fault(Part.MAIN, "ceiling_idr", "Pagunya belum disebut.", blocks=False)
    elif wrong := ceiling_fault(terms.ceiling_idr, around.committed_idr):
        yield Fault(Part.MAIN, "ceiling_idr", wrong)
    if terms.content.data.retention_years is None:
        yield Fault(Part.DATA, "retention_years", "Berapa lama data disimpan belum disebut.")
    yield from _due(terms)
    yield from _overlaps(terms, around.neighbours)


def _due(terms: Terms) -> Iterator[Fault]:
    known = {one.segment: one for one in terms.content.due}
    for segment in terms.segments:
        due = known.get(segment)
        name = f"due_{segment.value.lower()}"
        if due is None:
            yield Fault(Part.MAIN, name, f"Tenggat iuran segmen {segment} belum disebut.")
        elif segment is Segment.BPU and (due.next_month or due.day > 15):
            yield Fault(
                Part.MAIN,
                name,
                "Tenggat iuran BPU sesudah tanggal 15 bulan itu sendiri; periksa dasar hukumnya.",
                blocks=False,
            )


def _below(terms: Terms, umbrella: Umbrella | None) -> Iterator[Fault]:
    """A PKS lies within its Nota Kesepakatan: in time and in segments."""
    if umbrella is None:
        yield Fault(Part.MAIN, "parent", "Nota Kesepakatan di atasnya belum dipilih.")
        return
    if not umbrella.is_signed:
        yield Fault(Part.MAIN, "parent", f"{umbrella.title} di atasnya belum ditandatangani.", blocks=False)
    if terms.valid_from < umbrella.valid_from:
        yield Fault(
            Part.MAIN,
            "valid_from",
            f"PKS mulai {_days(umbrella.valid_from - terms.valid_from)} sebelum Nota Kesepakatannya, yang mulai "
            f"{long_day(umbrella.valid_from)}.",
        )
    if terms.valid_to > umbrella.last_day:
        yield Fault(
            Part.MAIN,
            "valid_to",
            f"PKS berakhir {_days(terms.valid_to - umbrella.last_day)} sesudah Nota Kesepakatannya, yang berakhir "
            f"{long_day(umbrella.last_day)}.",
        )
    if beyond := [SEGMENT_TITLES[one] for one in terms.segments if one not in umbrella.segments]:
        yield Fault(Part.MAIN, "segments", f"Nota Kesepakatannya tidak mencakup segmen {listed(beyond)}.")


def _overlaps(terms: Terms, neighbours: Sequence[Neighbour]) -> Iterator[Fault]:
    for one in neighbours:
        shared = [segment for segment in terms.segments if segment in one.segments]
        first, last = max(terms.valid_from, one.valid_from), min(terms.valid_to, one.last_day)
        if shared and first <= last:
            yield Fault(
                Part.MAIN,
                "segments",
                f"Segmen {listed(shared)} juga diatur {one.title} pada {long_day(first)} sampai {long_day(last)}.",
                blocks=False,
            )


def _addendum(terms: Terms, around: Around) -> Iterator[Fault]:
    base = around.base
    if base is None:
        yield Fault(Part.MAIN, "parent", "Perjanjian yang diubah belum disebut.")
        return
    content, changed_term = terms.content, terms.valid_to != base.valid_to
    changed_ceiling = terms.ceiling_idr not in (None, base.ceiling_idr)
    if not (
        changed_term
        or changed_ceiling
        or content.due
        or content.data != DataExchange()
        or content.annexes
        or content.clauses
    ):
        yield Fault(Part.MAIN, "valid_to", "Adendum ini belum mengubah apa pun.")
    if not base.valid_from <= terms.valid_from <= base.valid_to:
        yield Fault(
            Part.MAIN,
            "valid_from",
            f"Perubahan mulai berlaku di luar masa {around.base_title}, {long_day(base.valid_from)} sampai "
            f"{long_day(base.valid_to)}.",
        )
    if wrong := ceiling_fault(terms.ceiling_idr, around.committed_idr):
        yield Fault(Part.MAIN, "ceiling_idr", wrong)
    umbrella = around.umbrella
    if umbrella and terms.valid_to > umbrella.last_day:
        yield Fault(
            Part.MAIN,
            "valid_to",
            f"Masanya menjadi {_days(terms.valid_to - umbrella.last_day)} lebih lama dari Nota Kesepakatannya, yang "
            f"berakhir {long_day(umbrella.last_day)}.",
        )
    for section, text in content.clauses.items():
        if not text.strip() and section not in MAY_BE_EMPTY:
            yield Fault(
                Part.CLAUSES, section.value, f"Pasal {SECTION_TITLES[section]} tidak dapat dikosongkan."
            )


_CHECKS = {Kind.NK: _nk, Kind.PKS: _pks, Kind.ADDENDUM: _addendum}


def _year_after(day: date) -> date:
    """The same day of the next year; 1 March for 29 February."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return date(day.year + 1, 3, 1)


def _days(between: timedelta) -> str:
    return f"{between.days} hari"
