"""What waits here for a chair."""

from django.utils import timezone

from payung.access.policy import Action
from payung.access.queues import queue
from payung.agreement.queries import ending, waiting_to_be_signed
from payung.registry.queries import judged_on


@queue("perjanjian akan berakhir", Action.AGREEMENT_MANAGE, "agreement:list")
def near_their_end() -> int:
    """How many agreements in force end soon."""
    return len(ending(judged_on(timezone.localdate())))


@queue("perjanjian menunggu dicatat penandatanganannya", Action.AGREEMENT_MANAGE, "agreement:list")
def approved() -> int:
    """How many went through their chain."""
    return waiting_to_be_signed()
