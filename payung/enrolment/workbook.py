"""Workbooks that people get: every text is written as text, money as whole rupiah, rows in a stated order.

Nothing that somebody typed can become a formula or a link, and the same rows always give the same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import XlsxWriterException
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from payung.core.errors import cannot_write
from payung.sheets.writing import new_book

MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001 - the workbook's own date; the clock would change the bytes.
RESTRICTED = "TERBATAS: memuat data pribadi. Simpan terkunci, kirim hanya kepada yang berwenang."
_LONGEST = 32_767
"""Characters that a cell holds."""
_INK = "#1F3A4D"
_SHEET_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))

_SPECIAL = re.compile(r"[&<>\x00-\x1f\ud800-\udfff\ufffe\uffff]|_x|^\s|\s$")

Value = str | int | None


class _PlainSheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose texts are only ever texts, written row by row in a third of the time.

    XlsxWriter copies a text that begins with `<r>` and ends with `</r>` into the workbook's XML as it stands, taking
    it for formatting of its own: a name could write cells. Here such a text is escaped like any other.
    """

    def write_values(self, row: int, values: Sequence[Value], looks: Sequence[Format], blanks: bool) -> None:
        """One whole row, below all rows written before."""
        self._write_single_row(row)
        self._check_dimensions(row, 0)
        self._check_dimensions(row, len(values) - 1)
        parts = [f'<row r="{row + 1}">']
        for column, value, look in zip(_letters(len(values)), values, looks, strict=True):
            start = f'<c r="{column}{row + 1}" s="{look._get_xf_index()}"'
            if isinstance(value, int):
                parts.append(f"{start}><v>{value}</v></c>")
            elif value:
                text, space = value[:_LONGEST], ""
                if _SPECIAL.search(text):
                    text, space = self._escaped(text), ' xml:space="preserve"'
                parts.append(f'{start} t="inlineStr"><is><t{space}>{text}</t></is></c>')
            elif blanks:
                parts.append(f"{start}/>")
        parts.append("</row>")
        self.fh.write("".join(parts))

    def _escaped(self, text: str) -> str:
        whole = text.encode("utf-8", "replace").decode("utf-8")
        return str(self._escape_data(self._escape_control_characters(whole)))


@cache
def _letters(count: int) -> tuple[str, ...]:
    return tuple(xl_col_to_name(place) for place in range(count))


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `kind`: `text`, `wrap` (long text), `code` (digits that are no number), `count` or `idr`."""

    title: str
    width: float
    kind: str = "text"


class Book:
    """A workbook being written; make one with `workbook`."""

    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book = book
        edge = {"bottom": 1, "bottom_color": "#C4CDD4", "valign": "top"}
        kinds: dict[str, dict[str, Any]] = {
            "text": {"num_format": "@"},
            "wrap": {"num_format": "@", "text_wrap": True},
            "code": {"num_format": "@"},
            "count": {"num_format": "#,##0"},
            "idr": {"num_format": '"Rp"#,##0'},
        }
        self.cells = {kind: book.add_format(edge | look) for kind, look in kinds.items()}
        self.sums = {
            kind: book.add_format(edge | look | {"bold": True, "bg_color": "#EEF3F6", "top": 2})
            for kind, look in kinds.items()
        }
        self.head = book.add_format(
            edge
            | {"bold": True, "font_color": "white", "bg_color": _INK, "text_wrap": True, "valign": "vcenter"}
        )
        self.title = book.add_format({"bold": True, "font_size": 14, "font_color": _INK})
        self.note = book.add_format({"font_color": "#5A6670"})
        self._names: set[str] = set()

    def sheet(
        self, name: str, columns: Sequence[Column], title: str = "", notes: Iterable[str] = ()
    ) -> Sheet:
        """A new sheet, its title and notes above the header; rows follow in order."""
        plain = " ".join(name.translate(_SHEET_NAME).split())[:31] or "Lembar"
        wanted, number = plain, 2
        while wanted.casefold() in self._names:
            wanted, number = f"{plain[:27]} ({number})", number + 1
        self._names.add(wanted.casefold())
        return Sheet(
            self, self._book.add_worksheet(wanted, worksheet_class=_PlainSheet), columns, title, tuple(notes)
        )


class Sheet:
    """One sheet, written from top to bottom."""

    def __init__(
        self, book: Book, sheet: Any, columns: Sequence[Column], title: str, notes: tuple[str, ...]
    ) -> None:
        self._book, self._sheet, self._row = book, sheet, 0
        self._kinds = [column.kind for column in columns]
        self.rows = 0
        for place, column in enumerate(columns):
            sheet.set_column(place, place, column.width)
        if title:
            self.line(title, book.title)
        for note in notes:
            self.line(note)
        if title or notes:
            self._row += 1
        self.head(columns)
        first = self._row
        sheet.freeze_panes(first, 0)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(first - 1)
        sheet.set_footer("&R&8Halaman &P dari &N")
        sheet.hide_gridlines(2)
        # NIK, KK and phone numbers are digits kept as text on purpose: no green warning corners for them.
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})

    def line(self, text: str, look: Any = None) -> None:
        """A line of text by itself."""
        self._sheet.write_values(self._row, (text,), (look or self._book.note,), False)
        self._row += 1

    def head(self, columns: Sequence[Column]) -> None:
        """A header row; columns from here on are of these kinds."""
        self._kinds = [column.kind for column in columns]
        titles = [column.title for column in columns]
        self._sheet.write_values(self._row, titles, [self._book.head] * len(titles), True)
        self._row += 1

    def add(self, values: Sequence[Value]) -> None:
        """One row: integers as numbers, everything else as text, None as an empty cell."""
        self._write(values, self._book.cells, blanks=False)
        self.rows += 1

    def total(self, values: Sequence[Value]) -> None:
        """A row of sums, set off from the rows above."""
        self._write(values, self._book.sums, blanks=True)

    def gap(self) -> None:
        """An empty row."""
        self._row += 1

    def filter_from_header(self) -> None:
        """Arrows in the header that filter all rows written so far."""
        if self.rows:
            header = self._row - self.rows - 1
            self._sheet.autofilter(header, 0, self._row - 1, len(self._kinds) - 1)

    def _write(self, values: Sequence[Value], looks: dict[str, Format], blanks: bool) -> None:
        self._sheet.write_values(self._row, values, [looks[kind] for kind in self._kinds], blanks)
        self._row += 1


@contextmanager
def workbook(out: Path) -> Iterator[Book]:
    """A new workbook at `out`; PayungError(Exit.OUTPUT) when it cannot be written."""
    try:
        with new_book(out) as book:
            book.set_properties({"created": MADE_AT})
            yield Book(book)
    except (OSError, XlsxWriterException) as error:
        raise cannot_write(f"Berkas {out.name}", error) from error
