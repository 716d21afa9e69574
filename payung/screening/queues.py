"""What waits here for a chair."""

from payung.access.policy import Action
from payung.access.queues import queue
from payung.core.scope import required
from payung.screening.queries import waiting_pairs


@queue("pasangan menunggu diputus", Action.PAIR_DECIDE, "screening:review")
def pairs() -> int:
    """Pairs to decide, and answers of RTs to confirm."""
    return waiting_pairs(required())
