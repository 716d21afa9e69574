"""Registers as files: found columns, one engine table each, the status of every record as its owner wrote it."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.engine.engine import Engine
from payung.registry.answers import Asked, settle_answer
from payung.registry.columns import shown
from payung.registry.mapping import DATES, Format, RegisterMapping, shipped_mapping
from payung.registry.raw import Raw, read_raw
from payung.registry.rules import REGISTERS, Kind, RegisterInput, Status, read_status

COLUMNS = (
    "row_id", "row", "nik", "kk", "name", "birth_on", "sex", "desa", "phone",
    "status", "segment", "payer", "valid_from", "valid_until", "detail",
)  # fmt: skip
"""Columns of a snapshot's table: texts as they were written (NULL for an empty cell), `row` an integer."""
_TEXTS = COLUMNS[2:]
_WORDS_SHOWN = 5
_WORDS_READ = 2000


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One register as read: the engine's `table` with `COLUMNS`, and the day that it describes.

    `row_id` is minted from (file hash, sheet, row) for an extract, and is the asked row's own id for an answer.
    `as_of` is None where neither the command nor the mapping says it. `notes` are Indonesian sentences for the
    user: what was left out and which words nobody understands.
    """

    name: str
    kind: Kind
    table: str
    path: Path
    sha256: str
    as_of: date | None
    rows: int
    request_id: str | None = None
    notes: tuple[str, ...] = ()


def read_register(
    engine: Engine,
    given: RegisterInput,
    *,
    mapping: RegisterMapping | None = None,
    asked: Asked = None,
) -> Snapshot:
    """Read a register's file into the engine's table `register_<name>` with `COLUMNS`.

    `mapping` replaces the shipped one. `asked` are the row ids of the lists of this run, or who knows those of a
    request: an answer must be about them. PayungError(Exit.REGISTER) where the file is missing, Exit.INPUT where it is not what it is said to be.
    """
    if not given.path.is_file():
        raise PayungError(
            f"Berkas register {given.name} tidak ada: {given.path}.",
            todo="Periksa nama berkasnya pada --register.",
            exit_code=Exit.REGISTER,
        )
    mapping = mapping or shipped_mapping(given.name)
    if mapping.register != given.name:
        raise PayungError(
            f"Pemetaan untuk register {mapping.register} dipakai untuk register {given.name}.",
            todo="Pakai berkas pemetaan dari register yang sama.",
            exit_code=Exit.USAGE,
        )
    with given.path.open("rb") as source:
        sha256 = hashlib.file_digest(source, "sha256").hexdigest()
    table, raw_table = f"register_{given.name}", f"register_{given.name}_raw"
    raw = read_raw(engine, raw_table, given.path, mapping)
    if raw.kind is Kind.ANSWER:
        request, notes = settle_answer(engine, raw, raw_table, given.name, asked)
        engine.execute(f"CREATE OR REPLACE TABLE {table} AS {_answer_rows(raw, raw_table, mapping)}")
    else:
        request, notes = None, ()
        engine.execute(f"CREATE OR REPLACE TABLE {table} AS {_extract_rows(raw, raw_table, mapping, sha256)}")
    [(rows, held)] = engine.rows(f"SELECT (SELECT count(*) FROM {table}), (SELECT count(*) FROM {raw_table})")
    engine.execute(f"DROP TABLE {raw_table}")
    if not rows:
        raise PayungError(
            f"Register {given.name} ({given.path.name}) tidak memuat satu orang pun.",
            todo="Periksa apakah berkas yang benar yang dikirim; data kosong tidak dapat dipakai untuk menyaring.",
        )
    if raw.kind is Kind.EXTRACT and held > rows:
        notes = (
            f"{_count(held - rows)} baris yang bukan orang dilewati (judul berulang, jumlah, tanpa NIK dan nama).",
        )
    return Snapshot(
        name=given.name,
        kind=raw.kind,
        table=table,
        path=given.path,
        sha256=sha256,
        as_of=given.as_of or mapping.as_of,
        rows=rows,
        request_id=request,
        notes=(*raw.notes, *notes, *_unknown_words(engine, table, given.name)),
    )


def _extract_rows(raw: Raw, raw_table: str, mapping: RegisterMapping, sha256: str) -> str:
    """The rows of an extract that are people, each with its minted id."""
    sheet = "sheet" if raw.columns.sheets else "''"
    minted = f"substr(py_sha256('{sha256}\x1f' || {sheet} || '\x1f' || cast(row as varchar)), 1, 16)"
    own = raw.keeps_ids
    total = "nik IS NULL AND py_matches(upper(name), '^ *(SUB *)?(JUMLAH|TOTAL)( |:|$)')"
    return f"""
        SELECT * FROM (
            SELECT {"trim(row_id)" if own else minted} AS row_id, row, {_texts(raw, mapping)}
            FROM {raw_table} WHERE {raw.no_header}
        ) AS r
        WHERE (nik IS NOT NULL OR name IS NOT NULL) AND NOT coalesce({total}, false)
    """


def _answer_rows(raw: Raw, raw_table: str, mapping: RegisterMapping) -> str:
    return f"SELECT trim(row_id) AS row_id, row, {_texts(raw, mapping)} FROM {raw_table}"


def _texts(raw: Raw, mapping: RegisterMapping) -> str:
    return ", ".join(f"{_written(field, raw.sql(field), mapping)} AS {field}" for field in _TEXTS)


def _written(field: str, text: str, mapping: RegisterMapping) -> str:
    """A cell as it was written, NULL when blank; a date in a form that nobody here would guess becomes ISO."""
    kept = f"CASE WHEN trim({text}) <> '' THEN {text} END"
    column = mapping.columns.get(field)
    form = column.format if column and field in DATES else Format.TEXT
    if form is Format.DIGITS_YEAR_FIRST:
        return _rebuilt(text, kept, ((1, 4), (5, 2), (7, 2)))
    if form is Format.DIGITS_DAY_FIRST:
        return _rebuilt(text, kept, ((5, 4), (3, 2), (1, 2)))
    if form is Format.MONTH_FIRST:
        plain = f"replace(replace(trim({text}), '/', '-'), '.', '-')"
        year, month, day = (f"split_part({plain}, '-', {part})" for part in (3, 1, 2))
        return (
            f"CASE WHEN py_matches({plain}, '^[0-9]{{1,2}}-[0-9]{{1,2}}-[0-9]{{4}}$') "
            f"THEN {year} || '-' || {month} || '-' || {day} ELSE {kept} END"
        )
    return kept


def _rebuilt(text: str, kept: str, parts: Sequence[tuple[int, int]]) -> str:
    iso = " || '-' || ".join(f"substr(trim({text}), {start}, {length})" for start, length in parts)
    return f"CASE WHEN py_matches({text}, '^ *[0-9]{{8}} *$') THEN {iso} ELSE {kept} END"


def _unknown_words(engine: Engine, table: str, name: str) -> tuple[str, ...]:
    words = engine.rows(
        f"SELECT status, count(*) AS many FROM {table} WHERE status IS NOT NULL "
        f"GROUP BY status ORDER BY many DESC, status LIMIT {_WORDS_READ}"
    )
    unknown = [(word, many) for word, many in words if read_status(word) is Status.UNREADABLE]
    if not unknown:
        return ()
    listed = ", ".join(f'"{shown(word)}" ({_count(many)} baris)' for word, many in unknown[:_WORDS_SHOWN])
    more = f", dan {len(unknown) - _WORDS_SHOWN} kata lain" if len(unknown) > _WORDS_SHOWN else ""
    return (
        f"Kata STATUS yang belum dikenal pada {REGISTERS[name].title}: {listed}{more}. "
        "Baris itu tidak dibaca sebagai ya maupun tidak; tanyakan artinya kepada pemilik data.",
    )


def _count(number: int) -> str:
    return f"{number:,}".replace(",", ".")
