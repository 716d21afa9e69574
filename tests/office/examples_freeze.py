"""Frozen rounds and pre-checks for the walk through every address."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from payung.allocation.models import AllocationRound, Precheck
from payung.registry.models import Request
from payung.screening.models import ScreeningRun
from tests.office.cast import Office
from tests.office.examples import PLACES, Case, Examples, by_place, example, regency_of
from tests.office.screening_desk import QUESTION


def _round(place: str, case: Case) -> AllocationRound:
    number = 400 + list(PLACES).index(case)
    run, _ = ScreeningRun.everything.get_or_create(
        regency_code=regency_of(place), number=number,
        defaults={"question": QUESTION.said(), "loaded_at": timezone.now(), "figures": {"rows": 0}},
    )  # fmt: skip
    ended: dict[str, Any] = {"cancelled_at": timezone.now()} if case is Case.ENDED else {}
    made, _ = AllocationRound.everything.get_or_create(
        regency_code=regency_of(place),
        number=number,
        defaults={
            "title": "Contoh", "run": run, "policy_sha256": "0" * 64, "law_sha256": "0" * 64,
            "opened_at": timezone.now(), "opened_by": 1, **ended,
        },
    )  # fmt: skip
    found: AllocationRound = made
    return found


@example(
    "allocation:precheck", "allocation:precheck_ask", "allocation:precheck_waive", "allocation:freeze",
    "allocation:freeze_state", "allocation:freeze_ask", "allocation:thaw", "allocation:route_send",
    "allocation:awards", "allocation:waiting", "allocation:aside",
)  # fmt: skip
def rounds_to_freeze(office: Office) -> Examples:
    """Rounds of the whole regency; whom they list is another matter."""
    return by_place(lambda place, case: int(_round(place, case).pk), wide=True)


@example("allocation:precheck_state", "allocation:precheck_take", "allocation:precheck_answer")
def prechecks(office: Office) -> Examples:
    """Questions to BPJS of the whole regency."""

    def make(place: str, case: Case) -> int:
        now = timezone.now()
        asked = Request.everything.create(
            regency_code=regency_of(place), register="bpjs", about="contoh", asked_at=now
        )
        made = Precheck.everything.create(
            regency_code=regency_of(place), round=_round(place, case), request=asked, asked_at=now, asked_by=1
        )
        return int(made.pk)

    return by_place(make, wide=True)
