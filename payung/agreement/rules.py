"""The words of an agreement: what sort, what stands in it, how it stands with its addenda. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from payung.budget.rules import Programme
from payung.core.errors import PayungError


class Kind(StrEnum):
    """What sort of agreement."""

    NK = "nk"
    """Nota Kesepakatan: of several years, names no ceiling."""
    PKS = "pks"
    """Perjanjian kerja sama: of one year, below a Nota Kesepakatan."""
    ADDENDUM = "adendum"


KIND_TITLES: Mapping[Kind, str] = {
    Kind.NK: "Nota Kesepakatan",
    Kind.PKS: "Perjanjian Kerja Sama",
    Kind.ADDENDUM: "Adendum",
}


class Segment(StrEnum):
    """Whose contributions are paid under it."""

    BPU = "BPU"
    """Vulnerable workers, who have no employer (bukan penerima upah)."""
    PU = "PU"
    """Staff of the regency without civil-servant status (penerima upah, non-ASN)."""


SEGMENT_TITLES: Mapping[Segment, str] = {
    Segment.BPU: "pekerja rentan (bukan penerima upah)",
    Segment.PU: "pegawai pemerintah non-ASN (penerima upah)",
}
PROGRAMME_TITLES: Mapping[Programme, str] = {
    Programme.JKK: "Jaminan Kecelakaan Kerja (JKK)",
    Programme.JKM: "Jaminan Kematian (JKM)",
}


class Section(StrEnum):
    """What an article is about; the value is how data and addresses call it."""

    PURPOSE = "maksud"
    OBJECT = "objek"
    PERFORMANCE = "pelaksanaan"
    DUTIES = "hak-kewajiban"
    PAYMENT = "iuran"
    COVER = "mulai-pelindungan"
    CHANGES = "mutasi"
    OFFSET = "perhitungan-kembali"
    DATA = "pertukaran-data"
    CLAIMS = "manfaat"
    SUPERVISION = "pengawasan"
    FUNDING = "pembiayaan"
    TERM = "jangka-waktu"
    DISPUTE = "perselisihan"
    ENDING = "pengakhiran"
    OTHER = "lain-lain"


SECTION_TITLES: Mapping[Section, str] = {
    Section.PURPOSE: "Maksud dan Tujuan",
    Section.OBJECT: "Objek dan Ruang Lingkup",
    Section.PERFORMANCE: "Pelaksanaan",
    Section.DUTIES: "Hak dan Kewajiban",
    Section.PAYMENT: "Iuran dan Pembayaran",
    Section.COVER: "Mulai Pelindungan",
    Section.CHANGES: "Perubahan Data Peserta",
    Section.OFFSET: "Perhitungan Kembali dan Pengembalian Iuran",
    Section.DATA: "Pertukaran dan Pelindungan Data",
    Section.CLAIMS: "Pelayanan Manfaat",
    Section.SUPERVISION: "Pemantauan, Rekonsiliasi, dan Evaluasi",
    Section.FUNDING: "Pembiayaan",
    Section.TERM: "Jangka Waktu",
    Section.DISPUTE: "Penyelesaian Perselisihan",
    Section.ENDING: "Pengakhiran",
    Section.OTHER: "Ketentuan Lain",
}
SECTIONS: Mapping[Kind, tuple[Section, ...]] = {
    Kind.NK: (
        Section.PURPOSE,
        Section.OBJECT,
        Section.PERFORMANCE,
        Section.DATA,
        Section.FUNDING,
        Section.SUPERVISION,
        Section.TERM,
        Section.DISPUTE,
        Section.ENDING,
        Section.OTHER,
    ),
    Kind.PKS: (
        Section.PURPOSE,
        Section.OBJECT,
        Section.DUTIES,
        Section.PAYMENT,
        Section.COVER,
        Section.CHANGES,
        Section.OFFSET,
        Section.DATA,
        Section.CLAIMS,
        Section.SUPERVISION,
        Section.TERM,
        Section.DISPUTE,
        Section.ENDING,
        Section.OTHER,
    ),
}
"""The articles of each sort, in their order. An addendum has some of those of what it changes."""
MAY_BE_EMPTY = frozenset({Section.OTHER, Section.CLAIMS})


@dataclass(frozen=True, slots=True)
class Party:
    """One side. `basis` is by which decree or power its representative signs."""

    name: str = ""
    represented_by: str = ""
    title: str = ""
    address: str = ""
    basis: str = ""


@dataclass(frozen=True, slots=True)
class Due:
    """Until which day a month's contribution is paid: `day` of that month, or of the one after."""

    segment: Segment
    day: int
    next_month: bool


USUAL_DUE: Mapping[Segment, Due] = {
    Segment.BPU: Due(Segment.BPU, 15, next_month=False),
    Segment.PU: Due(Segment.PU, 15, next_month=True),
}


@dataclass(frozen=True, slots=True)
class DataExchange:
    """Which fields are exchanged, by which way, and for how many years after the end they are kept."""

    fields: tuple[str, ...] = ()
    how: str = ""
    retention_years: int | None = None


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex by its title, with the SHA-256 of its file where there is one."""

    title: str
    sha256: str = ""


@dataclass(frozen=True, slots=True)
class Content:
    """What stands in an agreement beside title, term, segments and ceiling, which the table holds.

    Of an addendum it is what changes: clauses that take the place of others, annexes that are added; `due` and `data`
    are empty where they stay, the parties are those that sign it.
    """

    first: Party = Party()
    """The regency, or the office that signs for it."""
    second: Party = Party()
    """BPJS Ketenagakerjaan."""
    place: str = ""
    """Where it is signed."""
    programmes: tuple[Programme, ...] = ()
    due: tuple[Due, ...] = ()
    data: DataExchange = DataExchange()
    clauses: Mapping[Section, str] = field(default_factory=dict)
    annexes: tuple[Annex, ...] = ()

    def said(self) -> dict[str, Any]:
        """As JSON, which `read` understands."""
        return {
            "first": _party(self.first),
            "second": _party(self.second),
            "place": self.place,
            "programmes": [one.value for one in self.programmes],
            "due": [[one.segment.value, one.day, one.next_month] for one in self.due],
            "data": {
                "fields": list(self.data.fields),
                "how": self.data.how,
                "retention_years": self.data.retention_years,
            },
            "clauses": {section.value: text for section, text in self.clauses.items()},
            "annexes": [[one.title, one.sha256] for one in self.annexes],
        }

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Content:
        """What `said` wrote. PayungError for what is none of it."""
        try:
            data = said["data"]
            return cls(
                first=Party(**said["first"]),
                second=Party(**said["second"]),
                place=said["place"],
                programmes=tuple(Programme(one) for one in said["programmes"]),
                due=tuple(Due(Segment(one), int(day), bool(after)) for one, day, after in said["due"]),
                data=DataExchange(tuple(data["fields"]), data["how"], data["retention_years"]),
                clauses={Section(section): text for section, text in said["clauses"].items()},
                annexes=tuple(Annex(title, sha256) for title, sha256 in said["annexes"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise PayungError(
                "Isi perjanjian yang tersimpan tidak dapat dibaca.",
                todo="Beri tahu pengelola: barisnya diubah di luar Payung.",
            ) from error


def _party(one: Party) -> dict[str, str]:
    return {
        "name": one.name,
        "represented_by": one.represented_by,
        "title": one.title,
        "address": one.address,
        "basis": one.basis,
    }


@dataclass(frozen=True, slots=True)
class Terms:
    """All that an agreement says. `valid_from` and `valid_to` are its first and last day."""

    valid_from: date
    valid_to: date
    segments: tuple[Segment, ...] = ()
    ceiling_idr: int | None = None
    content: Content = Content()


@dataclass(frozen=True, slots=True)
class Addendum:
    """What a signed addendum changes from a day on. `terms.valid_to` is the end as it is then; no ceiling: it stays."""

    ordinal: int
    """Counted from 1 in each agreement."""
    effective_on: date
    terms: Terms


def as_it_stands(base: Terms, addenda: Iterable[Addendum], on: date | None = None) -> Terms:
    """The agreement with its signed addenda, in the order of their numbers; `on`: with those in effect on that day."""
    now = base
    for one in sorted(addenda, key=lambda addendum: addendum.ordinal):
        if on is None or one.effective_on <= on:
            now = _changed(now, one.terms)
    return now


def _changed(now: Terms, by: Terms) -> Terms:
    old, new = now.content, by.content
    due = {one.segment: one for one in (*old.due, *new.due)}
    content = replace(
        old,
        first=new.first,
        second=new.second,
        due=tuple(due[segment] for segment in Segment if segment in due),
        data=DataExchange(
            new.data.fields or old.data.fields,
            new.data.how or old.data.how,
            new.data.retention_years or old.data.retention_years,
        ),
        clauses={**old.clauses, **new.clauses},
        annexes=(*old.annexes, *new.annexes),
    )
    ceiling = now.ceiling_idr if by.ceiling_idr is None else by.ceiling_idr
    return replace(now, valid_to=by.valid_to, ceiling_idr=ceiling, content=content)


class State(StrEnum):
    """Where an agreement stands; the value is what the screen calls it."""

    CANCELLED = "Dibatalkan"
    DRAFT = "Draf"
    SENT = "Diajukan"
    APPROVED = "Menunggu tanda tangan"
    AHEAD = "Belum mulai"
    IN_FORCE = "Berlaku"
    ENDED = "Berakhir"


STATE_TONES: Mapping[State, str] = {
    State.CANCELLED: "abu",
    State.DRAFT: "abu",
    State.SENT: "biru",
    State.APPROVED: "oranye",
    State.AHEAD: "biru",
    State.IN_FORCE: "hijau",
    State.ENDED: "abu",
}


def state(
    on: date,
    first_day: date,
    last_day: date,
    *,
    is_signed: bool,
    is_approved: bool = False,
    is_sent: bool = False,
    is_cancelled: bool = False,
) -> State:
    """Where an agreement stands on a day; `last_day` is that of its term as it stands, or an earlier end."""
    if is_cancelled:
        return State.CANCELLED
    if not is_signed:
        return State.APPROVED if is_approved else State.SENT if is_sent else State.DRAFT
    if on > last_day:
        return State.ENDED
    return State.IN_FORCE if on >= first_day else State.AHEAD


def alarm(last_day: date, on: date, days: Sequence[int]) -> int | None:
    """Which of the alarms rings: the smallest of `days` within which the last day lies; None before, and once it passed."""
    left = (last_day - on).days
    ringing = [one for one in days if 0 <= left <= one]
    return min(ringing, default=None)


_ORDINALS = (
    "Pertama", "Kedua", "Ketiga", "Keempat", "Kelima", "Keenam", "Ketujuh", "Kedelapan", "Kesembilan", "Kesepuluh",
)  # fmt: skip


def ordinal(number: int) -> str:
    """`Pertama`, `Kedua`, …; from the eleventh on `Ke-11`."""
    return _ORDINALS[number - 1] if number <= len(_ORDINALS) else f"Ke-{number}"
