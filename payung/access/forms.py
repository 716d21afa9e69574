"""Forms about accounts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from payung.access.models import User

USERNAME = RegexValidator(
    r"\A[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\Z",
    _("Pakai huruf kecil, angka, titik, atau garis; diawali dan diakhiri huruf atau angka."),
)


class Account(forms.Form):
    """A new account."""

    name = forms.CharField(label=_("Nama lengkap"), max_length=150)
    username = forms.CharField(
        label=_("Nama pengguna"), min_length=3, max_length=60, validators=[USERNAME],
        help_text=_("Untuk masuk, misalnya siti.janju. Tidak dapat diganti."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip

    def clean_username(self) -> str:
        """A login name that nobody has."""
        username = str(self.cleaned_data["username"])
        if User.objects.filter(username=username).exists():
            raise forms.ValidationError(_("Nama pengguna ini sudah dipakai. Pilih yang lain."))
        return username


class Reason(forms.Form):
    """Why something is done; it is recorded."""

    reason = forms.CharField(
        label=_("Alasan"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Dicatat dalam riwayat. Jangan tulis NIK."),
    )  # fmt: skip


class NewPassword(forms.Form):
    """One's password, set by a link."""

    password1 = forms.CharField(
        label=_("Kata sandi"), strip=False, max_length=256,
        help_text=_("Paling sedikit 12 huruf atau angka; beberapa kata yang mudah diingat lebih baik."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    password2 = forms.CharField(
        label=_("Kata sandi, sekali lagi"), strip=False, max_length=256,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_password1(self) -> str:
        """A password that is long, not common, and not like the name."""
        password = str(self.cleaned_data["password1"])
        validate_password(password, self.user)
        return password

    def clean(self) -> dict[str, Any]:
        """Twice the same."""
        cleaned = super().clean() or {}
        first, second = cleaned.get("password1"), cleaned.get("password2")
        if first and second and first != second:
            self.add_error("password2", _("Tidak sama dengan yang pertama. Ketik lagi keduanya."))
        return cleaned
