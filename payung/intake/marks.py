"""What is written back into a list: for every row its result, for every faulty cell its findings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from payung.core.finding import Finding, Severity
from payung.intake.edits import Change

RESULT_HEADER = "HASIL"
ID_HEADER = "_payung_id"
SUMMARY_SHEET = "Ringkasan"
SUMMARY_TITLE = "Ringkasan pemeriksaan Payung"
NOTE_AUTHOR = "Payung"
NOTE_START = "Payung:"
"""Every note of ours begins with this, so that the next round finds and replaces it."""

_WEIGHT = {Severity.FAULT: 0, Severity.QUESTION: 1, Severity.NOTE: 2}


@dataclass(frozen=True, slots=True)
class CellMark:
    """The findings of one cell; `column` is 1-based (A = 1)."""

    column: int
    findings: tuple[Finding, ...]

    @property
    def severity(self) -> Severity:
        return worst(self.findings)

    @property
    def text(self) -> str:
        """The note on the cell: one sentence per finding, each with its proposal, the gravest first."""
        ordered = sorted(self.findings, key=lambda f: _WEIGHT[f.severity])
        return "\n".join(sentence(finding) for finding in ordered)


@dataclass(frozen=True, slots=True)
class RowMark:
    """One row that was read as a person; `row` is Excel's own number, `result` stands under HASIL."""

    row: int
    row_id: str
    result: str
    cells: tuple[CellMark, ...] = ()

    @property
    def severity(self) -> Severity | None:
        return worst(tuple(f for cell in self.cells for f in cell.findings)) if self.cells else None


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """One sheet with people on it.

    `header_row` and `last_column` are 1-based; `choices` gives the codes offered in a column's drop-down.
    """

    name: str
    header_row: int
    last_column: int
    rows: tuple[RowMark, ...]
    choices: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    changes: Mapping[tuple[int, int], Change] = field(default_factory=dict)
    """Cells (row, column), 1-based, that somebody at the office mended: they get their new text."""

    def notes(self) -> dict[tuple[int, int], str]:
        """What the note on each cell says: what was mended, then what is still wrong."""
        found = {place: mended(change) for place, change in self.changes.items()}
        for row in self.rows:
            for cell in row.cells:
                place = (row.row, cell.column)
                found[place] = f"{found[place]}\n{cell.text}" if place in found else cell.text
        return found


@dataclass(frozen=True, slots=True)
class Counts:
    """Four numbers that add up to all rows of a file: nothing is skipped silently."""

    good: int
    to_fix: int
    already_there: int
    not_person: int

    @property
    def rows(self) -> int:
        return self.good + self.to_fix + self.already_there + self.not_person


@dataclass(frozen=True, slots=True)
class WorkbookMarks:
    """Everything that is written back into one file."""

    sheets: tuple[SheetMarks, ...]
    counts: Counts
    general: tuple[Finding, ...] = ()
    """Findings of the file or of a sheet as a whole; they stand on the summary sheet only."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """A short name for each code of a finding, for the table of kinds; the code itself where there is none."""

    def findings(self) -> list[Finding]:
        return [f for s in self.sheets for r in s.rows for c in r.cells for f in c.findings]


def mended(change: Change) -> str:
    """The sentence about a cell that somebody at the office changed."""
    old, new = (f'"{text}"' if text else "kosong" for text in (change.before, change.after))
    if change.before == change.after:
        return f"Diperbaiki oleh petugas: {new} kini tersimpan sebagai teks."
    return f"Diperbaiki oleh petugas: dari {old} menjadi {new}."


def worst(findings: tuple[Finding, ...]) -> Severity:
    """The gravest severity among findings; ValueError when there are none."""
    return min((f.severity for f in findings), key=_WEIGHT.__getitem__)


def sentence(finding: Finding) -> str:
    """The message of a finding with its proposal, as a person reads it."""
    if not finding.proposal or finding.proposal in finding.message:
        return finding.message
    return f"{finding.message.rstrip()} Usulan: {finding.proposal}"
