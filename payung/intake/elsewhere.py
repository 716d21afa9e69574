"""Does a list belong to another place than the one it was sent for? Pure; asked only where it is known who sent it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from payung.core import headers, region
from payung.core.application import Application
from payung.core.region import Region
from payung.core.scope import place_of, within
from payung.intake.cells import text_of
from payung.intake.layout import SheetReading
from payung.intake.lists import RowKind
from payung.sheets.table import SheetTable

_NAMED = re.compile(r"\b(kabupaten|kab\.|kota)\s*[:.]?\s*([a-z][a-z .'-]*)", re.IGNORECASE)
_CODE = re.compile(r"(\d\d)\.?(\d\d)\.?\d\d\.?\d{4}", re.ASCII)
_LEAST = 5
"""Rows from which their numbers say where a list comes from."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What the list says of its place. `named` is in words; `rows` are ids of the rows that lie outside.

    `whole` tells whether the list as a whole belongs elsewhere; else `rows` are single ones among others.
    """

    named: str
    rows: frozenset[str]
    whole: bool


def outside(applications: Sequence[Application], regency: str, territory: str) -> Elsewhere | None:
    """Rows whose desa or RT is known and lies outside of a territory (a code as in `payung.core.scope`)."""
    if not territory:
        return None
    known = [a for a in applications if a.desa_code]
    away = [a for a in known if not within(place_of(regency, a.desa_code, a.rt), territory)]
    # An RT that is not known may well be the right one: that is a fault of its own.
    away = [a for a in away if a.rt or not within(str(a.desa_code), territory.partition("/")[0])]
    if not away:
        return None
    usual = Counter((str(a.desa_code), a.rt if "/" in territory else "") for a in away).most_common(1)[0][0]
    found = region.desa(usual[0])
    words = found.in_words if found else usual[0]
    words = f"RT {usual[1]} {words}" if usual[1] and within(usual[0], territory.partition("/")[0]) else words
    return Elsewhere(words, frozenset(a.row_id for a in away), 2 * len(away) > len(known))


def other_regency(
    applications: Sequence[Application],
    readings: Sequence[SheetReading],
    sheets: Sequence[SheetTable],
    regency: str,
) -> str:
    """The name of another regency that this list seems to come from; "" where nothing says so.

    Titles and a column of regencies say it by name, codes of villages by themselves; where most villages are not
    known, the numbers of the people say where these were registered.
    """
    named = Counter(one.code for text in _texts(readings, sheets) for one in _regencies_named(text))
    codes = Counter(_regency_of(a.desa_raw) for a in applications if not a.desa_code)
    named += Counter({code: count for code, count in codes.items() if code})
    strange = sum(not a.desa_code for a in applications)
    if not named and len(applications) >= _LEAST and 2 * strange > len(applications):
        born = Counter(f"{a.nik[:2]}.{a.nik[2:4]}" for a in applications if a.nik and len(a.nik) == 16)
        code, count = born.most_common(1)[0] if born else ("", 0)
        if 2 * count > len(applications):
            named[code] = count
    if not named or regency in named:
        return ""
    found = region.regency(named.most_common(1)[0][0])
    return found.name if found else ""


def _texts(readings: Sequence[SheetReading], sheets: Sequence[SheetTable]) -> list[str]:
    """Titles of the sheets, and what stands in a column whose header says regency."""
    by_name = {sheet.name: sheet for sheet in sheets}
    found: list[str] = []
    for reading in readings:
        rows = by_name[reading.name].rows
        for kind, row in zip(reading.kinds, rows, strict=False):
            if kind is RowKind.TITLE:
                found.append(" ".join(text for cell in row if (text := text_of(cell))))
        for block in reading.blocks:
            header = rows[block.header_row - 1]
            column = next(
                (at for at, cell in enumerate(header) if headers.field_among(text_of(cell), {"regency"})),
                None,
            )
            if column is not None:
                cells = (one.cells for one in reading.people if one.block is block)
                values = {text_of(cell[column]) for cell in cells if column < len(cell)}
                found += [
                    f"Kabupaten {value}" if not _NAMED.match(value) else value for value in values if value
                ]
    return found


def _regencies_named(text: str) -> list[Region]:
    found = []
    for match in _NAMED.finditer(text):
        kinds = ("Kota",) if match[1].casefold() == "kota" else ("Kabupaten", "Kota")
        words = match[2].split()
        for size in range(min(4, len(words)), 0, -1):
            name = "".join(re.findall("[a-z]", " ".join(words[:size]).casefold()))
            if one := next((one for kind in kinds if (one := _by_name().get(kind + name))), None):
                found.append(one)
                break
    return found


@cache
def _by_name() -> dict[str, Region]:
    """Every regency and city of the country by its kind and the letters of its name."""
    found: dict[str, Region] = {}
    for province in range(11, 100):
        for one in region.regencies(str(province)):
            kind, _, name = one.name.partition(" ")
            found["".join((kind, *re.findall("[a-z]", name.casefold())))] = one
    return found


def _regency_of(code: str | None) -> str:
    match = _CODE.fullmatch((code or "").strip())
    found = region.regency(f"{match[1]}.{match[2]}") if match else None
    return found.code if found else ""
