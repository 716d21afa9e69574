"""The forms of allauth's pages in our words, with their guesses counted."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base.forms import AuthenticateForm as AuthenticateByCode
from allauth.mfa.base.forms import BaseAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateByCode
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from django import forms
from django.utils.translation import gettext_lazy as _

from payung.access import throttle
from payung.access.factors import passes_once
from payung.access.models import User

_CODE_HELP = _("6 angka dari aplikasi kode di HP Anda, atau satu kode pemulihan (8 angka).")


def _named(field: forms.Field, label: Any, help_text: Any = "", **attrs: str) -> None:
    field.label, field.help_text = label, help_text
    field.widget.attrs.pop("placeholder", None)
    field.widget.attrs.update(attrs)


def _code(field: forms.Field, help_text: Any) -> None:
    _named(
        field, _("Kode"), help_text, inputmode="numeric", autocomplete="one-time-code", maxlength="12",
        autofocus="autofocus",
    )  # fmt: skip


class Login(LoginForm):  # type: ignore[misc]
    """Sign in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(
            self.fields["login"], _("Nama pengguna"), autocapitalize="none", spellcheck="false",
            autofocus="autofocus",
        )  # fmt: skip
        _named(self.fields["password"], _("Kata sandi"))


class Reauthenticate(ReauthenticateForm):  # type: ignore[misc]
    """The password once more."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self.fields["password"], _("Kata sandi"))


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]
    """A new password; the old one is a guess like any other."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _named(self.fields["oldpassword"], _("Kata sandi sekarang"))
        _named(self.fields["password1"], _("Kata sandi baru"), PASSWORD_HELP)
        _named(self.fields["password2"], _("Kata sandi baru, sekali lagi"))

    def clean_oldpassword(self) -> str:
        """ValidationError for a wrong one, or too many."""
        taken = throttle.take(throttle.of_user(self.user.pk), throttle.PASSWORD)
        if taken is None:
            raise get_adapter().validation_error("too_many_login_attempts")
        password = str(super().clean_oldpassword())
        taken.give_back()
        return password


PASSWORD_HELP = _("Paling sedikit 12 huruf atau angka; beberapa kata yang mudah diingat lebih baik.")


def _right_code(form: Any, user: User, check: Any) -> str:
    taken = throttle.take(throttle.of_user(user.pk), throttle.CODE)
    if taken is None:
        raise get_adapter().validation_error("too_many_login_attempts")
    form.cleaned_data["code"] = "".join(form.cleaned_data["code"].split())
    code = str(check())
    taken.give_back()
    return code


class _ByCode(BaseAuthenticateForm):  # type: ignore[misc]
    """A code of the second factor, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], _CODE_HELP)

    def clean_code(self) -> str:
        """ValidationError for a wrong code, one that has passed already, or too many."""
        code = _right_code(self, self.user, super().clean_code)
        if self.authenticator.type == Authenticator.Type.TOTP and not passes_once(self.user.pk, code):
            raise forms.ValidationError(_("Kode ini sudah dipakai. Tunggu kode berikutnya."))
        return code


class Authenticate(_ByCode, AuthenticateByCode):  # type: ignore[misc]
    """The code after the password."""


class ReauthenticateCode(_ByCode, ReauthenticateByCode):  # type: ignore[misc]
    """A code once more, before something that matters."""


class ActivateFactor(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new second factor."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _code(self.fields["code"], _("6 angka yang sekarang tampil di aplikasi."))

    def clean_code(self) -> str:
        """ValidationError for a wrong code, or too many."""
        return _right_code(self, self.user, super().clean_code)
