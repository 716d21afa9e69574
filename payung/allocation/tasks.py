"""What is done for a round in the background."""

from __future__ import annotations

from payung.allocation import freeze_tasks, precheck_tasks, preparing, services
from payung.work.handlers import Progress, handler

__all__ = ["freeze_tasks", "precheck_tasks", "prepare"]


@handler(services.KIND)
def prepare(subject: str, progress: Progress) -> None:
    """Make the candidates of a round ready, or do what a killed worker left of it."""
    preparing.prepare_round(int(subject), progress)
