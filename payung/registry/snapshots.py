"""A register's rows as a Parquet file of their own: written once when it arrives, read again by every run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payung.engine.engine import Engine
from payung.registry.files import COLUMNS, Snapshot
from payung.registry.rules import Kind


@dataclass(frozen=True, slots=True)
class Frozen:
    """What is known of a snapshot beside its rows: all of a `Snapshot` but its table. `sha256` is the original's."""

    name: str
    kind: Kind
    file_name: str
    sha256: str
    as_of: date | None
    request_id: str | None = None
    notes: tuple[str, ...] = ()


def write_snapshot(engine: Engine, snapshot: Snapshot, path: Path) -> None:
    """Write a snapshot's rows, in the order of the file."""
    columns = ", ".join(COLUMNS)
    engine.write_parquet(f"SELECT {columns} FROM {snapshot.table} ORDER BY row, row_id, nik, name", path)


def read_snapshot(engine: Engine, path: Path, frozen: Frozen) -> Snapshot:
    """The snapshot as `read_register` gave it, from its Parquet file; the engine holds it as `register_<name>`."""
    table = f"register_{frozen.name}"
    engine.read(table, path, {name: name for name in COLUMNS})
    [(rows,)] = engine.rows(f"SELECT count(*) FROM {table}")
    return Snapshot(
        name=frozen.name,
        kind=frozen.kind,
        table=table,
        path=Path(frozen.file_name),
        sha256=frozen.sha256,
        as_of=frozen.as_of,
        rows=rows,
        request_id=frozen.request_id,
        notes=frozen.notes,
    )
