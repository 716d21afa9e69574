"""Marks of one sheet as edits of its XML: styles of cells, the result and id columns, drop-downs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from payung.core.finding import Severity
from payung.intake.marks import ID_HEADER, RESULT_HEADER, SheetMarks
from payung.intake.sheetxml import (
    Cell,
    Edit,
    Part,
    Row,
    Sheet,
    as_utf8,
    column_number,
    escape,
    letters,
    scan,
    splice,
    tag_at,
)
from payung.intake.stylesxml import COLOURS, Styles

RESULT_WIDTH = 60
MAX_COLUMN = 16_384
_STYLE = re.compile(rb"""(\ss\s*=\s*)(["'])\d*\2""")
_SPANS = re.compile(rb"""(\sspans\s*=\s*["']\d+:)(\d+)(["'])""")
_COLUMN = re.compile(rb"""<(?:\w+:)?col\b(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(?:/>|>\s*</[^>]*>)""")
_ATTRIBUTE = re.compile(rb"""\s([\w:.]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")
_MERGE = re.compile(
    rb"""<(?:\w+:)?mergeCell\b[^>]*?\bref\s*=\s*["'](\$?[A-Z]+\$?\d+):\$?([A-Z]+)\$?(\d+)["']"""
)
_VALIDATED = re.compile(
    rb"""<(?:\w+:)?dataValidation\b[^>]*?\ssqref\s*=\s*["']([^"']*)["']|<xm:sqref>([^<]*)</xm:sqref>"""
)
_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d+)(?::\$?([A-Z]{1,3})\$?(\d+))?")
_FORMULA = re.compile(rb"""<(?:\w+:)?f(?:\s[^>]*)?/?>""")
_COUNT = re.compile(rb"""(\scount\s*=\s*["'])(\d+)(["'])""")


@dataclass(frozen=True, slots=True)
class MarkedSheet:
    """The sheet's edits so far, and where our two columns stand."""

    sheet: Sheet
    edits: list[Edit]
    result_column: int
    id_column: int
    formula_lost: bool = False
    """Was a formula overwritten by what somebody mended?"""


def read(data: bytes, marks: SheetMarks, shared: Callable[[int], str], earlier: bool) -> Sheet:
    """Walk the sheet for what `marks` touches; columns of an earlier round do not count as theirs.

    `earlier` says whether the workbook has been marked before.
    """
    wanted = {row.row: frozenset(cell.column for cell in row.cells) for row in marks.rows}
    for row, column in marks.changes:
        wanted[row] = wanted.get(row, frozenset()) | {column}
    header = frozenset((marks.last_column,))
    wanted[marks.header_row] = wanted.get(marks.header_row, frozenset()) | header
    data = as_utf8(data)
    sheet = scan(data, wanted, header_row=marks.header_row, last_column=marks.last_column, shared=shared)
    ours = our_columns(sheet.header, earlier)
    if ours and min(ours) <= marks.last_column:
        sheet = scan(data, wanted, header_row=marks.header_row, last_column=min(ours) - 1, shared=shared)
    return sheet


def our_columns(header: Mapping[int, str], earlier: bool) -> tuple[int, ...]:
    """Columns of an earlier round: the id column and the result column left of it, or a last column HASIL.

    In a workbook that was never marked a column HASIL is theirs, and only the id column (of a form) is ours.
    """
    ids = [column for column, text in header.items() if text == ID_HEADER]
    if not earlier:
        return tuple(ids)
    if ids:
        left = [column for column, text in header.items() if text == RESULT_HEADER and column < ids[0]]
        return (*left[-1:], *ids)
    named = [column for column, text in header.items() if text]
    return (max(named),) if named and header[max(named)] == RESULT_HEADER else ()


def mark(sheet: Sheet, marks: SheetMarks, styles: Styles, earlier: bool) -> MarkedSheet:
    """All edits of cells, rows and columns."""
    ours = our_columns(sheet.header, earlier)
    result, identity = _our_places(sheet, marks, ours)
    changed: dict[int, dict[int, str]] = {}
    for (at, column), change in marks.changes.items():
        changed.setdefault(at, {})[column] = change.after
    missing = ({row.row for row in marks.rows} | changed.keys()) - sheet.rows.keys()
    if missing:  # somebody counted rows otherwise than the file does: better no mark than one on a neighbour
        raise ValueError(f"Baris {min(missing)} tidak ada di lembar {marks.name!r}")
    edits: list[Edit] = []
    by_row = {row.row: row for row in marks.rows}
    columns = _column_styles(sheet)
    formula_lost = False
    for number, row in sheet.rows.items():
        mine: dict[int, str] = {}
        fresh = changed.get(number, {})
        severities: dict[int, Severity] = {}
        if number == marks.header_row:
            base = row.cells[marks.last_column].style if marks.last_column in row.cells else 0
            head = styles.text(base, bold=True)
            mine = {
                result: _string(sheet, result, number, RESULT_HEADER, head),
                identity: _string(sheet, identity, number, ID_HEADER, head),
            }
        elif number in by_row:
            note = by_row[number]
            colour = COLOURS[note.severity] if note.severity in (Severity.FAULT, Severity.QUESTION) else ""
            mine = {
                result: _string(sheet, result, number, note.result, styles.text(colour=colour)),
                identity: _string(sheet, identity, number, note.row_id, styles.text()),
            }
            severities = {cell.column: cell.severity for cell in note.cells}
            for column in severities.keys() - fresh.keys():
                style = styles.marked(_base_style(row, column, columns), severities[column])
                _paint(sheet, row, column, style, edits, mine)
        for column, text in fresh.items():
            style = styles.changed(_base_style(row, column, columns), severities.get(column))
            formula_lost |= _overwrite(sheet, row, column, text, style, edits, mine)
        _place(sheet, row, mine, {result, identity, *ours}, edits)
    edits += _columns(sheet, result, identity, ours)
    edits += _dimension(sheet, identity)
    return MarkedSheet(sheet, edits, result, identity, formula_lost)


def _our_places(sheet: Sheet, marks: SheetMarks, ours: tuple[int, ...]) -> tuple[int, int]:
    if len(ours) == 2:
        return ours[0], ours[1]
    merged = [
        column_number(found[2].decode())
        for found in _MERGE.finditer(_bytes(sheet, "mergeCells"))
        if int(found[3]) >= marks.header_row
    ]
    last = max(sheet.last_column, marks.last_column, *merged, 1)
    if ours and ours[0] >= last:
        last = ours[0] - 1
    return min(last + 1, MAX_COLUMN - 1), min(last + 2, MAX_COLUMN)


def _bytes(sheet: Sheet, name: str) -> bytes:
    part = sheet.part(name)
    return sheet.data[part.start : part.end] if part else b""


def _string(sheet: Sheet, column: int, row: int, text: str, style: int) -> str:
    """A cell with a text; never a formula, whatever it begins with."""
    c, inline, t = sheet.tag("c"), sheet.tag("is"), sheet.tag("t")
    return (
        f'<{c} r="{letters(column)}{row}" s="{style}" t="inlineStr"><{inline}><{t} xml:space="preserve">'
        f"{escape(text[:32_000])}</{t}></{inline}></{c}>"
    )


def _base_style(row: Row, column: int, columns: Mapping[int, int]) -> int:
    """The style a cell shows: its own, or for a cell that is not there its row's or its column's."""
    if column in row.cells:
        return row.cells[column].style
    return row.style if row.style is not None else columns.get(column, 0)


def _paint(sheet: Sheet, row: Row, column: int, style: int, edits: list[Edit], mine: dict[int, str]) -> None:
    cell = row.cells.get(column)
    if cell is None:
        mine[column] = f'<{sheet.tag("c")} r="{letters(column)}{row.number}" s="{style}"/>'
        return
    edits.append(_restyled(sheet, cell, style))


def _overwrite(
    sheet: Sheet, row: Row, column: int, text: str, style: int, edits: list[Edit], mine: dict[int, str]
) -> bool:
    """Put a text into a cell of theirs; True where a formula stood there. ValueError where others live off it."""
    new = (
        _string(sheet, column, row.number, text, style)
        if text
        else f'<{sheet.tag("c")} r="{letters(column)}{row.number}" s="{style}"/>'
    )
    cell = row.cells.get(column)
    if cell is None:
        mine[column] = new
        return False
    formula = _FORMULA.search(sheet.data, cell.start, cell.end)
    if formula and b"ref=" in formula[0]:
        raise ValueError(f"Rumus pada baris {row.number} dipakai sel lain")
    edits.append((cell.start, cell.end, new.encode()))
    return formula is not None


def _restyled(sheet: Sheet, cell: Cell, style: int) -> Edit:
    tag = tag_at(sheet.data, cell.start)
    if _STYLE.search(tag):
        new = _STYLE.sub(rb"\g<1>\g<2>%d\g<2>" % style, tag, count=1)
    else:
        end = 2 if tag.endswith(b"/>") else 1
        new = tag[:-end].rstrip() + b' s="%d"' % style + tag[-end:]
    return cell.start, cell.start + len(tag), new


def _place(sheet: Sheet, row: Row, mine: dict[int, str], ours: set[int], edits: list[Edit]) -> None:
    """Put our cells into a row in the order of columns; what stood in our columns before goes."""
    edits += [(row.cells[c].start, row.cells[c].end, b"") for c in sorted(ours & row.cells.keys())]
    if not mine:
        return
    tag = tag_at(sheet.data, row.start)
    wide = _SPANS.sub(lambda m: m[1] + str(max(int(m[2]), *mine)).encode() + m[3], tag, count=1)
    cells = {column: mine[column].encode() for column in sorted(mine)}
    if row.empty_tag:
        body = wide[:-2].rstrip() + b">" + b"".join(cells.values()) + f"</{sheet.tag('row')}>".encode()
        edits.append((row.start, row.close, body))
        return
    if wide != tag:
        edits.append((row.start, row.start + len(tag), wide))
    kept = sorted(cell.column for cell in row.cells.values())
    for column, text in cells.items():
        place = row.gaps.get(column)
        if place is None:
            place = next((row.cells[c].start for c in kept if c >= column), row.close)
        edits.append((place, place, text))


def _column_parts(sheet: Sheet) -> list[tuple[int, int, bytes]]:
    """Every `col` element with its first and last column."""
    found: list[tuple[int, int, bytes]] = []
    for match in _COLUMN.finditer(_bytes(sheet, "cols")):
        values = {name: first or second for name, first, second in _ATTRIBUTE.findall(match[0])}
        found.append((int(values.get(b"min", b"1")), int(values.get(b"max", b"1")), match[0]))
    return found


def _column_styles(sheet: Sheet) -> dict[int, int]:
    styles: dict[int, int] = {}
    for first, last, raw in _column_parts(sheet):
        values = {name: one or two for name, one, two in _ATTRIBUTE.findall(raw)}
        if b"style" in values:
            styles.update(dict.fromkeys(range(first, min(last, 400) + 1), int(values[b"style"])))
    return styles


def _columns(sheet: Sheet, result: int, identity: int, ours: tuple[int, ...]) -> list[Edit]:
    """Widths: theirs stay, our columns get their own; a range that covers ours is cut around them."""
    fresh = {
        identity: f'<{sheet.tag("col")} min="{identity}" max="{identity}" width="3" hidden="1" customWidth="1"/>'
    }
    theirs = _column_parts(sheet)
    if not (result in ours and any(first == last == result for first, last, _ in theirs)):
        fresh[result] = (
            f'<{sheet.tag("col")} min="{result}" max="{result}" width="{RESULT_WIDTH}" customWidth="1"/>'
        )
    pieces: list[tuple[int, bytes]] = [(column, text.encode()) for column, text in fresh.items()]
    for first, last, raw in theirs:
        start = first
        for column in sorted(c for c in fresh if first <= c <= last):
            if start < column:
                pieces.append((start, _span(raw, start, column - 1)))
            start = column + 1
        if start <= last:
            pieces.append((start, raw if start == first else _span(raw, start, last)))
    name = sheet.tag("cols")
    body = f"<{name}>".encode() + b"".join(text for _, text in sorted(pieces)) + f"</{name}>".encode()
    part = sheet.part("cols")
    place = sheet.place_for("cols")
    return [(part.start, part.end, body) if part else (place, place, body)]


def _span(raw: bytes, first: int, last: int) -> bytes:
    raw = re.sub(rb"""(\smin\s*=\s*["'])\d+""", rb"\g<1>%d" % first, raw, count=1)
    return re.sub(rb"""(\smax\s*=\s*["'])\d+""", rb"\g<1>%d" % last, raw, count=1)


def _dimension(sheet: Sheet, identity: int) -> list[Edit]:
    part = sheet.part("dimension")
    found = _RANGE.fullmatch(part.attributes.get("ref", "")) if part else None
    if not part or not found:
        return []
    last = letters(max(identity, column_number(found[3] or found[1])))
    ref = f"{found[1]}{found[2]}:{last}{found[4] or found[2]}"
    tag = tag_at(sheet.data, part.start)
    new = re.sub(rb"""(\sref\s*=\s*["'])[^"']*""", rb"\g<1>" + ref.encode(), tag, count=1)
    return [(part.start, part.start + len(tag), new)]


def drop_downs(sheet: Sheet, choices: Mapping[int, tuple[range, str]]) -> list[Edit]:
    """Drop-downs for coded columns: column → (rows, formula). A column that has validation already keeps its own.

    What is typed outside of the list is not refused: the column may hold what its writers always wrote.
    """
    free = {
        column: value
        for column, value in choices.items()
        if value[0] and not _validated(sheet, column, value[0])
    }
    if not free:
        return []
    element, formula_tag = sheet.tag("dataValidation"), sheet.tag("formula1")
    text = "".join(
        f'<{element} type="list" allowBlank="1" showInputMessage="1" showErrorMessage="0" '
        f'sqref="{letters(column)}{rows[0]}:{letters(column)}{rows[-1]}">'
        f"<{formula_tag}>{escape(formula)}</{formula_tag}></{element}>"
        for column, (rows, formula) in sorted(free.items())
    ).encode()
    part = sheet.part("dataValidations")
    name = sheet.tag("dataValidations")
    if part is None:
        place = sheet.place_for("dataValidations")
        return [(place, place, f'<{name} count="{len(free)}">'.encode() + text + f"</{name}>".encode())]
    tag = tag_at(sheet.data, part.start)
    if tag.endswith(b"/>"):
        return [
            (part.start, part.end, f'<{name} count="{len(free)}">'.encode() + text + f"</{name}>".encode())
        ]
    counted = _COUNT.sub(lambda m: m[1] + str(int(m[2]) + len(free)).encode() + m[3], tag, count=1)
    close = sheet.data.rindex(b"<", part.start, part.end)
    return [(part.start, part.start + len(tag), counted), (close, close, text)]


def _validated(sheet: Sheet, column: int, rows: range) -> bool:
    for name in ("dataValidations", "extLst"):
        for plain, extended in _VALIDATED.findall(_bytes(sheet, name)):
            for found in _RANGE.finditer((plain or extended).decode("utf-8", "replace")):
                first, last = column_number(found[1]), column_number(found[3] or found[1])
                top, bottom = int(found[2]), int(found[4] or found[2])
                if first <= column <= last and top <= rows[-1] and bottom >= rows[0]:
                    return True
    return False


def legacy_drawing(sheet: Sheet, link_id: str, namespace: str) -> list[Edit]:
    """The link from the sheet to its notes' drawing, where there is none yet."""
    place = sheet.place_for("legacyDrawing")
    name = sheet.tag("legacyDrawing")
    return [(place, place, f'<{name} xmlns:payr="{namespace}" payr:id="{link_id}"/>'.encode())]


def finish(marked: MarkedSheet, more: list[Edit]) -> bytes:
    """The sheet's bytes with all edits made."""
    return splice(marked.sheet.data, marked.edits + more)


def drawing_id(part: Part) -> str:
    """The relationship id of a `legacyDrawing` element, whatever its prefix."""
    return next((value for name, value in part.attributes.items() if name.rpartition(":")[2] == "id"), "")
