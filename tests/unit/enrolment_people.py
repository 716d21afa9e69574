"""A small regency's roll for the tests of enrolment: synthetic people, the same ones every time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from payung.allocation.roll import RollEntry, RollRow
from payung.core import region
from payung.core.application import Application
from payung.core.month import Month, MonthSpan

SPAN = MonthSpan(Month(2022, 10), Month(2022, 12))
MONTHS = tuple(SPAN)
HOSTILE = (
    '=HYPERLINK("http://contoh.id","x")', "+62811", "-1+1", "@SUM(A1)", "\tTAB", "\rCR", "<r><t>x</t></r>",
    "#pagebreak()", "$x^2$", "*tebal*", "_miring_", "<label>", "@rujuk", "[isi]", "\\n", "`kode`", "// hilang",
    "A & B < C", "O'Neil \"Udin\"",
)  # fmt: skip
"""What would act in Excel, in XML or in typst if it were taken for more than text."""
_NAMES = ("Siti Aminah", "Budi Santoso", "Rahmah", "Andi Baharuddin", "Noor Jannah", "Slamet")
_GROUPS = ("petani", "marbot", "imam")


def application(number: int, **changes: Any) -> Application:
    """Person `number` as the list has them, complete for the insurer's form."""
    places = region.villages("64.01")
    place = places[number % 3 * 20]
    sex = "LP"[number % 2]
    born = date(1960 + number % 40, 1 + number % 12, 1 + number % 28)
    day = born.day + (40 if sex == "P" else 0)
    nik = f"640101{day:02d}{born:%m%y}{1 + number:04d}"
    known = Application(
        f"{number:016x}",
        f"{place.name}.xlsx",
        "Data",
        number + 2,
        nik=nik,
        kk=f"6401010101{number:06d}",
        name=_NAMES[number % len(_NAMES)],
        birth_place="Tanah Grogot",
        birth_on=born,
        sex=sex,
        mother_name="Aisyah",
        address=f"Jl. Melati No. {number}",
        rt=f"{1 + number % 7:03d}",
        rw="001",
        desa_raw=place.name,
        desa_code=place.code,
        occupation_raw="tani",
        group=_GROUPS[number % len(_GROUPS)],
        work_place="Kebun sendiri",
        work_hours="07.00-15.00",
        phone=f"08125{number:07d}",
    )
    return replace(known, **changes)


def entry(number: int, source: str = "apbd-kabupaten", **changes: Any) -> RollEntry:
    """Person `number` on the roll: three months at Rp16.800."""
    person = application(number, **changes)
    assert person.birth_on is not None
    row = RollRow(
        "64.01", person.nik or "", person.name or "", person.birth_on, person.sex or "", person.desa_code or "",
        person.rt or "", person.group or "", "BPU", source, SPAN.first, SPAN.last, 16_800, 50_400,
    )  # fmt: skip
    return RollEntry(row, person, 30_000, 20_400, MONTHS)


def cells(path: Path, sheet: str) -> list[tuple[Any, ...]]:
    """All values of a sheet, as openpyxl reads them."""
    book = openpyxl.load_workbook(path)
    return [tuple(cell.value for cell in row) for row in book[sheet].rows]


def formulas(path: Path) -> list[str]:
    """Every cell of a workbook that is a formula or a link."""
    book = openpyxl.load_workbook(path)
    return [
        f"{sheet.title}!{cell.coordinate}"
        for sheet in book.worksheets
        for row in sheet.rows
        for cell in row
        if cell.data_type == "f" or cell.hyperlink is not None
    ]
