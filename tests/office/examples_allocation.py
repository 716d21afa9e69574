"""Rounds and scenarios for the walk through every address."""

from __future__ import annotations

from django.utils import timezone

from payung.allocation.models import AllocationRound, Scenario
from payung.screening.models import ScreeningRun
from tests.office.cast import Office
from tests.office.examples import PLACES, Case, Examples, by_place, example, regency_of
from tests.office.screening_desk import QUESTION


def round_at(place: str, case: Case) -> AllocationRound:
    """A round of the place's regency that was given up, with nothing in it."""
    regency, number = regency_of(place), 800 + list(PLACES).index(case)
    run, _ = ScreeningRun.everything.get_or_create(
        regency_code=regency, number=number,
        defaults={"question": QUESTION.said(), "figures": {"rows": 1}, "loaded_at": timezone.now()},
    )  # fmt: skip
    made: AllocationRound
    made, _ = AllocationRound.everything.get_or_create(
        regency_code=regency, number=number,
        defaults={
            "title": "Contoh", "run": run, "opened_at": timezone.now(), "opened_by": 1,
            "cancelled_at": timezone.now(), "cancel_reason": "contoh",
        },
    )  # fmt: skip
    return made


@example(
    "allocation:round",
    "allocation:state",
    "allocation:cancel",
    "allocation:scenario_add",
    "allocation:effect",
)
def rounds(office: Office) -> Examples:
    """Rounds of the whole regency."""
    return by_place(lambda place, case: int(round_at(place, case).pk), wide=True)


@example(
    "allocation:scenario", "allocation:scenario_change", "allocation:effect_change", "allocation:refigure",
    "allocation:scenario_remove", "allocation:scenario_people",
)  # fmt: skip
def scenarios(office: Office) -> Examples:
    """Scenarios of the whole regency."""

    def make(place: str, case: Case) -> int:
        made = Scenario.everything.create(
            regency_code=regency_of(place), round=round_at(place, case), name=f"Contoh {case}",
            made_at=timezone.now(), made_by=1,
        )  # fmt: skip
        return int(made.pk)

    return by_place(make, wide=True)
