"""The desa's minutes (berita acara) of the meeting that settled its list, and the list that is put up for everybody.

On paper stand names, RT and occupation only: no NIK, no family card, no phone, no mother, no birth date.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from payung.core import calendar, region
from payung.core.application import Application
from payung.core.dates import long_day
from payung.core.errors import Exit, PayungError
from payung.core.rupiah import number, terbilang
from payung.sheets.typesetting import Document, as_json, typeset

PAPERS = ("a4", "f4")
TEMPLATE = Path(__file__).with_name("minutes.typ")
_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_DOTS = "…"
_BLANK_DAY, _BLANK_NAME = _DOTS * 14, _DOTS * 22
_NUMBER = re.compile(r"\d(?:[\s.-]?\d){5,}")
_UNKNOWN_RT = "tanpa RT"


@dataclass(frozen=True, slots=True)
class Listed:
    """One person as everybody may read it. `rt` has three digits, "" where it is not known."""

    name: str
    rt: str
    occupation: str


@dataclass(frozen=True, slots=True)
class Signer:
    """Somebody who signs: the office in words, and the name ("" leaves a line)."""

    office: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Meeting:
    """The meeting of a desa or kelurahan. What is blank is left as a dotted line to be filled in by hand.

    `attendance` counts those present; `announced_from` to `announced_until` are the days on which the list hangs out
    and objections are taken at `objections_at`.
    """

    desa_code: str
    subject: str
    held_on: date | None = None
    hour: str = ""
    venue: str = ""
    attendance: int | None = None
    present: tuple[str, ...] = ()
    announced_from: date | None = None
    announced_until: date | None = None
    announced_at: str = ""
    objections_at: str = ""
    objections_phone: str = ""
    signers: tuple[Signer, ...] = ()
    list_hash: str = ""
    """Printed below, so that the paper and the list it speaks of belong together."""


def listed(applications: Iterable[Application], group_title: Callable[[str], str]) -> list[Listed]:
    """The people of a list for the paper; those without a name are left out. `group_title` names a group by its id.

    A number that somebody typed into a name or an occupation (a NIK, a phone) is blotted out.
    """
    return [
        Listed(
            _blotted(a.name),
            a.rt or "",
            group_title(a.group) if a.group else _blotted(a.occupation_raw or ""),
        )
        for a in applications
        if a.name
    ]


def _blotted(text: str) -> str:
    return _NUMBER.sub(_DOTS, text)


def last_day(first: date, days: int) -> date:
    """The last day of an announcement of so many working days whose first is `first` or the next working day.

    PayungError for a year whose holidays are not known.
    """
    start = calendar.next_working_day(first)
    return start if days == 1 else calendar.add_working_days(start, days - 1)


def write_minutes(meeting: Meeting, people: Sequence[Listed], out: Path, *, paper: str = "a4") -> str:
    """Write the minutes with the list as their annex (PDF/A); returns the SHA-256.

    PayungError for an unknown desa, for another paper than `PAPERS`, or when `out` cannot be written.
    """
    return _write("minutes", meeting, people, out, paper)


def write_announcement(meeting: Meeting, people: Sequence[Listed], out: Path, *, paper: str = "a4") -> str:
    """Write the sheet for the notice board: the list, its days, and where to object. As `write_minutes`."""
    return _write("announcement", meeting, people, out, paper)


def _write(part: str, meeting: Meeting, people: Sequence[Listed], out: Path, paper: str) -> str:
    if paper not in PAPERS:
        raise PayungError(f"Kertas {paper} tidak dikenal.", todo="Pilih a4 atau f4.", exit_code=Exit.USAGE)
    data = as_json({"part": part, "paper": paper, **page_data(meeting, people)})
    (sha256,) = typeset([Document(TEMPLATE, out, lambda: data, standards=("a-2a",), tags=True)], processes=1)
    return sha256


def page_data(meeting: Meeting, people: Sequence[Listed]) -> dict[str, Any]:
    """What the template shows, all of it text or whole numbers. PayungError for an unknown desa."""
    place = region.desa(meeting.desa_code)
    if place is None:
        raise PayungError("Desa itu tidak dikenal.", todo="Pilih desa dari daftar.", exit_code=Exit.USAGE)
    kind = {"kelurahan": "Kelurahan", "desa_adat": "Desa Adat"}.get(place.kind, "Desa")
    ordered = sorted(people, key=lambda one: (not one.rt, one.rt, one.name.casefold(), one.occupation))
    return {
        "kind": kind,
        "desa": place.name,
        "kecamatan": place.district,
        "regency": place.regency,
        "subject": meeting.subject,
        "held": _day_in_words(meeting.held_on),
        "hour": meeting.hour or _DOTS * 6,
        "venue": meeting.venue or _BLANK_NAME,
        "attendance": number(meeting.attendance) if meeting.attendance is not None else _DOTS * 6,
        "present": list(meeting.present),
        "from": long_day(meeting.announced_from) if meeting.announced_from else _BLANK_DAY,
        "until": long_day(meeting.announced_until) if meeting.announced_until else _BLANK_DAY,
        "announced_at": meeting.announced_at or f"papan pengumuman Kantor {kind} {place.name}",
        "objections_at": meeting.objections_at or f"Kantor {kind} {place.name}",
        "objections_phone": meeting.objections_phone,
        "signers": [
            [one.office, one.name or _BLANK_NAME] for one in meeting.signers or _usual(kind, place.name)
        ],
        "total": number(len(people)),
        "total_words": terbilang(len(people)).removesuffix(" rupiah"),
        "per_rt": _per_rt(people),
        "people": [
            [str(at), one.name.upper(), one.rt or "–", one.occupation or "–"]
            for at, one in enumerate(ordered, start=1)
        ],
        "list_hash": meeting.list_hash,
    }


def _per_rt(people: Sequence[Listed]) -> list[list[str]]:
    counted = Counter(one.rt or _UNKNOWN_RT for one in people)
    return [[rt, number(counted[rt])] for rt in sorted(counted)]


def _usual(kind: str, name: str) -> tuple[Signer, ...]:
    head = f"Lurah {name}" if kind == "Kelurahan" else f"Kepala {kind} {name}"
    council = "Ketua LPM" if kind == "Kelurahan" else "Ketua BPD"
    return Signer("Pimpinan musyawarah"), Signer("Notulis"), Signer(council), Signer(head)


def _day_in_words(day: date | None) -> str:
    return f"{_DAYS[day.weekday()]}, {long_day(day)}" if day else f"{_DOTS * 8}, {_BLANK_DAY}"
