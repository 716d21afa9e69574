"""What waits here for a chair."""

from payung.access.policy import Action
from payung.access.queues import queue
from payung.allocation.award_queries import to_send


@queue("putaran beku belum dikirim untuk diperiksa", Action.ROUND_MANAGE, "allocation:rounds")
def rounds() -> int:
    """How many frozen rounds wait to be sent through their chain."""
    return to_send()
