"""The annex by name by address: one volume a desa, everything in the restricted one, little in the public one. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from payung.allocation.roll import RollEntry
from payung.core.dates import day
from payung.core.month import NAMES, Month
from payung.core.nik import mask
from payung.core.rupiah import number
from payung.enrolment.changes import WORDS, change_of, lines_of, why_of
from payung.enrolment.explain import group_title
from payung.enrolment.frame import Data, Frame, Volume, total_in_words
from payung.policy.local import LocalPolicy

CHANGED = "*"
"""Stands behind a monthly price that is not the same in all months of the award."""
Columns = tuple[tuple[str, float | None, str], ...]
"""Title, width in mm (None: what is left), alignment."""
_PERSON: Columns = (
    ("No", 8, "right"),
    ("NIK", 27, "left"),
    ("Nama", None, "left"),
    ("L/P", 7, "center"),
    ("Tanggal lahir", 18, "left"),
    ("Alamat", None, "left"),
    ("RT/RW", 13, "left"),
    ("Pekerjaan", 27, "left"),
)
_MONEY: Columns = (("JKK (Rp)", 15, "right"), ("JKM (Rp)", 15, "right"), ("Jumlah (Rp)", 17, "right"))
_RESTRICTED: Columns = (
    *_PERSON,
    ("Program", 14, "left"),
    ("Bulan", 21, "left"),
    ("Iuran sebulan (Rp)", 15, "right"),
    *_MONEY,
)
_AMENDED: Columns = (
    *_PERSON,
    ("Perubahan", 17, "left"),
    ("Alasan", 30, "left"),
    ("Bulan", 21, "left"),
    *_MONEY,
)
_PUBLIC: Columns = (
    ("No", 8, "right"),
    ("Nama", None, "left"),
    ("RT", 8, "center"),
    ("NIK (disamarkan)", 28, "left"),
)
_PUBLIC_AMENDED: Columns = (*_PUBLIC, ("Perubahan", 17, "left"))
_EXTRACT: Columns = (*_PERSON[:5], *_PERSON[6:], ("Bulan", 21, "left"), ("Iuran (Rp)", 17, "right"))
_EXTRACT_AMENDED: Columns = (*_EXTRACT, ("Perubahan", 17, "left"))


def _as_data(columns: Columns) -> list[dict[str, object]]:
    return [{"title": title, "width": width, "align": align} for title, width, align in columns]


def volume_data(frame: Frame, volume: Volume, codes: Sequence[bytes] = (), *, public: bool) -> Data:
    """The data of one volume: everything in the restricted one, name, RT and masked NIK in the public one.

    `codes` are the QR codes of its pages.
    """
    columns, rows = _rows(frame, volume, public=public)
    changed = any(cell.endswith(CHANGED) for row in rows for cell in row[8:])
    people = f"{number(volume.total.people)} orang"
    return frame.shared(codes) | {
        "public": public,
        "title": f"Lampiran {frame.draft.title} {frame.signer}, jilid {volume.number}",
        "place": volume.place,
        "district": volume.district,
        "running": f"{volume.place}, {volume.district}, {frame.regency}",
        "lead": f"Perubahan penerima bantuan iuran JKK dan JKM: {people}"
        if frame.draft.amends
        else f"Penerima bantuan iuran JKK dan JKM, {frame.span.in_words}: {people}",
        "annex": f"LAMPIRAN {frame.heading}",
        "volume": str(volume.number),
        "volumes": str(frame.volume_count),
        "columns": _as_data(columns),
        "rows": rows,
        "total": total_in_words(volume.total),
        "sums": _sums(volume),
        "note": f"{CHANGED} Iuran berubah di dalam masa ini; yang tertulis iuran bulan pertama."
        if changed
        else "",
    }


def extract_data(frame: Frame, volume: Volume, codes: Sequence[bytes] = ()) -> Data:
    """The data of an extract (petikan) for one desa: what the decree says, and the people of that desa in full."""
    amended = frame.draft.amends is not None
    rows = [_extract_row(frame.policy, n, entry) for n, entry in enumerate(volume.entries, start=1)]
    return frame.shared(codes) | {
        "place": volume.place,
        "district": volume.district,
        "amended": amended,
        "columns": _as_data(_EXTRACT_AMENDED if amended else _EXTRACT),
        "rows": [[*row, _kind(entry)] for row, entry in zip(rows, volume.entries, strict=True)]
        if amended
        else rows,
        "total": total_in_words(volume.total),
    }


def _rows(frame: Frame, volume: Volume, *, public: bool) -> tuple[Columns, list[list[str]]]:
    numbered = enumerate(volume.entries, start=1)
    if frame.draft.amends is None:
        if public:
            return _PUBLIC, [public_row(n, entry) for n, entry in numbered]
        return _RESTRICTED, [restricted_row(frame.policy, n, entry) for n, entry in numbered]
    if public:
        return _PUBLIC_AMENDED, [[*public_row(n, entry), _kind(entry)] for n, entry in numbered]
    return _AMENDED, [_amended_row(frame.policy, n, entry) for n, entry in numbered]


def _kind(entry: RollEntry) -> str:
    kind = change_of(entry)
    return WORDS[kind] if kind else ""


def _sums(volume: Volume) -> list[dict[str, str]]:
    """The lines below the table: the sum of the desa; in an amendment a sum for each kind of change."""
    changes = lines_of(volume.entries)
    if changes:
        return changes
    return [{"title": f"Jumlah {volume.place}", **total_in_words(volume.total)}]


def public_row(place: int, entry: RollEntry) -> list[str]:
    """Name, RT and masked NIK: nothing else of a person leaves in public."""
    return [number(place), entry.row.name_raw.upper(), entry.row.rt, mask(entry.row.nik)]


def restricted_row(policy: LocalPolicy, place: int, entry: RollEntry) -> list[str]:
    """One person by name and by address, as the annex shows them."""
    row = entry.row
    changed = row.price_idr * len(entry.months) != row.amount_idr
    return [
        *_person(policy, place, entry),
        "JKK, JKM",
        months_in_short(entry.months),
        number(row.price_idr) + (CHANGED if changed else ""),
        *_money(entry),
    ]


def _extract_row(policy: LocalPolicy, place: int, entry: RollEntry) -> list[str]:
    person = _person(policy, place, entry)
    return [*person[:5], *person[6:], months_in_short(entry.months), number(entry.row.amount_idr)]


def _amended_row(policy: LocalPolicy, place: int, entry: RollEntry) -> list[str]:
    months = months_in_short(entry.months)
    return [*_person(policy, place, entry), _kind(entry), why_of(entry), months, *_money(entry)]


def _person(policy: LocalPolicy, place: int, entry: RollEntry) -> list[str]:
    row, application = entry.row, entry.application
    return [
        number(place),
        row.nik,
        row.name_raw.upper(),
        row.sex,
        day(row.birth_on),
        application.address or "",
        "/".join(part for part in (row.rt, application.rw) if part),
        group_title(row.group, policy),
    ]


def _money(entry: RollEntry) -> list[str]:
    return [number(entry.jkk_idr), number(entry.jkm_idr), number(entry.row.amount_idr)]


def months_in_short(months: Sequence[Month]) -> str:
    """`Okt–Des 2022`; runs with gaps between them joined by commas."""
    runs = groupby(enumerate(months), key=lambda pair: pair[1].plus(-pair[0]))
    return ", ".join(_run([month for _, month in run]) for _, run in runs)


def _run(months: Sequence[Month]) -> str:
    first, last = months[0], months[-1]
    if first == last:
        return f"{NAMES[first.month - 1][:3]} {first.year}"
    start = NAMES[first.month - 1][:3] + (f" {first.year}" if first.year != last.year else "")
    return f"{start}–{NAMES[last.month - 1][:3]} {last.year}"
