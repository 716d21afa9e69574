"""The front page: three figures, what waits for the one who looks, and on the first days what to do first."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from payung.web.desk import Desk


@dataclass(frozen=True, slots=True)
class Figure:
    """A tile: `value` as it is written, `note` says what it is counted from and when."""

    label: str
    value: str
    note: str = ""
    url: str = ""
    link: str = ""
    tone: str = "biru"


class Urgency(IntEnum):
    """The order of what waits."""

    NOW = 0
    """Work or proof is in danger, or a day has passed."""
    DUE = 1
    """Has a day, or others wait for it."""
    WORK = 2
    CARE = 3
    """Can wait for a quiet hour."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the list: how many of what wait (`sentence` reads after the number), and where to do it."""

    count: int
    sentence: str
    url: str
    note: str = ""
    urgency: Urgency = Urgency.WORK

    @property
    def is_urgent(self) -> bool:
        return self.urgency is Urgency.NOW


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do on the first days, in its order; `url` is empty where somebody else does it."""

    sentence: str
    url: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True)
class Front:
    """Everything on the page."""

    figures: Sequence[Figure]
    waiting: Sequence[Waiting]
    steps: Sequence[Step] = field(default_factory=tuple)
    """Empty once the first days are over."""
    ages: Sequence[object] = field(default_factory=tuple)
    """How old each register is, for who may know."""


Figures = Callable[[Desk], Sequence[Figure]]
"""The three figures of a role."""
Lines = Callable[[Desk], Sequence[Waiting]]
"""Some lines of the list; a count of 0 is left out."""
