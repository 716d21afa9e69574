"""Killing the worker while it reads lists (trust.md R1): what was acknowledged stays, nothing is there twice, it ends by itself."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from payung.config import load
from payung.core.scope import acting_in, whole
from payung.intake.models import Batch, Row, RowFault, Sent, Upload
from payung.intake.upload_services import receive
from payung.work.models import Job
from tests.integration.small_office import HEADER
from tests.office.cast import DESA, REGENCY, Office
from tests.office.lists import rows, workbook, zipped

PROJECT = Path(__file__).parents[2]
KILLS = 20
FILES, PEOPLE = 40, 24
PATIENCE = 180


@contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """The real worker, as it is started at an office."""
    process = subprocess.Popen(
        [sys.executable, "-m", "payung", "worker"], cwd=PROJECT, env=dict(os.environ), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()


def children(parent: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            if int(stat.read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(stat.parent.name))
        except (OSError, IndexError):
            continue
    return found


def gone(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait(condition: Callable[[], object], seconds: float = PATIENCE) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.003)
    return False


def send(round_: int) -> None:
    """Half of the lists one by one, half in a zip; some rows are wrong."""
    lists = {}
    for number in range(FILES):
        lines = rows(range(PEOPLE))
        for line in lines:
            line.append(f"Gang {round_}-{number}")
        lines[number % PEOPLE][HEADER.index("Pekerjaan")] = "Astronot"
        lists[f"{round_}-{number:02d}.xlsx"] = workbook(lines, [*HEADER, "Alamat"])
    names = sorted(lists)
    loose = {name: lists[name] for name in names[::2]} | {
        "z.zip": zipped({name: lists[name] for name in names[1::2]})
    }
    import io

    receive(((name, io.BytesIO(content)) for name, content in loose.items()), DESA)


def acknowledged() -> dict[int, frozenset[str]]:
    """The row ids of every list that was read."""
    found: dict[int, set[str]] = {
        pk: set() for pk in Upload.objects.filter(read_at__isnull=False).values_list("pk", flat=True)
    }
    for upload, row_id in Row.objects.values_list("upload_id", "row_id"):
        found[upload].add(row_id)  # a row of a list that was not acknowledged would be a KeyError
    return {pk: frozenset(ids) for pk, ids in found.items()}


@pytest.mark.long
def test_a_worker_killed_twenty_times_loses_and_doubles_nothing(office: Office) -> None:
    chance = random.Random(7)
    kept: dict[int, frozenset[str]] = {}
    rounds = kills = 0
    there_before = _kept_files()
    with acting_in(whole(REGENCY)):
        while kills < KILLS:
            if not Batch.objects.filter(read_at__isnull=True).exists():
                send(rounds)
                rounds += 1
            kills += _killed(kills, chance)
            now = acknowledged()
            for upload, ids in kept.items():
                assert now[upload] == ids, "an acknowledged list changed"
            assert all(len(ids) == PEOPLE for ids in now.values()), "an acknowledged list lacks rows"
            kept = now
        with worker():
            assert wait(lambda: not Batch.objects.filter(read_at__isnull=True).exists()), (
                "it does not end by itself"
            )
        final = acknowledged()
        assert len(final) == rounds * FILES
        assert all(len(ids) == PEOPLE for ids in final.values())
        assert Row.objects.filter(live=True).count() == rounds * FILES * PEOPLE
        assert max(Counter(Row.objects.values_list("row_id", flat=True)).values()) == 1
        assert RowFault.objects.filter(code="occupation_unknown").count() == rounds * FILES
        assert not Sent.objects.filter(expanded_at__isnull=True).exists()
        _nothing_is_left_behind(there_before)


def _killed(number: int, chance: random.Random) -> int:
    """Start a worker, let it come to a certain state, and kill it; 0 where it had ended its work before."""
    before = Upload.objects.filter(read_at__isnull=False).count()
    unpacked = Sent.objects.filter(expanded_at__isnull=False).count()

    def states() -> bool:
        done = not Batch.objects.filter(read_at__isnull=True).exists()
        match number % 4:
            case 0:
                return done or Sent.objects.filter(expanded_at__isnull=False).count() > unpacked or read(1)
            case 1:
                return done or read(1)
            case 2:
                return done or bool(
                    Job.objects.filter(finished_at__isnull=True, lease_until__isnull=False, label__gt="")
                )
            case _:
                return done or read(chance.randrange(2, 5))

    def read(more: int) -> bool:
        return bool(Upload.objects.filter(read_at__isnull=False).count() >= before + more)

    with worker() as process:
        assert wait(states), "the worker does nothing"
        if number % 4 == 2:
            time.sleep(chance.random())
        unfinished = Batch.objects.filter(read_at__isnull=True).exists()
        below = children(process.pid)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert wait(lambda: all(gone(pid) for pid in below), 20), "a process of a killed worker lives on"
    return int(unfinished)


def _kept_files() -> set[str]:
    """The stored files of lists, by path below their folder."""
    folder = load().folder("uploads")
    found = {str(path.relative_to(folder)) for path in (folder / "daftar").rglob("*") if path.is_file()}
    return {one for one in found if not one.endswith(".part")}


def _nothing_is_left_behind(there_before: set[str]) -> None:
    from payung.engine.workspace import sweep

    sweep(load().folder("workspace"))
    assert not list(load().folder("workspace").glob("payung-*"))
    assert _kept_files() - there_before == set(Upload.objects.values_list("path", flat=True))
