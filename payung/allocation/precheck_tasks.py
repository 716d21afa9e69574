"""Asking BPJS and reading its answers in the background."""

from __future__ import annotations

from payung.allocation import precheck_services
from payung.work.handlers import Progress, handler


@handler(precheck_services.ASK)
def ask(subject: str, progress: Progress) -> None:
    """Write the workbook that asks BPJS about those whom a scenario would choose."""
    precheck_services.write_precheck(int(subject), progress)


@handler(precheck_services.READ)
def read(subject: str, progress: Progress) -> None:
    """Read an answer of BPJS and count what it says."""
    precheck, _, delivery = subject.partition("-")
    precheck_services.read_answer(int(precheck), int(delivery), progress)
