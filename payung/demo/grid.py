"""Plain tables of cells and the file formats they are written in: xlsx, ods, csv. Same cells, same bytes."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape, quoteattr

import xlsxwriter

FIXED = datetime(2022, 9, 12, 8, 0, 0)  # noqa: DTZ001 - the date of an invented document, in no zone


class Formula(NamedTuple):
    """A formula with the value that it shows."""

    text: str
    value: int


Cell = str | int | float | date | Formula | None


@dataclass(slots=True)
class Sheet:
    """Rows of cells with the little formatting that neighbourhood workbooks have."""

    name: str
    rows: list[list[Cell]] = field(default_factory=list)
    headers: set[int] = field(default_factory=set)
    """Zero-based rows that are set in bold with borders."""
    titles: set[int] = field(default_factory=set)
    """Zero-based rows merged over the whole width."""
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    """First row, first column, last row, last column: zero-based, inclusive."""
    widths: dict[int, float] = field(default_factory=dict)
    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)

    @property
    def width(self) -> int:
        return max((len(row) for row in self.rows), default=1)


def write_xlsx(sheets: list[Sheet], out: Path, date_format: str = "dd/mm/yyyy") -> None:
    """Write an Excel workbook whose bytes depend on the cells only."""
    with xlsxwriter.Workbook(str(out), {"strings_to_formulas": False, "in_memory": True}) as book:
        book.set_properties({"author": "Data buatan Payung", "created": FIXED})
        bold = book.add_format({"bold": True, "border": 1, "align": "center", "text_wrap": True})
        title = book.add_format({"bold": True, "align": "center"})
        day = book.add_format({"num_format": date_format})
        text = book.add_format({"num_format": "@"})
        for sheet in sheets:
            page = book.add_worksheet(sheet.name)
            for column, width in sheet.widths.items():
                page.set_column(column, column, width, None, {"hidden": column in sheet.hidden_columns})
            for row in sheet.hidden_rows:
                page.set_row(row, None, None, {"hidden": True})
            merged = {(r, c) for r, c, _, _ in sheet.merges}
            for top, left, bottom, right in sheet.merges:
                value = sheet.rows[top][left]
                page.merge_range(top, left, bottom, right, value, bold)
            last = sheet.width - 1
            for r, cells in enumerate(sheet.rows):
                if r in sheet.titles and cells and last > 0:
                    page.merge_range(r, 0, r, last, cells[0], title)
                    continue
                style = bold if r in sheet.headers else None
                for c, cell in enumerate(cells):
                    if cell is None or (r, c) in merged:
                        continue
                    if isinstance(cell, Formula):
                        page.write_formula(r, c, cell.text, style, cell.value)
                    elif isinstance(cell, str):
                        page.write_string(r, c, cell, style or (text if cell.isdigit() else None))
                    elif isinstance(cell, date):
                        page.write_datetime(r, c, cell, day)
                    else:
                        page.write_number(r, c, cell, style)


def plain(cell: Cell) -> str:
    """The cell as Excel would save it into a text file."""
    if cell is None:
        return ""
    if isinstance(cell, Formula):
        return str(cell.value)
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def write_csv(sheet: Sheet, out: Path, delimiter: str = ",", encoding: str = "utf-8") -> None:
    """Write a text table; `utf-16` and `utf-8-sig` begin with a byte-order mark."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\r\n")
    writer.writerows([[plain(cell) for cell in row] for row in sheet.rows])
    out.write_bytes(text.getvalue().encode(encoding, "replace"))


_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
    "</manifest:manifest>"
)


def _ods_cells(row: list[Cell]) -> Iterator[str]:
    for cell in row:
        if cell is None or cell == "":
            yield "<table:table-cell/>"
            continue
        shown = escape(plain(cell))
        kind = 'office:value-type="string"'
        if isinstance(cell, Formula):
            kind = f'office:value-type="float" office:value="{cell.value}"'
        elif isinstance(cell, date):
            kind = f'office:value-type="date" office:date-value="{cell.isoformat()}"'
        elif not isinstance(cell, str):
            kind = f'office:value-type="float" office:value="{cell}"'
        yield f"<table:table-cell {kind}><text:p>{shown}</text:p></table:table-cell>"


def write_ods(sheets: list[Sheet], out: Path) -> None:
    """Write an OpenDocument spreadsheet: values only."""
    body = [_ODS_HEAD]
    for sheet in sheets:
        body.append(f"<table:table table:name={quoteattr(sheet.name)}>")
        body += [
            f"<table:table-row>{''.join(_ods_cells(row)) or '<table:table-cell/>'}</table:table-row>"
            for row in sheet.rows
        ]
        body.append("</table:table>")
    body.append(_ODS_TAIL)
    parts = (
        ("mimetype", _ODS_TYPE, zipfile.ZIP_STORED),
        ("content.xml", "".join(body), zipfile.ZIP_DEFLATED),
        ("META-INF/manifest.xml", _ODS_MANIFEST, zipfile.ZIP_DEFLATED),
    )
    with zipfile.ZipFile(out, "w") as archive:
        for name, content, method in parts:
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = method
            archive.writestr(info, content)
