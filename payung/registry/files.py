"""Registers as files: found columns, one engine table each, the status of every record as its owner wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from payung.registry.rules import Kind

COLUMNS = (
    "row_id", "row", "nik", "kk", "name", "birth_on", "sex", "desa", "phone",
    "status", "segment", "payer", "valid_from", "valid_until", "detail",
)  # fmt: skip
"""Columns of a snapshot's table: texts as they were written (NULL for an empty cell), `row` an integer."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One register as read: the engine's `table` with `COLUMNS`, and the day that it describes.

    `row_id` is minted from (file hash, sheet, row) for an extract, and is the asked row's own id for an answer.
    `as_of` is None where neither the command nor the mapping nor the file says it.
    """

    name: str
    kind: Kind
    table: str
    path: Path
    sha256: str
    as_of: date | None
    rows: int
    request_id: str | None = None
