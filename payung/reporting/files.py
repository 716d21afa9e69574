"""Coverage bases in, the coverage workbook out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException

from payung.core.dates import day, parse_date
from payung.core.errors import PayungError, cannot_write
from payung.core.headers import key
from payung.core.region import desa
from payung.reporting.rules import UNKNOWN, Base, Coverage, CoverageTable, Denominators
from payung.reporting.words import safe
from payung.sheets.reading import read_table
from payung.sheets.table import Cell, SheetTable
from payung.sheets.writing import write_text

COLUMNS: Mapping[str, frozenset[str]] = {
    "desa_code": frozenset(
        {"desa code", "kode desa", "kode desa kelurahan", "kode kelurahan", "kode wilayah"}
    ),
    "workers": frozenset({"workers", "pekerja", "jumlah pekerja", "penyebut", "jumlah", "jumlah penyebut"}),
    "source": frozenset({"source", "sumber", "sumber data"}),
    "as_of": frozenset({"as of", "keadaan", "tanggal", "per tanggal", "tanggal data", "tanggal keadaan"}),
}
"""Field to the headers that mean it; columns beside these (names of desa and kecamatan) are for people to read."""
_HEADER_WITHIN = 20
_CREATED = datetime(2000, 1, 1)  # noqa: DTZ001 - a fixed mark in the file's properties, not a moment


def read_denominators(path: Path, regency_code: str) -> Denominators:
    """Workers to be protected by desa: desa_code, workers, source, as_of (xlsx, xls, ods, csv).

    Nothing is guessed: PayungError(INPUT) names the row of an unknown or repeated desa, a number that is none, a
    missing source or date. A desa that the file does not name stays unknown.
    """
    for sheet in read_table(path).sheets:
        if found := _header(sheet):
            return _bases(path.name, sheet, *found, regency_code)
    raise PayungError(
        f"{path.name}: tidak ada baris judul dengan kolom {', '.join(COLUMNS)}.",
        todo="Beri satu baris untuk tiap desa: desa_code, workers, source, as_of.",
    )


def _header(sheet: SheetTable) -> tuple[int, dict[str, int]] | None:
    """Index of the header row and of each field's column."""
    for place, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
        names = [key(str(cell)) if isinstance(cell, str) else "" for cell in row]
        columns = {
            field: column
            for field, words in COLUMNS.items()
            for column in reversed(range(len(names)))
            if names[column] in words
        }
        if len(columns) == len(COLUMNS):
            return place, columns
    return None


def _bases(
    file: str, sheet: SheetTable, header: int, columns: Mapping[str, int], regency_code: str
) -> Denominators:
    found: dict[str, Base] = {}
    rows: dict[str, int] = {}
    for number, row in enumerate(sheet.rows[header + 1 :], start=header + 2):
        cells = {field: row[at] if at < len(row) else None for field, at in columns.items()}
        if all(_text(cell) == "" for cell in cells.values()):
            continue
        where = f"{file} baris {number}"
        code = _desa(cells["desa_code"], regency_code, where)
        if code in found:
            raise PayungError(
                f"{where}: desa {code} sudah ada pada baris {rows[code]}.", todo="Satu desa satu baris."
            )
        source = _text(cells["source"])
        if not source:
            raise PayungError(
                f"{where}: sumber kosong.", todo="Tulis dari mana jumlah itu, misalnya BPS 2023."
            )
        found[code] = Base(_workers(cells["workers"], where), source, _as_of(cells["as_of"], where))
        rows[code] = number
    if not found:
        raise PayungError(
            f"{file}: tidak ada satu desa pun di bawah baris judul.", todo="Isi satu baris tiap desa."
        )
    return Denominators(found)


def _text(cell: Cell) -> str:
    return "" if cell is None else str(cell).strip()


def _desa(cell: Cell, regency_code: str, where: str) -> str:
    place = desa(_text(cell))
    if place is None or place.regency_code.replace(".", "") != regency_code.replace(".", ""):
        raise PayungError(
            f"{where}: kode desa {safe(_text(cell))!r} tidak ada di kabupaten {regency_code}.",
            todo="Tulis kode Kemendagri sebagai teks, misalnya 64.01.04.2001.",
        )
    return place.code


def _workers(cell: Cell, where: str) -> int:
    text = _text(cell)
    if isinstance(cell, float) and cell.is_integer():
        text = str(int(cell))
    groups = text.split(".")
    if len(groups) > 1 and 1 <= len(groups[0]) <= 3 and all(len(group) == 3 for group in groups[1:]):
        text = "".join(groups)
    if isinstance(cell, bool) or not (text.isascii() and text.isdigit()):
        raise PayungError(
            f"{where}: jumlah pekerja {safe(_text(cell))!r} bukan bilangan bulat.",
            todo="Tulis angka saja, misalnya 1250.",
        )
    return int(text)


def _as_of(cell: Cell, where: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    parsed = parse_date(_text(cell))
    if parsed.value is None:
        raise PayungError(f"{where}: tanggal keadaan {safe(_text(cell))!r} tidak jelas.", todo=parsed.message)
    return parsed.value


def write_coverage(rows: CoverageTable, out: Path) -> None:
    """Write `cakupan.xlsx`: a sheet by kecamatan with the total, and one by desa; PayungError when that fails.

    The same figures give the same bytes.
    """
    try:
        with xlsxwriter.Workbook(
            out, {"strings_to_formulas": False, "in_memory": True, "strings_to_urls": False}
        ) as book:
            book.set_properties({"title": "Cakupan", "created": _CREATED})
            writer = _Writer(book)
            writer.sheet("Per kecamatan", rows.districts, rows.total, rows.remark)
            writer.sheet("Per desa", rows.desa, rows.total, rows.remark)
    except (OSError, XlsxWriterException) as error:
        raise cannot_write(out.name, error) from error


_HEAD = (
    ("Kode", 15), ("Tempat", 28), ("Kecamatan", 22), ("Dilindungi sebelum", 13), ("Ditambah", 12),
    ("Dilindungi sesudah", 13), ("Harus dilindungi", 13), ("Belum terjangkau", 13), ("Cakupan sebelum", 12),
    ("Cakupan sesudah", 12), ("Sumber penyebut", 34), ("Keadaan", 12), ("Catatan", 60),
)  # fmt: skip


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        edge = {"border": 1, "border_color": "#C4CDD4", "valign": "top"}
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": "#14303D"})
        self.small = book.add_format({"italic": True, "font_color": "#4A5C66"})
        self.head = book.add_format(
            {**edge, "bold": True, "font_color": "white", "bg_color": "#14303D", "text_wrap": True}
            | {"valign": "vcenter"}
        )
        self.formats = {
            bold: (
                book.add_format({**edge, "bold": bold, "text_wrap": True}),
                book.add_format({**edge, "bold": bold, "num_format": "#,##0"}),
                book.add_format({**edge, "bold": bold, "num_format": "0.00%"}),
                book.add_format({**edge, "bold": bold, "align": "right"}),
            )
            for bold in (False, True)
        }

    def sheet(self, name: str, rows: Sequence[Coverage], total: Coverage, remark: str) -> None:
        page = self.book.add_worksheet(name)
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        write_text(page, 0, 0, f"Cakupan perlindungan {name.lower()}", self.title)
        write_text(page, 1, 0, remark or "Persen = dilindungi dibagi yang harus dilindungi.", self.small)
        for column, (title, width) in enumerate(_HEAD):
            page.set_column(column, column, width)
            write_text(page, 3, column, title, self.head)
        page.freeze_panes(4, 2)
        page.repeat_rows(3)
        page.set_row(3, 32)
        for place, row in enumerate(rows, start=4):
            self._row(page, place, row, bold=False)
        self._row(page, 4 + len(rows), total, bold=True)
        page.autofilter(3, 0, 3 + len(rows), len(_HEAD) - 1)

    def _row(self, page: xlsxwriter.worksheet.Worksheet, place: int, row: Coverage, *, bold: bool) -> None:
        text, whole, share, blank = self.formats[bold]
        for column, words in enumerate((row.place_code, row.place, row.district)):
            write_text(page, place, column, words, text)
        counts = (row.covered_before, row.added, row.covered_after, row.denominator, row.unreached)
        for column, count in enumerate(counts, start=3):
            if count is None:
                write_text(page, place, column, UNKNOWN, blank)
            else:
                page.write_number(place, column, count, whole)
        for column, ratio in enumerate((row.before_ratio, row.after_ratio), start=8):
            if ratio is None:
                write_text(page, place, column, UNKNOWN, blank)
            else:
                page.write_number(place, column, float(ratio), share)
        write_text(page, place, 10, row.source or UNKNOWN, text)
        write_text(page, place, 11, day(row.as_of) if row.as_of else UNKNOWN, text)
        write_text(page, place, 12, row.remarks, text)
