"""Screenings for pages and for the first page: which is current, how it went, whether it still says what is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import Substr
from django.utils import timezone

from payung.core import region
from payung.core.decision import Outcome
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in, required
from payung.eligibility.gathering import parts_now, rules_in_force
from payung.eligibility.models import Assessment
from payung.eligibility.question import Question, read
from payung.eligibility.services import KIND
from payung.eligibility.staleness import Stale, staleness
from payung.eligibility.words import OUTCOMES, reason_title
from payung.registry.rules import REGISTERS
from payung.screening.models import ScreeningRun
from payung.screening.queries import latest_run
from payung.work.models import Job

_ELIGIBLE = (Outcome.PASS.value, Outcome.PASS_NOTED.value)
_DISTRICT = 8
"""Characters of a kecamatan's code."""


def _within(scope: Scope | None) -> AbstractContextManager[None]:
    return nullcontext() if scope is None else acting_in(scope)


def latest(scope: Scope | None = None) -> ScreeningRun | None:
    """The current screening of the scope's regency; None before the first."""
    with _within(scope):
        return latest_run()


def runs() -> QuerySet[ScreeningRun]:
    """All screenings of the regency, newest first."""
    found: QuerySet[ScreeningRun] = ScreeningRun.objects.order_by("-number")
    return found


def run_before(run: ScreeningRun) -> ScreeningRun | None:
    """The loaded run before this one."""
    found: ScreeningRun | None = (
        ScreeningRun.objects.filter(loaded_at__isnull=False, number__lt=run.number)
        .order_by("-number")
        .first()
    )
    return found


def job_of(run: ScreeningRun) -> Job | None:
    """The newest job that does the run."""
    found: Job | None = Job.objects.filter(kind=KIND, subject=str(run.pk)).order_by("-pk").first()
    return found


def sees_all() -> bool:
    """Whether the actor's territory is the whole regency, so that figures of a whole run are theirs to see."""
    scope = required()
    return scope.regency in scope.territories


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The current screening in a territory, in people; `stale` says in words why it is outdated."""

    run: ScreeningRun
    persons: int
    eligible: int
    incomplete: int
    refused: int
    stale: tuple[Stale, ...]


def home_figures(scope: Scope | None = None) -> HomeFigures | None:
    """The figures of the first page; None before the first screening."""
    with _within(scope):
        run = latest_run()
        if run is None:
            return None
        counts = outcomes_here(run)
        return HomeFigures(
            run,
            sum(counts.values()),
            sum(counts[one] for one in _ELIGIBLE),
            counts[Outcome.INCOMPLETE.value],
            counts[Outcome.REFUSE.value],
            staleness_of(run),
        )


def outcomes_here(run: ScreeningRun) -> Counter[str]:
    """People of the actor's territory by outcome, in the current run. One query, none where all is seen."""
    if sees_all():
        return Counter(run.figures["decided"])
    found = Assessment.objects.filter(run=run, survives=True).values_list("outcome").annotate(n=Count("pk"))
    return Counter(dict(found.order_by("outcome")))


@dataclass(frozen=True, slots=True)
class DistrictRow:
    """A kecamatan's people: each outcome in words, and how many; `title` is "" where the kecamatan is not known."""

    code: str
    title: str
    counts: tuple[tuple[str, int], ...]

    @property
    def total(self) -> int:
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """A reason and how many people it was given to, in all and by kecamatan (in the order of the table's columns)."""

    code: str
    title: str
    total: int
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """People of a run within the actor's territory, counted."""

    persons: int
    outcomes: tuple[tuple[str, str, int], ...]
    """Code, words and count of each outcome."""
    districts: tuple[DistrictRow, ...]
    reasons: tuple[ReasonRow, ...]


def figures_of(run: ScreeningRun) -> Figures | None:
    """Everything that is counted of a run; None where its rows are gone and the actor may not see the whole of it."""
    if sees_all():
        return _figures(run.figures.get("districts", {}), run.figures.get("reasons", {}))
    if run != latest_run():
        return None
    districts: dict[str, Counter[str]] = {}
    reasons: dict[str, Counter[str]] = {}
    people = Assessment.objects.filter(run=run, survives=True).annotate(
        district=Substr("place", 1, _DISTRICT)
    )
    grouped = people.values_list("district", "outcome", "codes").annotate(n=Count("pk"))
    for district, outcome, codes, count in grouped.order_by("district", "outcome", "codes"):
        districts.setdefault(district, Counter())[outcome] += count
        for code in codes.split():
            reasons.setdefault(code, Counter())[district] += count
    return _figures(districts, reasons)


def _figures(districts: Mapping[str, Mapping[str, int]], reasons: Mapping[str, Mapping[str, int]]) -> Figures:
    order = sorted(districts)
    totals = Counter[str]()
    for counts in districts.values():
        totals.update(counts)
    rows = tuple(
        DistrictRow(
            code,
            _district_name(code),
            tuple((str(words), districts[code].get(outcome, 0)) for outcome, words in OUTCOMES.items()),
        )
        for code in order
    )
    given = [
        ReasonRow(code, reason_title(code), sum(counts.values()), tuple(counts.get(one, 0) for one in order))
        for code, counts in reasons.items()
    ]
    return Figures(
        sum(totals.values()),
        tuple((code, str(words), totals[code]) for code, words in OUTCOMES.items()),
        rows,
        tuple(sorted(given, key=lambda one: (-one.total, one.code))),
    )


def _district_name(code: str) -> str:
    found = region.district(code) if len(code) == _DISTRICT else None
    return found.name if found else ""


def staleness_of(run: ScreeningRun) -> tuple[Stale, ...]:
    """Every reason why a loaded run no longer says what is, in words; none where it still holds."""
    question = read(run.question)
    try:
        now = parts_now(question, run.marks, run.parts)
        policy = rules_in_force().policy
    except PayungError as error:
        return (Stale("rules", error.message),)
    days = {name: date.fromisoformat(text) if text else None for name, text in run.register_days.items()}
    return staleness(run.parts, now, days, policy, _day_that_counts(question), waived=tuple(question.waived))


def _day_that_counts(question: Question) -> date:
    """Today, while the months of the question are not over; afterwards the day of the run: what is past stays as it was."""
    today = timezone.localdate()
    return question.on if today > question.months.last.last_day else max(today, question.on)


def differences(run: ScreeningRun, before: ScreeningRun) -> tuple[Stale, ...]:
    """What was different in the inputs of a run from those of the run before it, in words."""
    question = read(run.question)
    return staleness(before.parts, run.parts, {}, rules_in_force().policy, question.on)


@dataclass(frozen=True, slots=True)
class RegisterUsed:
    """A register of a run, and the day that it described."""

    name: str
    title: str
    as_of: date | None


def registers_of(run: ScreeningRun) -> list[RegisterUsed]:
    """The registers that a run has looked at."""
    return [
        RegisterUsed(name, REGISTERS[name].title, date.fromisoformat(text) if text else None)
        for name, text in run.register_days.items()
    ]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """One outcome of two runs beside each other."""

    title: str
    now: int
    before: int

    @property
    def change(self) -> int:
        return self.now - self.before


def beside(run: ScreeningRun, before: ScreeningRun) -> list[Outcomes]:
    """The people of two runs by outcome; of the whole regency."""
    now: Mapping[str, Any] = run.figures.get("decided", {})
    then: Mapping[str, Any] = before.figures.get("decided", {})
    return [Outcomes(str(words), now.get(code, 0), then.get(code, 0)) for code, words in OUTCOMES.items()]
