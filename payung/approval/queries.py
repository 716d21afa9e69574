"""Which proposals wait for whom, within the actor's territory."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from payung.access.policy import Action, may
from payung.approval.models import Proposal
from payung.core.scope import current

_OPEN = Q(decided_at__isnull=True, withdrawn_at__isnull=True)


def visible() -> QuerySet[Proposal]:
    """Proposals of the actor's territory, with the names of who made and decided them."""
    return Proposal.objects.select_related("made_by", "decided_by")


def waiting() -> QuerySet[Proposal]:
    """What the actor may decide now, oldest first; asked for a chair (a scope without actor), whoever sits on it."""
    scope = current()
    if scope is None:
        return Proposal.objects.none()
    actions = [action.value for action in Action if may(scope.role, action)]
    found = _listed().filter(_OPEN, for_action__in=actions)
    if scope.actor is not None:
        about = Proposal.objects.filter(_OPEN).exclude(about=[]).values_list("pk", "about")
        own = [pk for pk, users in about if scope.actor in users]
        found = found.exclude(made_by=scope.actor).exclude(pk__in=own)
    return found.order_by("made_at", "pk")


def mine() -> QuerySet[Proposal]:
    """What the actor has proposed and nobody decided yet."""
    scope = current()
    return _listed().filter(_OPEN, made_by=scope.actor if scope else None).order_by("made_at", "pk")


def decided() -> QuerySet[Proposal]:
    """What was decided or withdrawn, latest first."""
    return _listed().exclude(_OPEN).order_by("-pk")


def _listed() -> QuerySet[Proposal]:
    """Without what is sealed: a list shows none of it."""
    return visible().defer("payload", "changes", "reason", "answer")


def open_about(subject_type: str, subject_id: object) -> QuerySet[Proposal]:
    """Open proposals about one subject."""
    return visible().filter(_OPEN, subject_type=subject_type, subject_id=str(subject_id))
