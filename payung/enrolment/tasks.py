"""What is done with decrees in the background."""

from __future__ import annotations

from payung.core.errors import PayungError
from payung.enrolment import copy_services, typesetting_services
from payung.enrolment.models import Decree
from payung.work.handlers import Progress, handler
from payung.work.models import Job
from payung.work.services import TRIES, LeaseLostError


@handler(typesetting_services.JOB)
def typeset(subject: str, progress: Progress) -> None:
    """Typeset a decree, or begin anew what a killed worker left."""
    try:
        typesetting_services.typeset_decree(int(subject), progress)
    except (PayungError, LeaseLostError):
        raise
    except Exception:
        job = Job.objects.filter(
            kind=typesetting_services.JOB, subject=subject, finished_at__isnull=True
        ).first()
        if job is None or job.tries >= TRIES:
            typesetting_services.give_up(Decree.objects.get(pk=int(subject)), typesetting_services.BROKEN)
        raise


@handler(copy_services.JOB)
def copies(subject: str, progress: Progress) -> None:
    """Make the copy and the extracts of a signed decree."""
    copy_services.make_copies(int(subject), progress)
