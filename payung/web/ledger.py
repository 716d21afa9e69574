"""Whether the ledger was signed lately: what the front page of those who watch over it says."""

from __future__ import annotations

from datetime import datetime, timedelta

from payung.audit.models import Event
from payung.audit.queries import last_head

UNSIGNED_FOR = timedelta(hours=26)
"""A head is made every day, within an hour of midnight: what waits longer was forgotten."""


def unsigned_since(now: datetime) -> datetime | None:
    """Since when an entry of the ledger waits to be signed, where that is too long; else None. Two queries."""
    head = last_head()
    first = Event.objects.filter(seq=(head.size if head else 0) + 1).values_list("at", flat=True).first()
    return first if first and now - first > UNSIGNED_FOR else None
