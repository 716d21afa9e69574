"""Objects for the walk through the addresses of background jobs."""

from __future__ import annotations

from payung.core.scope import acting_in, whole
from payung.work import services
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.examples import NOBODY, Case, Example, Examples, example


@example("work:retry")
def jobs(office: Office) -> Examples:
    """Jobs belong to a regency."""
    return {
        Case.OWN: Example({"pk": _job(REGENCY)}, REGENCY, wide=True),
        Case.ELSEWHERE: Example({"pk": _job(OTHER_REGENCY)}, OTHER_REGENCY, wide=True),
        Case.NOWHERE: Example({"pk": NOBODY}),
    }


@example("work:progress")
def jobs_of_nobody(office: Office) -> Examples:
    """A job of another regency exists for nobody here; who sees which of their own has a test of its own."""
    return {
        Case.ELSEWHERE: Example({"pk": _job(OTHER_REGENCY, 2)}, OTHER_REGENCY, wide=True),
        Case.NOWHERE: Example({"pk": NOBODY}),
    }


def _job(regency: str, subject: int = 1) -> int:
    with acting_in(whole(regency)):
        return int(services.enqueue("intake.read", subject).pk)
