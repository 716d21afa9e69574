"""What waits to be decided, in which order, and how far everything is; in the current scope's regency."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from payung.access.queries import names_of
from payung.core.scope import Scope, acting_in
from payung.registry.models import Observation, Person
from payung.screening.models import Pair, PairVerdict, Question, ScreeningRun
from payung.screening.rules import LinkOutcome, Verdict

LISTS = ("buka", "tanya", "jawab", "putus")
"""Open; the RT is asked; the RT has answered; decided. Besides, `pola:CODE`: the open pairs of one pattern."""
BEFORE, AFTER = 3, 18
"""How many pairs of the queue stand before and after the one that is looked at."""
SAMPLES = 3
_FOR_GOOD = (Verdict.SAME, Verdict.DIFFERENT)


def latest_run() -> ScreeningRun | None:
    """The run whose results are loaded: the current one."""
    found: ScreeningRun | None = (
        ScreeningRun.objects.filter(loaded_at__isnull=False).order_by("-loaded_at", "-pk").first()
    )
    return found


def certain(run: ScreeningRun | None) -> QuerySet[Pair]:
    """Open pairs that are confirmed by pattern."""
    return Pair.objects.filter(run=run, outcome=LinkOutcome.CERTAIN, verdict="")


def open_singles(run: ScreeningRun | None = None) -> QuerySet[Pair]:
    """Open pairs that are decided one by one."""
    return Pair.objects.filter(run=run or latest_run(), verdict="").exclude(outcome=LinkOutcome.CERTAIN)


def queue_order(pairs: QuerySet[Pair]) -> QuerySet[Pair]:
    """Money at stake and doubt first."""
    return pairs.order_by("-priority", "pk")


def listed(name: str, run: ScreeningRun | None) -> QuerySet[Pair]:
    """The pairs of one of `LISTS`, or of `pola:CODE`; of an unknown name, the open ones."""
    if name.startswith("pola:"):
        return certain(run).filter(pattern=name.removeprefix("pola:"))
    if name == "putus":
        return Pair.objects.filter(verdict__in=_FOR_GOOD)
    if name in ("tanya", "jawab"):
        answered = Exists(Question.objects.filter(pair=OuterRef("pk"), answered_at__isnull=False))
        asked = Pair.objects.filter(run=run, verdict=Verdict.ASK_RT)
        return asked.filter(answered) if name == "jawab" else asked.exclude(answered)
    return open_singles(run)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a pair stands in its list: those around it in order, and the next to the one after a decision."""

    before: tuple[Pair, ...]
    after: tuple[Pair, ...]

    @property
    def previous(self) -> Pair | None:
        return self.before[-1] if self.before else None

    @property
    def next(self) -> Pair | None:
        return self.after[0] if self.after else None


def around(pairs: QuerySet[Pair], pair: Pair) -> Place:
    """The neighbours of a pair in the order of the queue; two queries."""
    # The first condition says nothing new; it lets the index be entered at the place instead of read up to it.
    later = Q(priority__lte=pair.priority) & (Q(priority__lt=pair.priority) | Q(pk__gt=pair.pk))
    earlier = Q(priority__gte=pair.priority) & (Q(priority__gt=pair.priority) | Q(pk__lt=pair.pk))
    before = pairs.filter(earlier).order_by("priority", "-pk")[:BEFORE]
    return Place(tuple(before)[::-1], tuple(queue_order(pairs.filter(later))[:AFTER]))


@dataclass(frozen=True, slots=True)
class Counts:
    """How far the review of the current run is."""

    total: int = 0
    """Pairs that are decided one by one."""
    open: int = 0
    asked: int = 0
    certain: int = 0
    """Open ones that are confirmed by pattern."""
    patterns: int = 0
    answered: int = 0
    """Of those that were asked: the RT has answered."""

    @property
    def done(self) -> int:
        return self.total - self.open


def counts(run: ScreeningRun | None) -> Counts:
    """Three queries, whatever the number of pairs."""
    if run is None:
        return Counts()
    single, is_open = ~Q(outcome=LinkOutcome.CERTAIN), Q(verdict="")
    found = Pair.objects.filter(run=run).aggregate(
        total=Count("pk", filter=single),
        open=Count("pk", filter=single & is_open),
        asked=Count("pk", filter=Q(verdict=Verdict.ASK_RT)),
        certain=Count("pk", filter=~single & is_open),
        patterns=Count("pattern", filter=~single & is_open, distinct=True),
    )
    return Counts(**found, answered=listed("jawab", run).count() if found["asked"] else 0)


def waiting_pairs(scope: Scope) -> int:
    """How many pairs wait for a verifier: to be decided one by one, or confirmed because the RT has answered."""
    with acting_in(scope):
        run = latest_run()
        return open_singles(run).count() + listed("jawab", run).count() if run else 0


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often somebody decided known pairs as they were known."""

    user: int | None
    name: str
    count: int
    agreed: int


def agreement(scope: Scope) -> list[Agreement]:
    """Per person, those who saw most known pairs first. Questions to the RT are no decision and do not count."""
    with acting_in(scope):
        rows = (
            PairVerdict.objects.filter(
                pair__is_test=True, undone_at__isnull=True, verdict__in=_FOR_GOOD, pair__known__in=_FOR_GOOD
            )
            .values("made_by")
            .annotate(count=Count("pk"), agreed=Count("pk", filter=Q(verdict=F("pair__known"))))
            .order_by("-count", "made_by")
        )
        found = list(rows)
        names = names_of(one["made_by"] for one in found)
        return [
            Agreement(one["made_by"], names.get(one["made_by"], ""), one["count"], one["agreed"])
            for one in found
        ]


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One pattern of certain pairs: how many are open, in which registers, and some of them."""

    code: str
    count: int
    registers: tuple[tuple[str, int], ...]
    samples: tuple[Pair, ...]


def patterns(run: ScreeningRun | None) -> list[PatternRow]:
    """The open patterns, the largest first; three queries."""
    groups: dict[str, list[tuple[str, int]]] = {}
    rows = certain(run).values("pattern", "register").annotate(n=Count("pk")).order_by("pattern", "register")
    for one in rows:
        groups.setdefault(one["pattern"], []).append((one["register"], one["n"]))
    numbered = certain(run).annotate(
        at=Window(RowNumber(), partition_by=F("pattern"), order_by=F("key_index").asc())
    )
    wanted = list(numbered.filter(at__lte=SAMPLES).order_by("pattern", "at").values_list("pk", flat=True))
    pairs = Pair.objects.in_bulk(wanted)
    samples: dict[str, list[Pair]] = {}
    for pk in wanted:
        samples.setdefault(pairs[pk].pattern, []).append(pairs[pk])
    made = [
        PatternRow(code, sum(n for _, n in inside), tuple(inside), tuple(samples.get(code, ())))
        for code, inside in groups.items()
    ]
    return sorted(made, key=lambda one: (-one.count, one.code))


@dataclass(frozen=True, slots=True)
class Batch:
    """What was decided together and can still be undone."""

    batch: UUID
    way: str
    verdict: str
    who: str
    at: datetime
    count: int
    patterns: tuple[str, ...]


def batches(since: datetime) -> list[Batch]:
    """What was decided together since then and is in force, newest first."""
    rows = list(
        PairVerdict.objects.filter(batch__isnull=False, undone_at__isnull=True, made_at__gte=since)
        .values("batch", "way", "verdict", "made_by", "pair__pattern")
        .annotate(n=Count("pk"), at=Max("made_at"))
        .order_by("-at", "batch")
    )
    names = names_of(one["made_by"] for one in rows)
    grouped: dict[UUID, list[dict[str, Any]]] = {}
    for one in rows:
        grouped.setdefault(one["batch"], []).append(one)
    made = []
    for batch, inside in grouped.items():
        first = inside[0]
        verdicts = sorted({one["verdict"] for one in inside})
        made.append(
            Batch(
                batch, first["way"], ", ".join(verdicts), names.get(first["made_by"], ""), first["at"],
                sum(one["n"] for one in inside),
                tuple(sorted({one["pair__pattern"] for one in inside})) if first["way"] == "pola" else (),
            )
        )  # fmt: skip
    return made


def my_last(actor: int | None) -> PairVerdict | None:
    """What somebody decided last one by one, while it can be undone."""
    found: PairVerdict | None = (
        PairVerdict.objects.filter(
            made_by=actor, undone_at__isnull=True, batch__isnull=True,
            made_at__gte=timezone.now() - timedelta(days=30),
        ).select_related("pair").order_by("-pk").first()
    )  # fmt: skip
    return found


def saved_of(rows: Iterable[str]) -> dict[str, Observation]:
    """The last time that each of these rows of the lists was saved, with the person and whom they were joined to."""
    seen = (
        Observation.objects.filter(source="daftar", row_id__in=[one for one in rows if one])
        .select_related("person__merged_into")
        .defer("facts", "digest", "fingerprint")
        .order_by("edition")
    )
    return {one.row_id: one for one in seen}


def people_of(rows: Iterable[str]) -> dict[str, Person]:
    """The people of these rows as they are now: joined ones as whom they were joined to."""
    return {row: one.person.merged_into or one.person for row, one in saved_of(rows).items()}
