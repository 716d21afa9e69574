"""A list as it was read and understood: its people, everything that is wrong, and where each thing stands."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.finding import Finding, Severity


class RowKind(StrEnum):
    """What a row of a list is; every row is exactly one of these."""

    PERSON = "person"
    TITLE = "title"
    HEADER = "header"
    """The header, its second line, and every repetition."""
    NUMBERING = "numbering"
    TOTAL = "total"
    EMPTY = "empty"
    OTHER = "other"
    """Signatures, remarks: something is written, but it is no person."""


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How one sheet was understood. Rows and columns are 1-based as Excel shows them (A = 1).

    `columns` maps fields to columns; `header_row` is the last line of the header; `kinds` names every row's kind, in
    order, so that the four numbers of a file add up to its rows.
    """

    name: str
    header_row: int
    last_column: int
    columns: Mapping[str, int]
    kinds: tuple[RowKind, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    """Field to the header as it was written: the mapping that was used, to be shown."""
    mapping: str = ""
    """Name of the mapping file, "" where the synonyms decided."""
    later: tuple[tuple[int, Mapping[str, int]], ...] = ()
    """Headers further down in another order: their row, and the columns that hold from there on."""

    def column(self, name: str, row: int) -> int | None:
        """The column of a field in a row; None where the list has none."""
        found = self.columns
        for start, columns in self.later:
            if start < row:
                found = columns
        return found.get(name)


@dataclass(frozen=True, slots=True)
class ReadList:
    """One list file. `file` is its path below the lists folder, with `/`; `path` are the original bytes.

    `applications` stand in the order of the file. `findings` holds those of rows and, with row 0, of the whole file.
    """

    file: str
    path: Path
    sha256: str
    kind: str
    layouts: tuple[SheetLayout, ...]
    applications: tuple[Application, ...]
    findings: tuple[Finding, ...]
    remark: str = ""
    already_there: frozenset[str] = frozenset()
    """Row ids of this file that an earlier file holds with the same content."""

    @property
    def questions(self) -> tuple[Finding, ...]:
        """Questions about the file as a whole: until somebody accepts them, the file stays out."""
        return tuple(f for f in self.findings if f.row == 0 and f.severity is not Severity.NOTE)

    def stops(self, accepted: Collection[str] = ()) -> tuple[Finding, ...]:
        """What keeps the whole file out when somebody has accepted the questions with these codes; never a fault."""
        return tuple(f for f in self.questions if f.severity is Severity.FAULT or f.code not in accepted)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that could not be read as a list; the rest goes on without it."""

    file: str
    path: Path
    error: PayungError
    read: ReadList | None = None
    """What was read, where the file is only set aside until somebody answers a question about it."""


@dataclass(frozen=True, slots=True)
class Intake:
    """All files of a folder, in the order of their names."""

    read: tuple[ReadList, ...]
    set_aside: tuple[SetAside, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def applications(self) -> list[Application]:
        """Every row once: what an earlier file holds too is left out here."""
        return [a for one in self.read for a in one.applications if a.row_id not in one.already_there]

    @property
    def findings(self) -> list[Finding]:
        """Findings of those rows, and of whole files."""
        return [
            f for one in self.read for f in one.findings if not f.row or f.row_id not in one.already_there
        ]
