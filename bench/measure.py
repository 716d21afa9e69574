"""Run a command as a child and read what the operating system says it took."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Measured:
    """One finished run: wall seconds, processor seconds, peak memory of the child itself in MB, standard output."""

    wall_seconds: float
    cpu_seconds: float
    peak_mb: float
    output: str


def run(command: Sequence[str], log: Path) -> Measured:
    """Run to the end; RuntimeError with the end of its standard error if it fails."""
    began = time.perf_counter()
    with log.open("wb") as errors:
        child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors)
        assert child.stdout is not None
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"{command[:4]} ended with {child.returncode}: {log.read_text()[-2000:]}")
    return Measured(
        time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.decode()
    )
