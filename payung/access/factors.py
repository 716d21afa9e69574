"""The second factor: its secrets are sealed, its codes are counted and pass once."""

from __future__ import annotations

import io
from typing import Any, ClassVar

import segno
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from payung.access.models import User
from payung.vault.current import vault

SEALED_FOR = "mfa.authenticator.data"
SESSION_KEY = "payung_factor"
"""In the session: the id of the user who has shown the second factor in it."""


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seals secrets with the installation's keys and draws the QR image ourselves."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Kode tidak cocok. Tunggu kode berikutnya di aplikasi, lalu ketik lagi."),
        "cannot_delete_authenticator": _("Kode masuk tidak dapat dilepas."),
        "cannot_generate_recovery_codes": _("Pasang kode masuk dahulu."),
    }

    def encrypt(self, text: str) -> str:
        return vault().seal(text, SEALED_FOR)

    def decrypt(self, encrypted_text: str) -> str:
        return vault().open(encrypted_text, SEALED_FOR)

    def build_totp_svg(self, url: str) -> str:
        """The QR image as an `<svg>` element without style or script."""
        image = io.BytesIO()
        segno.make(url, error="m").save(
            image, kind="svg", scale=5, xmldecl=False, svgns=True, light="#fff", omitsize=False
        )
        return image.getvalue().decode()


def has_factor(user: Any) -> bool:
    """Whether a user has a second factor."""
    return bool(
        user.is_authenticated
        and Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists()
    )


def passes_once(user_id: int, code: str) -> bool:
    """Whether this code of this user has not passed yet while it is valid."""
    return bool(cache.add(f"payung.code.{user_id}.{code}", 1, timeout=150))


def take_factors(user: User) -> int:
    """Take a user's second factor and recovery codes away; how many there were."""
    return int(Authenticator.objects.filter(user_id=user.pk).delete()[0])
