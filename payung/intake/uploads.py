"""An upload: the bytes that were sent and the edits since. Its state is always derived, by the one pipeline. No Django."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.core.finding import Finding
from payung.intake.confirmed import Confirmation, with_answers
from payung.intake.edits import Edit, Overlay, apply, changes
from payung.intake.given import Given
from payung.intake.lists import ReadList
from payung.intake.mapping import ListMapping
from payung.intake.marked import mark_list, marks_of
from payung.intake.marks import Counts
from payung.intake.pipeline import read_list
from payung.intake.repair import Preview, preview
from payung.policy.local import LocalPolicy
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from payung.sheets.table import TableFile


@dataclass(frozen=True, slots=True)
class Upload:
    """What is needed to read an upload again: name below its folder, mapping and place as for `read_list`, its edits."""

    file: str
    policy: LocalPolicy
    mapping: ListMapping | None = None
    given: Given | None = None
    edits: tuple[Edit, ...] = ()
    confirmed: frozenset[Confirmation] = frozenset()
    """Questions about single rows that somebody answered with: it is right as it stands."""
    accepted: frozenset[str] = frozenset()
    """Codes of questions about the file as a whole that somebody answered with: it is right as it is."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An upload that was read: the table as it was sent, with the edits laid over it, and what it says."""

    upload: Upload
    original: TableFile
    laid: Overlay
    read: ReadList

    @property
    def table(self) -> TableFile:
        """The list as it stands now."""
        return self.laid.table

    @property
    def counts(self) -> Counts:
        """The four numbers that add up to all rows."""
        return marks_of(self.read, policy=self.upload.policy).counts

    @property
    def stops(self) -> tuple[Finding, ...]:
        """What still keeps the whole file out."""
        return self.read.stops(self.upload.accepted)

    def preview(self, more: Sequence[Edit]) -> Preview:
        """What further edits would change; nothing is kept."""
        one = self.upload
        return preview(
            self.read,
            self.table,
            more,
            one.policy,
            mapping=one.mapping,
            given=one.given,
            confirmed=one.confirmed,
        )


def open_upload(path: Path, upload: Upload, limits: Limits | None = None) -> Opened:
    """Read an upload's bytes, in a confined child, and understand them with its edits.

    PayungError says why the file is no list; `Opened.laid.conflicts` are edits that do not fit it.
    """
    return opened(read_table(path, limits or Limits()), upload)


def opened(original: TableFile, upload: Upload) -> Opened:
    """The same for a table that was read already."""
    laid = apply(original, upload.edits)
    read = read_list(laid.table, upload.file, upload.policy, mapping=upload.mapping, given=upload.given)
    return Opened(upload, original, laid, with_answers(read, upload.confirmed))


def give_back(
    one: Opened,
    out: Path,
    *,
    findings: Sequence[Finding] | None = None,
    results: Mapping[str, str] | None = None,
    already_there: Collection[str] = (),
) -> None:
    """Write the marked workbook: the original with the edits in their cells, and marks on what is still wrong.

    `findings`, `results` and `already_there` as for `marks_of`. The upload's bytes must still lie where they were read.
    """
    edits = one.upload.edits
    marks = marks_of(
        one.read,
        findings,
        results,
        already_there=already_there,
        changes=changes(one.original, edits),
        policy=one.upload.policy,
    )
    mark_list(one.read, marks, out, edits)
