"""A list that is no xlsx as one: every value as text in the cell where it stood, nothing that could be a formula.

Only a number of fifteen digits or more stays a number: that it is one is the fault that somebody must mend.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from xlsxwriter.exceptions import XlsxWriterException

from payung.core.errors import cannot_write
from payung.intake.cells import is_number, text_of
from payung.intake.sheetxml import clean
from payung.sheets.table import Cell, TableFile
from payung.sheets.writing import new_book, write_text

SHEET_OF_TEXT = "Daftar"
"""The tab of a file that has no sheets of its own."""
_LONGEST = 32_000
_SAMPLE = 200
_EXACT = 15
"""Digits that a number in Excel keeps."""


def sheet_names(names: Iterable[str]) -> dict[str, str]:
    """For each sheet of a file the name of its tab in Excel: short, without the signs that Excel refuses, unique."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        short = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", name).strip(" '")[:31] or SHEET_OF_TEXT
        tab, number = short, 2
        while tab.casefold() in taken:
            tail = f" {number}"
            tab, number = short[: 31 - len(tail)] + tail, number + 1
        taken.add(tab.casefold())
        found[name] = tab
    return found


def convert(table: TableFile, header_rows: Mapping[str, int], out: Path) -> None:
    """Write `table` to `out` as xlsx; `header_rows` gives the header's row of a sheet (1-based), to be set in bold.

    PayungError when it cannot be written.
    """
    tabs = sheet_names(sheet.name for sheet in table.sheets)
    try:
        with new_book(out) as book:
            plain = book.add_format({"num_format": "@"})
            long = book.add_format({"num_format": "0"})
            bold = book.add_format({"num_format": "@", "bold": True})
            for sheet in table.sheets:
                page = book.add_worksheet(tabs[sheet.name])
                texts = [[_text(cell) for cell in row] for row in sheet.rows]
                for column, width in enumerate(_widths(texts)):
                    page.set_column(column, column, width, plain)
                head = header_rows.get(sheet.name, 0)
                if head:
                    page.freeze_panes(head, 0)
                for number, line in enumerate(texts):
                    style = bold if number + 1 == head else plain
                    cells = sheet.rows[number]
                    for column, text in enumerate(line):
                        if text and _lost_digits(cells[column]):
                            page.write_number(number, column, int(text), long)
                        elif text:
                            write_text(page, number, column, text, style)
                if sheet.hidden:
                    page.hide()
    except (OSError, XlsxWriterException) as error:
        raise cannot_write(f"Berkas hasil {out.name}", error) from error


def _lost_digits(cell: Cell) -> bool:
    """Is this a number so long that Excel may have cut it? As a text it would look whole in the next round."""
    return is_number(cell) and len(text_of(cell)) >= _EXACT and text_of(cell).isdigit()


def _text(cell: Cell) -> str:
    """A text as it is, with the spaces around it; everything else as the intake reads it."""
    return clean(cell if isinstance(cell, str) else text_of(cell))[:_LONGEST]


def _widths(texts: list[list[str]]) -> list[int]:
    columns = max((len(line) for line in texts), default=0)
    widths = [6] * columns
    for line in texts[:_SAMPLE]:
        if sum(bool(text) for text in line) < 3:  # a title runs over its neighbours
            continue
        for column, text in enumerate(line):
            widths[column] = max(widths[column], min(len(text) + 2, 40))
    return widths
