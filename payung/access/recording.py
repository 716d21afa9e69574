"""What is recorded about users themselves, who belong to no regency: in the ledger of each where they hold a post."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from payung.access.factors import SESSION_KEY
from payung.access.models import User
from payung.access.queries import tenures_of
from payung.audit.services import record
from payung.core.scope import Scope, acting_in, current


def record_about(user: User, action: str, *, actor: int | None, detail: Any = None) -> int:
    """Write one entry about a user in each regency where they hold a post now; how many. Its own transaction."""
    acting = current()
    tenures = {one.regency_code: one for one in tenures_of(user, timezone.localdate())}
    for regency, tenure in tenures.items():
        if acting and acting.regency == regency and acting.actor == actor:
            scope = acting
        elif actor == user.pk:
            scope = Scope(regency, (), actor, tenure.post.role, tenure.post_id)
        else:
            scope = Scope(regency, (), actor)
        with acting_in(scope), transaction.atomic():
            record(action, user, detail=detail)
    return len(tenures)


@receiver(user_logged_in)
def _signed_in(user: User, **rest: Any) -> None:
    record_about(user, "user.signed_in", actor=user.pk)


@receiver(user_logged_out)
def _signed_out(user: User | None, **rest: Any) -> None:
    if user:
        record_about(user, "user.signed_out", actor=user.pk)


@receiver(password_changed)
def _password_changed(user: User, **rest: Any) -> None:
    User.objects.filter(pk=user.pk).update(password_changed_at=timezone.now())
    record_about(user, "user.password_changed", actor=user.pk)


@receiver([authenticator_added, authenticator_reset])
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **rest: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session[SESSION_KEY] = user.pk
        record_authentication(request, user, "mfa", type="totp")  # its first code was typed just now
    record_about(user, "user.factor_added", actor=user.pk, detail={"kind": str(authenticator.type)})


@receiver(authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **rest: Any) -> None:
    if authenticator.type == Authenticator.Type.TOTP:
        request.session.pop(SESSION_KEY, None)
    record_about(user, "user.factor_removed", actor=user.pk, detail={"kind": str(authenticator.type)})


@receiver(authenticator_used)
def _factor_shown(request: HttpRequest, user: User, **rest: Any) -> None:
    request.session[SESSION_KEY] = user.pk


@receiver(authentication_failed)
def _code_refused(user: User, **rest: Any) -> None:
    record_about(user, "user.sign_in_failed", actor=None, detail={"at": "code"})
