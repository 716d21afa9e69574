"""What rounds have decided about somebody, for the person's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from payung.access.policy import Action
from payung.allocation.award_queries import course
from payung.registry.models import Observation, Person
from payung.registry.panels import panel
from payung.registry.people_services import LISTS


@panel("allocation.person", "Penetapan", action=Action.AWARD_READ, order=40)
def awards(person: Person) -> Mapping[str, Any] | None:
    """Every frozen round in which the person could be chosen: in or not, and why; newest first."""
    rows = Observation.objects.filter(person=person, source=LISTS).values_list("row_id", flat=True)
    chosen, left = course(sorted(set(rows)))
    rounds = [(one.round, one, None) for one in chosen] + [(one.round, None, one) for one in left]
    return {"rounds": sorted(rounds, key=lambda one: -one[0].number)}
