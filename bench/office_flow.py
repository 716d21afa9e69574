"""A demo regency's lists through the real worker: uploaded as one zip, read, saved, screened with its registers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

from bench.office_tools import REGENCY, Meter, Worker

_LONGEST_SECONDS = 1800
SECONDS, MEGABYTES = 90, 1000
"""What 54.000 rows may take from upload to screened."""


def demo(out: Path, lines: int, seed: int) -> Path:
    """A demo regency in a folder of its own below `out`, made once."""
    folder = out / f"demo-{lines}-{seed}"
    if not (folder / "demo.json").is_file():
        arguments = ["--people", str(lines), "--seed", str(seed), "--out", str(folder), "--quiet"]
        subprocess.run(
            [sys.executable, "-m", "payung", "demo", "make", *arguments],
            stdout=subprocess.DEVNULL,
            check=True,
        )
    return folder


def on_files(made: Path) -> dict[str, Any]:
    """The main job on the same files, in a process of its own: its hash, and the floor of what the office does."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.office_files", str(made)], check=True, stdout=subprocess.PIPE
    )
    said: dict[str, Any] = json.loads(done.stdout)
    return said


def flow(made: Path, home: Path, worker: Worker) -> dict[str, Any]:
    """All of it, stage by stage; `upload_to_screened` is everything from the first byte to the screened list."""
    told: dict[str, Any] = {}
    whole = Meter((worker.pid,))
    with _Stage(told, "read", worker):
        batch = upload(made, home)
    with _Stage(told, "save", worker):
        save(batch)
    with _Stage(told, "registers", worker):
        take_registers(made)
    with _Stage(told, "screen", worker):
        run = ask()
    return {
        "upload_to_screened": whole.told(),
        "load_average": round(os.getloadavg()[0], 1),
        "worker_peak_mb": worker.peak_mb,
        "stages": told,
        **of_run(run),
    }


class _Stage:
    """A stage: what is asked in the block, and then until the worker has done it all."""

    def __init__(self, told: dict[str, Any], name: str, worker: Worker) -> None:
        self._told, self._name, self._worker = told, name, worker

    def __enter__(self) -> None:
        self._meter = Meter((self._worker.pid,))

    def __exit__(self, kind: object, *rest: object) -> None:
        if kind is None:
            wait(self._name, self._worker)
            self._told[self._name] = self._meter.told()
            sys.stderr.write(f"{self._name}: {self._told[self._name]}\n")


def wait(what: str, worker: Worker) -> None:
    """Until no job is open. SystemExit where one failed."""
    from payung.core.scope import acting_in, whole
    from payung.work.models import Job

    until = time.monotonic() + _LONGEST_SECONDS
    while time.monotonic() < until:
        worker.look()
        with acting_in(whole(REGENCY)):
            still = list(Job.objects.filter(finished_at__isnull=True).values_list("kind", "label"))
            failed = list(Job.objects.exclude(error="").values_list("kind", "error"))
        if failed:
            raise SystemExit(f"{what}: {failed}")
        if not still:
            return
        time.sleep(0.1)
    raise SystemExit(f"{what}: {still} after {_LONGEST_SECONDS} s")


def take_neighbourhoods(made: Path) -> None:
    """The demo regency's RTs and their heads."""
    from payung.core.scope import acting_in, whole
    from payung.demo.regency import RTS
    from payung.registry.rt_services import import_rts

    with acting_in(whole(REGENCY)):
        import_rts(made / RTS, RTS)


def take_registers(made: Path) -> None:
    """The demo regency's registers, as a verifier would take them in."""
    from payung.core.scope import acting_in, whole
    from payung.demo.livelihoods import AS_OF
    from payung.registry.register_services import receive_register

    said = json.loads((made / "demo.json").read_text(encoding="utf-8"))
    with acting_in(whole(REGENCY)):
        for name, file in said["registers"].items():
            with (made / "register" / file).open("rb") as source:
                receive_register(name, source, file, AS_OF)


def upload(made: Path, home: Path) -> int:
    """All lists as one zip; the batch."""
    from payung.core.scope import acting_in, whole
    from payung.intake.upload_services import receive

    packed = home / "daftar.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted((made / "daftar").rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(made / "daftar"))
    with acting_in(whole(REGENCY)), packed.open("rb") as source:
        return int(receive([("daftar.zip", source)], REGENCY).pk)


def save(batch: int) -> None:
    """Let the good rows of a batch be saved."""
    from django.db import transaction

    from payung.core.scope import acting_in, whole
    from payung.work.services import enqueue

    with acting_in(whole(REGENCY)), transaction.atomic():
        enqueue("intake.save", batch)


def ask() -> int:
    """Ask for the screening of the last months of 2022."""
    from payung.core.month import MonthSpan
    from payung.core.scope import acting_in, whole
    from payung.eligibility.question import Question
    from payung.eligibility.services import ask_run

    with acting_in(whole(REGENCY)):
        return int(ask_run(Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",))).pk)


def of_run(run: int) -> dict[str, Any]:
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
