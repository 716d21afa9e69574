"""Edits of cells laid over a list: the bytes that were sent stay as they are, and taking an edit away undoes it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from payung.intake.cells import text_of
from payung.intake.sheetxml import clean
from payung.sheets.table import Cell, SheetTable, TableFile

LONGEST = 1_000
"""Characters that may be typed into one cell."""
Place = tuple[str, int, int]
"""Sheet, row and column, both 1-based as Excel shows them."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One cell that gets another text.

    `row` and `column` are 1-based (A = 1). `before` is the text that stood there when somebody decided: where another
    text stands by now, the edit is not made. `after` is what stands there then, always as text; "" empties the cell.
    """

    sheet: str
    row: int
    column: int
    before: str
    after: str

    @property
    def place(self) -> Place:
        return self.sheet, self.row, self.column

    def as_json(self) -> list[str | int]:
        """The edit as a short list for storing; `from_json` reads it."""
        return [self.sheet, self.row, self.column, self.before, self.after]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Edit:
        """ValueError for anything but what `as_json` gives."""
        match list(stored):
            case [str(sheet), int(row), int(column), str(before), str(after)] if row > 0 and column > 0:
                return cls(sheet, row, column, before, after)
        raise ValueError("not an edit")


@dataclass(frozen=True, slots=True)
class Overlay:
    """A table with edits laid over it, and those that were not made because something else stands in their cell."""

    table: TableFile
    conflicts: tuple[Edit, ...] = ()


def typed(text: str) -> str:
    """What somebody typed, as it may stand in a cell: one line, nothing that XML forbids, at most `LONGEST` signs."""
    return clean(" ".join(text.split()))[:LONGEST].strip()


def apply(table: TableFile, edits: Iterable[Edit]) -> Overlay:
    """The table with the edits made in their order. Its hash stays that of the original, so row ids do too.

    An edit of a sheet or row that is not there, or whose `before` is not what stands in the cell, is a conflict.
    """
    rows: dict[str, dict[int, list[Cell]]] = {}
    sheets = {sheet.name: sheet for sheet in table.sheets}
    conflicts: list[Edit] = []
    for edit in edits:
        sheet = sheets.get(edit.sheet)
        if sheet is None or not 0 < edit.row <= len(sheet.rows) or edit.column < 1:
            conflicts.append(edit)
            continue
        changed = rows.setdefault(edit.sheet, {})
        line = changed.get(edit.row) or list(sheet.rows[edit.row - 1])
        line += [None] * (edit.column - len(line))
        if text_of(line[edit.column - 1]) != edit.before:
            conflicts.append(edit)
            continue
        line[edit.column - 1] = edit.after or None
        changed[edit.row] = line
    made = tuple(_with_rows(sheet, rows.get(sheet.name, {})) for sheet in table.sheets)
    return Overlay(replace(table, sheets=made), tuple(conflicts))


def _with_rows(sheet: SheetTable, changed: Mapping[int, Sequence[Cell]]) -> SheetTable:
    if not changed:
        return sheet
    rows = list(sheet.rows)
    for row, line in changed.items():
        rows[row - 1] = tuple(line)
    return replace(sheet, rows=tuple(rows))


def without(edits: Sequence[Edit], dropped: Collection[int]) -> list[Edit]:
    """The edits that remain when those at the positions `dropped` are taken back.

    A later edit of the same cell stays and holds: it is made to follow what stands in the cell now.
    """
    stands: dict[Place, str] = {}
    kept: list[Edit] = []
    for position, edit in enumerate(edits):
        before = stands.get(edit.place, edit.before)
        if position in dropped:
            stands[edit.place] = before
            continue
        stands.pop(edit.place, None)
        kept.append(replace(edit, before=before))
    return kept


@dataclass(frozen=True, slots=True)
class Change:
    """What all edits of one cell come to: the text of the original, and the text now."""

    before: str
    after: str


def changes(table: TableFile, edits: Iterable[Edit]) -> dict[Place, Change]:
    """By cell what is different from the original `table`; edits in conflict and ways back to the original are not.

    A number that became the same digits as text is a change.
    """
    edits = tuple(edits)
    laid = apply(table, edits).table
    found: dict[Place, Change] = {}
    for place in dict.fromkeys(edit.place for edit in edits):
        old, new = _cell(table, place), _cell(laid, place)
        if text_of(old) != text_of(new) or (old != new and not isinstance(old, str)):
            found[place] = Change(text_of(old), text_of(new))
    return found


def edit_of(table: TableFile, place: Place, text: str) -> Edit | None:
    """The edit that puts a text into a cell; None where it stands there already, as a text."""
    cell = _cell(table, place)
    before = text_of(cell)
    if before == text and (cell is None or isinstance(cell, str)):
        return None
    return Edit(*place, before, text)


def _cell(table: TableFile, place: Place) -> Cell:
    name, row, column = place
    sheet = next((one for one in table.sheets if one.name == name), None)
    if sheet is None or not 0 < row <= len(sheet.rows):
        return None
    line = sheet.rows[row - 1]
    return line[column - 1] if 0 < column <= len(line) else None
