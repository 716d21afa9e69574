"""The rows of a register's file in one engine table, whatever the file's format, before anything is understood."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from payung.core.errors import PayungError
from payung.core.headers import key
from payung.core.passing_on import private
from payung.engine.engine import Engine
from payung.registry.columns import Columns, find_columns, find_header, kind_of, require
from payung.registry.mapping import FIELDS, RegisterMapping
from payung.registry.rules import Kind
from payung.registry.texts import PlainText, is_regular, plain_text, records
from payung.sheets.limits import MEBIBYTE, Limits
from payung.sheets.reading import read_table
from payung.sheets.table import Cell, SheetTable

LIMITS = Limits(
    file_bytes=400 * MEBIBYTE,
    unpacked_bytes=2000 * MEBIBYTE,
    rows=1_048_576,
    answer_bytes=800 * MEBIBYTE,
    memory_bytes=2048 * MEBIBYTE,
    cpu_seconds=240,
    wall_seconds=300.0,
)
"""A register may fill a whole Excel sheet."""
_UNKNOWN_SHOWN = 8
_TYPES = {"sheet": "VARCHAR", "row": "INTEGER", **dict.fromkeys(FIELDS, "VARCHAR")}
_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods")


_WORKBOOK_STARTS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True, slots=True)
class Raw:
    """What was found: the kind, the fields that have a column, and notes for the user.

    `keeps_ids`: an extract that names its rows itself, each with an id of its own. `header` is what a row that
    repeats the header has in its leading field.
    """

    kind: Kind
    columns: Columns
    notes: tuple[str, ...]
    keeps_ids: bool = False

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self.columns.at)

    def sql(self, field: str) -> str:
        """A field's text in the raw table, NULL where the file has no such column."""
        return f"cast({field} as varchar)" if field in self.columns else "cast(NULL as varchar)"

    @property
    def no_header(self) -> str:
        """A condition that leaves out rows which repeat the header."""
        field = self.columns.lead
        text = self.columns.header[self.columns.at[field]].strip().replace("'", "''")
        return f"coalesce(trim({self.sql(field)}) <> '{text}', true)"


def read_raw(engine: Engine, table: str, path: Path, mapping: RegisterMapping) -> Raw:
    """Fill `table` with `sheet`, `row` and one column for each field that the file has."""
    with path.open("rb") as source:
        start = source.read(4)
    notes: tuple[str, ...] = ()
    if start == b"PAR1" or path.suffix.lower() in (".parquet", ".pq"):
        columns = _read_parquet(engine, table, path, mapping)
    elif start in _WORKBOOK_STARTS or path.suffix.lower() in _SPREADSHEETS:
        columns, notes = _read_sheets(engine, table, path, mapping)
    else:
        columns = _read_text(engine, table, path, mapping)
    kind = kind_of(columns, mapping)
    require(columns, mapping, kind, path.name)
    if columns.unknown:
        listed = ", ".join(columns.unknown[:_UNKNOWN_SHOWN])
        more = len(columns.unknown) - _UNKNOWN_SHOWN
        notes += (f"Kolom yang tidak dipakai: {listed}{f', dan {more} lagi' if more > 0 else ''}.",)
    own = kind is Kind.EXTRACT and "row_id" in columns and _ids_are_sound(engine, table)
    return Raw(kind, columns, notes, own)


def _ids_are_sound(engine: Engine, table: str) -> bool:
    [(rows, ids)] = engine.rows(f"SELECT count(*), count(DISTINCT nullif(trim(row_id), '')) FROM {table}")
    return bool(rows == ids)


def _read_parquet(engine: Engine, table: str, path: Path, mapping: RegisterMapping) -> Columns:
    names = engine.header(path)
    columns = find_columns(names, mapping)
    if not columns.at:
        require(columns, mapping, Kind.EXTRACT, path.name)
    chosen = {field: names[place] for field, place in columns.at.items()}
    engine.read(table, path, chosen, row="row")
    return columns


def _read_text(engine: Engine, table: str, path: Path, mapping: RegisterMapping) -> Columns:
    text = plain_text(path, engine.workspace, mapping)
    if text is None:
        raise _no_header(path.name, mapping)
    columns = text.columns
    names = [f"c{place}" for place in range(len(columns.header))]
    for field, place in columns.at.items():
        names[place] = field
    try:
        if not is_regular(text):
            raise ValueError
        engine.read_text(table, text.path, names, list(columns.at), delimiter=text.delimiter, row="row")
    except ValueError:
        types = {"row": "INTEGER", **dict.fromkeys(columns.at, "VARCHAR")}
        engine.load(table, types, _irregular(text, path.name))
    finally:
        if text.path != path:
            text.path.unlink()
    return columns


def _irregular(text: PlainText, file: str) -> Iterator[tuple[object, ...]]:
    """The rows of a file whose lines are empty, longer or shorter here and there."""
    places = tuple(text.columns.at.values())
    for number, record in records(text, file):
        if any(record):
            yield number, *(record[place] or None if place < len(record) else None for place in places)


def _read_sheets(
    engine: Engine, table: str, path: Path, mapping: RegisterMapping
) -> tuple[Columns, tuple[str, ...]]:
    book = read_table(path, LIMITS)
    found: list[tuple[SheetTable, int, Columns]] = []
    passed: list[str] = []
    for sheet in book.sheets:
        head = find_header([[as_text(cell) for cell in row] for row in sheet.rows[:20]], mapping)
        if head is not None:
            found.append((sheet, *head))
        elif any(any(cell is not None for cell in row) for row in sheet.rows):
            passed.append(private(sheet.name))
    if not found:
        raise _no_header(path.name, mapping)
    numeric = [0]
    engine.load(table, _TYPES, _cells(found, numeric))
    notes: tuple[str, ...] = (book.remark,) if book.remark else ()
    if passed:
        notes += (f"Lembar tanpa judul kolom tidak dibaca: {', '.join(passed)}.",)
    if numeric[0]:
        notes += (f"{numeric[0]} NIK tersimpan sebagai angka; angka ke-16 mungkin hilang.",)
    unknown = dict.fromkeys(name for _, _, columns in found for name in columns.unknown)
    first = found[0][2]
    for sheet, _, columns in found[1:]:
        if kind_of(columns, mapping) is not kind_of(first, mapping):
            raise PayungError(
                f"{path.name}: lembar {private(sheet.name)} adalah jawaban dan lembar lain daftar, atau sebaliknya.",
                todo="Pisahkan menjadi dua berkas.",
            )
        require(columns, mapping, kind_of(columns, mapping), f"{path.name}, lembar {private(sheet.name)}")
    places = {field: at for _, _, columns in reversed(found) for field, at in columns.at.items()}
    return Columns(places | first.at, tuple(unknown), first.header, sheets=True), notes


def _cells(
    found: Sequence[tuple[SheetTable, int, Columns]], numeric: list[int]
) -> Iterator[tuple[object, ...]]:
    for sheet, head, columns in found:
        places = [columns.at.get(field) for field in FIELDS]
        lead = columns.at[columns.lead]
        title = key(columns.header[lead])
        for number, row in enumerate(sheet.rows[head + 1 :], start=head + 2):
            if not any(cell is not None and cell != "" for cell in row):
                continue
            first = row[lead] if lead < len(row) else None
            if isinstance(first, str) and first.strip() and key(first) == title:
                continue
            numeric[0] += "nik" in columns and isinstance(first, int | float)
            yield (
                sheet.name,
                number,
                *(as_text(row[at]) or None if at is not None and at < len(row) else None for at in places),
            )


def as_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a fraction, dates as ISO, nothing as ""."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "YA" if cell else "TIDAK"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _no_header(file: str, mapping: RegisterMapping) -> PayungError:
    return PayungError(
        f"{file}: judul kolom tidak ditemukan dalam 20 baris pertama, jadi register {mapping.register} tidak terbaca.",
        todo="Pastikan ada satu baris judul dengan kolom NIK (atau ID BARIS pada jawaban).",
    )
