"""From files to Applications: every list read and understood, every fault of every row in one pass.

Files are read and understood in worker processes; a file that cannot be read is set aside, and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from payung.core import identity, names, nik, region
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.finding import Finding
from payung.core.rupiah import percent
from payung.intake import numbers
from payung.intake.cells import text_of
from payung.intake.codes import CODES, FIELD_TITLES
from payung.intake.headings import Block
from payung.intake.layout import PersonRow, SheetReading, read_sheet
from payung.intake.lists import Intake, ReadList, SetAside, SheetLayout
from payung.intake.mapping import ListMapping, shipped
from payung.intake.numbers import Fault, Numbers
from payung.intake.places import place_of_file
from payung.intake.rows import Reader, Understood, application
from payung.policy.local import LocalPolicy
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from payung.sheets.table import SheetTable, TableFile

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all."""
_REQUIRED = ("nik", "name", "birth_on", "occupation")
_DECISIVE = ("nik", "name", "birth_on", "kk", "sex", "occupation")
_FEW = 16
"""Fewer files than this are not worth a second process."""


def read_lists(
    files: Sequence[tuple[str, Path]],
    policy: LocalPolicy,
    *,
    workers: int = 2,
    accept: Collection[str] = (),
    progress: Progress | None = None,
    mappings: dict[str, ListMapping] | None = None,
    limits: Limits | None = None,
) -> Intake:
    """Read and understand every list; `files` are names below the lists folder and paths.

    A file with a question about it as a whole is set aside unless its name is in `accept`. `mappings` gives a
    mapping for single files by name. The order of the result is that of the names, whatever the workers do.
    """
    region.villages(policy.regency)  # loaded once, before the workers are made
    ordered = sorted(files)
    one = partial(_one, policy=policy, mappings=mappings or {}, limits=limits or Limits())
    read: list[ReadList] = []
    aside: list[SetAside] = []
    for done, found in enumerate(_each(one, ordered, workers), start=1):
        if isinstance(found, SetAside):
            aside.append(found)
        elif found.questions and found.file not in accept:
            aside.append(SetAside(found.file, found.path, _question(found)))
        else:
            read.append(found)
        if progress:
            progress(done, len(ordered))
    return Intake(tuple(_apart(read)), tuple(aside))


def _each(
    one: Callable[[tuple[str, Path]], ReadList | SetAside], files: Sequence[tuple[str, Path]], workers: int
) -> Iterator[ReadList | SetAside]:
    if workers < 2 or len(files) < _FEW:
        yield from map(one, files)
        return
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(workers) as pool:
        yield from pool.imap(one, files, chunksize=2)


def _one(
    file: tuple[str, Path], *, policy: LocalPolicy, mappings: dict[str, ListMapping], limits: Limits
) -> ReadList | SetAside:
    name, path = file
    try:
        return read_list(read_table(path, limits), name, policy, mapping=mappings.get(name))
    except PayungError as error:
        return SetAside(name, path, error)


def _question(read: ReadList) -> PayungError:
    said = " ".join(dict.fromkeys(finding.message for finding in read.questions))
    return PayungError(
        f"Berkas {read.file} disisihkan: {said}",
        todo=f'Perbaiki berkas itu, atau terima apa adanya dengan --accept "{read.file}".',
    )


def read_list(
    table: TableFile, file: str, policy: LocalPolicy, *, mapping: ListMapping | None = None
) -> ReadList:
    """Understand one list that was read. PayungError when it has no header or no people."""
    readings = [one for one in _sheets(table, mapping) if not one.ours]
    people = [(one.name, person) for one in readings for person in one.people]
    if not people:
        raise _no_people(file, readings)
    reader = Reader(policy, place_of_file(file, policy.regency))
    rows = [(sheet, person, reader.read(person)) for sheet, person in people]
    cleaned = [str(row.values["nik"]) for _, _, row in rows if not row.nik_numeric and not row.nik_codes]
    judge = _Judge(table.sha256, file, policy, numbers.usual_districts(cleaned, policy.regency))
    judge.whole_file(readings, table.sheets, cleaned)
    for sheet, person, row in rows:
        judge.row(sheet, person, row)
    return ReadList(
        file,
        table.path,
        table.sha256,
        table.kind,
        tuple(_layout(one) for one in readings),
        tuple(judge.applications),
        tuple(judge.findings),
        table.remark,
    )


def _sheets(table: TableFile, mapping: ListMapping | None) -> Iterable[SheetReading]:
    mappings = (replace(mapping, recognise=frozenset()),) if mapping else shipped()
    return [read_sheet(sheet, mappings) for sheet in table.sheets]


def _no_people(file: str, readings: Sequence[SheetReading]) -> PayungError:
    if any(one.blocks for one in readings):
        return PayungError(
            f"Berkas {file} tidak memuat satu orang pun di bawah judul kolomnya.",
            todo="Isi daftarnya, atau keluarkan berkas ini dari folder.",
        )
    return PayungError(
        f"Berkas {file} tidak mempunyai judul kolom yang dikenal dalam 20 baris pertama.",
        todo="Tambahkan satu baris judul kolom, paling sedikit NIK dan Nama, di atas daftar.",
    )


def _layout(one: SheetReading) -> SheetLayout:
    kinds = tuple(one.kinds)
    if not one.blocks:
        return SheetLayout(one.name, 0, 0, {}, kinds)
    first, *later = one.blocks
    return SheetLayout(
        one.name,
        first.header_row,
        one.last_column,
        dict(first.columns),
        kinds,
        dict(first.labels),
        first.mapping.name if first.mapping else "",
        tuple((block.header_row, dict(block.columns)) for block in later),
    )


@dataclass(frozen=True, slots=True)
class _Seen:
    sheet: str
    row: int
    name: str


class _Judge:
    """Gathers the Applications and findings of one file."""

    def __init__(self, sha256: str, file: str, policy: LocalPolicy, districts: frozenset[str]) -> None:
        self.sha256, self.file, self.policy, self.districts = sha256, file, policy, districts
        self.applications: list[Application] = []
        self.findings: list[Finding] = []
        self._by_nik: dict[str, _Seen] = {}
        self._by_id: dict[str, _Seen] = {}

    def _add(self, fault: Fault, row_id: str = "", sheet: str = "", row: int = 0, evidence: str = "") -> None:
        code = CODES[fault.code]
        sentence = code.sentence.format_map(dict(fault.words)) if fault.words else code.sentence
        message = f"{sentence} {fault.more}" if fault.more else sentence
        shown = evidence if fault.evidence is None else fault.evidence
        self.findings.append(
            Finding(
                row_id,
                self.file,
                sheet,
                row,
                fault.field,
                fault.code,
                code.severity,
                shown,
                fault.proposal,
                message,
            )
        )

    # --- the file as a whole

    def whole_file(
        self, readings: Sequence[SheetReading], sheets: Sequence[SheetTable], valid: Sequence[str]
    ) -> None:
        blocks = [(one, block) for one in readings for block in one.blocks]
        known = {wanted for _, block in blocks for wanted in block.columns}
        for wanted in _REQUIRED:
            if wanted not in known:
                self._add(Fault(wanted, "column_missing", words=(("column", FIELD_TITLES[wanted]),)))
        if share := numbers.zero_share(valid):
            self._add(Fault("nik", "zero_share", words=(("share", percent(*share, places=0)),)))
        by_name = {sheet.name: sheet for sheet in sheets}
        for reading, block in blocks:
            self._doubled(reading, block, by_name[reading.name])
        for reading in readings:
            if not reading.blocks and reading.numbers:
                self._add(
                    Fault("nik", "header_missing", words=(("sheet", reading.name),)), sheet=reading.name
                )

    def _doubled(self, reading: SheetReading, block: Block, sheet: SheetTable) -> None:
        """Two columns of the same meaning matter only where they hold different things."""
        for wanted, column, label in block.again:
            if wanted not in _DECISIVE:
                continue
            first = block.columns[wanted]
            people = [one.cells for one in reading.people if one.block is block]
            if all(_same(cells, first, column) for cells in people):
                continue
            code = "nik_columns" if wanted == "nik" else "header_ambiguous"
            names = f'"{block.labels[wanted]}" dan "{label}"'
            self._add(Fault(wanted, code, words=(("columns", names),)), sheet=reading.name)

    # --- one row

    def row(self, sheet: str, person: PersonRow, row: Understood) -> None:
        values = row.values
        faults = numbers.nik_faults(_numbers(row), self.districts, self.policy.valid_to)
        swapped = any(one.code == "nik_swapped_fields" for one in faults)
        if row.has_kk and not swapped:
            faults += numbers.kk_faults(row.kk_text, row.kk_numeric)
        faults += row.faults
        faults += self._twice(sheet, row)
        row_id, copied = self._row_id(sheet, row)
        faults += copied
        self.applications.append(application(row_id, self.file, sheet, row))
        for fault in faults:
            evidence = _evidence(fault.field, values, person)
            self._add(fault, row_id, sheet, row.number, evidence)

    def _twice(self, sheet: str, row: Understood) -> list[Fault]:
        """The same NIK in an earlier row of this file."""
        number = row.values["nik"]
        if row.nik_numeric or row.nik_codes or not isinstance(number, str):
            return []
        name = str(row.values.get("name") or "")
        seen = self._by_nik.setdefault(number, _Seen(sheet, row.number, name))
        if (seen.sheet, seen.row) == (sheet, row.number):
            return []
        same = names.standard(seen.name) == names.standard(name)
        code = "person_twice" if same else "nik_twice"
        return [Fault("nik", code, words=(("place", _where(seen, sheet)),), evidence=nik.mask(number))]

    def _row_id(self, sheet: str, row: Understood) -> tuple[str, list[Fault]]:
        """The id that the row carries, or a new one; a copied id stays with the first row that carries it."""
        minted = identity.row_id(self.sha256, sheet, row.number)
        if not row.row_id:
            return minted, []
        seen = self._by_id.setdefault(row.row_id, _Seen(sheet, row.number, str(row.values.get("name") or "")))
        if (seen.sheet, seen.row) == (sheet, row.number):
            return row.row_id, []
        return minted, [
            Fault("row_id", "row_id_copied", words=(("place", _where(seen, sheet)),), evidence="")
        ]


def _numbers(row: Understood) -> Numbers:
    birth, sex = row.values["birth_on"], row.values["sex"]
    return Numbers(
        row.nik_text,
        row.nik_codes,
        row.nik_numeric,
        row.kk_text,
        row.kk_numeric,
        birth,  # type: ignore[arg-type]
        sex,  # type: ignore[arg-type]
    )


_RAW = {
    "nik": "nik_raw",
    "kk": "kk_raw",
    "birth_on": "birth_raw",
    "desa": "desa_raw",
    "occupation": "occupation_raw",
}


def _evidence(field: str, values: dict[str, object], person: PersonRow) -> str:
    """What stands in the cell of a field, as text."""
    if field in _RAW:
        return str(values.get(_RAW[field]) or "")
    column = person.block.columns.get(field, 0)
    return text_of(person.cells[column - 1]) if 0 < column <= len(person.cells) else ""


def _where(seen: _Seen, sheet: str) -> str:
    return f"baris {seen.row}" if seen.sheet == sheet else f'baris {seen.row} lembar "{seen.sheet}"'


def _same(cells: Sequence[object], first: int, second: int) -> bool:
    """Do two columns of a row say the same, or the second nothing?"""
    left = cells[first - 1] if first <= len(cells) else None
    right = cells[second - 1] if second <= len(cells) else None
    return not str(right or "").strip() or str(left or "").strip() == str(right).strip()


def _apart(read: Sequence[ReadList]) -> list[ReadList]:
    """Rows that two files carry under one id: the same content is *already there*, other content a second version."""
    first: dict[str, tuple[str, int, str]] = {}
    result: list[ReadList] = []
    for one in read:
        again = {a.row_id for a in one.applications if a.row_id in first}
        if again:
            one = _against_earlier(one, again, first)
        for a in one.applications:
            first.setdefault(a.row_id, (one.file, a.row, _content(a)))
        result.append(one)
    return result


def _content(a: Application) -> str:
    return identity.fingerprint(a.nik, a.name, a.birth_on, a.sex, a.desa_code)


def _against_earlier(
    one: ReadList, again: Collection[str], first: dict[str, tuple[str, int, str]]
) -> ReadList:
    same = {a.row_id for a in one.applications if a.row_id in again and first[a.row_id][2] == _content(a)}
    fresh = {
        a.row_id: identity.row_id(one.sha256, a.sheet, a.row)
        for a in one.applications
        if a.row_id in again and a.row_id not in same
    }
    if not fresh:
        return replace(one, already_there=frozenset(same))
    applications, conflicts = [], []
    code = CODES["row_id_copied"]
    for a in one.applications:
        if a.row_id not in fresh:
            applications.append(a)
            continue
        file, row, _ = first[a.row_id]
        new = replace(a, row_id=fresh[a.row_id])
        applications.append(new)
        message = code.sentence.format(place=f"baris {row} berkas {file}")
        conflicts.append(
            Finding(
                new.row_id,
                one.file,
                a.sheet,
                a.row,
                "row_id",
                "row_id_copied",
                code.severity,
                "",
                "",
                message,
            )
        )
    findings = [replace(f, row_id=fresh[f.row_id]) if f.row_id in fresh else f for f in one.findings]
    return replace(
        one,
        applications=tuple(applications),
        findings=(*findings, *conflicts),
        already_there=frozenset(same),
    )
