"""A list as it was read and understood: its people, everything that is wrong, and where each thing stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.finding import Finding


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


@dataclass(frozen=True, slots=True)
class SetAside:
    """A file that could not be read as a list; the rest goes on without it."""

    file: str
    path: Path
    error: PayungError


@dataclass(frozen=True, slots=True)
class Intake:
    """All files of a folder, in the order of their names."""

    read: tuple[ReadList, ...]
    set_aside: tuple[SetAside, ...] = ()
    notes: Mapping[str, str] = field(default_factory=dict)

    @property
    def applications(self) -> list[Application]:
        return [application for one in self.read for application in one.applications]

    @property
    def findings(self) -> list[Finding]:
        return [finding for one in self.read for finding in one.findings]
