"""The list of the RTs of a regency, from whatever table somebody keeps: which RT, whose head, what phone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from payung.core import region
from payung.core.errors import PayungError
from payung.core.headers import key
from payung.core.numbers import phone, three_digits
from payung.sheets.table import Cell, SheetTable

HEADER_ROWS = 20
_NAMES = {
    "desa": "desa, kelurahan, desa kelurahan, kelurahan desa, desa kel, nama desa, kode desa, nama kelurahan",
    "district": "kecamatan, kec, nama kecamatan",
    "rt": "rt, no rt, nomor rt, rukun tetangga",
    "name": "nama ketua rt, ketua rt, nama ketua, nama, ketua, nama lengkap, nama rt",
    "phone": "hp, no hp, nomor hp, no wa, wa, telepon, no telepon, telp, no telp, hp ketua rt, nomor wa, whatsapp",
    "households": "jumlah kk, kk, jml kk, banyak kk, jumlah rumah tangga",
}
_FIELD_OF = {key(word): field for field, words in _NAMES.items() for word in words.split(", ")}
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class RtRow:
    """One RT; `place` is `64.01.04.2002/005`, the rest None where the table does not say."""

    place: str
    head_name: str | None
    phone: str | None
    household_count: int | None


@dataclass(frozen=True, slots=True)
class RtList:
    """The RTs of a file, the last row of each; `faults` are sentences about rows that were not understood."""

    rows: tuple[RtRow, ...]
    faults: tuple[str, ...]


def read_rt_list(sheets: Sequence[SheetTable], regency: str, file: str) -> RtList:
    """The RTs on the sheets of a table file. PayungError where no sheet has columns for desa and RT."""
    found: dict[str, RtRow] = {}
    faults: list[str] = []
    headed = False
    for sheet in sheets:
        at = _header(sheet)
        if at is None:
            continue
        headed = True
        start, columns = at
        for number, row in enumerate(sheet.rows[start + 1 :], start=start + 2):
            cells = {field: _text(row[place]) if place < len(row) else "" for field, place in columns.items()}
            if not cells["desa"] and not cells["rt"]:
                continue
            one = _understood(cells, regency)
            if isinstance(one, RtRow):
                found[one.place] = one
            else:
                faults.append(f"Baris {number}: {one}")
    if not headed:
        raise PayungError(
            f"{file}: kolom DESA dan RT tidak ditemukan dalam {HEADER_ROWS} baris pertama.",
            todo="Pastikan ada satu baris judul dengan kolom DESA, RT, NAMA KETUA RT, dan NO HP.",
        )
    return RtList(tuple(found[place] for place in sorted(found)), tuple(_few(faults)))


def _header(sheet: SheetTable) -> tuple[int, dict[str, int]] | None:
    for number, row in enumerate(sheet.rows[:HEADER_ROWS]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row):
            field = _FIELD_OF.get(key(_text(cell))) if _text(cell) else None
            if field and field not in columns:
                columns[field] = place
        if "desa" in columns and "rt" in columns:
            return number, columns
    return None


def _understood(cells: dict[str, str], regency: str) -> RtRow | str:
    places = region.find_desa_in(cells["desa"], cells.get("district", ""), regency)
    if not places:
        return f'desa "{cells["desa"][:40]}" tidak ada di kabupaten ini.'
    if len(places) > 1:
        return f'ada {len(places)} desa bernama "{cells["desa"][:40]}"; sebut juga kecamatannya.'
    rt = three_digits(cells["rt"])
    if rt is None:
        return f'nomor RT "{cells["rt"][:20]}" tidak terbaca.'
    count = re.sub(r"\D", "", cells.get("households", ""))
    return RtRow(
        f"{places[0].code}/{rt}",
        cells.get("name", "")[:150] or None,
        phone(cells.get("phone", "")),
        int(count) if count and len(count) <= 5 else None,
    )


def _few(faults: Sequence[str]) -> Iterator[str]:
    yield from faults[:_SHOWN]
    if len(faults) > _SHOWN:
        yield f"Dan {len(faults) - _SHOWN} baris lagi."


def _text(cell: Cell) -> str:
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return " ".join(str(cell).split()) if cell is not None else ""
