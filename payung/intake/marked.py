"""A list that was read, given back marked: what is written for each row, and the file itself."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.core.finding import Finding, Severity
from payung.core.processes import begin_helping
from payung.intake.codes import FIELD_TITLES, TITLES
from payung.intake.convert import convert, sheet_names
from payung.intake.edits import Change, Edit, Place, apply
from payung.intake.lists import ReadList, RowKind, SheetLayout
from payung.intake.marking import mark_workbook
from payung.intake.marks import CellMark, Counts, RowMark, SheetMarks, WorkbookMarks
from payung.policy.local import LocalPolicy
from payung.sheets.reading import read_table

GOOD, ALREADY_THERE = "Baik", "Sudah ada"
_FALLBACK = ("name", "nik", "number")
"""Where a finding stands whose own column the list does not have."""
_KINDS = {"xls": "Excel lama (.xls)", "ods": "OpenDocument (.ods)", "csv": "teks (.csv)"}
_FEW = 8
Job = tuple[ReadList, WorkbookMarks, Path]


def marks_of(
    read: ReadList,
    findings: Sequence[Finding] | None = None,
    results: Mapping[str, str] | None = None,
    *,
    already_there: Collection[str] = (),
    changes: Mapping[Place, Change] | None = None,
    policy: LocalPolicy,
) -> WorkbookMarks:
    """What is written into one list.

    `changes` are cells that somebody at the office mended (`payung.intake.edits.changes`).

    `findings` are those of this file (by default what the intake found; screening's may be added), `results` what
    stands under HASIL by row id where it is not simply what is wrong, `already_there` ids of rows accepted earlier.
    """
    by_row: dict[str, list[Finding]] = {}
    general: list[Finding] = []
    for finding in read.findings if findings is None else findings:
        if finding.row and finding.row_id:
            by_row.setdefault(finding.row_id, []).append(finding)
        else:
            general.append(finding)
    known = read.already_there.union(already_there)
    sheets: dict[str, list[RowMark]] = {layout.name: [] for layout in read.layouts}
    layouts = {layout.name: layout for layout in read.layouts}
    good = to_fix = already = 0
    mended = {(sheet, row) for sheet, row, _ in changes or ()}
    for one in read.applications:
        found = by_row.get(one.row_id, [])
        wrong = any(finding.severity is not Severity.NOTE for finding in found)
        if one.row_id in known:
            already, found, text = already + 1, [], ALREADY_THERE
        else:
            good, to_fix = good + (not wrong), to_fix + wrong
            text = result_text(found)
        text = (results or {}).get(one.row_id, text)
        if (one.sheet, one.row) in mended:
            text = f"{text} (ada isi yang diperbaiki petugas)"
        cells = _cells(found, layouts[one.sheet], one.row) if found else ()
        sheets[one.sheet].append(RowMark(one.row, one.row_id, text, cells))
    rest = sum(kind is not RowKind.PERSON for layout in read.layouts for kind in layout.kinds)
    tabs = _tabs(read)
    return WorkbookMarks(
        tuple(
            SheetMarks(
                tabs[layout.name],
                layout.header_row,
                layout.last_column,
                tuple(sheets[layout.name]),
                _choices(layout, policy),
                {
                    (row, column): change
                    for (sheet, row, column), change in (changes or {}).items()
                    if sheet == layout.name
                },
            )
            for layout in read.layouts
            if layout.header_row
        ),
        Counts(good, to_fix, already, rest),
        tuple(general),
        TITLES,
    )


def result_text(findings: Sequence[Finding]) -> str:
    """`Baik`, or what must be mended and what must be answered, by the names of the columns."""
    parts = []
    for severity, start in ((Severity.FAULT, "Perlu diperbaiki"), (Severity.QUESTION, "Perlu dijawab")):
        fields = dict.fromkeys(
            FIELD_TITLES.get(f.column, f.column.replace("_", " ")) for f in findings if f.severity is severity
        )
        if fields:
            parts.append(f"{start}: {', '.join(fields)}")
    return "; ".join(parts) or GOOD


def _cells(findings: Sequence[Finding], layout: SheetLayout, row: int) -> tuple[CellMark, ...]:
    by_column: dict[int, list[Finding]] = {}
    for finding in findings:
        column = layout.column(finding.column, row) if finding.column != "row_id" else None
        if column is None:
            column = next((at for one in _FALLBACK if (at := layout.column(one, row))), 1)
        by_column.setdefault(column, []).append(finding)
    return tuple(CellMark(column, tuple(found)) for column, found in sorted(by_column.items()))


def _choices(layout: SheetLayout, policy: LocalPolicy) -> dict[int, tuple[str, ...]]:
    """Drop-downs for coded columns of a list in one order throughout."""
    if layout.later:
        return {}
    offered = {
        "sex": ("L", "P"),
        "pupil": ("Ya", "Tidak"),
        "occupation": tuple(group.title for group in policy.groups),
    }
    return {layout.columns[one]: texts for one, texts in offered.items() if one in layout.columns}


def _tabs(read: ReadList) -> dict[str, str]:
    names = [layout.name for layout in read.layouts]
    return {name: name for name in names} if read.kind == "xlsx" else sheet_names(names)


def marked_name(read: ReadList) -> str:
    """The name under which a marked list goes back: its own, with `.xlsx` behind it when it was no workbook of Excel."""
    name = Path(read.file).name
    return name if read.kind == "xlsx" and name.lower().endswith((".xlsx", ".xlsm")) else f"{name}.xlsx"


def mark_list(read: ReadList, marks: WorkbookMarks, out: Path, edits: Sequence[Edit] = ()) -> None:
    """Write the marked list to `out`, whose folder exists. PayungError when it cannot be written.

    `edits` are those whose `changes` stand in `marks`.

    An xlsx comes back as it was, with marks; everything else as an xlsx with its values as text, and the summary says
    so. So does an xlsx that cannot be edited in place.
    """
    name = Path(read.file).name
    remark = ""
    if read.kind == "xlsx":
        try:
            mark_workbook(read.path, marks, out, file=name, sha256=read.sha256)
            return
        except PayungError as error:
            if error.exit_code is Exit.OUTPUT:
                raise
        except ValueError:  # its rows are counted otherwise in its XML than by the reader
            pass
        remark = "Berkas ini tidak dapat ditandai langsung; isinya disalin sebagai teks ke lembar baru."
    else:
        kind = _KINDS.get(read.kind, read.kind)
        remark = f"Berkas asli berbentuk {kind}; hasil ini berbentuk Excel (.xlsx) dengan isi sebagai teks."
    table = apply(read_table(read.path), edits).table
    tabs = sheet_names(sheet.name for sheet in table.sheets)
    heads = {layout.name: layout.header_row for layout in read.layouts}
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=".payung-") as folder:
        made = Path(folder) / "salinan.xlsx"
        convert(table, heads, made)
        renamed = tuple(replace(sheet, name=tabs.get(sheet.name, sheet.name)) for sheet in marks.sheets)
        mark_workbook(made, replace(marks, sheets=renamed), out, file=name, sha256=read.sha256, remark=remark)


def mark_lists(
    jobs: Iterable[Job], *, workers: int = 2, progress: Callable[[int, int], None] | None = None
) -> None:
    """`mark_list` for many lists, in worker processes."""
    slim = [(replace(read, applications=(), findings=()), marks, out) for read, marks, out in jobs]
    for done, _ in enumerate(_marked(slim, workers), start=1):
        if progress:
            progress(done, len(slim))


def _marked(jobs: Sequence[Job], workers: int) -> Iterable[None]:
    if workers < 2 or len(jobs) < _FEW:
        yield from map(_mark_one, jobs)
        return
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(workers, begin_helping) as pool:
        yield from pool.imap(_mark_one, jobs, chunksize=2)


def _mark_one(job: Job) -> None:
    mark_list(*job)
