"""What becomes of somebody, in words: the status that a person reads, the reasons that weigh, names of places. Pure.

The words of a selection are those of `payung.allocation.words`.
"""

from __future__ import annotations

from payung.allocation.words import (
    group_title,
    line_name,
    points_in_words,
    source_title,
    what_keeps,
    what_would_change,
    why_in,
    why_not,
)
from payung.core import region
from payung.core.decision import Decision, Outcome, Reason
from payung.eligibility.codes import CODES

__all__ = [
    "NEEDS_DATA",
    "NOT_NOW",
    "blocking_reasons",
    "group_title",
    "line_name",
    "place_names",
    "points_in_words",
    "source_title",
    "status_words",
    "what_keeps",
    "what_would_change",
    "why_in",
    "why_not",
]

NEEDS_DATA = "Perlu dilengkapi"
NOT_NOW = "Belum dapat diusulkan"


def status_words(decision: Decision) -> str:
    """The status that a person reads: never "ditolak", and always with the first reason that weighs."""
    blocking = blocking_reasons(decision)
    if decision.outcome is Outcome.REFUSE:
        first = next(reason for reason in blocking if reason.outcome is Outcome.REFUSE)
        return f"{NOT_NOW} ({_short(first)})"
    return NEEDS_DATA if decision.outcome is Outcome.INCOMPLETE else ""


def blocking_reasons(decision: Decision) -> tuple[Reason, ...]:
    """The reasons that keep a person off the roll, refusals first, in a fixed order."""
    blocking = [r for r in decision.reasons if r.outcome in (Outcome.REFUSE, Outcome.INCOMPLETE)]
    return tuple(sorted(blocking, key=lambda r: (r.outcome is not Outcome.REFUSE, r.code, r.evidence)))


def _short(reason: Reason) -> str:
    words = CODES.get(reason.code, reason.message).rstrip(".")
    # "ASN", "NIK" and the like keep their capitals inside a sentence.
    return words if words[:2].isupper() else words[:1].lower() + words[1:]


def place_names(desa_code: str | None) -> tuple[str, str]:
    """The names of a desa and its kecamatan; the code itself where it is not known, "" for none."""
    place = region.desa(desa_code) if desa_code else None
    return (place.name, place.district) if place else (desa_code or "", "")
