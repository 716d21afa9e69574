"""Proposing, deciding, withdrawing. A decision is one conditional statement: of two at once, exactly one wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from payung.approval import rules
from payung.approval.kinds import KINDS
from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.audit.services import Subject, record, subject_of
from payung.core.errors import PayungError
from payung.core.scope import required

Change = tuple[str, str, str]
"""Label, before, after: what the checker sees."""


def propose(
    kind: str,
    subject: Subject,
    payload: Mapping[str, Any],
    *,
    summary: str,
    reason: str,
    changes: Sequence[Change] = (),
    place: str = "",
    about: Sequence[int] = (),
) -> Proposal:
    """Ask a second person for a change of `subject`, at `place` (the regency unless given).

    `about`: ids of users whom it concerns. PayungError where such a proposal for this subject is open already.
    """
    scope, found = required(), KINDS[kind]
    assert scope.actor is not None, "a proposal is made by a person"
    subject_type, subject_id = subject_of(subject)
    sealed: Any = dict(payload)
    shown: Any = [list(change) for change in changes]
    with transaction.atomic():
        proposal = Proposal(
            regency_code=scope.regency, place=place or scope.regency, kind=kind, subject_type=subject_type,
            subject_id=subject_id, subject_version=found.version(subject_id, payload), payload=sealed,
            changes=shown, summary=summary[:200], reason=reason,
            for_action=found.for_action.value, about=list(about), made_by_id=scope.actor,
        )  # fmt: skip
        try:
            with transaction.atomic():
                proposal.save()
        except IntegrityError:
            raise PayungError(
                "Usulan seperti ini sudah ada dan menunggu keputusan.", todo="Lihat di Persetujuan."
            ) from None
        record(
            "approval.proposed", proposal,
            detail={"kind": kind, "subject": [subject_type, subject_id], "summary": summary, "reason": reason},
        )  # fmt: skip
    return proposal


def decide(proposal: Proposal, verdict: Verdict, reason: str = "") -> Proposal:
    """Approve a proposal, which applies it in the same transaction, or send it back with a reason.

    PayungError where somebody else was quicker, where the subject has changed since, where the checker may not, or
    where applying it is refused; then nothing has changed.
    """
    scope, now = required(), timezone.now()
    why_not = rules.objection(proposal.case, scope)
    if why_not:
        raise PayungError(why_not, todo="Minta orang lain yang berwenang memutusnya.")
    if verdict is Verdict.RETURNED and not reason.strip():
        raise PayungError("Alasan belum ditulis.", todo="Tulis apa yang perlu diperbaiki.")
    with transaction.atomic():
        if not Proposal.objects.filter(
            pk=proposal.pk, decided_at__isnull=True, withdrawn_at__isnull=True
        ).update(decided_at=now, decided_by_id=scope.actor, verdict=verdict.value, answer=reason):
            raise already_done(proposal)
        if verdict is Verdict.APPROVED:
            if is_stale(proposal):
                raise PayungError(
                    "Isinya sudah diubah sejak usulan ini dibuat.",
                    todo="Kembalikan usulan ini, lalu minta diusulkan lagi dari keadaan yang sekarang.",
                )
            KINDS[proposal.kind].apply(proposal.subject_id, proposal.payload)
        record(
            "approval.approved" if verdict is Verdict.APPROVED else "approval.refused", proposal,
            detail={"kind": proposal.kind, "made_by": proposal.made_by_id, "reason": reason},
        )  # fmt: skip
    done: Proposal = Proposal.objects.get(pk=proposal.pk)
    return done


def withdraw(proposal: Proposal) -> None:
    """Take back one's own proposal. PayungError for somebody else's, or one that was decided."""
    if proposal.made_by_id != required().actor:
        raise PayungError("Hanya pengusul yang dapat menarik usulannya.")
    with transaction.atomic():
        if not Proposal.objects.filter(
            pk=proposal.pk, decided_at__isnull=True, withdrawn_at__isnull=True
        ).update(withdrawn_at=timezone.now()):
            raise already_done(proposal)
        record("approval.withdrawn", proposal)


def is_stale(proposal: Proposal) -> bool:
    """Whether the subject is no longer what it was when the proposal was made."""
    found = KINDS[proposal.kind]
    return found.version(proposal.subject_id, proposal.payload) != proposal.subject_version


def already_done(proposal: Proposal) -> PayungError:
    """What the second of two reads: who was quicker."""
    now = Proposal.objects.select_related("decided_by", "made_by").get(pk=proposal.pk)
    who = now.decided_by or now.made_by
    return PayungError(
        f"Usulan ini sudah diproses oleh {who.name}: {now.state.value.lower()}.",
        todo="Tidak ada lagi yang perlu dilakukan.",
    )
