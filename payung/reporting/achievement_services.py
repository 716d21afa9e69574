"""Keeping a number of which the covered are a part."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from payung.audit.services import record
from payung.core.scope import required
from payung.reporting.models import Denominator


def add_denominator(name: str, value: int, source: str, as_of: date) -> Denominator:
    """Keep a number with its source and day; one of the same name that was kept before gives way to it."""
    scope = required()
    assert scope.actor is not None, "a number is entered by a person"
    with transaction.atomic():
        made: Denominator = Denominator.everything.create(
            regency_code=scope.regency, name=name, value=value, source=source, as_of=as_of,
            made_at=timezone.now(), made_by=scope.actor,
        )  # fmt: skip
        record(
            "denominator.added", made,
            detail={"name": name, "value": value, "source": source, "as_of": as_of},
        )  # fmt: skip
    return made
