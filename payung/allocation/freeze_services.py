"""Freezing one scenario of a round, taking that back, and what a frozen round holds."""

from __future__ import annotations

from payung.allocation.freezing import entry_of
from payung.allocation.models import AllocationRound, Award
from payung.allocation.roll import RollEntry


def entries_of(round_: AllocationRound) -> list[RollEntry]:
    """The roll of a frozen round: an entry an award, by source and rank, as far as the actor's territory goes.

    Their rows give the freeze's `roll_hash` where the territory is the whole regency.
    """
    awards = Award.objects.filter(round=round_).order_by("source", "rank", "pk")
    columns = ("roll", "months", "jkk_idr", "jkm_idr", "continuity")
    return [
        entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=continuity)
        for roll, months, jkk, jkm, continuity in awards.values_list(*columns).iterator(chunk_size=2_000)
    ]
