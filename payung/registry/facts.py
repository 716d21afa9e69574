"""What a list says of a person, as plain JSON: the form in which an observation keeps it. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from payung.core.application import APPLICATION_COLUMNS, Application

Facts = Mapping[str, Any]
"""Field of `Application` to text, integer, boolean or ISO date; what is unknown is left out."""

WHERE = ("row_id", "file", "sheet", "row")
"""Where a row stood: no part of what it says."""
_DATES = ("birth_on", "collected_on")
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_SAID = tuple(name for name in APPLICATION_COLUMNS if name not in WHERE)


def facts_of(application: Application) -> dict[str, Any]:
    """All that is known of an application."""
    facts = {name: value for name in APPLICATION_COLUMNS if (value := getattr(application, name)) is not None}
    for name in _DATES:
        if name in facts:
            facts[name] = facts[name].isoformat()
    return facts


def application_of(facts: Facts) -> Application:
    """The application that `facts_of` was made from. TypeError for fields that an application does not have."""
    values = dict(facts)
    for name in _DATES:
        if name in values:
            values[name] = date.fromisoformat(values[name])
    return Application(**values)


def content(facts: Facts) -> str:
    """What is said, without where it stood: the same text for the same facts."""
    return _ENCODER.encode([facts.get(name) for name in _SAID])
