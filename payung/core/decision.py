"""A decision about a person: an outcome with every reason that led to it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What a rule or a whole assessment says. Unknown is a value of its own, never "no"."""

    PASS = "pass"
    PASS_NOTED = "pass_noted"
    """Let through although something is unknown, because the policy says so; the note stays on record."""
    INCOMPLETE = "incomplete"
    """Cannot be decided: a fact is missing, or a review is open. Stays off the roll until completed."""
    REFUSE = "refuse"


SEVERITY_ORDER = (Outcome.PASS, Outcome.PASS_NOTED, Outcome.INCOMPLETE, Outcome.REFUSE)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule said what it said.

    `code` is stable and documented; `message` is the Indonesian sentence a villager may read; `evidence` names the
    source and its date; `remedy` says what would change the outcome ("" when nothing would).
    """

    code: str
    outcome: Outcome
    message: str
    evidence: str = ""
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """The worst outcome of all reasons, and all of them, not just the first."""

    outcome: Outcome
    reasons: tuple[Reason, ...]

    @classmethod
    def of(cls, reasons: tuple[Reason, ...]) -> Decision:
        worst = max((SEVERITY_ORDER.index(r.outcome) for r in reasons), default=0)
        return cls(SEVERITY_ORDER[worst], reasons)

    @property
    def eligible(self) -> bool:
        return self.outcome in (Outcome.PASS, Outcome.PASS_NOTED)
