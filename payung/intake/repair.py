"""Mending many rows at once: what somebody chose on a card as edits, and what these would change, before they count."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from payung.core.errors import PayungError
from payung.core.finding import Finding, Severity
from payung.intake.cards import Action, Card, Item
from payung.intake.cells import text_of
from payung.intake.codes import FIELD_TITLES
from payung.intake.confirmed import Confirmation, with_answers
from payung.intake.edits import Change, Edit, apply, changes, edit_of, typed
from payung.intake.fixes import desa_text
from payung.intake.given import Given
from payung.intake.lists import ReadList, SheetLayout
from payung.intake.mapping import ListMapping
from payung.intake.marked import marks_of
from payung.intake.marks import Counts
from payung.intake.pipeline import read_list
from payung.policy.local import LocalPolicy
from payung.sheets.table import SheetTable, TableFile


@dataclass(frozen=True, slots=True)
class Choice:
    """What somebody chose on a card.

    `rows` are the row ids it is for; None for all of the card. `value` is for SET_VALUE; `values` for ONE_BY_ONE, by
    row id; `ways` says by row id which proposal is accepted where there are several (else the first).
    """

    action: Action
    rows: frozenset[str] | None = None
    value: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    ways: Mapping[str, int] = field(default_factory=dict)


def edits_for(card: Card, choice: Choice, read: ReadList, table: TableFile, regency: str) -> list[Edit]:
    """The edits that a choice comes to; none for a cell that already holds the value as text.

    `table` is the list as it stands now, with earlier edits laid over it, and `read` its reading. A proposal with
    several ways is only taken where `ways` says which. PayungError where the card does not offer that action, or a value
    may not stand there.
    """
    if choice.action not in card.actions:
        raise _not_offered()
    items = [item for item in card.items if choice.rows is None or item.row_id in choice.rows]
    made: list[Edit] = []
    match choice.action:
        case Action.ACCEPT_PROPOSAL:
            for item in items:
                made += _accepted(item, choice, table)
        case Action.SET_VALUE:
            text = _value(card, choice.value, regency)
            made = [edit for item in items for edit in _typed(item, text, table)]
        case Action.ONE_BY_ONE:
            for item in items:
                if item.row_id in choice.values:
                    text = _value(card, choice.values[item.row_id], regency)
                    made += _typed(item, text, table)
        case Action.CLEAR_ROW:
            layouts = {layout.name: layout for layout in read.layouts}
            sheets = {sheet.name: sheet for sheet in table.sheets}
            for item in items:
                made += _cleared(item, layouts[item.sheet], sheets[item.sheet])
    return made


def confirmations_for(card: Card, choice: Choice) -> frozenset[Confirmation]:
    """The answers that a choice of CONFIRM comes to. PayungError where the card does not offer it."""
    if choice.action is not Action.CONFIRM or Action.CONFIRM not in card.actions:
        raise _not_offered()
    return frozenset(
        Confirmation(item.row_id, item.field, card.code, item.written)
        for item in card.items
        if choice.rows is None or item.row_id in choice.rows
    )


def _not_offered() -> PayungError:
    return PayungError(
        "Tindakan itu tidak tersedia untuk kartu ini.", todo="Muat ulang halaman, lalu pilih lagi."
    )


def _accepted(item: Item, choice: Choice, table: TableFile) -> Iterator[Edit]:
    way = choice.ways.get(item.row_id, 0 if len(item.fixes) == 1 else -1)
    if not 0 <= way < len(item.fixes):
        return
    for cell in item.fixes[way].cells:
        edit = edit_of(table, (item.sheet, item.row, cell.column), typed(cell.new))
        if edit:
            yield edit


def _typed(item: Item, text: str, table: TableFile) -> Iterator[Edit]:
    if item.column is None:
        return
    edit = edit_of(table, (item.sheet, item.row, item.column), text)
    if edit:
        yield edit


def _value(card: Card, text: str, regency: str) -> str:
    """What may stand in a cell of this card's field. PayungError says what may not."""
    text = typed(text)
    if not text and not card.clearable:
        raise PayungError(f"Isian {card.field_title} kosong.", todo="Pilih atau ketik isinya.")
    if card.field == "desa":
        named = desa_text(text, regency)
        if not named:
            raise PayungError("Desa itu tidak dikenal di kabupaten ini.", todo="Pilih desa dari daftar.")
        return named
    if card.field in ("sex", "pupil") and text and text not in card.options:
        raise PayungError(
            f"Isian {card.field_title} harus salah satu dari: {', '.join(card.options)}.",
            todo="Pilih dari daftar.",
        )
    return text


_STAYS = ("number", "row_id")


def _cleared(item: Item, layout: SheetLayout, sheet: SheetTable) -> Iterator[Edit]:
    """Every cell of the row but its running number and the columns right of the list."""
    kept = {layout.column(one, item.row) for one in _STAYS}
    line = sheet.rows[item.row - 1]
    for column, cell in enumerate(line[: layout.last_column], start=1):
        if column not in kept and (text := text_of(cell)):
            yield Edit(item.sheet, item.row, column, text, "")


@dataclass(frozen=True, slots=True)
class CellChange:
    """One cell of a changed row; `field` is "" for a column that is no field of ours."""

    field: str
    title: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row that edits touch; `row_id` is "" where it is no person any more."""

    row_id: str
    sheet: str
    row: int
    name: str
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What edits would change. `codes_before` and `codes_after` count findings by code; notes count too.

    `new` are findings that only the edits bring, `gone` how many they settle, `conflicts` edits that cannot be made.
    """

    read: ReadList
    before: Counts
    after: Counts
    codes_before: Mapping[str, int]
    codes_after: Mapping[str, int]
    rows: tuple[ChangedRow, ...]
    new: tuple[Finding, ...]
    gone: int
    conflicts: tuple[Edit, ...]


def preview(
    read: ReadList,
    table: TableFile,
    edits: Sequence[Edit],
    policy: LocalPolicy,
    *,
    mapping: ListMapping | None = None,
    given: Given | None = None,
    confirmed: Collection[Confirmation] = (),
) -> Preview:
    """Read the list once more with further edits, without keeping anything. `read` is the reading of `table` as it is.

    `mapping` and `given` as for `read_list`, `confirmed` the answers given so far. PayungError where nobody would be left on the list.
    """
    laid = apply(table, edits)
    again = with_answers(read_list(laid.table, read.file, policy, mapping=mapping, given=given), confirmed)
    old, new = _keys(read), _keys(again)
    return Preview(
        again,
        marks_of(read, policy=policy).counts,
        marks_of(again, policy=policy).counts,
        Counter(one.code for one in read.findings),
        Counter(one.code for one in again.findings),
        _changed_rows(changes(table, edits), read, again),
        tuple(found for key, found in new.items() if key not in old and found.severity is not Severity.NOTE),
        sum(key not in new for key, found in old.items() if found.severity is not Severity.NOTE),
        laid.conflicts,
    )


def _keys(read: ReadList) -> dict[tuple[str, int, str, str], Finding]:
    return {(one.sheet, one.row, one.column, one.code): one for one in read.findings}


def _changed_rows(
    changed: Mapping[tuple[str, int, int], Change], read: ReadList, again: ReadList
) -> tuple[ChangedRow, ...]:
    people = {(a.sheet, a.row): a for a in (*read.applications, *again.applications)}
    still = {(a.sheet, a.row) for a in again.applications}
    layouts = {layout.name: layout for layout in again.layouts}
    by_row: dict[tuple[str, int], list[CellChange]] = {}
    for (sheet, row, column), change in sorted(changed.items()):
        name = _field_of(layouts[sheet], row, column)
        title = FIELD_TITLES.get(name, name.replace("_", " ")) or f"kolom {column}"
        by_row.setdefault((sheet, row), []).append(CellChange(name, title, change.before, change.after))
    found = []
    for place, cells in by_row.items():
        person = people.get(place)
        row_id = person.row_id if person and place in still else ""
        found.append(ChangedRow(row_id, *place, (person.name if person else "") or "", tuple(cells)))
    return tuple(found)


def _field_of(layout: SheetLayout, row: int, column: int) -> str:
    fields = (*layout.columns, *(one for _, columns in layout.later for one in columns))
    return next((one for one in fields if layout.column(one, row) == column), "")
