"""A way in for somebody whom no administrator can help: a new password, on the server's own command line alone."""

from __future__ import annotations

import secrets
from datetime import date

from allauth.mfa.adapter import get_adapter
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from payung.access.account_services import end_invitations
from payung.access.factors import take_factors
from payung.access.models import Tenure, User
from payung.audit.services import record
from payung.core.errors import Exit, PayungError
from payung.core.scope import Scope, acting_in, whole
from payung.office.setup import Login


def account(username: str) -> User:
    """The account of a login name. PayungError for one that there is none of, or that was closed."""
    user = User.objects.filter(username=username.lower()).first()
    if user is None:
        raise PayungError(
            f"Nama pengguna {username} tidak ada.", todo="Periksa ejaannya.", exit_code=Exit.USAGE
        )
    if not user.is_active:
        raise PayungError(
            f"Akun {user.username} ditutup.",
            todo="Minta administrator lain membukanya kembali, atau membuka akun baru.",
            exit_code=Exit.USAGE,
        )
    return user


def reset_login(user: User, today: date, *, factor: bool = False) -> Login:
    """Give an account a random password, and with `factor` a new second factor; sessions and open links end.

    Recorded in the ledger of every regency (or province) that opened the account or in which it holds a post.
    PayungError for an account that belongs to none, and for one that was closed meanwhile.
    """
    codes = _where(user, today)
    if not codes:
        raise PayungError(
            f"Akun {user.username} tidak dipakai di daerah mana pun.",
            todo="Minta administrator memberinya jabatan.",
            exit_code=Exit.USAGE,
        )
    password, secret = secrets.token_urlsafe(15), generate_totp_secret() if factor else ""
    with transaction.atomic():
        done = User.objects.filter(pk=user.pk, is_active=True).update(
            password=make_password(password),
            password_changed_at=timezone.now(),
            sessions_ended_count=F("sessions_ended_count") + 1,
        )
        if not done:
            raise PayungError(
                f"Akun {user.username} ditutup.", todo="Minta administrator membukanya kembali."
            )
        if factor:
            take_factors(user)
            TOTP.activate(user, secret)
        for code in codes:
            with acting_in(whole(code)):
                end_invitations(user)
                record("user.password_renewed", user, detail={"factor": factor})
    uri = get_adapter().build_totp_url(user, secret) if factor else ""
    return Login(user.username, user.name, password, secret, uri)


def _where(user: User, day: date) -> list[str]:
    """Codes of the regencies, and the province, to whose people somebody belongs; always in the same order."""
    with acting_in(Scope("", (), user.pk)):
        held = Tenure.everything.filter(user=user, ended_at__isnull=True).exclude(valid_to__lt=day)
        codes = set(held.values_list("regency_code", flat=True))
    return sorted(codes | {user.opened_in} - {""})
