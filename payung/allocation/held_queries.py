"""Who is held back from a round, for the pages, the request to BPJS and the freeze."""

from __future__ import annotations

from payung.allocation import holding
from payung.allocation.held_back import Held
from payung.allocation.models import AllocationRound
from payung.allocation.queries import chosen_by
from payung.allocation.scenario import Settings


def held_now(round_: AllocationRound, settings: Settings) -> Held:
    """Who is held back from a round now, under these settings. PayungError where the settings pay for nobody."""
    known, silent = holding.known_and_silent(round_, settings)
    if not silent:
        return Held(known, silent, frozenset())
    chosen = {award.candidate.row_id for _, award in chosen_by(round_, settings, known).awards}
    return Held(known, silent, frozenset(chosen & silent.keys()))
