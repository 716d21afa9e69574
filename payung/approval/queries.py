"""Which proposals wait for whom, within the actor's territory."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from payung.access.policy import Action, may
from payung.approval import rules
from payung.approval.models import Proposal
from payung.core.scope import current

_OPEN = Q(decided_at__isnull=True, withdrawn_at__isnull=True)


def visible() -> QuerySet[Proposal]:
    """Proposals of the actor's territory, with the names of who made and decided them."""
    return Proposal.objects.select_related("made_by", "decided_by")


def waiting() -> list[Proposal]:
    """What the actor may decide now, oldest first."""
    scope = current()
    if scope is None:
        return []
    actions = [action.value for action in Action if may(scope.role, action)]
    found = (
        visible().filter(_OPEN, for_action__in=actions).exclude(made_by=scope.actor).order_by("made_at", "pk")
    )
    if scope.actor is None:  # asked for a chair, whoever sits on it
        return list(found)
    return [one for one in found if not rules.objection(one.case, scope)]


def mine() -> QuerySet[Proposal]:
    """What the actor has proposed and nobody decided yet."""
    scope = current()
    return visible().filter(_OPEN, made_by=scope.actor if scope else None).order_by("made_at", "pk")


def decided() -> QuerySet[Proposal]:
    """What was decided or withdrawn, latest first."""
    return visible().exclude(_OPEN).order_by("-pk")


def open_about(subject_type: str, subject_id: object) -> QuerySet[Proposal]:
    """Open proposals about one subject."""
    return visible().filter(_OPEN, subject_type=subject_type, subject_id=str(subject_id))
