"""Figures are counted anew by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from payung.reporting.queries import computed_at, latest_run
from payung.reporting.services import compute_figures
from payung.work.ticks import every

OLD = timedelta(hours=1)


@every(timedelta(minutes=1), "figures.compute")
def keep_figures() -> None:
    """Count again what is older than an hour, or older than the screening in force."""
    now = timezone.now()
    if are_old(now):
        compute_figures(now)


def are_old(now: datetime) -> bool:
    """Whether the figures have to be counted again. Two queries."""
    at = computed_at()
    if at is None or now - at > OLD:
        return True
    run = latest_run()
    return bool(run and run.loaded_at and run.loaded_at > at)
