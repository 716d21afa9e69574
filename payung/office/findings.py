"""What an examination finds: good, worth a look, or wrong, in words and with what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How something is; WRONG makes the command end with an error."""

    GOOD = "baik"
    LOOK = "perhatian"
    WRONG = "salah"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    state: State
    said: str
    todo: str = ""


def good(what: str, said: str) -> Finding:
    """As it should be."""
    return Finding(what, State.GOOD, said)


def look(what: str, said: str, todo: str) -> Finding:
    """Not wrong yet."""
    return Finding(what, State.LOOK, said, todo)


def wrong(what: str, said: str, todo: str) -> Finding:
    """Wrong: work or data are in danger, or nothing starts."""
    return Finding(what, State.WRONG, said, todo)
