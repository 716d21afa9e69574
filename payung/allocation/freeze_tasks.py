"""Freezing in the background."""

from __future__ import annotations

from payung.allocation import freeze_job
from payung.allocation.models import AllocationRound
from payung.core.errors import PayungError
from payung.work.handlers import Progress, handler
from payung.work.models import Job
from payung.work.services import TRIES, LeaseLostError


@handler(freeze_job.KIND)
def freeze(subject: str, progress: Progress) -> None:
    """Freeze what was asked for, or begin anew what a killed worker left."""
    try:
        freeze_job.freeze_round(int(subject), progress)
    except (PayungError, LeaseLostError):
        raise
    except Exception:
        job = Job.objects.filter(kind=freeze_job.KIND, subject=subject, finished_at__isnull=True).first()
        if job is None or job.tries >= TRIES:
            freeze_job.give_up(AllocationRound.objects.get(pk=int(subject)), freeze_job.BROKEN)
        raise
