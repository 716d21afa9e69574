"""How far a round is, as its dated facts say."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.allocation.models import AllocationRound


class Stage(StrEnum):
    """From opening to approval."""

    PREPARING = "preparing"
    TRYING = "trying"
    FREEZING = "freezing"
    FROZEN = "frozen"
    APPROVED = "approved"
    CANCELLED = "cancelled"

    @property
    def words(self) -> str:
        return str(_WORDS[self][0])

    @property
    def tone(self) -> str:
        return _WORDS[self][1]


_WORDS: Mapping[Stage, tuple[Promise, str]] = {
    Stage.PREPARING: (_("Calon disiapkan"), "biru"),
    Stage.TRYING: (_("Menyusun skenario"), "oranye"),
    Stage.FREEZING: (_("Sedang dibekukan"), "biru"),
    Stage.FROZEN: (_("Dibekukan"), "ungu"),
    Stage.APPROVED: (_("Disetujui"), "hijau"),
    Stage.CANCELLED: (_("Dibatalkan"), "abu"),
}


def stage_of(round_: AllocationRound) -> Stage:
    """How far a round is."""
    if round_.cancelled_at:
        return Stage.CANCELLED
    if round_.approved_at:
        return Stage.APPROVED
    if round_.freeze_id:
        return Stage.FROZEN
    if round_.asked_at:
        return Stage.FREEZING
    return Stage.TRYING if round_.prepared_at else Stage.PREPARING
