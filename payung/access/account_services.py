"""Accounts: opened, invited, closed. An account alone opens nothing; posts do."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import date, timedelta

from django.contrib.auth.password_validation import validate_password
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from payung.access.factors import take_factors
from payung.access.models import Invitation, User
from payung.access.queries import regencies_elsewhere
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import Scope, acting_in, required

INVITATION = timedelta(hours=72)
_REGENCY = re.compile(r"[0-9]{2}\.[0-9]{2}")


def open_account(username: str, name: str) -> User:
    """A new account without a password, in the current scope's regency. PayungError where the name is taken."""
    user = User(username=username.lower(), name=name, opened_in=required().regency)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
            record("user.added", user, detail={"username": user.username, "name": name})
    except IntegrityError:
        raise PayungError(
            f"Nama pengguna {user.username} sudah dipakai.", todo="Pilih nama pengguna lain."
        ) from None
    return user


def invite(user: User) -> str:
    """The token of a new link by which a user sets their password, once, within 72 hours; earlier links end.

    PayungError for a closed account, or one that also works in another regency.
    """
    scope = required()
    _only_here(user, timezone.localdate())
    if not user.is_active:
        raise PayungError(f"Akun {user.username} ditutup.", todo="Buka kembali akunnya dahulu.")
    token, now = secrets.token_urlsafe(24), timezone.now()
    with transaction.atomic():
        end_invitations(user)
        Invitation.everything.create(
            regency_code=scope.regency, user=user, token_hash=_hashed(token), made_by_id=scope.actor,
            valid_until=now + INVITATION,
        )  # fmt: skip
        record("user.invited", user, detail={"first": user.last_login is None})
    return token


def invited(regency: str, token: str) -> Invitation | None:
    """The open invitation behind a link; None for one that is unknown, used, replaced or too old."""
    if not _REGENCY.fullmatch(regency):
        return None
    with acting_in(Scope(regency)):
        found: Invitation | None = (
            Invitation.objects.filter(
                token_hash=_hashed(token), used_at__isnull=True, replaced_at__isnull=True,
                valid_until__gt=timezone.now(), user__is_active=True,
            ).select_related("user").first()
        )  # fmt: skip
    return found


def accept(invitation: Invitation, password: str) -> User:
    """Set the password of whoever was invited; all their sessions end. PayungError for a link that was used."""
    user, now = invitation.user, timezone.now()
    validate_password(password, user)
    scope = Scope(invitation.regency_code, (), user.pk)
    with acting_in(scope), transaction.atomic():
        if not Invitation.objects.filter(
            pk=invitation.pk, used_at__isnull=True, replaced_at__isnull=True, valid_until__gt=now
        ).update(used_at=now):
            raise PayungError("Tautan ini sudah dipakai.", todo="Minta tautan baru kepada administrator.")
        user.set_password(password)
        user.password_changed_at = now
        user.save(update_fields=["password", "password_changed_at"])
        record("user.password_reset", user, detail={"by_link": invitation.pk})
    return user


def close_account(user: User, reason: str) -> None:
    """Close an account: its sessions are dead at once, its links too. Its posts stay as they are.

    PayungError for one's own account, one closed already, or one that also works in another regency.
    """
    if user.pk == required().actor:
        raise PayungError("Akun sendiri tidak dapat ditutup.", todo="Minta administrator lain.")
    _only_here(user, timezone.localdate())
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=True).update(is_active=False):
            raise PayungError(f"Akun {user.username} sudah ditutup.")
        end_sessions(user)
        end_invitations(user)
        record("user.disabled", user, detail={"reason": reason})


def reopen_account(user: User, reason: str) -> None:
    """Let somebody sign in again. PayungError where the account is open, or also works in another regency."""
    _only_here(user, timezone.localdate())
    with transaction.atomic():
        if not User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            raise PayungError(f"Akun {user.username} sudah terbuka.")
        record("user.enabled", user, detail={"reason": reason})


def reset_factor(user: User, reason: str) -> None:
    """Take away the second factor of somebody who lost it; all their sessions end. Asked for by one, checked by another.

    PayungError where there is none, or the account also works in another regency.
    """
    _only_here(user, timezone.localdate())
    with transaction.atomic():
        if not take_factors(user):
            raise PayungError(f"{user.name} tidak mempunyai kode masuk.")
        end_sessions(user)
        record("user.factor_removed", user, detail={"reason": reason})


def end_sessions(user: User) -> None:
    """Every session of a user is dead with the next request."""
    User.objects.filter(pk=user.pk).update(sessions_ended_count=F("sessions_ended_count") + 1)


def end_invitations(user: User) -> None:
    """No link that a user was given in the current scope's regency opens anything any more."""
    Invitation.objects.filter(user=user, used_at__isnull=True, replaced_at__isnull=True).update(
        replaced_at=timezone.now()
    )


def _only_here(user: User, day: date) -> None:
    elsewhere = regencies_elsewhere(user, required().regency, day)
    if elsewhere:
        raise PayungError(
            f"Akun {user.username} juga dipakai di {', '.join(elsewhere)}.",
            todo="Akhiri jabatannya di sini saja, atau minta administrator di sana.",
        )


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
