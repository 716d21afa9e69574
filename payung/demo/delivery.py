"""The demo's register files, its answer and its coverage bases, written as they come."""

from __future__ import annotations

import csv
import hashlib
import pickle
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from payung.core.identity import row_id
from payung.demo.grid import FIXED
from payung.demo.listing import Collector
from payung.demo.livelihoods import AS_OF
from payung.demo.population import World
from payung.demo.registers import HEADERS, Entry
from payung.registry.requests import REQUEST_ID_HEADER, ROW_ID_HEADER
from payung.registry.rules import request_id

_DELIMITERS = {"payers": ";"}


def keep(parts: Path, kind: str, village: int, value: object) -> None:
    """Keep what one step made of a village for the next step."""
    (parts / f"{kind}-{village:05d}.pickle").write_bytes(pickle.dumps(value))


def kept(parts: Path, kind: str, village: int) -> Any:
    """What `keep` kept; the caller says its type."""
    return pickle.loads((parts / f"{kind}-{village:05d}.pickle").read_bytes())


class Table:
    """A CSV file that is written as it comes."""

    def __init__(self, path: Path, header: tuple[str, ...], delimiter: str = ",") -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._writer = csv.writer(self._file, delimiter=delimiter, lineterminator="\n")
        if header:
            self._writer.writerow(header)

    def add(self, rows: Iterable[Iterable[str]]) -> None:
        self._writer.writerows(rows)

    def close(self) -> None:
        self._file.close()


def _entries(world: World, parts: Path, register: str) -> Iterator[Entry]:
    """A register's lines village by village, in an order that says nothing about the lists."""
    for village in range(world.village_count):
        mine: list[Entry] = kept(parts, register, village)
        Random(f"{world.seed}|{register}|{village}").shuffle(mine)
        yield from mine


def write_register(job: tuple[World, Path, str, Path]) -> None:
    """One register file, and beside it in `parts` the person of each of its rows by row id."""
    world, parts, register, path = job
    owners = parts / f"{register}.owners"
    sheet = "Data" if path.suffix == ".xlsx" else ""
    with owners.open("w", encoding="utf-8") as known:

        def entries() -> Iterator[tuple[str, ...]]:
            for entry in _entries(world, parts, register):
                known.write(entry.person_id + "\n")
                yield entry.cells

        if sheet:
            _write_sheet(path, sheet, HEADERS[register], entries())
        else:
            table = Table(path, HEADERS[register], _DELIMITERS.get(register, ","))
            table.add(entries())
            table.close()
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
    truth = Table(parts / f"{register}.truth", ())
    with owners.open(encoding="utf-8") as known:
        truth.add(
            (register, row_id(digest, sheet, row), str(row), line.strip())
            for row, line in enumerate(known, start=2)
        )
    truth.close()


RT_HEADER = ("KECAMATAN", "DESA/KELURAHAN", "RT", "NAMA KETUA RT", "NO HP", "JUMLAH KK")


def write_rts(path: Path, world: World, parts: Path) -> None:
    """The list that the regency's office keeps of its neighbourhoods: RT, head, phone, households."""

    def rows() -> Iterator[tuple[str, ...]]:
        for place in world.villages:
            collectors: dict[int, Collector]
            _, collectors = kept(parts, "lines", place.index)
            for rt, one in sorted(collectors.items()):
                yield place.district, place.name, f"{rt:03d}", one.name, one.phone, str(one.households)

    _write_sheet(path, "Ketua RT", RT_HEADER, rows())


def _write_sheet(path: Path, name: str, header: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"author": "Data buatan Payung", "created": FIXED})
        page = book.add_worksheet(name)
        page.write_row(0, 0, header)
        for number, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                page.write_string(number, column, cell)


def write_answer(path: Path, world: World, parts: Path, keys: Iterable[str]) -> None:
    """The civil registry's answer: one line for each line that it was asked; `keys` are their row ids."""
    asked = request_id("dukcapil", keys)
    table = Table(path, (ROW_ID_HEADER, REQUEST_ID_HEADER, "STATUS", "KETERANGAN"))
    for village in range(world.village_count):
        answers: list[tuple[str, str, str]] = kept(parts, "answers", village)
        table.add((key, asked, status, remark) for key, status, remark in sorted(answers))
    table.close()


def write_register_truth(parts: Path, path: Path) -> None:
    """The person of each row of each register, gathered from what `write_register` left."""
    with path.open("wb") as target:
        target.write(b"register,row_id,row,person_id\n")
        for name in HEADERS:
            with (parts / f"{name}.truth").open("rb") as source:
                shutil.copyfileobj(source, target)


def write_denominators(world: World, total: int, path: Path) -> None:
    """Workers to be protected by desa, `total` in all."""
    table = Table(path, ("desa_code", "desa", "kecamatan", "workers", "source", "as_of"))
    for place, workers in zip(world.villages, world.shares(total), strict=True):
        table.add(
            [(place.code, place.name, place.district, str(workers), "Data buatan Payung", AS_OF.isoformat())]
        )
    table.close()
