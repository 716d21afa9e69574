"""What was decided about pairs, for whoever asks."""

from __future__ import annotations

from payung.screening.decisions import pair_key
from payung.screening.models import Pair
from payung.screening.rules import PairDecision, Verdict


def decisions_in_force() -> tuple[PairDecision, ...]:
    """Every decision that the next screening takes in, each pair of identities once, sorted by its fingerprints.

    In the current scope's regency; test pairs decide nothing. A pair that stands in several registers is one decision.
    """
    found: dict[tuple[str, str], Verdict] = {}
    rows = Pair.objects.filter(is_test=False).exclude(verdict="").order_by("pk")
    for left, right, verdict in rows.values_list("fingerprint_l", "fingerprint_r", "verdict").iterator():
        said = PairDecision(left, right, Verdict(verdict))
        found[pair_key(said)] = said.verdict
    return tuple(PairDecision(*key, found[key]) for key in sorted(found))
