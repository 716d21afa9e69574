"""From files to Applications: every list read and understood, every fault of every row in one pass.

Files are read and understood in worker processes; a file that cannot be read is set aside, and the rest goes on.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from payung.core import region
from payung.core.errors import PayungError
from payung.core.processes import begin_helping
from payung.intake import numbers
from payung.intake.edits import Edit, apply
from payung.intake.files import unpacked
from payung.intake.given import NOTHING, Given, with_given
from payung.intake.judge import Judge
from payung.intake.layout import SheetReading, read_sheet
from payung.intake.lists import Intake, ReadList, SetAside, SheetLayout
from payung.intake.mapping import ListMapping, shipped
from payung.intake.places import place_of_file
from payung.intake.rows import Reader
from payung.intake.versions import apart
from payung.policy.local import LocalPolicy
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from payung.sheets.table import TableFile

Progress = Callable[[int, int], None]
"""Called with the number of files done and of all."""
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
    given: Mapping[str, Given] | None = None,
    edits: Mapping[str, Sequence[Edit]] | None = None,
) -> Intake:
    """Read and understand every list; `files` are names below the lists folder and paths.

    A file with a question about it as a whole is set aside unless `accept` holds its name, with or without folder. `mappings` gives a
    mapping for single files by name, `given` the place for which each was sent, `edits` what was mended in it since. The
    order of the result is that of the names, whatever the workers do.
    """
    accepted = frozenset(accept)
    region.villages(policy.regency)  # loaded once, before the workers are made
    ordered = sorted(files)
    one = partial(
        _one,
        policy=policy,
        mappings=mappings or {},
        limits=limits or Limits(),
        given=given or {},
        edits=edits or {},
    )
    read: list[ReadList] = []
    aside: list[SetAside] = []
    for done, found in enumerate(_each(one, ordered, workers), start=1):
        if isinstance(found, SetAside):
            aside.append(found)
        elif found.stops(_codes(found) if accepted.intersection((found.file, Path(found.file).name)) else ()):
            aside.append(SetAside(found.file, found.path, _question(found), found))
        else:
            read.append(found)
        if progress:
            progress(done, len(ordered))
    return Intake(tuple(apart(read)), tuple(aside))


def _each(
    one: Callable[[tuple[str, Path]], ReadList | SetAside], files: Sequence[tuple[str, Path]], workers: int
) -> Iterator[ReadList | SetAside]:
    if workers < 2 or len(files) < _FEW:
        yield from map(one, files)
        return
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(workers, begin_helping) as pool:
        yield from pool.imap(one, files, chunksize=2)


def _one(
    file: tuple[str, Path],
    *,
    policy: LocalPolicy,
    mappings: dict[str, ListMapping],
    limits: Limits,
    given: Mapping[str, Given],
    edits: Mapping[str, Sequence[Edit]],
) -> ReadList | SetAside:
    name, path = file
    try:
        if path.suffix.lower() == ".zip":  # it is here because it could not be unpacked: say why
            # Named like the engine's workspaces, so that it is emptied after a kill as they are.
            with tempfile.TemporaryDirectory(prefix=f"payung-{os.getpid()}-") as folder:
                unpacked(path, name, Path(folder))
        table = apply(read_table(path, limits), edits.get(name, ())).table
        return read_list(table, name, policy, mapping=mappings.get(name), given=given.get(name))
    except PayungError as error:
        return SetAside(name, path, error)


def _codes(read: ReadList) -> frozenset[str]:
    return frozenset(finding.code for finding in read.questions)


def _question(read: ReadList) -> PayungError:
    said = " ".join(dict.fromkeys(finding.message for finding in read.questions))
    return PayungError(
        f"Berkas {read.file} disisihkan: {said}",
        todo=f'Perbaiki berkas itu, atau terima apa adanya dengan --accept "{read.file}".',
    )


def read_list(
    table: TableFile,
    file: str,
    policy: LocalPolicy,
    *,
    mapping: ListMapping | None = None,
    given: Given | None = None,
) -> ReadList:
    """Understand one list that was read. PayungError when it has no header or no people.

    `given` says for which place somebody sent it; without it nobody asks whether the list belongs elsewhere.
    """
    readings = [one for one in _sheets(table, mapping) if not one.ours]
    people = [(one.name, person) for one in readings for person in one.people]
    if not people:
        raise _no_people(file, readings)
    given = given or NOTHING
    reader = Reader(policy, with_given(place_of_file(file, policy.regency), given), given)
    rows = [(sheet, person, reader.read(person)) for sheet, person in people]
    cleaned = [str(row.values["nik"]) for _, _, row in rows if not row.nik_numeric and not row.nik_codes]
    usual = Counter(code for _, _, row in rows if (code := row.values["desa_code"])).most_common(1)
    desa = region.desa(str(usual[0][0])) if usual else None
    judge = Judge(table.sha256, file, policy, numbers.usual_districts(cleaned, policy.regency), desa)
    judge.whole_file(readings, table.sheets, cleaned)
    for sheet, person, row in rows:
        judge.row(sheet, person, row)
    judge.place(readings, table.sheets, given)
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
