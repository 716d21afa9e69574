"""The screened list to the byte: everybody who was screened, what became of them, and the hash of it all. Pure.

Two regencies, machines or engines with the same inputs and rules get the same hash. Therefore no path, row id, clock or
code version goes into it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from payung.core import canonical

SCREENED_COLUMNS = ("nik", "name_raw", "birth_on", "sex", "desa_code", "rt", "outcome", "reasons")


@dataclass(frozen=True, slots=True)
class ScreenedRow:
    """One screened person with the outcome and the codes of all reasons, whatever became of them."""

    nik: str
    name_raw: str
    birth_on: date | None
    sex: str
    desa_code: str
    rt: str
    outcome: str
    reasons: tuple[str, ...]

    def values(self) -> tuple[str, ...]:
        """The row as canonical text; reasons sorted and joined by commas."""
        return canonical.texts(
            self.nik, self.name_raw, self.birth_on or "", self.sex, self.desa_code, self.rt, self.outcome,
            ",".join(sorted(set(self.reasons))),
        )  # fmt: skip


def canonical_screened(rows: Iterable[ScreenedRow]) -> bytes:
    """The screened list, written and sorted like the roll."""
    return canonical.table(SCREENED_COLUMNS, (row.values() for row in rows))


def screened_hash(rows: Iterable[ScreenedRow]) -> str:
    """SHA-256 in hex of the canonical screened list."""
    return hashlib.sha256(canonical_screened(rows)).hexdigest()
