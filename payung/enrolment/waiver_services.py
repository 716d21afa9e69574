"""Who lets a decree do without an agreement in force or money held for it: one proposes with a reason, another approves."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from django.utils import timezone

from payung.access.policy import Action
from payung.allocation.models import AllocationRound
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.approval.services import propose
from payung.audit.services import subject_of
from payung.core.errors import PayungError
from payung.enrolment.grounds import check_round, grounds_of
from payung.registry.queries import judged_on

KIND = "decree.waived"


def propose_waiver(round_: AllocationRound, reason: str) -> Proposal:
    """Ask a second person to let the decree of a round do without what is missing now.

    PayungError without a reason, where nothing is missing, or where this was proposed already.
    """
    check_round(round_)
    grounds = grounds_of(round_, judged_on(timezone.localdate()))
    if not grounds.missing:
        raise PayungError("Tidak ada yang kurang.", todo="Susun keputusannya.")
    if len(reason.strip()) < 10:
        raise PayungError("Alasan belum ditulis.", todo="Tulis mengapa keputusan ini tidak dapat menunggu.")
    return propose(
        KIND,
        round_,
        {},
        summary=f"Keputusan {round_} tanpa perjanjian atau pagu",
        reason=reason.strip(),
        changes=[("Belum ada", "", one) for one in grounds.missing],
    )


def waiver_of(round_: AllocationRound) -> Proposal | None:
    """The approved waiver of a round as it is frozen now; None where there is none."""
    if round_.freeze is None:
        return None
    subject_type, subject_id = subject_of(round_)
    found: Proposal | None = (
        Proposal.objects.filter(
            kind=KIND, subject_type=subject_type, subject_id=subject_id, verdict=Verdict.APPROVED.value,
            made_at__gt=round_.freeze.made_at,
        )
        .select_related("made_by", "decided_by")
        .order_by("-pk")
        .first()
    )  # fmt: skip
    return found


def waiver_words(waiver: Proposal | None) -> str:
    """Why, and by whom, a decree does without: as it is kept with it."""
    if waiver is None or waiver.decided_by is None:
        return ""
    missing = " ".join(str(change[2]) for change in waiver.changes)
    return f"{missing} Alasan: {waiver.reason} (diusulkan {waiver.made_by.name}, disetujui {waiver.decided_by.name})"


def _version(subject_id: str, payload: Mapping[str, Any]) -> str:
    round_: AllocationRound = AllocationRound.objects.select_related("freeze").get(pk=subject_id)
    if round_.freeze is None or round_.cancelled_at:
        return ""
    missing = grounds_of(round_, judged_on(timezone.localdate())).missing
    return f"{round_.freeze_id}:{hashlib.sha256(' '.join(missing).encode()).hexdigest()[:32]}"


@kind(KIND, "Keputusan tanpa perjanjian atau pagu", Action.DECREE_WAIVE, _version)
def waive(subject_id: str, payload: Mapping[str, Any]) -> None:
    """The approved proposal itself is what a draft looks for; nothing else changes."""
