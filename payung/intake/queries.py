"""What other steps ask of the lists: the rows that count, figures for the first page, and what waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from payung.core.application import Application
from payung.core.scope import Scope, acting_in
from payung.intake.models import Batch, Objection, Row, State, Upload
from payung.registry.facts import application_of

PORTION = 2000
ScreeningRow = tuple[Application, tuple[str, ...], str]
"""What a list says of a person, the codes of its faults in the order of the fields, and what identifies the person."""


def screening_rows() -> Iterator[ScreeningRow]:
    """Every row of the current scope that counts, by row id: read, not undone, not kept out, of each id the newest.

    A few thousand are in memory at once. Questions are no faults; a row with faults is among them.
    """
    after = ""
    while True:
        rows = list(
            Row.objects.filter(live=True, row_id__gt=after)
            .order_by("row_id")
            .values_list("row_id", "said", "faults")[:PORTION]
        )
        for _, said, faults in rows:
            yield application_of(said[0]), tuple(faults.split()), said[1]
        if len(rows) < PORTION:
            return
        after = rows[-1][0]


def screening_row_count() -> int:
    """How many `screening_rows` there are."""
    return int(Row.objects.filter(live=True).count())


def kept_out() -> int:
    """Lists that take no part because a question about the whole file is open, or because they cannot be read."""
    return int(live_uploads().filter(~Q(stops=[]) | ~Q(failure="")).count())


def still_reading() -> int:
    """Batches that are still being read: who screens now would leave them out."""
    return int(Batch.objects.filter(read_at__isnull=True).count())


def live_uploads() -> QuerySet[Upload]:
    """Lists of the scope that were not undone and are no second copy."""
    found: QuerySet[Upload] = Upload.objects.filter(undone_at__isnull=True, twin__isnull=True)
    return found


@dataclass(frozen=True, slots=True)
class HomeCounts:
    """Figures of a territory: lists, people on them, rows to mend."""

    uploads: int
    rows: int
    to_fix: int


def counts_for_home(scope: Scope) -> HomeCounts:
    """The figures of the first page. Two queries."""
    with acting_in(scope):
        # SQLite takes the index down to the place for "IN (1)", not for a bare "live".
        rows = Row.objects.filter(live__in=(True,)).aggregate(
            all=Count("pk"), to_fix=Count("pk", filter=Q(state=State.TO_FIX))
        )
        return HomeCounts(live_uploads().filter(read_at__isnull=False).count(), rows["all"], rows["to_fix"])


@dataclass(frozen=True, slots=True)
class WaitingWork:
    """What waits in a territory."""

    to_fix_lists: int
    questions: int
    """Lists that are kept out until somebody answers."""
    to_save: int
    """Lists with good rows that nobody has saved yet."""
    objections_due: int
    objections_late: int


def waiting_for(scope: Scope, today: date) -> WaitingWork:
    """What waits for whoever works in a territory. Three queries."""
    with acting_in(scope):
        lists: dict[str, Any] = (
            live_uploads()
            .filter(read_at__isnull=False, failure="")
            .aggregate(
                questions=Count("pk", filter=~Q(stops=[])),
                to_save=Count("pk", filter=Q(saved_at__isnull=True, good__gt=0, stops=[])),
            )
        )
        # A list whose rows were all replaced by a later one waits for nobody.
        to_fix: dict[str, Any] = Row.objects.filter(live=True, state=State.TO_FIX).aggregate(
            lists=Count("upload", distinct=True)
        )
        due: dict[str, Any] = Objection.objects.filter(answered_at__isnull=True).aggregate(
            due=Count("pk"), late=Count("pk", filter=Q(due_on__lt=today))
        )
    return WaitingWork(to_fix["lists"], lists["questions"], lists["to_save"], due["due"], due["late"])
