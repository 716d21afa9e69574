"""How other stores meet the engine: rows out of a cursor into one Parquet file, and rows of such a file back.

Nothing here knows models. Rows pass one by one, values come back as they went in: None and "" apart, dates, numbers
and truth values as such.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from payung.engine.engine import Engine

_numbers = count(1)


def write_rows(
    engine: Engine,
    columns: Mapping[str, str],
    rows: Iterable[Sequence[object]],
    path: Path,
    *,
    order: Sequence[str],
) -> None:
    """Write `rows` to the Parquet file `path`, which appears when it is whole; `columns` maps names to SQL types.

    `order` names the columns that rows are sorted by. PayungError when the disk is full.
    """
    table = _fresh()
    try:
        engine.load(table, columns, rows)
        engine.write_parquet(f"SELECT {listed(columns)} FROM {table} ORDER BY {listed(order)}", path)
    finally:
        engine.execute(f"DROP TABLE IF EXISTS {table}")


def read_rows(
    engine: Engine, path: Path, columns: Sequence[str], *, order: Sequence[str], skip: int = 0
) -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet file with these columns, sorted by `order`, from the one after `skip` on.

    Where `order` tells every two rows apart, a reader that was killed after `skip` rows goes on as if nothing had been.
    """
    table = _fresh()
    engine.read(table, path, {name: name for name in columns} | {name: name for name in order})
    try:
        yield from engine.stream(
            f"SELECT {listed(columns)} FROM {table} ORDER BY {listed(order)} OFFSET {int(skip)}"
        )
    finally:
        engine.execute(f"DROP TABLE IF EXISTS {table}")


def row_count(engine: Engine, path: Path) -> int:
    """How many rows a Parquet file holds."""
    table = _fresh()
    first = engine.header(path)[0]
    engine.read(table, path, {first: first})
    try:
        return int(engine.rows(f"SELECT count(*) FROM {table}")[0][0])
    finally:
        engine.execute(f"DROP TABLE IF EXISTS {table}")


def content_hash(engine: Engine, table: str, columns: Sequence[str]) -> str:
    """SHA-256 in hex over what stands in these columns, whatever the order of the rows.

    Each row is hashed by itself, every value with its length before it, NULL as `-`; then the sorted hashes.
    """
    text = " || ".join(
        f"coalesce(cast(length(cast({quoted(name)} as varchar)) as varchar) || ':' || "
        f"cast({quoted(name)} as varchar), '-')"
        for name in columns
    )
    digest = hashlib.sha256("\t".join(columns).encode() + b"\n")
    for (row,) in engine.stream(f"SELECT py_sha256({text}) AS h FROM {table} ORDER BY h"):
        digest.update(row.encode() + b"\n")
    return digest.hexdigest()


def quoted(name: str) -> str:
    """A column's name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Columns as SQL lists them."""
    return ", ".join(map(quoted, names))


def _fresh() -> str:
    return f"exchange_{next(_numbers)}"
