"""What the front page asks of the parts of the office: each question at most once, each a sum over an index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.db.models import Count, Exists, Min, OuterRef
from django.utils import timezone

from payung.access.policy import Action, may
from payung.core.scope import Scope
from payung.database.backups import Status, status
from payung.eligibility.models import Assessment
from payung.eligibility.queries import staleness_of
from payung.intake.models import Objection, Row
from payung.intake.queries import HomeCounts, WaitingWork, counts_for_home, waiting_for
from payung.registry.models import Rt
from payung.registry.queries import Age, judged_on, people_count, register_ages
from payung.reporting.published import Key
from payung.reporting.queries import latest_run
from payung.reporting.services import OUTCOMES
from payung.screening.models import ScreeningRun

_DISTRICT = 8
"""Characters of a kecamatan's code: down to there a screening has counted its own outcomes."""


@dataclass(frozen=True, slots=True)
class Screened:
    """What the screening in force found in the territory: people, counted once."""

    run: ScreeningRun
    counts: Mapping[Key, int]

    @property
    def on(self) -> date:
        return timezone.localdate(self.run.screened_at or self.run.loaded_at)

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def of(self, key: Key) -> int:
        return self.counts.get(key, 0)


class Desk:
    """One look at the front page by one actor. Whatever is not asked for is not read."""

    def __init__(self, scope: Scope, now: datetime) -> None:
        self.scope, self.now, self.today = scope, now, timezone.localdate(now)

    def may(self, action: Action) -> bool:
        return may(self.scope.role, action)

    @cached_property
    def lists(self) -> HomeCounts:
        return counts_for_home(self.scope)

    @cached_property
    def work(self) -> WaitingWork:
        return waiting_for(self.scope, self.today)

    @cached_property
    def people(self) -> int:
        return people_count()

    @cached_property
    def rts(self) -> tuple[int, int]:
        """Neighbourhoods of the territory, and those from which rows have come, whatever is wrong with them."""
        # "live or not" lets the index by place be used; a list that waits for an answer has been sent too.
        rows = Row.everything.filter(
            regency_code=OuterRef("regency_code"), live__in=(True, False), place=OuterRef("place"),
            upload__undone_at__isnull=True,
        )  # fmt: skip
        # Asked apart: only as a condition does PostgreSQL look each neighbourhood up.
        return Rt.objects.count(), Rt.objects.filter(Exists(rows)).order_by().count()

    @cached_property
    def first_objection_due(self) -> date | None:
        found: date | None = Objection.objects.filter(answered_at__isnull=True).aggregate(on=Min("due_on"))[
            "on"
        ]
        return found

    @cached_property
    def judged_on(self) -> date:
        """Today, in a demo the day in which it plays."""
        return judged_on(self.today)

    @cached_property
    def ages(self) -> Sequence[Age]:
        return register_ages(self.judged_on)

    @cached_property
    def backup(self) -> Status:
        return status()

    @cached_property
    def run(self) -> ScreeningRun | None:
        return latest_run()

    @cached_property
    def stale(self) -> Sequence[str]:
        """Why the screening in force is outdated, in sentences."""
        run = self.run
        return [one.message for one in staleness_of(run)] if run else []

    @cached_property
    def screened(self) -> Screened | None:
        """None before the first screening. A desa's own people are counted, everybody else's have been."""
        run = self.run
        if run is None:
            return None
        territory = self.scope.territories[0] if self.scope.territories else ""
        if len(territory) > _DISTRICT:
            found = Assessment.objects.filter(run=run, survives=True).order_by()
            return Screened(run, _by_key(dict(found.values_list("outcome").annotate(n=Count("pk")))))
        districts: Mapping[str, Mapping[str, int]] = run.figures.get("districts", {})
        here = [
            counts
            for place, counts in districts.items()
            if territory == self.scope.regency or place == territory
        ]
        total: dict[str, int] = {}
        for counts in here:
            for outcome, count in counts.items():
                total[outcome] = total.get(outcome, 0) + count
        return Screened(run, _by_key(total))


def _by_key(outcomes: Mapping[str, int]) -> dict[Key, int]:
    found: dict[Key, int] = {}
    for outcome, count in outcomes.items():
        found[OUTCOMES[outcome]] = found.get(OUTCOMES[outcome], 0) + count
    return found
