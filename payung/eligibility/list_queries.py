"""The screened list: rows of the current screening within the actor's territory, filtered; one row; its course."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q, QuerySet

from payung.core.decision import Outcome
from payung.core.scope import required
from payung.eligibility.codes import CODES
from payung.eligibility.models import Assessment, ListExport
from payung.registry.models import Observation
from payung.registry.people_services import LISTS
from payung.screening.models import Pair, ScreeningRun
from payung.screening.rules import Verdict

_OUTCOMES = frozenset(one.value for one in Outcome)
_PAIRS = 5


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows the list down; "" is everything. `place` is a code of a kecamatan or desa."""

    outcome: str = ""
    reason: str = ""
    place: str = ""
    text: str = ""
    people: bool = False
    """Only rows that stand for their person."""

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Filters:
        """The filters of `said`; what there is none of narrows nothing."""
        outcome, reason = str(said.get("outcome", "")), str(said.get("reason", ""))
        return cls(
            outcome if outcome in _OUTCOMES else "",
            reason if reason in CODES else "",
            str(said.get("place", ""))[:20],
            str(said.get("text", ""))[:100].strip(),
            bool(said.get("people")),
        )

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def screened_list(run: ScreeningRun, filters: Filters) -> QuerySet[Assessment]:
    """The rows of a run that the filters let through, by place and name."""
    found: QuerySet[Assessment] = Assessment.objects.filter(run=run)
    if filters.people:
        found = found.filter(survives=True)
    if filters.outcome:
        found = found.filter(outcome=filters.outcome)
    if filters.reason:
        found = found.filter(codes__contains=f" {filters.reason} ")
    if filters.place:
        found = found.filter(place__startswith=filters.place)
    for word in filters.text.split():
        found = found.filter(name__icontains=word)
    return found.order_by("place", "name", "pk")


def course_of(rows: QuerySet[Assessment] | list[str]) -> list[Assessment]:
    """The decisions about rows of the lists (by id), each with its run, newest first."""
    found: QuerySet[Assessment] = Assessment.objects.filter(row_id__in=rows, run__loaded_at__isnull=False)
    return list(found.select_related("run").order_by("-run__number", "row_id"))


def survivor_of(one: Assessment) -> Assessment | None:
    """The row that stands for the person, where that is another and the actor may see it."""
    found: Assessment | None = (
        None if one.survives else Assessment.objects.filter(run=one.run_id, row_id=one.person_id).first()
    )
    return found


def open_pairs_of(one: Assessment) -> list[Pair]:
    """The pairs of a row of the current screening that wait for a decision; a few of them."""
    among = Q(row_id_l=one.row_id) | Q(row_id_r=one.row_id, register="")
    waiting = Q(verdict="") | Q(verdict=Verdict.ASK_RT)
    found = Pair.objects.filter(among, waiting, run=one.run_id, is_test=False)
    return list(found.order_by("-priority", "pk")[:_PAIRS])


def person_of(row_id: str) -> int | None:
    """Who was saved from a row of the lists, as whom they are known now; None where nobody was, or they live elsewhere."""
    seen = (
        Observation.objects.filter(source=LISTS, row_id=row_id)
        .select_related("person")
        .order_by("-edition")
        .first()
    )
    return (seen.person.merged_into_id or seen.person_id) if seen else None


def exports() -> QuerySet[ListExport]:
    """The lists that the actor asked for, newest first."""
    found: QuerySet[ListExport] = ListExport.objects.filter(asked_by=required().actor).select_related("run")
    return found.order_by("-pk")
