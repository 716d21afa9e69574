"""What is screened in the background."""

from __future__ import annotations

from payung.core.errors import PayungError
from payung.eligibility import export_services, services, stages
from payung.work.handlers import Progress, handler
from payung.work.services import LeaseLostError


@handler(services.KIND)
def screen(subject: str, progress: Progress) -> None:
    """Do a screening, or what a killed worker left of it."""
    try:
        stages.screen_run(int(subject), progress)
    except (PayungError, LeaseLostError):
        raise
    except Exception:
        services.broke(int(subject))
        raise


@handler(export_services.JOB)
def export(subject: str, progress: Progress) -> None:
    """Write a screened list that somebody takes out."""
    export_services.write_export(int(subject), progress)
