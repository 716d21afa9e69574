"""Capaian and a round's numbers as workbook, as a sheet of paper and as a picture; letters to those not chosen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import vl_convert

from payung.core.dates import long_day
from payung.core.month import MonthSpan
from payung.core.rupiah import number, rupiah
from payung.reporting.achievement import Achievement, sentence
from payung.reporting.charts import BLUE, REST, Bar, Picture, draw
from payung.reporting.round_figures import Section
from payung.reporting.tables import HIDDEN
from payung.sheets.typesetting import Document, as_json, typeset
from payung.sheets.writing import new_book, write_text

HERE = Path(__file__).parent
SHEET, LETTER = HERE / "achievement.typ", HERE / "letter.typ"
_PICTURE_SCALE = 2.0
_COLUMNS = ("Orang", "Orang-bulan", "JKK", "JKM", "Iuran")


def picture_of(told: Achievement) -> Picture:
    """The covered by kecamatan, as parts of those on the lists; what is left out has no bar."""
    shown = [one for one in told.districts if one.covered is not None and one.listed]
    bars, full = [], 1.0
    for one in sorted(shown, key=lambda each: (-(each.covered or 0) / (each.listed or 1), each.code)):
        covered, listed = one.covered or 0, one.listed or 1
        part = covered / listed
        full = max(full, part)
        text = f"{number(covered)} dari {number(listed)}"
        bars.append(Bar(one.name, ((0.0, part, BLUE), (min(part, 1.0), 1.0, REST)), text, number(covered)))
    legend = ((BLUE, "iurannya dibayar"), (REST, "pada daftar, belum"))
    return Picture(f"Terlindungi {told.month.in_words}, per kecamatan", tuple(bars), full, legend)


def png_of(told: Achievement) -> bytes:
    """The picture as PNG, for a message or a slide."""
    (drawn,) = draw([picture_of(told)])
    png: bytes = vl_convert.svg_to_png(drawn.wide, scale=_PICTURE_SCALE)
    return png


def write_sheet(told: Achievement, out: Path) -> None:
    """One page A4 as PDF/A: the figures, each with source and day, the kecamatan, the sentence."""
    data = as_json(
        {
            "regency": told.regency,
            "month": told.month.in_words,
            "told_on": long_day(told.told_on),
            "covered": number(told.covered),
            "money": [rupiah(told.jkk_idr), rupiah(told.jkm_idr), rupiah(told.amount_idr)],
            "basis": told.basis,
            "shares": [
                {
                    "percent": "–" if one.is_odd else f"{one.percent} %",
                    "of": f"{number(one.covered)} dari {number(one.whole.value)} {one.whole.name}",
                    "source": f"{one.whole.source}, {long_day(one.whole.as_of)}",
                }
                for one in told.shares
            ],
            "districts": [
                [one.name, HIDDEN if one.covered is None else number(one.covered), HIDDEN if one.listed is None else number(one.listed)]
                for one in told.districts
            ],
            "sentence": sentence(told),
        }
    )  # fmt: skip
    typeset([Document(SHEET, out, lambda: data)])


def write_workbook(told: Achievement, out: Path) -> None:
    """The same figures as a workbook; numbers are numbers."""
    with new_book(out) as book:
        bold = book.add_format({"bold": True})
        counted = book.add_format({"num_format": "#,##0"})
        sheet = book.add_worksheet("Capaian")
        sheet.set_column(0, 0, 46)
        sheet.set_column(1, 2, 16)
        sheet.set_column(3, 4, 44)
        write_text(sheet, 0, 0, f"Capaian {told.regency}, {told.month.in_words}", bold)
        write_text(sheet, 1, 0, f"Pembilang: {told.basis}; keadaan {long_day(told.told_on)}")
        for column, title in enumerate(
            ("Pembanding", "Dilindungi", "Pembanding (orang)", "Sumber", "Keadaan")
        ):
            write_text(sheet, 3, column, title, bold)
        row = 4
        for row, share in enumerate(told.shares, 4):
            write_text(sheet, row, 0, share.whole.name)
            sheet.write_number(row, 1, share.covered, counted)
            sheet.write_number(row, 2, share.whole.value, counted)
            write_text(sheet, row, 3, share.whole.source)
            write_text(sheet, row, 4, long_day(share.whole.as_of))
        head = row + 2
        for column, title in enumerate(("Kecamatan", "Dilindungi", "Pada daftar")):
            write_text(sheet, head, column, title, bold)
        for row, one in enumerate(told.districts, head + 1):
            write_text(sheet, row, 0, one.name)
            for column, value in enumerate((one.covered, one.listed), 1):
                if value is None:
                    write_text(sheet, row, column, HIDDEN)
                else:
                    sheet.write_number(row, column, value, counted)


def write_round_workbook(
    title: str, sections: Sequence[Section], reasons: Iterable[tuple[str, int]], out: Path
) -> None:
    """A round in numbers: a sheet for each table, and one for why others were not chosen."""
    with new_book(out) as book:
        bold = book.add_format({"bold": True})
        counted = book.add_format({"num_format": "#,##0"})
        strong = book.add_format({"num_format": "#,##0", "bold": True, "top": 1})
        for section in sections:
            sheet = book.add_worksheet(section.head)
            sheet.set_column(0, 0, 40)
            sheet.set_column(1, len(_COLUMNS), 16)
            write_text(sheet, 0, 0, f"{title}. {section.title}", bold)
            for column, name in enumerate((section.head, *_COLUMNS)):
                write_text(sheet, 2, column, name, bold)
            for row, line in enumerate((*section.rows, section.total), 3):
                look = strong if line is section.total else counted
                write_text(sheet, row, 0, line.title, look)
                for column, value in enumerate(line.numbers, 1):
                    sheet.write_number(row, column, value, look)
        sheet = book.add_worksheet("Belum ditetapkan")
        sheet.set_column(0, 0, 70)
        write_text(sheet, 0, 0, f"{title}. Belum ditetapkan, menurut alasan", bold)
        for row, (reason, count) in enumerate(reasons, 2):
            write_text(sheet, row, 0, reason)
            sheet.write_number(row, 1, count, counted)


@dataclass(frozen=True, slots=True)
class Letter:
    """What one person is told: why not now, and what they can do."""

    name: str
    address: str
    why: str
    change: str
    standing: int | None


def write_letters(
    regency: str,
    office: str,
    place: str,
    months: MonthSpan,
    dated: date,
    letters: Sequence[Letter],
    out: Path,
) -> None:
    """A letter a page, for one desa, in the order given."""
    data = as_json(
        {
            "regency": regency,
            "office": office,
            "place": place,
            "months": months.in_words,
            "dated": long_day(dated),
            "letters": [
                {
                    "name": one.name, "address": one.address, "why": one.why, "change": one.change,
                    "standing": number(one.standing) if one.standing else "",
                }
                for one in letters
            ],
        }
    )  # fmt: skip
    typeset([Document(LETTER, out, lambda: data)])
