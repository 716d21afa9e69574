"""What waits here for a chair."""

from __future__ import annotations

from payung.access.policy import Action
from payung.access.queues import queue
from payung.enrolment.queries import ready_rounds, waiting_to_be_signed


@queue("putaran menunggu keputusannya", Action.DECREE_MANAGE, "enrolment:decrees")
def rounds() -> int:
    """How many approved rounds have no decree yet."""
    return len(ready_rounds())


@queue("keputusan menunggu dicatat penandatanganannya", Action.DECREE_MANAGE, "enrolment:decrees")
def approved() -> int:
    """How many went through their chain."""
    return waiting_to_be_signed()
