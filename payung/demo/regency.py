"""The demo regency: messy neighbourhood workbooks, the agencies' registers, and the truth kept apart.

Everything is invented, numbers and names alike; only the names and codes of the places are real.
"""

from __future__ import annotations

import csv
import hashlib
import multiprocessing
import os
import pickle
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import xlsxwriter

from payung.core.identity import row_id
from payung.demo.errors import REGISTER_KINDS, errors
from payung.demo.grid import FIXED
from payung.demo.listing import ADULTS_PER_ROW, Census, Collector, Listed, take_census
from payung.demo.livelihoods import AS_OF
from payung.demo.places import Village
from payung.demo.population import World
from payung.demo.registers import HEADERS, Entry, answer_all, enter_all
from payung.demo.styles import lay_out, save, style_of
from payung.registry.requests import REQUEST_ID_HEADER, ROW_ID_HEADER
from payung.registry.rules import request_id

LINES = 54_000
"""Lines on the lists of the default regency."""
WORKERS_TO_PROTECT = 90_052
"""Paser's published number of workers to be protected: the base of the demo's coverage figures."""
_FIRST_ON = AS_OF.replace(month=10, day=1)
_SHEET_REGISTERS = ("asn", "nonasn")
_FILES = {
    "bpjs": "bpjs-peserta.csv",
    "dukcapil": "dukcapil-jawaban.csv",
    "asn": "asn.xlsx",
    "payers": "pembayar-lain.csv",
    "nonasn": "non-asn.xlsx",
    "own": "peserta-kita.csv",
}
_DELIMITERS = {"payers": ";"}
_ROW_HEADER = ("row_id", "file", "sheet", "row", "person_id", "errors")
_PERSON_HEADER = (
    "person_id", "nik", "kk", "name", "birth_on", "sex", "desa_code", "rt", "standing", "pupil", "deserves", "twin_of",
)  # fmt: skip
Progress = Callable[[str, int, int], None]
"""Called with a stage, the number done and the total."""


@dataclass(frozen=True, slots=True)
class DemoReport:
    """Where everything lies, and how much there is."""

    lists: Path
    registers: dict[str, Path]
    denominators: Path
    truth: Path
    lines: int
    workbooks: int
    people: int
    deserving: int
    """People who may truly be given a seat."""


@dataclass(frozen=True, slots=True)
class _Village:
    world: World
    place: Village
    lines: int
    parts: Path
    lists: Path


@dataclass(frozen=True, slots=True)
class _Written:
    workbooks: int
    rows: list[tuple[str, ...]]
    answers: list[tuple[str, str, str]]


def _part(parts: Path, kind: str, village: int) -> Path:
    return parts / f"{kind}-{village:05d}.pickle"


def _people_rows(census: Census) -> list[tuple[str, ...]]:
    return [
        (
            p.id, p.nik, p.kk, p.name, p.birth_on.isoformat(), p.sex, p.desa_code, f"{p.rt:03d}", life.standing,
            str(int(life.pupil)), str(int(life.deserves(p, _FIRST_ON))), p.twin_of,
        )
        for p, life in census.people
    ]  # fmt: skip


def _list_people(task: _Village) -> None:
    """First step of a village: its people, lines and register entries, kept for the second step."""
    census = take_census(task.world, task.place.index, task.lines, errors())
    entries = enter_all(task.world, census, task.lines, errors(1.0, REGISTER_KINDS))
    answer_all(census, task.world.seed)
    sent: dict[int, list[Listed]] = {}
    for target, line in census.sent:
        sent.setdefault(target, []).append(line)
    kept = (census.lines, census.collectors, sent, _people_rows(census), entries)
    _part(task.parts, "census", task.place.index).write_bytes(pickle.dumps(kept))


_Kept = tuple[list[Listed], dict[int, Collector], dict[int, list[Listed]], list[tuple[str, ...]], list[Entry]]


def _load(parts: Path, village: int) -> _Kept:
    kept: _Kept = pickle.loads(_part(parts, "census", village).read_bytes())
    return kept


def _file_name(place: Village, part: int, desa_named: str, style: str, suffix: str) -> str:
    """The name a village gives its file: tidy, untidy, or without the village where a title names it."""
    number = place.index + 1
    tail = f" {part + 1}" if part else ""
    if desa_named != "file" and number % 4 == 0:
        return f"usulan pekerja rentan {number:04d}{tail}{suffix}"
    kind = "KEL" if place.kelurahan else "DESA"
    patterns = (
        f"{kind} {place.name}{tail}",
        f"Data {place.name}{tail} final",
        f"{place.name.lower()}_{style}{tail}",
    )
    return f"{patterns[number % 3]}{suffix}".replace("/", "-")


def _parts(place: Village, lines: list[Listed]) -> list[list[Listed]]:
    """Large villages send two workbooks, split by RT."""
    if len(lines) < 2 or not (place.kelurahan or place.index % 48 == 5):
        return [lines]
    middle = place.rt_count // 2
    halves = [[x for x in lines if x.rt <= middle], [x for x in lines if x.rt > middle]]
    return [half for half in halves if half]


def _write_workbooks(task: _Village) -> _Written:
    """Second step of a village: its workbooks, and the row ids that follow from their bytes."""
    world, place = task.world, task.place
    lines, collectors, _, _, _ = _load(task.parts, place.index)
    count = len(world.villages)
    for near in range(max(0, place.index - 12), min(count, place.index + 13)):
        if near != place.index and world.villages[near].district_code == place.district_code:
            lines = lines + _load(task.parts, near)[2].get(place.index, [])
    rng = Random(f"{world.seed}|{world.names}|books|{place.index}")
    names = {p.code: p.name for p in world.villages if p.district_code == place.district_code}
    folder = task.lists / f"{place.district_code.replace('.', '')} {place.district.upper()}"
    folder.mkdir(exist_ok=True)
    rows: list[tuple[str, ...]] = []
    answers: list[tuple[str, str, str]] = []
    parts = _parts(place, lines)
    for part, share in enumerate(parts):
        style = style_of(place.index, part)
        book = lay_out(style, place, share, collectors, names, rng)
        path = folder / _file_name(place, part, style.desa_named, style.name, style.suffix)
        save(style, book, path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        file = path.relative_to(task.lists).as_posix()
        for sheet, number, line in book.spots:
            key = row_id(digest, sheet, number)
            rows.append((key, file, sheet, str(number), line.person_id, " ".join(line.mistakes)))
            answers.append((key, *line.answer))
    return _Written(len(parts), rows, answers)


class _Table:
    """A CSV file that is written as it comes."""

    def __init__(self, path: Path, header: Iterable[str], delimiter: str = ",") -> None:
        self.path = path
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\n")
        self._writer.writerow(header)

    def add(self, rows: Iterable[Iterable[str]]) -> None:
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


def _entries(world: World, parts: Path, register: str) -> Iterator[Entry]:
    """A register's lines village by village, in an order that says nothing about the lists."""
    for village in range(world.village_count):
        mine = [entry for entry in _load(parts, village)[4] if entry.register == register]
        Random(f"{world.seed}|{register}|{village}").shuffle(mine)
        yield from mine


def _write_register(job: tuple[World, Path, str, Path]) -> tuple[str, list[tuple[str, ...]]]:
    """One register file, and the person of each of its lines with the row id that its bytes give."""
    world, parts, register, path = job
    people: list[tuple[int, str]] = []
    sheet = ""
    if register in _SHEET_REGISTERS:
        sheet = "Data"
        with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
            book.set_properties({"author": "Data buatan Payung", "created": FIXED})
            page = book.add_worksheet(sheet)
            page.write_row(0, 0, HEADERS[register])
            for number, entry in enumerate(_entries(world, parts, register), start=1):
                for column, cell in enumerate(entry.cells):
                    page.write_string(number, column, cell)
                people.append((number + 1, entry.person_id))
    else:
        table = _Table(path, HEADERS[register], _DELIMITERS.get(register, ","))
        for number, entry in enumerate(_entries(world, parts, register), start=2):
            table.add([entry.cells])
            people.append((number, entry.person_id))
        table.close()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    return register, [(register, row_id(digest, sheet, row), str(row), person) for row, person in people]


def _write_answer(path: Path, answers: list[tuple[str, str, str]]) -> None:
    """The civil registry's answer: one line for each line that it was asked, in its own order."""
    asked = request_id("dukcapil", (key for key, _, _ in answers))
    table = _Table(path, (ROW_ID_HEADER, REQUEST_ID_HEADER, "STATUS", "KETERANGAN"))
    table.add((key, asked, status, remark) for key, status, remark in sorted(answers))
    table.close()


def _write_denominators(world: World, total: int, path: Path) -> None:
    table = _Table(path, ("desa_code", "desa", "kecamatan", "workers", "source", "as_of"))
    for place, workers in zip(world.villages, world.shares(total), strict=True):
        table.add(
            [(place.code, place.name, place.district, str(workers), "Data buatan Payung", AS_OF.isoformat())]
        )
    table.close()


def make(
    out: Path,
    people: int = LINES,
    seed: int = 2022,
    progress: Progress | None = None,
    *,
    processes: int | None = None,
) -> DemoReport:
    """Make the demo regency in `out`: lists of `people` lines, registers, coverage bases and the truth.

    The same seed gives the same bytes, whatever the number of processes. `out` must not hold anything yet.
    Memory does not grow with `people` beyond the row ids of the answer (about 200 bytes a line).
    """
    tell = progress or (lambda stage, done, total: None)
    lists, truth, parts = out / "daftar", out / "kebenaran", out / "parts.tmp"
    registers = out / "register"
    for folder in (lists, truth, parts, registers):
        folder.mkdir(parents=True)
    world = World.of(round(people * ADULTS_PER_ROW), seed)
    tasks = [
        _Village(world, place, count, parts, lists)
        for place, count in zip(world.villages, world.shares(people), strict=True)
    ]
    world.registrations(0)
    paths = {name: registers / file for name, file in _FILES.items()}
    answers: list[tuple[str, str, str]] = []
    lines = workbooks = 0
    rows_table = _Table(truth / "baris.csv", _ROW_HEADER)
    register_table = _Table(truth / "register.csv", ("register", "row_id", "row", "person_id"))
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(processes or os.cpu_count() or 1) as pool:
        for done, _ in enumerate(pool.imap(_list_people, tasks), start=1):
            tell("penduduk", done, len(tasks))
        jobs = [(world, parts, name, paths[name]) for name in HEADERS]
        written_registers = pool.imap(_write_register, jobs)
        for done, written in enumerate(pool.imap(_write_workbooks, tasks), start=1):
            rows_table.add(written.rows)
            answers += written.answers
            lines += len(written.rows)
            workbooks += written.workbooks
            tell("daftar", done, len(tasks))
        for done, (_, owners) in enumerate(written_registers, start=1):
            register_table.add(owners)
            tell("register", done, len(jobs))
    rows_table.close()
    register_table.close()
    _write_answer(paths["dukcapil"], answers)
    persons = deserving = 0
    people_table = _Table(truth / "orang.csv", _PERSON_HEADER)
    for task in tasks:
        known = _load(parts, task.place.index)[3]
        people_table.add(known)
        persons += len(known)
        deserving += sum(row[10] == "1" for row in known)
    people_table.close()
    denominators = out / "pembagi-cakupan.csv"
    _write_denominators(world, round(WORKERS_TO_PROTECT * people / LINES), denominators)
    shutil.rmtree(parts)
    return DemoReport(lists, paths, denominators, truth, lines, workbooks, persons, deserving)
