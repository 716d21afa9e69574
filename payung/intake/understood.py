"""A list that was read, as it is kept in tables: its rows, what is wrong with them, and how its columns are understood.

Made in the processes that read, from what the pipeline found; nothing here touches the database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from payung.core import headers, identity
from payung.core.finding import Finding, Severity
from payung.core.scope import place_of, within
from payung.intake.cells import text_of
from payung.intake.confirmed import with_answers
from payung.intake.edits import apply
from payung.intake.given import Given
from payung.intake.headings import joined
from payung.intake.lists import ReadList, RowKind, SheetLayout
from payung.intake.mapping import ListMapping, shipped
from payung.intake.marks import ID_HEADER, RESULT_HEADER
from payung.intake.pipeline import read_list
from payung.intake.returning import contents
from payung.intake.rules import faults_of
from payung.intake.uploads import Upload
from payung.registry.facts import facts_of
from payung.registry.masks import masked
from payung.sheets.table import TableFile

Blind = Callable[[str, str], str]
"""Kind and value to the keyed digest by which equal values are known."""
Chosen = Mapping[str, Any]
"""A mapping that somebody chose: `columns`, `ignore`, `base`; `{}` for as the machine understands it."""
_SAMPLES, _LOOK = 3, 40


@dataclass(slots=True)
class KeptRow:
    """One person of the list. `wrong`: there is something to mend or to answer."""

    row_id: str
    sheet: str
    row: int
    name: str
    rt: str
    place: str
    wrong: bool
    facts: dict[str, Any]
    mark: str
    """`core.identity.fingerprint`, unkeyed: personal."""
    faults: str
    content: str
    fingerprint: str
    findings: list[tuple[str, str, str, str, str, str]] = field(default_factory=list)
    """Column, code, severity, evidence, proposal, message."""


@dataclass(slots=True)
class Kept:
    """One list as it is kept."""

    kind: str
    remark: str
    not_person: int
    stops: list[str]
    general: list[tuple[Any, ...]]
    layout: list[dict[str, Any]]
    signature: str
    mapping: Chosen | None
    remembered: bool
    place: str
    rows: list[KeptRow]


def understand(
    table: TableFile,
    upload: Upload,
    regency: str,
    blind: Blind,
    *,
    chosen: Chosen | None = None,
    remembered: Mapping[str, Chosen] | None = None,
) -> Kept:
    """Read a table with its edits, and make of it what is kept.

    `chosen` is the mapping of this very list, `remembered` those of lists of the same make by the signature of their
    headers. PayungError where it is no list.
    """
    laid = apply(table, upload.edits).table
    read = _read(laid, upload, chosen)
    signature = signature_of(read, laid, blind)
    known = (remembered or {}).get(signature) if chosen is None else None
    if known:
        read = _read(laid, upload, known)
    given = upload.given or Given()
    return Kept(
        read.kind,
        read.remark,
        sum(kind is not RowKind.PERSON for layout in read.layouts for kind in layout.kinds),
        list(dict.fromkeys(f.code for f in read.stops(upload.accepted))),
        [f.values() for f in read.findings if not f.row],
        [_sheet(layout, laid, read) for layout in read.layouts],
        signature,
        chosen if chosen is not None else known,
        known is not None,
        _place(read, given, regency),
        _rows(read, given, regency, blind),
    )


def _read(table: TableFile, upload: Upload, chosen: Chosen | None) -> ReadList:
    mapping = list_mapping(chosen) if chosen else None
    read = read_list(table, upload.file, upload.policy, mapping=mapping, given=upload.given)
    return with_answers(read, upload.confirmed)


def list_mapping(chosen: Chosen) -> ListMapping:
    """What somebody chose as a mapping; one that ships with Payung lends it its translations."""
    base = next((one for one in shipped() if one.name == chosen.get("base")), None)
    return ListMapping(
        "pilihan petugas",
        dict(chosen.get("columns", {})),
        frozenset(),
        frozenset(chosen.get("ignore", ())),
        base.values if base else {},
    )


def signature_of(read: ReadList, table: TableFile, blind: Blind) -> str:
    """By what headers of the same make are known; "" where there are none."""
    texts = [
        "|".join(sorted(headers.key(text) for text in head_texts(layout, table).values()))
        for layout in read.layouts
        if layout.header_row
    ]
    return blind("headers", "\n".join(sorted(set(texts)))) if texts else ""


def head_texts(layout: SheetLayout, table: TableFile) -> dict[int, str]:
    """The header of each column (1-based) as it was understood: of two lines joined where it has two."""
    rows = next(sheet.rows for sheet in table.sheets if sheet.name == layout.name)
    line = [text_of(cell) for cell in rows[layout.header_row - 1]]
    found = {at: text for at, text in enumerate(line, start=1) if text}
    if any(found.get(layout.columns[one], "") != text for one, text in layout.labels.items()):
        above = [text_of(cell) for cell in rows[layout.header_row - 2]]
        both = (text.replace("\n", " ") for text in joined(above, line))
        found = {at: text for at, text in enumerate(both, start=1) if text}
    return {at: text for at, text in found.items() if text not in (ID_HEADER, RESULT_HEADER)}


def _sheet(layout: SheetLayout, table: TableFile, read: ReadList) -> dict[str, Any]:
    kinds = Counter(kind.value for kind in layout.kinds)
    sheet: dict[str, Any] = {
        "name": layout.name,
        "header_row": layout.header_row,
        "last_column": layout.last_column,
        "columns": dict(layout.columns),
        "mapping": layout.mapping,
        "later": [[row, dict(columns)] for row, columns in layout.later],
        "kinds": dict(kinds),
        "heads": [],
    }
    if layout.header_row:
        rows = next(one.rows for one in table.sheets if one.name == layout.name)
        fields = {column: name for name, column in layout.columns.items()}
        people = [a.row for a in read.applications if a.sheet == layout.name][:_LOOK]
        for column, text in head_texts(layout, table).items():
            cells = (rows[row - 1][column - 1] for row in people if column <= len(rows[row - 1]))
            samples = dict.fromkeys(_sample(fields.get(column, ""), text_of(cell)) for cell in cells)
            shown = [one for one in samples if one][:_SAMPLES]
            sheet["heads"].append([column, text[:120], headers.key(text), fields.get(column, ""), shown])
    return sheet


_OPEN = frozenset(
    "number name birth_place birth_on sex rt rw rt_rw dusun desa kecamatan occupation pupil income".split()
)
"""Fields whose samples are shown as they stand; of everything else only the beginning."""


def _sample(name: str, text: str) -> str:
    if name in ("nik", "kk", "phone", "mother_name"):
        return masked(name, text)
    if name in _OPEN and sum(one.isdigit() for one in text) < 9:
        return text[:40]
    return f"{text[:2]}•••" if len(text) > 2 else text


def layouts_of(kept: Iterable[Mapping[str, Any]]) -> tuple[SheetLayout, ...]:
    """The layouts as cards need them, from what was kept."""
    return tuple(
        SheetLayout(
            one["name"],
            one["header_row"],
            one["last_column"],
            one["columns"],
            (),
            later=tuple((row, columns) for row, columns in one["later"]),
        )
        for one in kept
    )


def _place(read: ReadList, given: Given, regency: str) -> str:
    """Where the list belongs: as far down as all its rows agree, within the place for which it was sent."""
    wide = given.place or regency
    places = {
        place_of(regency, a.desa_code, a.rt)
        for a in read.applications
        if a.desa_code and within(place_of(regency, a.desa_code, a.rt), given.territory or regency)
    }
    if not places:
        return wide
    first, *rest = sorted(places)
    for end in (len(first), 13, 8, 5):
        if all(one.startswith(first[:end]) for one in rest):
            return first[:end] if within(first[:end], wide) else wide
    return wide


def _rows(read: ReadList, given: Given, regency: str, blind: Blind) -> list[KeptRow]:
    codes, digests = faults_of(read.findings), contents(read)
    by_row: dict[str, list[Finding]] = {}
    for finding in read.findings:
        if finding.row:
            by_row.setdefault(finding.row_id, []).append(finding)
    territory, wide = given.territory or regency, given.place or regency
    kept = []
    for a in read.applications:
        place = place_of(regency, a.desa_code, a.rt)
        found = by_row.get(a.row_id, [])
        mark = identity.fingerprint(a.nik, a.name, a.birth_on, a.sex, a.desa_code)
        kept.append(
            KeptRow(
                a.row_id,
                a.sheet,
                a.row,
                a.name or "",
                a.rt or "",
                place if a.desa_code and within(place, territory) else wide,
                any(f.severity is not Severity.NOTE for f in found),
                facts_of(a),
                mark,
                " ".join(codes.get(a.row_id, ())),
                blind("row", digests[a.row_id]),
                blind("fingerprint", mark),
                [(f.column, f.code, str(f.severity), f.evidence, f.proposal, f.message) for f in found],
            )
        )
    return kept


def again_under(row: KeptRow, row_id: str, severity: Severity, message: str) -> KeptRow:
    """The same row as a person of its own, because its id is another's: with the question about it."""
    asked = ("row_id", "row_id_copied", str(severity), "", "", message)
    return replace(
        row,
        row_id=row_id,
        wrong=row.wrong or severity is not Severity.NOTE,
        facts={**row.facts, "row_id": row_id},
        findings=[*row.findings, asked],
    )


def findings_of(rows: Sequence[tuple[str, str, int, Sequence[str]]], file: str) -> tuple[Finding, ...]:
    """Findings as the pipeline makes them, from `(row_id, sheet, row, [column, code, severity, evidence, proposal,
    message])`."""
    return tuple(
        Finding(row_id, file, sheet, row, column, code, Severity(severity), evidence, proposal, message)
        for row_id, sheet, row, (column, code, severity, evidence, proposal, message) in rows
    )
