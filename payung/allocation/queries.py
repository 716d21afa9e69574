"""Rounds and scenarios for pages: which there are, how far one is, and what a scenario comes to."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from payung.allocation.choice import Chosen, choose_among
from payung.allocation.effect import effect
from payung.allocation.held_back import Hold
from payung.allocation.holding import known_and_silent
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import opened, prepared_of
from payung.allocation.scenario import Settings, offers
from payung.work.models import Job

PREPARE = "allocation.prepare"
"""The job that makes a round's candidates ready."""


def rounds() -> QuerySet[AllocationRound]:
    """All rounds of the regency, newest first."""
    found: QuerySet[AllocationRound] = AllocationRound.objects.select_related("run", "freeze")
    return found.order_by("-number")


def scenarios(round_: AllocationRound) -> QuerySet[Scenario]:
    """The scenarios of a round that lie on the table, in the order in which they were made."""
    found: QuerySet[Scenario] = Scenario.objects.filter(round=round_, removed_at__isnull=True)
    return found.order_by("pk")


def job_of(round_: AllocationRound) -> Job | None:
    """The newest job that makes the candidates of a round ready."""
    found: Job | None = Job.objects.filter(kind=PREPARE, subject=str(round_.pk)).order_by("-pk").first()
    return found


def seed_of(round_: AllocationRound) -> str:
    """The seed of a round's lottery: nobody chooses it, and nobody could know it before the lists were closed."""
    return f"putaran-{round_.number}-{round_.run.inputs_hash[:16]}"


def effect_of(round_: AllocationRound, settings: Settings, *, afresh: bool = False) -> dict[str, Any]:
    """The figures that a choice by these settings comes to now, without saving anything (`effect.effect`).

    PayungError where the settings do not fit the round, or pay for nobody.
    """
    held = held_known(round_, settings, afresh=afresh)
    return effect(chosen_by(round_, settings, held), prepared_of(round_), held)


def held_known(round_: AllocationRound, settings: Settings, *, afresh: bool = False) -> Mapping[str, Hold]:
    """Who cannot be chosen now for what is known of them or open, by row id. Silence of BPJS is no matter here.

    What was found is kept for a few minutes, so that figures follow the typing; `afresh` looks again.
    """
    key = (round_.candidates_file, str(settings.months), settings.partial_months, *sorted(settings.budgets))
    return _held.get(key, lambda: known_and_silent(round_, settings)[0], afresh=afresh)


class _Recent:
    """What was looked up lately in this process, by key; forgotten after a few minutes."""

    def __init__(self, lasts: timedelta, most: int = 8) -> None:
        self._lasts, self._most = lasts, most
        self._known: dict[Hashable, tuple[datetime, Mapping[str, Hold]]] = {}

    def get(
        self, key: Hashable, look: Callable[[], Mapping[str, Hold]], *, afresh: bool = False
    ) -> Mapping[str, Hold]:
        now = timezone.now()
        known = self._known.get(key)
        if known is not None and not afresh and now - known[0] < self._lasts:
            return known[1]
        found = look()
        self._known[key] = now, found
        while len(self._known) > self._most:
            self._known.pop(next(iter(self._known)), None)
        return found


_held = _Recent(timedelta(minutes=2))


def chosen_by(round_: AllocationRound, settings: Settings, held: Mapping[str, Hold]) -> Chosen:
    """The choice by these settings without those who are held back; the last few are kept in the process."""
    said = json.dumps(settings.said(), sort_keys=True)
    return _chosen(round_.candidates_file, round_.candidates_hash, said, frozenset(held))


@lru_cache(maxsize=4)
def _chosen(path: str, digest: str, said: str, held: frozenset[str]) -> Chosen:
    return choose_among(offers(opened(path, digest), Settings.read(json.loads(said)), held))
