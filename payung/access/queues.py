"""What waits for a chair, asked of every step: work belongs to the chair, so that it moves when the holder changes.

A step registers its own in its `queues.py`, which is found by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from payung.access.policy import Action, may
from payung.core.scope import Scope, acting_in


@dataclass(frozen=True, slots=True)
class Queue:
    """Asks how much waits in the current scope, for roles that may do `action`."""

    title: str
    action: Action
    url_name: str
    count: Callable[[], int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of what waits for a chair."""

    title: str
    url_name: str
    count: int


QUEUES: list[Queue] = []


def queue(title: str, action: Action, url_name: str) -> Callable[[Callable[[], int]], Callable[[], int]]:
    """Let a function say how much waits in the current scope. `title` reads after a figure: `usulan …`."""

    def register(count: Callable[[], int]) -> Callable[[], int]:
        QUEUES.append(Queue(title, action, url_name, count))
        return count

    return register


def waiting_for(
    regency: str, role: str, territory: str, *, post: int | None = None, actor: int | None = None
) -> list[Waiting]:
    """What waits for a chair, without what is empty. `actor` leaves out what they may not do themselves.

    `post` is the chair's id, by which what waits for one agency is told from what waits for another.
    """
    with acting_in(Scope(regency, (territory,), actor, role, post)):
        found = [Waiting(one.title, one.url_name, one.count()) for one in QUEUES if may(role, one.action)]
    return [one for one in found if one.count]
