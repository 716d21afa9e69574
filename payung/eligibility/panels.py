"""What screenings decided about somebody, for the person's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payung.access.policy import Action
from payung.eligibility.list_queries import course_of
from payung.eligibility.words import OUTCOMES, TONES
from payung.registry.models import Observation, Person
from payung.registry.panels import panel
from payung.registry.people_services import LISTS
from payung.screening.queries import latest_run


@panel("eligibility.person", "Penyaringan", action=Action.SCREENED_READ, order=30)
def decisions(person: Person) -> Mapping[str, Any] | None:
    """Every decision about the person's rows with its reasons, newest first."""
    rows = Observation.objects.filter(person=person, source=LISTS).values_list("row_id", flat=True)
    course = course_of(sorted(set(rows)))
    current = latest_run()
    return {
        "course": [(one, OUTCOMES[one.outcome], TONES[one.outcome], one.run == current) for one in course],
        "screened": current is not None,
    }
