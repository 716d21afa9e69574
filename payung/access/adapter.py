"""What allauth may do here: accounts are opened by an administrator, guesses are counted, answers tell nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from django.contrib import messages
from django.contrib.auth import authenticate
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.access import throttle
from payung.access.factors import has_factor
from payung.access.models import User
from payung.access.recording import record_about

_WORDS: Mapping[str, str | Promise] = {
    "account/messages/password_changed.txt": _(
        "Kata sandi diganti. Perangkat lain yang masih masuk dengan akun Anda sudah dikeluarkan."
    ),
    "mfa/messages/totp_activated.txt": _("Kode masuk terpasang."),
    "mfa/messages/totp_deactivated.txt": _("Kode masuk dilepas. Pasang lagi di HP yang baru."),
}
"""What is said after something was done; allauth's other messages are left out."""


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Closed to sign-up; wrong guesses are counted by account; a closed account answers like a wrong password."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Nama pengguna atau kata sandi tidak cocok. Periksa lalu coba lagi."),
        "enter_current_password": _("Kata sandi sekarang tidak cocok."),
        "incorrect_password": _("Kata sandi tidak cocok."),
        "too_many_login_attempts": _("Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."),
        "rate_limited": _("Terlalu banyak percobaan. Tunggu 15 menit, lalu coba lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The user whose password this is, None for a wrong one. ValidationError where there were too many."""
        name = str(credentials.get("username", "")).lower()
        known = User.objects.filter(username=name).first()
        taken = throttle.take(
            throttle.of_user(known.pk) if known else throttle.of_name(name), throttle.PASSWORD
        )
        if taken is None:
            raise self.validation_error("too_many_login_attempts")
        user = authenticate(request, username=name, password=str(credentials.get("password", "")))
        AuthenticationBackend.unstash_authenticated_user()  # a closed account is told nothing more than others
        if isinstance(user, User):
            taken.give_back()
            return user
        if known:
            record_about(known, "user.sign_in_failed", actor=None)
        return None

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Whether to ask once more: for a code where there is a second factor, else for the password."""
        request = context.request
        methods = ("mfa",) if has_factor(request.user) else ("password", "mfa")
        proven = [
            one["at"] for one in get_authentication_records(request, request.user) if one["method"] in methods
        ]
        return not proven or timezone.now().timestamp() - max(proven) >= app_settings.REAUTHENTICATION_TIMEOUT

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """One way only: a code where there is a second factor, else the password."""
        if not user.is_authenticated:
            return []
        way, what = (
            ("mfa_reauthenticate", _("Dengan kode")) if has_factor(user) else ("account_reauthenticate", "")
        )
        return [{"id": way, "description": what, "url": reverse(way)}]

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        message_context: dict[str, Any] | None = None,
        extra_tags: str = "",
        message: str | None = None,
    ) -> None:
        """Say in our words what was done."""
        text = message or _WORDS.get(message_template or "")
        if text:
            messages.add_message(request, level, str(text), extra_tags=extra_tags)
