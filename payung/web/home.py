"""The first page: three figures and what waits for the one who looks. Each part of the office adds its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from payung.access.http import Request
from payung.access.policy import Action, may
from payung.approval.queries import waiting


@dataclass(frozen=True, slots=True)
class Figure:
    """A tile: `value` as it is written, `note` says what it is counted from and when."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    link: str = ""
    tone: str = "biru"


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the list: how many of what wait, and where to do it."""

    count: int
    sentence: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Asks a part of the office: for roles that may do `action`, `ask` gives what is to be shown now."""

    action: Action
    ask: Callable[[Request], Sequence[Figure | Waiting]]


def _approvals(request: Request) -> Sequence[Waiting]:
    return [Waiting(waiting().count(), gettext("usulan menunggu keputusan Anda"), reverse("approval:list"))]


SOURCES: tuple[Source, ...] = (Source(Action.APPROVAL_READ, _approvals),)
"""In the order of the page."""
MOST_FIGURES = 3


def gather(request: Request) -> tuple[list[Figure], list[Waiting]]:
    """The figures and the waiting list of the actor. What does not wait (a count of 0) is left out."""
    role = request.tenure.post.role if request.tenure else ""
    found = [one for source in SOURCES if may(role, source.action) for one in source.ask(request)]
    figures = [one for one in found if isinstance(one, Figure)][:MOST_FIGURES]
    return figures, [one for one in found if isinstance(one, Waiting) and one.count]
