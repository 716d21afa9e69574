"""Measure the office from upload to screened list, with the real worker: `python -m bench.office_screening --demo FOLDER`.

FOLDER is a demo regency (`payung demo make`). An installation of its own is opened in a temporary folder (or on the
PostgreSQL server that PAYUNG_DATABASE__URL names), the registers are taken in, then the clock starts: one zip with all
lists is uploaded, read and screened. The screened list must have the hash that the main job gives for the same files.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

REGENCY = "64.01"
_LONGEST_SECONDS = 900


def open_installation(home: Path) -> None:
    """An office without people in `home`."""
    os.environ["PAYUNG_HOME"] = str(home)
    from payung.office.django import start
    from payung.office.folders import make_folders

    make_folders()
    start()
    from payung.office.setup import make_tables, mark_keys, open_regency

    if not os.environ.get("PAYUNG_DATABASE__URL"):
        make_tables()
    mark_keys()
    open_regency(REGENCY, "paser-2022", date(2022, 9, 1), is_demo=True)


class Peak:
    """The most memory that a process and its children held together, looked at often (MB), and its processor time."""

    def __init__(self, pid: int) -> None:
        self.pid, self.mb, self.alone_mb = pid, 0, 0

    @property
    def busy(self) -> float:
        """Seconds of processor so far, ended children's among them."""
        return _busy(self.pid)

    def look(self) -> None:
        """Look once."""
        together = sum(_resident(one) for one in (self.pid, *_children(self.pid)))
        self.mb, self.alone_mb = (
            max(self.mb, together // 1024),
            max(self.alone_mb, _resident(self.pid) // 1024),
        )


def _busy(pid: int) -> float:
    """Seconds of processor that a process and its ended children have used."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return sum(int(one) for one in fields[11:15]) / os.sysconf("SC_CLK_TCK")


def _children(pid: int) -> list[int]:
    try:
        direct = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return [*direct, *(one for child in direct for one in _children(child))]


def _resident(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)


@contextmanager
def worker(home: Path) -> Iterator[Peak]:
    """The real worker, in a process of its own."""
    with (home / "worker.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "payung", "worker"],
            env={**os.environ, "PAYUNG_HOME": str(home)}, stderr=log, stdout=log,
        )  # fmt: skip
    try:
        yield Peak(process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def wait(what: str, peak: Peak) -> float:
    """Until no job is open; seconds."""
    from payung.core.scope import acting_in, whole
    from payung.work.models import Job

    started = time.perf_counter()
    while time.perf_counter() - started < _LONGEST_SECONDS:
        peak.look()
        with acting_in(whole(REGENCY)):
            still = list(Job.objects.filter(finished_at__isnull=True).values_list("kind", "label"))
            failed = list(Job.objects.exclude(error="").values_list("kind", "error"))
        if failed:
            raise SystemExit(f"{what}: {failed}")
        if not still:
            return time.perf_counter() - started
        time.sleep(0.05)
    raise SystemExit(f"{what}: {still} after {_LONGEST_SECONDS} s")


def take_registers(demo: Path) -> None:
    """The demo regency's registers, as a verifier would take them in."""
    from payung.core.scope import acting_in, whole
    from payung.demo.livelihoods import AS_OF
    from payung.registry.register_services import receive_register

    said = json.loads((demo / "demo.json").read_text(encoding="utf-8"))
    with acting_in(whole(REGENCY)):
        for name, file in said["registers"].items():
            with (demo / "register" / file).open("rb") as source:
                receive_register(name, source, file, AS_OF)


def upload(demo: Path, home: Path) -> None:
    """All lists as one zip."""
    from payung.core.scope import acting_in, whole
    from payung.intake.upload_services import receive

    packed = home / "daftar.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((demo / "daftar").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(demo / "daftar"))
    with acting_in(whole(REGENCY)), packed.open("rb") as source:
        receive([("daftar.zip", source)], REGENCY)


def ask() -> int:
    """Ask for the screening of 2022."""
    from payung.core.month import MonthSpan
    from payung.core.scope import acting_in, whole
    from payung.eligibility.question import Question
    from payung.eligibility.services import ask_run

    with acting_in(whole(REGENCY)):
        return int(ask_run(Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",))).pk)


def told(run: int) -> dict[str, Any]:
    """What a run says of itself, and the seconds of its stages."""
    from payung.core.scope import acting_in, whole
    from payung.screening.models import ScreeningRun

    with acting_in(whole(REGENCY)):
        found = ScreeningRun.objects.get(pk=run)
    assert found.frozen_at
    assert found.screened_at
    assert found.loaded_at
    return {
        "screened_hash": found.screened_hash,
        "rows": found.figures["rows"],
        "pairs": found.figures["pairs"],
        "freeze_seconds": round((found.frozen_at - found.asked_at).total_seconds(), 1),
        "screen_seconds": round((found.screened_at - found.frozen_at).total_seconds(), 1),
        "load_seconds": round((found.loaded_at - found.screened_at).total_seconds(), 1),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--demo", type=Path, required=True)
    parser.add_argument("--expect", help="the screened hash that the main job gave")
    parser.add_argument("--home", type=Path, help="keep the installation here")
    options = parser.parse_args()
    home = options.home or Path(tempfile.mkdtemp(prefix="payung-bench-"))
    open_installation(home)
    figures: dict[str, Any] = {}
    with worker(home) as peak:
        take_registers(options.demo)
        figures["registers_seconds"] = round(wait("registers", peak), 1)
        begun, busy = time.perf_counter(), peak.busy
        upload(options.demo, home)
        figures["reading_seconds"] = round(wait("lists", peak), 1)
        run = ask()
        wait("screening", peak)
        figures["upload_to_screened_seconds"] = round(time.perf_counter() - begun, 1)
        figures["processor_seconds"] = round(peak.busy - busy, 1)
        figures["load_average"] = os.getloadavg()[0]
        figures["worker_peak_mb"], figures["worker_alone_peak_mb"] = peak.mb, peak.alone_mb
        figures["first"] = told(run)
        again = ask()
        wait("screening again", peak)
        figures["again"] = told(again)
    if options.expect and figures["first"]["screened_hash"] != options.expect:
        raise SystemExit(f"{figures['first']['screened_hash']} is not {options.expect}")
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
