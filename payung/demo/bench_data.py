"""Linkage data of any size with known truth: candidates against registers, as CSV streams.

Each village is made, damaged and written apart; shuffling goes through files of bounded size. Memory stays
the same at any number of rows, and the result is the same for any number of processes.
"""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from pathlib import Path
from random import Random
from typing import NamedTuple

from payung.demo.errors import REGISTER_KINDS, Context, ErrorModel, Row, errors
from payung.demo.population import TODAY, Person, Settlement, World

FIELDS = ("row_id", "nik", "kk", "name", "birth_on", "sex", "desa", "phone")
REGISTER_FIELDS = (*FIELDS, "status", "segment", "payer", "valid_from", "valid_until")
REGISTERS = ("bpjs", "dukcapil", "asn")
_HEADERS = {
    "candidates": FIELDS,
    "bpjs": REGISTER_FIELDS,
    "dukcapil": REGISTER_FIELDS,
    "asn": REGISTER_FIELDS,
    "truth": ("list", "row_id", "person_id", "errors"),
    "truth_links": ("id_l", "register", "id_r"),
}
_BUCKET_ROWS = 150_000
_BLOCK = 8
REPEATS = 0.06
MEMBERS = 0.30
"""Share of the listed people who are members already."""


@dataclass(frozen=True, slots=True)
class LinkageData:
    """Where the files lie and how many rows each holds."""

    out: Path
    rows: dict[str, int]


class Quota(NamedTuple):
    """How many rows of each list one village gives."""

    village: int
    rows: int
    dead: int
    officials: int


@dataclass(frozen=True, slots=True)
class _Task:
    world: World
    block: int
    quotas: tuple[Quota, ...]
    error_scale: float
    parts: Path
    buckets: int


@dataclass(slots=True)
class _Village:
    """One village's people, dealt out over the lists."""

    people: list[Person]
    house_of: dict[str, list[Person]]
    candidates: list[Person]
    repeats: list[Person]
    members: list[Person]
    dead: list[Person]
    officials: list[Person]


def _settle(settlement: Settlement, quota: Quota, rng: Random) -> _Village:
    """Enough adults for the quota of every list, dealt out at random."""
    _, rows, dead_count, official_count = quota
    repeats = round(rows * REPEATS)
    unique = rows - repeats
    need = unique + rows - round(unique * MEMBERS) + dead_count + official_count
    people: list[Person] = []
    house_of: dict[str, list[Person]] = {}
    adults: list[Person] = []
    while len(adults) < need:
        house = settlement.household()
        for person in house:
            house_of[person.id] = house
            people.append(person)
            if person.age() >= 15:
                adults.append(person)
    rng.shuffle(adults)
    candidates, others = adults[:unique], adults[unique:]
    in_both = round(unique * MEMBERS)
    members = candidates[:in_both] + others[: rows - in_both]
    rest = others[rows - in_both :]
    listed_dead = round(dead_count * 0.08)
    listed_officials = round(official_count * 0.15)
    last = len(candidates)
    dead = candidates[last - listed_dead :] + rest[: dead_count - listed_dead]
    rest = rest[dead_count - listed_dead :]
    officials = (
        candidates[last - listed_dead - listed_officials : last - listed_dead]
        + rest[: official_count - listed_officials]
    )
    rng.shuffle(candidates)
    again = [rng.choice(candidates) for _ in range(repeats)] if candidates else []
    return _Village(people, house_of, candidates, again, members, dead, officials)


class _Sink:
    """Lines by list and bucket, kept until the block is done."""

    def __init__(self, buckets: int, rng: Random) -> None:
        self._buckets = buckets
        self._rng = rng
        self.text = {name: [io.StringIO() for _ in range(buckets)] for name in _HEADERS}
        self._writers = {
            name: [csv.writer(part, lineterminator="\n") for part in parts]
            for name, parts in self.text.items()
        }
        self.rows = dict.fromkeys(_HEADERS, 0)

    def add(self, name: str, values: tuple[str, ...]) -> None:
        bucket = int(self._buckets * self._rng.random())
        self._writers[name][bucket].writerow(values)
        self.rows[name] += 1


def row_id(world: World, name: str, village: int, number: int) -> str:
    """Sixteen hex characters that say nothing of the person."""
    key = f"{world.seed}|{world.names}|{name}|{village}|{number}"
    return blake2b(key.encode(), digest_size=8).hexdigest()


def _context(person: Person, village: _Village, desa: tuple[str, ...], districts: tuple[str, ...]) -> Context:
    house = village.house_of[person.id]
    husband = house[0].name if person.role == "pasangan" else ""
    return Context(
        person.birth_on, tuple(p.nik for p in house if p is not person), "", desa, districts, husband
    )


def _values(row: Row) -> tuple[str, ...]:
    return row.nik, row.kk, row.name, row.birth_on, row.sex, row.desa, row.phone


def _row(person: Person) -> Row:
    return Row(
        person.nik,
        person.kk,
        person.name,
        person.birth_on.isoformat(),
        person.sex,
        person.desa_code,
        person.phone,
    )


_SEGMENTS = (
    ("PU", "PERUSAHAAN"),
    ("PU", "PERUSAHAAN"),
    ("BPU", "MANDIRI"),
    ("BPU", "PROVINSI KALTIM"),
    ("BPU", "DESA"),
)


def _register_columns(name: str, rng: Random) -> tuple[str, ...]:
    since = TODAY.replace(year=TODAY.year - rng.randrange(1, 9), day=1)
    if name == "dukcapil":
        return ("MENINGGAL", "", "", since.isoformat(), "")
    if name == "asn":
        return ("AKTIF", rng.choice(("PNS", "PNS", "PPPK", "TNI", "POLRI")), "", since.isoformat(), "")
    segment, payer = rng.choice(_SEGMENTS)
    if rng.random() < 0.12:
        return ("NONAKTIF", segment, payer, since.isoformat(), "2021-12-31")
    return ("AKTIF", segment, payer, since.isoformat(), "2022-12-31" if segment == "BPU" else "")


def _write_village(task: _Task, quota: Quota, listed: ErrorModel, kept: ErrorModel, sink: _Sink) -> None:
    world = task.world
    index = quota.village
    rng = Random(f"{world.seed}|{world.names}|lists|{index}|{quota.rows}")
    village = _settle(Settlement(world, index), quota, rng)
    places = world.villages
    place = places[index]
    near = tuple(
        p.code
        for p in places[max(0, index - 12) : index + 13]
        if p.district_code == place.district_code and p.code != place.code
    )
    districts = tuple(r.prefix for r in world.registrations(index))
    ids: dict[str, list[tuple[str, str]]] = {}
    above = ""
    for number, person in enumerate(village.candidates + village.repeats):
        row, context = _row(person), _context(person, village, near, districts)
        context.above_nik = above
        happened = listed.damage(row, context, rng)
        above = row.nik
        key = row_id(world, "candidates", index, number)
        ids.setdefault(person.id, []).append(("", key))
        sink.add("candidates", (key, *_values(row)))
        sink.add("truth", ("candidates", key, person.id, " ".join(happened)))
    for name, people in (("bpjs", village.members), ("dukcapil", village.dead), ("asn", village.officials)):
        for number, person in enumerate(people):
            row, context = _row(person), _context(person, village, near, districts)
            happened = kept.damage(row, context, rng)
            key = row_id(world, name, index, number)
            ids.setdefault(person.id, []).append((name, key))
            sink.add(name, (key, *_values(row), *_register_columns(name, rng)))
            sink.add("truth", (name, key, person.id, " ".join(happened)))
    for rows in ids.values():
        mine = sorted(key for name, key in rows if not name)
        for left, right in combinations(mine, 2):
            sink.add("truth_links", (left, "", right))
        for left in mine:
            for name, key in rows:
                if name:
                    sink.add("truth_links", (left, name, key))


def _write_block(task: _Task) -> dict[str, int]:
    listed, kept = errors(task.error_scale), errors(task.error_scale, REGISTER_KINDS)
    sink = _Sink(task.buckets, Random(f"{task.world.seed}|buckets|{task.block}"))
    for quota in task.quotas:
        _write_village(task, quota, listed, kept, sink)
    for name, parts in sink.text.items():
        for bucket, part in enumerate(parts):
            folder = task.parts / f"{name}.{bucket}"
            (folder / f"{task.block:05d}").write_text(part.getvalue(), encoding="utf-8")
    return sink.rows


def _gather(world: World, parts: Path, name: str, buckets: int, out: Path) -> None:
    """Concatenate the buckets of one list, each shuffled in memory."""
    rng = Random(f"{world.seed}|shuffle|{name}")
    with out.open("w", encoding="utf-8", newline="") as target:
        target.write(",".join(_HEADERS[name]) + "\n")
        for bucket in range(buckets):
            lines: list[str] = []
            for part in sorted((parts / f"{name}.{bucket}").iterdir()):
                lines += part.read_text(encoding="utf-8").splitlines(keepends=True)
            rng.shuffle(lines)
            target.writelines(lines)
            shutil.rmtree(parts / f"{name}.{bucket}")


def _gather_one(job: tuple[World, Path, str, int, Path]) -> str:
    _gather(*job)
    return job[2]


def _tasks(world: World, candidates: int, error_scale: float, parts: Path, buckets: int) -> Iterator[_Task]:
    shares = (world.shares(count) for count in (candidates, candidates // 10, candidates // 20))
    quotas = [Quota(village, *counts) for village, counts in enumerate(zip(*shares, strict=True))]
    for block, start in enumerate(range(0, len(quotas), _BLOCK)):
        yield _Task(world, block, tuple(quotas[start : start + _BLOCK]), error_scale, parts, buckets)


def write_linkage(
    out: Path,
    candidates: int,
    seed: int,
    *,
    error_scale: float = 1.0,
    names: str = "paser",
    processes: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> LinkageData:
    """Write `candidates.csv`, `bpjs.csv` (as many rows), `dukcapil.csv` (a tenth), `asn.csv` (a twentieth).

    `truth.csv` names the person of every row and its errors, `truth_links.csv` every true pair (`register`
    empty within the candidates, then `id_l < id_r`). Six per cent of the candidate rows are repeats, 30 % of
    the listed people are members. `error_scale` multiplies every rate of error; `names` picks the mixture of
    names (`paser`, `other`). `progress(done, total)` counts candidate rows.
    """
    world = World.of(round(candidates * 1.85), seed, names)
    buckets = -(-candidates // _BUCKET_ROWS)
    parts = out / "parts.tmp"
    shutil.rmtree(parts, ignore_errors=True)
    for name in _HEADERS:
        for bucket in range(buckets):
            (parts / f"{name}.{bucket}").mkdir(parents=True)
    rows = dict.fromkeys(_HEADERS, 0)
    tasks = list(_tasks(world, candidates, error_scale, parts, buckets))
    world.registrations(0)
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    with context.Pool(processes or os.cpu_count() or 1) as pool:
        for counted in pool.imap_unordered(_write_block, tasks):
            for name, count in counted.items():
                rows[name] += count
            if progress:
                progress(rows["candidates"], candidates)
        jobs = [(world, parts, name, buckets, out / f"{name}.csv") for name in _HEADERS]
        for _ in pool.imap_unordered(_gather_one, jobs):
            pass
    shutil.rmtree(parts)
    return LinkageData(out, rows)
