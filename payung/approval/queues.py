"""What waits here for a chair."""

from payung.access.policy import Action
from payung.access.queues import queue
from payung.approval.queries import waiting


@queue("usulan menunggu keputusan", Action.APPROVAL_READ, "approval:list")
def proposals() -> int:
    """How many proposals wait for the actor."""
    return waiting().count()
