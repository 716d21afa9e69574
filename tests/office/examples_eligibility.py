"""Screenings, screened rows and exports for the walk through every address."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from payung.eligibility.models import Assessment, ListExport
from payung.screening.models import ScreeningRun
from tests.office.cast import DESA, Office
from tests.office.examples import PLACES, Case, Example, Examples, by_place, example, regency_of
from tests.office.screening_desk import QUESTION


def _run(place: str, case: Case) -> ScreeningRun:
    said = {
        "question": QUESTION.said(),
        "figures": {"rows": 1, "persons": 1, "decided": {"pass": 1}},
        "loaded_at": timezone.now(),
    }
    made, _ = ScreeningRun.everything.get_or_create(
        regency_code=regency_of(place), number=700 + list(PLACES).index(case), defaults=said
    )
    found: ScreeningRun = made
    return found


@example("eligibility:run", "eligibility:state")
def screenings(office: Office) -> Examples:
    """Screenings of the whole regency."""
    return by_place(lambda place, case: int(_run(place, case).pk), wide=True)


@example("eligibility:row")
def rows(office: Office) -> Examples:
    """Rows of the lists, decided about."""

    def make(place: str, case: Case) -> int:
        sealed: Any = {"nik": None}
        reasons: Any = []
        made = Assessment.everything.create(
            regency_code=regency_of(place), place=DESA if case is Case.MOVED else place, run=_run(place, case),
            since=1, row_id="a" * 16, person_id="a" * 16, survives=True, name="Contoh", outcome="pass",
            reasons=reasons, who=sealed,
        )  # fmt: skip
        if case is Case.MOVED:
            Assessment.everything.filter(pk=made.pk).update(place=place)
        return int(made.pk)

    return by_place(make)


@example("eligibility:take")
def exports(office: Office) -> Examples:
    """A list that was taken out is only for whoever asked for it."""
    found = by_place(
        lambda place, case: int(
            ListExport.everything.create(
                regency_code=regency_of(place), place=place, run=_run(place, case), form="csv", row_count=1,
                asked_by=office.user("tamu").pk, allowed_at=timezone.now(),
            ).pk
        )
    )  # fmt: skip
    return {case: Example(one.kwargs) for case, one in found.items()}
