"""Questions that somebody answered with: it is right as it stands. They hold while the same text stands there. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from payung.core.finding import Finding, Severity
from payung.intake.lists import ReadList

_SAID = "Sudah dipastikan benar oleh petugas."


@dataclass(frozen=True, slots=True)
class Confirmation:
    """An answered question about one row. `written` is what stood in the cell then: personal data, store it sealed."""

    row_id: str
    field: str
    code: str
    written: str

    def as_json(self) -> list[str]:
        """As a short list for storing; `from_json` reads it."""
        return [self.row_id, self.field, self.code, self.written]

    @classmethod
    def from_json(cls, stored: Sequence[Any]) -> Confirmation:
        """ValueError for anything but what `as_json` gives."""
        match list(stored):
            case [str(row_id), str(field), str(code), str(written)]:
                return cls(row_id, field, code, written)
        raise ValueError("not a confirmation")


def confirmation(finding: Finding) -> Confirmation:
    """What is kept when somebody confirms a finding."""
    return Confirmation(finding.row_id, finding.column, finding.code, finding.evidence)


def with_answers(read: ReadList, answers: Collection[Confirmation]) -> ReadList:
    """The same reading with every confirmed question as a note. A fault is never confirmed away."""
    if not answers:
        return read
    return replace(read, findings=tuple(_answered(read.findings, frozenset(answers))))


def _answered(findings: Iterable[Finding], answers: frozenset[Confirmation]) -> Iterable[Finding]:
    for finding in findings:
        if finding.severity is Severity.QUESTION and finding.row and confirmation(finding) in answers:
            finding = replace(finding, severity=Severity.NOTE, proposal="", message=_SAID)
        yield finding
