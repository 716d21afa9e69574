"""What any table file is once it has been read: sheets of rows of plain cells, with the file's own row numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

Cell = str | int | float | bool | date | datetime | None
"""A text, a number (that is what Excel held: digits beyond the fifteenth are lost), a date, or nothing."""


@dataclass(frozen=True, slots=True)
class SheetTable:
    """One sheet. `rows[0]` is row 1 as Excel numbers it; empty rows are kept, cells at the right end may be missing.

    `name` is "" for a text file. `hidden` tells whether the whole sheet is hidden.
    """

    name: str
    rows: tuple[tuple[Cell, ...], ...]
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class TableFile:
    """A file that was read. `kind` is `xlsx`, `xls`, `ods` or `csv`; `remark` says in Indonesian what is unusual."""

    path: Path
    sha256: str
    kind: str
    sheets: tuple[SheetTable, ...]
    remark: str = ""
