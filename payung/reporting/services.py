"""Counting the figures anew. Derived from the tables, so that it is no act of anybody and stands in no ledger."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from payung.core.decision import Outcome
from payung.core.region import districts
from payung.core.scope import required
from payung.intake.models import Row, State
from payung.registry.models import Person, Rt
from payung.reporting.models import Figure
from payung.reporting.published import Key, part_of, published
from payung.reporting.queries import latest_run

Counts = Mapping[str, Mapping[Key, int]]
_DISTRICT = 8
"""Characters of a kecamatan's code."""
OUTCOMES: Mapping[str, Key] = {
    Outcome.PASS: Key.ELIGIBLE,
    Outcome.PASS_NOTED: Key.ELIGIBLE,
    Outcome.INCOMPLETE: Key.INCOMPLETE,
    Outcome.REFUSE: Key.REFUSED,
}


def compute_figures(now: datetime) -> int:
    """Count all figures of the actor's regency and put them in the place of the former ones; how many there are.

    Done twice it gives the same. What has no place below the regency counts for the regency alone.
    """
    regency, run = required().regency, latest_run()
    today = timezone.localdate(now)
    lists, screened = counted_lists(), counted_screening(run.figures) if run else {}
    screened_on = timezone.localdate(run.screened_at or run.loaded_at or now) if run else today
    places = [regency, *(one.code for one in districts(regency))]
    figures = [
        *_figures(regency, places, lists, today, now),
        *(_figures(regency, places, screened, screened_on, now) if run else ()),
    ]
    with transaction.atomic():
        Figure.objects.all().delete()
        Figure.everything.bulk_create(figures)
    return len(figures)


def counted_lists() -> Counts:
    """What the lists and the registry hold now, by kecamatan and for the regency. Four queries."""
    rows = Row.objects.filter(live=True)
    came = Row.everything.filter(
        regency_code=OuterRef("regency_code"), live__in=(True, False), place=OuterRef("place"),
        upload__undone_at__isnull=True,
    )  # fmt: skip
    sent = Exists(came)
    people = Person.objects.filter(merged_into__isnull=True, removed_at__isnull=True)
    found: defaultdict[str, dict[Key, int]] = defaultdict(dict)
    to_fix = Count("pk", filter=Q(state=State.TO_FIX))
    for place, count, faulty in (
        _by_district(rows).annotate(to_fix=to_fix).values_list("district", "n", "to_fix")
    ):
        found[place] |= {Key.ROWS: count, Key.TO_FIX: faulty}
    for place, count in _by_district(people).values_list("district", "n"):
        found[place][Key.PEOPLE] = count
    for key, neighbourhoods in ((Key.RTS, Rt.objects.all()), (Key.RTS_SENT, Rt.objects.filter(sent))):
        for place, count in _by_district(neighbourhoods).values_list("district", "n"):
            found[place][key] = count
    return _with_sum(found, (Key.RTS, Key.RTS_SENT, Key.ROWS, Key.TO_FIX, Key.PEOPLE))


def counted_screening(figures: Mapping[str, Mapping[str, Mapping[str, int]]]) -> Counts:
    """What a screening found, from its own figures, by kecamatan and for the regency."""
    found: defaultdict[str, dict[Key, int]] = defaultdict(dict)
    for place, outcomes in figures.get("districts", {}).items():
        counts = found[place]
        counts[Key.SCREENED] = sum(outcomes.values())
        for outcome, count in outcomes.items():
            key = OUTCOMES[outcome]
            counts[key] = counts.get(key, 0) + count
    return _with_sum(found, (Key.SCREENED, Key.ELIGIBLE, Key.INCOMPLETE, Key.REFUSED))


def _by_district(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Grouped by kecamatan (`district`, "" or the regency's code where none is known), with their number `n`."""
    placed = rows.order_by().annotate(district=Substr("place", 1, _DISTRICT))
    grouped: QuerySet[Any] = placed.values("district").annotate(n=Count("pk"))
    return grouped


def _with_sum(counts: Mapping[str, Mapping[Key, int]], keys: Sequence[Key]) -> Counts:
    """The same with the whole regency; who has no kecamatan is in the regency's number alone."""
    total = {key: sum(one.get(key, 0) for one in counts.values()) for key in keys}
    return {place: one for place, one in counts.items() if len(place) == _DISTRICT} | {
        required().regency: total
    }


def _figures(
    regency: str, places: Iterable[str], counts: Counts, as_of: date, now: datetime
) -> Iterable[Figure]:
    keys = list(counts[regency])

    def make(shared: bool, place: str, key: Key, value: int | None, whole: int | None) -> Figure:
        return Figure(
            regency_code=regency, shared=shared, place=place, key=key, value=value, whole=whole, as_of=as_of,
            computed_at=now,
        )  # fmt: skip

    for place in places:
        here = {key: counts.get(place, {}).get(key, 0) for key in keys}
        for key, value in here.items():
            total = part_of(key)
            yield make(False, place, key, value, here.get(total) if total else None)
    shown = published(counts[regency])
    for key, seen in shown.items():
        total = part_of(key)
        yield make(True, regency, key, seen, shown.get(total) if total else None)
