"""What the office's benches share: an installation of its own, meters of clock and processor, limits."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REGENCY = "64.01"
OWNER = "PAYUNG_BENCH_OWNER_URL"
"""Environment: the server's superuser, for what the app's role may not; set while a bench runs on PostgreSQL."""
_TICKS = os.sysconf("SC_CLK_TCK")


@contextmanager
def folder() -> Iterator[Path]:
    """A folder that goes with the bench."""
    home = Path(tempfile.mkdtemp(prefix="payung-bench-"))
    try:
        yield home
    finally:
        shutil.rmtree(home, ignore_errors=True)


@contextmanager
def installation(home: Path, *, postgres: bool) -> Iterator[None]:
    """An office with the tests' cast and without people, in `home`."""
    if postgres:
        from tests import postgres as of_tests

        # The tests' server saves itself what only a crash would show; this one works as one in use does.
        of_tests.SETTINGS |= {"autovacuum": "on", "autovacuum_naptime": "15s", "max_wal_size": "4GB"}
        with of_tests.server() as owner_url:
            os.environ["PAYUNG_DATABASE__URL"] = of_tests.prepare(owner_url, home)
            os.environ[OWNER] = owner_url
            _open(home, tables=False)
            yield
            _close()
    else:
        _open(home, tables=True)
        yield
        _close()


def _open(home: Path, *, tables: bool) -> None:
    os.environ["PAYUNG_HOME"] = str(home)
    from payung.office.django import start
    from payung.office.folders import make_folders

    make_folders()
    start()
    from payung.office.setup import make_tables, mark_keys

    if tables:
        make_tables()
    mark_keys()
    from tests.office.cast import populate

    populate()


def _close() -> None:
    from django.db import connection

    connection.close()


def settle() -> None:
    """What a server in use does by itself within a minute."""
    if owner_url := os.environ.get(OWNER):
        import psycopg

        with psycopg.connect(owner_url, autocommit=True) as server:
            server.execute("VACUUM ANALYZE")


@dataclass
class Meter:
    """Seconds by the clock and of processor, of this process, its ended children, the PostgreSQL server and others.

    `pids` are processes whose time counts too, with their children.
    """

    pids: tuple[int, ...] = ()
    server: int = field(default_factory=lambda: _postmaster())

    def __post_init__(self) -> None:
        self._clock, self._busy, self._served = time.perf_counter(), self._ours(), self._theirs()

    def _ours(self) -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used) + sum(map(busy, self.pids))

    def _theirs(self) -> float:
        return busy(self.server) if self.server else 0.0

    def told(self) -> dict[str, Any]:
        """Since it was made."""
        said = {
            "seconds": round(time.perf_counter() - self._clock, 1),
            "processor_seconds": round(self._ours() - self._busy, 1),
        }
        return said | ({"server_seconds": round(self._theirs() - self._served, 1)} if self.server else {})


def _postmaster() -> int:
    """The server's first process; 0 without a server."""
    owner_url = os.environ.get(OWNER)
    if not owner_url:
        return 0
    import psycopg

    with psycopg.connect(owner_url) as server:
        row = server.execute("SELECT pg_read_file('postmaster.pid')").fetchone()
    return int(str(row[0]).split()[0]) if row else 0


def busy(pid: int) -> float:
    """Seconds of processor that a process, its living and its ended children have used."""
    return sum(_stat(one) for one in (pid, *children(pid)))


def _stat(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(one) for one in fields[11:15]) / _TICKS


def children(pid: int) -> list[int]:
    """Living children, and theirs."""
    try:
        direct = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*direct, *(one for child in direct for one in children(child))]


def resident_mb(pid: int) -> int:
    """What a process and its children hold in memory together; pages that they share count once each."""
    return sum(_resident(one) for one in (pid, *children(pid))) // 1024


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


@dataclass
class Worker:
    """The worker's process and the most memory that it was seen to hold, with its children."""

    pid: int
    peak_mb: int = 0

    def look(self) -> None:
        """Look once."""
        self.peak_mb = max(self.peak_mb, resident_mb(self.pid))


@contextmanager
def worker(home: Path) -> Iterator[Worker]:
    """The real worker, in a process of its own."""
    with (home / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "payung", "worker"],
            env={**os.environ, "PAYUNG_HOME": str(home)}, stdin=subprocess.DEVNULL, stderr=log, stdout=log,
        )  # fmt: skip
    try:
        yield Worker(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def spread(times: Iterable[float]) -> dict[str, Any]:
    """Middle, 95 of 100 and worst of some milliseconds."""
    some = sorted(times)
    return {
        "times": len(some),
        "median_ms": round(statistics.median(some), 1),
        "p95_ms": round(some[min(len(some) - 1, int(len(some) * 0.95))], 1),
        "worst_ms": round(some[-1], 1),
    }


def timed(acts: Iterable[Callable[[], object]]) -> tuple[dict[str, Any], list[object]]:
    """Milliseconds of the acts, and what they gave; the first is for warming up and counts too."""
    times, given = [], []
    for act in acts:
        started = time.perf_counter()
        given.append(act())
        times.append(1000 * (time.perf_counter() - started))
    return spread(times), given


def beyond(limits: Mapping[str, tuple[float, float]]) -> list[str]:
    """What is beyond its limit, in words, of name to what was measured and the most that it may be."""
    return [f"{name}: {found:g} > {most:g}" for name, (found, most) in limits.items() if found > most]
