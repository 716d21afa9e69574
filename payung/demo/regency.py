"""The demo regency: messy neighbourhood workbooks, the agencies' registers, and the truth kept apart.

Everything is invented, numbers and names alike; only the names and codes of the places are real.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.pool import Pool
from pathlib import Path
from random import Random

from payung.core.errors import Exit, PayungError
from payung.core.identity import row_id
from payung.demo.delivery import (
    Table,
    keep,
    kept,
    write_answer,
    write_denominators,
    write_register,
    write_register_truth,
    write_rts,
)
from payung.demo.errors import REGISTER_KINDS, errors
from payung.demo.listing import ADULTS_PER_ROW, Census, Collector, Listed, take_census
from payung.demo.livelihoods import AS_OF
from payung.demo.places import Village
from payung.demo.population import World
from payung.demo.registers import HEADERS, answer_all, enter_all
from payung.demo.styles import lay_out, save, style_of

LINES = 54_000
"""Lines on the lists of the default regency."""
WORKERS_TO_PROTECT = 90_052
"""Paser's published number of workers to be protected: the base of the demo's coverage figures."""
_FIRST_ON = AS_OF.replace(month=10, day=1)
_SHEET_LINES = 1_000_000
"""Beyond as many lines the registers no longer fit into a worksheet and are written as CSV."""
_FILES = {
    "bpjs": "bpjs-peserta.csv",
    "dukcapil": "dukcapil-jawaban.csv",
    "asn": "asn.xlsx",
    "payers": "pembayar-lain.csv",
    "nonasn": "non-asn.xlsx",
    "own": "peserta-kita.csv",
}
LISTS, REGISTERS, TRUTH = "daftar", "register", "kebenaran"
DENOMINATORS = "pembagi-cakupan.csv"
RTS = "ketua-rt.xlsx"
NOTE = "baca-saya.txt"
_NOTE_TEXT = """DATA BUATAN. Semua orang, nama, NIK, KK dan nomor telepon di sini dikarang oleh Payung; hanya nama dan kode wilayah
yang nyata. Jangan dicampur dengan data sebenarnya.

daftar/               usulan pekerja rentan per desa ({people} baris orang)
register/             jawaban dan data instansi, keadaan 15 September 2022
ketua-rt.xlsx         daftar ketua RT seluruh kabupaten
pembagi-cakupan.csv   jumlah pekerja per desa, pembagi angka cakupan
kebenaran/            kunci jawaban; tidak dibaca oleh pekerjaan utama

Dibuat dengan benih {seed}: benih yang sama memberi berkas yang sama.
"""
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
    rts: Path
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


@dataclass(frozen=True, slots=True)
class _Sums:
    keys: list[str]
    workbooks: int


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
    parts, village = task.parts, task.place.index
    census = take_census(task.world, village, task.lines, errors())
    answer_all(census, task.world.seed)
    keep(parts, "lines", village, (census.lines, census.collectors))
    keep(parts, "people", village, _people_rows(census))
    sent: dict[int, list[Listed]] = {}
    for target, line in census.sent:
        sent.setdefault(target, []).append(line)
    keep(parts, "sent", village, sent)
    entries = enter_all(task.world, census, task.lines, errors(1.0, REGISTER_KINDS))
    for register in HEADERS:
        keep(parts, register, village, [entry for entry in entries if entry.register == register])


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
    lines: list[Listed]
    collectors: dict[int, Collector]
    lines, collectors = kept(task.parts, "lines", place.index)
    for near in world.villages[max(0, place.index - 12) : place.index + 13]:
        if near.index != place.index and near.district_code == place.district_code:
            sent: dict[int, list[Listed]] = kept(task.parts, "sent", near.index)
            lines += sent.get(place.index, [])
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
    keep(task.parts, "answers", place.index, answers)
    return _Written(len(parts), rows)


def _village_steps(
    tasks: list[_Village], paths: dict[str, Path], rows: Table, pool: Pool, tell: Progress
) -> _Sums:
    """All villages twice over: people first, because neighbours list each other's; then workbooks and registers."""
    world, parts = tasks[0].world, tasks[0].parts
    keys: list[str] = []
    workbooks = 0
    for done, _ in enumerate(pool.imap(_list_people, tasks), start=1):
        tell("penduduk", done, len(tasks))
    registers = pool.imap(write_register, [(world, parts, name, paths[name]) for name in HEADERS])
    for done, written in enumerate(pool.imap(_write_workbooks, tasks), start=1):
        rows.add(written.rows)
        keys += (row[0] for row in written.rows)
        workbooks += written.workbooks
        tell("daftar", done, len(tasks))
    for done, _ in enumerate(registers, start=1):
        tell("register", done, len(HEADERS))
    return _Sums(keys, workbooks)


def _write_people(world: World, parts: Path, path: Path) -> tuple[int, int]:
    """Everybody who is listed, with the truth about them; how many there are and how many deserve a seat."""
    persons = deserving = 0
    table = Table(path, _PERSON_HEADER)
    for village in range(world.village_count):
        known: list[tuple[str, ...]] = kept(parts, "people", village)
        table.add(known)
        persons += len(known)
        deserving += sum(row[_PERSON_HEADER.index("deserves")] == "1" for row in known)
    table.close()
    return persons, deserving


def _refuse_others(out: Path) -> None:
    """An earlier demo may be replaced; anything else is left alone."""
    if out.exists() and not (out.is_dir() and ((out / NOTE).is_file() or not any(out.iterdir()))):
        raise PayungError(
            f"{out} sudah ada dan bukan data contoh buatan Payung.",
            todo="Pilih folder lain dengan --out, atau kosongkan folder itu dahulu.",
            exit_code=Exit.OUTPUT,
        )


def make(
    out: Path,
    people: int = LINES,
    seed: int = 2022,
    progress: Progress | None = None,
    *,
    processes: int | None = None,
) -> DemoReport:
    """Make the demo regency in `out`: lists of `people` lines, registers, coverage bases and the truth.

    The same seed gives the same bytes, whatever the number of processes. It is made beside `out` and moved there
    when it is whole; an earlier demo in `out` is replaced, another folder refused. Memory does not grow with
    `people` beyond the row ids (about 150 bytes a line).
    """
    _refuse_others(out)
    tell = progress or (lambda stage, done, total: None)
    making = out.with_name(out.name + ".part")
    shutil.rmtree(making, ignore_errors=True)
    parts = making / "parts.tmp"
    for folder in (making / LISTS, making / REGISTERS, making / TRUTH, parts):
        folder.mkdir(parents=True)
    world = World.of(round(people * ADULTS_PER_ROW), seed)
    tasks = [
        _Village(world, place, count, parts, making / LISTS)
        for place, count in zip(world.villages, world.shares(people), strict=True)
    ]
    world.registrations(0)
    files = {
        name: file if people <= _SHEET_LINES else Path(file).with_suffix(".csv").name
        for name, file in _FILES.items()
    }
    rows = Table(making / TRUTH / "baris.csv", _ROW_HEADER)
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(processes or os.cpu_count() or 1) as pool:
        sums = _village_steps(
            tasks, {name: making / REGISTERS / file for name, file in files.items()}, rows, pool, tell
        )
    rows.close()
    write_answer(making / REGISTERS / files["dukcapil"], world, parts, sums.keys)
    write_register_truth(parts, making / TRUTH / "register.csv")
    persons, deserving = _write_people(world, parts, making / TRUTH / "orang.csv")
    write_denominators(world, round(WORKERS_TO_PROTECT * people / LINES), making / DENOMINATORS)
    write_rts(making / RTS, world, parts)
    (making / NOTE).write_text(_NOTE_TEXT.format(seed=seed, people=people), encoding="utf-8")
    shutil.rmtree(parts)
    if out.exists():
        shutil.rmtree(out)
    making.rename(out)
    return DemoReport(
        out / LISTS,
        {name: out / REGISTERS / file for name, file in files.items()},
        out / DENOMINATORS,
        out / RTS,
        out / TRUTH,
        len(sums.keys),
        sums.workbooks,
        persons,
        deserving,
    )
