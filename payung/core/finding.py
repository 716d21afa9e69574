"""A finding (temuan): one thing that is wrong or remarkable about one row, with its evidence."""

from __future__ import annotations

from dataclasses import astuple, dataclass, fields
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs for the person who must act on it."""

    FAULT = "fault"
    """The row cannot be decided until this is mended."""
    QUESTION = "question"
    """Plausible either way; somebody who knows must answer."""
    NOTE = "note"
    """Worth knowing; nothing needs to be done."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of `findings.parquet`.

    `row` is the row number that Excel shows, 1-based; 0 where a finding belongs to a whole file or sheet.
    `column` is the canonical field name (`nik`, `birth_on`, …). `proposal` is a repair for a person to accept:
    it is never applied by the machine. `message` is one plain Indonesian sentence that says what to do.
    """

    row_id: str
    source: str
    sheet: str
    row: int
    column: str
    code: str
    severity: Severity
    evidence: str
    proposal: str
    message: str

    def values(self) -> tuple[object, ...]:
        return astuple(self)


FINDING_COLUMNS = tuple(field.name for field in fields(Finding))
