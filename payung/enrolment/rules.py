"""Who cannot be proposed, as sheets and letters tell it. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from payung.core.application import Application
from payung.core.decision import Decision


@dataclass(frozen=True, slots=True)
class Refused:
    """One person who cannot be proposed now, with every reason and what would change it."""

    application: Application
    decision: Decision
