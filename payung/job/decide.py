"""What the assessed rows say beside the choice: who is refused, and what is noted of those who were let through."""

from __future__ import annotations

from collections.abc import Iterable

from payung.core.decision import Outcome
from payung.eligibility.assessment import Assessed
from payung.enrolment.rules import Refused


def refused(assessed: Iterable[Assessed]) -> list[Refused]:
    """Every row that cannot be proposed now, repetitions of a person among them."""
    return [Refused(one.facts.application, one.decision) for one in assessed if not one.sources]


def notes_on_record(assessed: Iterable[Assessed]) -> dict[str, str]:
    """What is noted of those who were let through, by row id."""
    return {
        one.facts.application.row_id: " ".join(
            dict.fromkeys(r.message for r in one.decision.reasons if r.outcome is Outcome.PASS_NOTED)
        )
        for one in assessed
        if one.decision.outcome is Outcome.PASS_NOTED
    }
