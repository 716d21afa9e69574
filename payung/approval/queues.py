"""What waits here for a chair."""

from payung.access.policy import Action
from payung.access.queues import queue
from payung.approval.queries import waiting
from payung.approval.route_queries import waiting_count


@queue("usulan menunggu keputusan", Action.APPROVAL_READ, "approval:list")
def proposals() -> int:
    """How many proposals wait for the actor."""
    return waiting().count()


@queue("persetujuan berantai menunggu keputusan", Action.ROUTE_DECIDE, "approval:routes")
def routes() -> int:
    """How many routes have an open stop of the post."""
    return waiting_count()
