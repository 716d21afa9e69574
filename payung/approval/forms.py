"""Forms about handovers and decisions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.access.forms import USERNAME
from payung.access.models import Tenure, User
from payung.access.policy import LEVELS, TITLES, Role
from payung.access.post_services import Chair, preview
from payung.access.queries import people_here
from payung.access.rules import Handover, Old
from payung.approval.post_services import Wish
from payung.approval.rules import Verdict

_OLD = {
    Old.BEFORE: _("Berakhir sehari sebelum pejabat baru mulai"),
    Old.NOW: _("Berakhir begitu usulan ini disetujui"),
    Old.STAYS: _("Tetap memegang jabatan (misalnya cuti, didampingi Plh. atau wakil)"),
}


class HandOver(forms.Form):
    """Everything about a handover on one screen."""

    username = forms.CharField(
        label=_("Nama pengguna pejabat baru"), max_length=60, validators=[USERNAME],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false", "autocomplete": "off"}),
    )  # fmt: skip
    name = forms.CharField(
        label=_("Nama lengkap, bila belum punya akun"), max_length=150, required=False,
        help_text=_("Akun baru dibuka dengan nama pengguna di atas."),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=_("Sebagai"),
        choices=Tenure.Kind.choices,
        initial=Tenure.Kind.DEFINITIVE,
        widget=forms.RadioSelect,
    )
    valid_from = forms.DateField(
        label=_("Hari pertama"), help_text=_("Contoh: 01-12-2026. Paling cepat hari ini.")
    )
    valid_to = forms.DateField(
        label=_("Hari terakhir"), required=False, help_text=_("Wajib untuk Plt., Plh., dan wakil.")
    )
    old = forms.ChoiceField(
        label=_("Pejabat lama"), choices=[(one.value, words) for one, words in _OLD.items()],
        initial=Old.BEFORE.value, widget=forms.RadioSelect,
    )  # fmt: skip
    basis = forms.CharField(
        label=_("Dasar"),
        max_length=150,
        help_text=_("Nomor dan tanggal surat, misalnya SK 821/45/2026, 20-11-2026."),
    )

    def __init__(self, *args: Any, chair: Chair | None, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chair, self.today = chair, today
        self.user: User | None = None

    def clean(self) -> dict[str, Any]:
        """A holder who exists or can be opened, and a handover that can be applied as things stand."""
        cleaned = super().clean() or {}
        username = cleaned.get("username")
        if username:
            self.user = people_here().filter(username=username).first()
            if self.user is None and User.objects.filter(username=username).exists():
                self.add_error(
                    "username", _("Nama pengguna ini sudah dipakai di tempat lain. Pilih yang lain.")
                )
            elif self.user is None and not cleaned.get("name"):
                self.add_error(
                    "name", _("Nama pengguna itu belum ada. Tulis nama lengkapnya untuk membuka akun.")
                )
        chair = self.wanted_chair()
        if not self.errors and chair:
            for problem in preview(
                chair, self.handover(self.user.pk if self.user else 0), self.today
            ).problems:
                self.add_error(None, problem)
        return cleaned

    def wanted_chair(self) -> Chair | None:
        """The chair that is handed over; None while its fields are wrong."""
        return self.chair

    def handover(self, user: int) -> Handover:
        """What was filled in."""
        data = self.cleaned_data
        return Handover(user, data["kind"], data["valid_from"], data["valid_to"], Old(data["old"]))

    def wish(self, user: int) -> Wish:
        """What is proposed."""
        chair = self.wanted_chair()
        assert chair
        return Wish(chair, self.handover(user), self.cleaned_data["basis"])


class NewChair(HandOver):
    """A handover of a chair that may not exist yet."""

    role = forms.ChoiceField(
        label=_("Peran"),
        # A province's chair belongs to no regency: `payung setup --province` opens it.
        choices=[(role.value, title) for role, title in TITLES.items() if role is not Role.PROVINCE],
    )
    territory = forms.CharField(
        label=_("Kode wilayah"), max_length=20,
        help_text=_("Kabupaten 64.01, kecamatan 64.01.04, desa 64.01.04.2002, RT 64.01.04.2002/003."),
    )  # fmt: skip
    agency = forms.CharField(
        label=_("Perangkat daerah, atau yang membedakan jabatan sejenis"), max_length=120, required=False,
        help_text=_("Misalnya Dinas Sosial, atau 2 untuk verifikator kedua."),
    )  # fmt: skip
    field_order = ("role", "territory", "agency")

    def clean_territory(self) -> str:
        """A code of the level that the role needs; what else may be wrong with it is said by the rules."""
        territory = str(self.cleaned_data["territory"]).strip()
        role = self.cleaned_data.get("role")
        if role and len(territory) != len(LEVELS[Role(role)].value):
            raise forms.ValidationError(
                _("Wilayah peran ini ditulis seperti %(example)s."),
                params={"example": LEVELS[Role(role)].value},
            )
        return territory

    def wanted_chair(self) -> Chair | None:
        """The chair that was written down."""
        data = self.cleaned_data
        if "role" not in data or "territory" not in data:
            return None
        return Chair(data["role"], data["territory"], " ".join(data.get("agency", "").split()))


class End(forms.Form):
    """The end of a tenure without a successor."""

    last_day = forms.DateField(
        label=_("Hari terakhir"), required=False, help_text=_("Kosongkan untuk berakhir begitu disetujui.")
    )
    basis = forms.CharField(label=_("Dasar"), max_length=150, help_text=_("Nomor dan tanggal surat."))


class Decision(forms.Form):
    """Approve, or send back with a reason."""

    verdict = forms.ChoiceField(
        label=_("Putusan"), widget=forms.RadioSelect,
        choices=[(Verdict.APPROVED.value, _("Setujui")), (Verdict.RETURNED.value, _("Kembalikan"))],
    )  # fmt: skip
    reason = forms.CharField(
        label=_("Alasan"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Wajib bila dikembalikan: tulis apa yang perlu diperbaiki. Jangan tulis NIK."),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Sent back only with a reason."""
        cleaned = super().clean() or {}
        if cleaned.get("verdict") == Verdict.RETURNED and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Tulis apa yang perlu diperbaiki."))
        return cleaned


class StopDecision(Decision):
    """A decision about a route as it was shown."""

    version = forms.CharField(max_length=80, required=False, widget=forms.HiddenInput)
    """The subject's version."""
    position = forms.IntegerField(min_value=0, widget=forms.HiddenInput, localize=False)
    """The stage that was open."""
