"""Which columns the insurer's file has: a mapping file that an office can change, read strictly.

The branches ask for different sheets and change them; that is data, not code.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from re import sub

import yaml

from payung.allocation.roll import RollEntry
from payung.core import region
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.enrolment.explain import group_title, place_names
from payung.policy.loader import law
from payung.policy.local import LocalPolicy
from payung.policy.reading import Cell, compose
from payung.policy.tables import CERTAINTIES

SHIPPED = Path(__file__).parent / "mappings" / "bpjs-bpu.yaml"
Answer = str | int | date | None


@dataclass(frozen=True, slots=True)
class Person:
    """One entry with what a column may ask for; `number` counts the rows of the sheet from 1."""

    number: int
    entry: RollEntry
    policy: LocalPolicy

    def month_split(self) -> tuple[int, int]:
        """JKK and JKM of the first month, in rupiah."""
        row, months = self.entry.row, len(self.entry.months)
        jkk, jkm = self.entry.jkk_idr, self.entry.jkm_idr
        if row.price_idr * months == row.amount_idr and jkk % months == 0 and jkm % months == 0:
            return jkk // months, jkm // months
        source = self.policy.source(row.source)
        price = law().price(
            row.month_from,
            payer=source.payer,
            segment=row.segment,
            sector=self.policy.group(row.group).sector,
            base_idr=source.base_idr,
        )
        return price.jkk_idr, price.jkm_idr


def _address(person: Person) -> str:
    application, row = person.entry.application, person.entry.row
    parts = [application.address or "", f"RT {row.rt}" if row.rt else ""]
    parts.append(f"RW {application.rw}" if application.rw else "")
    return " ".join(part for part in parts if part)


def _regency(person: Person) -> str:
    found = region.regency(person.entry.row.regency)
    return found.name if found else ""


def _province(person: Person) -> str:
    found = region.province(person.entry.row.regency[:2])
    return found.name if found else ""


def _months(person: Person) -> tuple[Month, Month]:
    return person.entry.row.month_from, person.entry.row.month_to


FIELDS: Mapping[str, Callable[[Person], Answer]] = {
    "number": lambda p: p.number,
    "nik": lambda p: p.entry.row.nik,
    "kk": lambda p: p.entry.application.kk,
    "name": lambda p: p.entry.row.name_raw,
    "birth_place": lambda p: p.entry.application.birth_place,
    "birth_on": lambda p: p.entry.row.birth_on,
    "sex": lambda p: p.entry.row.sex,
    "mother_name": lambda p: p.entry.application.mother_name,
    "address": lambda p: p.entry.application.address,
    "address_rt": _address,
    "rt": lambda p: p.entry.row.rt,
    "rw": lambda p: p.entry.application.rw,
    "desa": lambda p: place_names(p.entry.row.desa_code)[0],
    "desa_code": lambda p: p.entry.row.desa_code,
    "district": lambda p: place_names(p.entry.row.desa_code)[1],
    "regency": _regency,
    "province": _province,
    "phone": lambda p: p.entry.application.phone,
    "occupation": lambda p: p.entry.application.occupation_raw,
    "group": lambda p: group_title(p.entry.row.group, p.policy),
    "work_place": lambda p: p.entry.application.work_place,
    "work_hours": lambda p: p.entry.application.work_hours,
    "base_idr": lambda p: p.policy.source(p.entry.row.source).base_idr,
    "jkk_month_idr": lambda p: p.month_split()[0],
    "jkm_month_idr": lambda p: p.month_split()[1],
    "month_idr": lambda p: p.entry.row.price_idr,
    "jkk_idr": lambda p: p.entry.jkk_idr,
    "jkm_idr": lambda p: p.entry.jkm_idr,
    "amount_idr": lambda p: p.entry.row.amount_idr,
    "month_count": lambda p: len(p.entry.months),
    "start_on": lambda p: _months(p)[0].first_day,
    "end_on": lambda p: _months(p)[1].last_day,
    "row_id": lambda p: p.entry.application.row_id,
}
"""Every field that a column may name, with where it comes from."""

DATES = ("birth_on", "start_on", "end_on")
NUMBERS = ("number", "month_count", *(name for name in FIELDS if name.endswith("_idr")))
DATE_FORMATS: Mapping[str, Callable[[date], str]] = {
    "dd-mm-yyyy": lambda day: f"{day.day:02d}-{day.month:02d}-{day.year:04d}",
    "dd/mm/yyyy": lambda day: f"{day.day:02d}/{day.month:02d}/{day.year:04d}",
    "yyyy-mm-dd": lambda day: f"{day.year:04d}-{day.month:02d}-{day.day:02d}",
}
TEXT_FORMATS: Mapping[str, Callable[[str], str]] = {
    "as-is": lambda text: text,
    "capitals": lambda text: text.upper(),
    "digits": lambda text: sub(r"[^\d+]", "", text),
    "sex-words": lambda text: {"L": "LAKI-LAKI", "P": "PEREMPUAN"}.get(text, text),
}
_NUMBER_FORMATS = ("number",)


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column: either a `field` in a `format`, or a fixed text."""

    title: str
    width: float
    field: str | None
    format: str
    text: str = ""

    @property
    def kind(self) -> str:
        """How `workbook` writes it: numbers as numbers, everything else as text."""
        if self.field in NUMBERS:
            return "idr" if self.field and self.field.endswith("_idr") else "count"
        return "code" if self.format == "digits" else "text"

    def value(self, person: Person) -> str | int | None:
        """What stands in this column for one person; None for an empty cell."""
        if self.field is None:
            return self.text or None
        found = FIELDS[self.field](person)
        if isinstance(found, date):
            return DATE_FORMATS[self.format](found)
        return TEXT_FORMATS[self.format](found) if isinstance(found, str) else found


@dataclass(frozen=True, slots=True)
class BpjsMapping:
    """The insurer's sheet: its name and its columns from left to right."""

    id: str
    title: str
    sheet: str
    columns: tuple[MappedColumn, ...]


@cache
def shipped_mapping() -> BpjsMapping:
    """The mapping that comes with Payung."""
    return read_mapping(SHIPPED)


def read_mapping(path: Path) -> BpjsMapping:
    """A mapping file. PayungError(Exit.POLICY) names file and line of an unknown field, key or format."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PayungError(
            f"Berkas pemetaan {path.name} tidak dapat dibaca.",
            todo="Periksa nama dan letaknya; simpan sebagai teks UTF-8.",
            exit_code=Exit.POLICY,
        ) from error
    root = compose(source, path.name)
    keys = root.mapping(("id", "title", "certainty", "source", "sheet", "columns"))
    keys["certainty"].choice(CERTAINTIES)
    keys["source"].text()
    columns = tuple(_column(cell) for cell in keys["columns"].items())
    titles = [column.title for column in columns]
    for cell, title in zip(keys["columns"].items(), titles, strict=True):
        if titles.count(title) > 1:
            raise cell.fail(f'judul kolom "{title}" dipakai dua kali.')
    if not any(column.field == "nik" for column in columns):
        raise keys["columns"].fail("kolom dengan field nik belum ada; tanpa NIK berkas tidak dapat dipakai.")
    return BpjsMapping(keys["id"].text(), keys["title"].text(), keys["sheet"].text(), columns)


def _column(cell: Cell) -> MappedColumn:
    keys = cell.mapping(("title", "width"), ("field", "value", "format"))
    title, width = _literal(keys["title"]), float(keys["width"].number())
    if ("field" in keys) == ("value" in keys):
        raise cell.fail("tulis salah satu: field (isi dari daftar) atau value (teks tetap).")
    if "value" in keys:
        if "format" in keys:
            raise keys["format"].fail("format hanya untuk kolom dengan field.")
        return MappedColumn(title, width, None, "", _literal(keys["value"], blank=True))
    field = keys["field"].choice(tuple(FIELDS))
    if field in DATES:
        allowed = tuple(DATE_FORMATS)
    else:
        allowed = _NUMBER_FORMATS if field in NUMBERS else tuple(TEXT_FORMATS)
    chosen = keys["format"].choice(allowed) if "format" in keys else allowed[0]
    return MappedColumn(title, width, field, chosen)


def _literal(cell: Cell, blank: bool = False) -> str:
    """What is written, letter by letter: `NO` is a title here, not YAML's word for false."""
    if not isinstance(cell.node, yaml.ScalarNode) or cell.is_null or not (blank or cell.node.value.strip()):
        raise cell.fail("di sini harus teks.")
    return str(cell.node.value).strip()
