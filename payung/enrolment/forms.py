"""Forms of decrees and of their wording."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.enrolment.decree import PAPERS
from payung.enrolment.models import Decree


class Draft(forms.Form):
    """What stands on a decree beside its roll."""

    dated = forms.DateField(
        label=_("Tanggal keputusan"), required=False,
        help_text=_("Boleh dikosongkan dan ditulis saat ditandatangani; dicetak titik-titik."),
        error_messages={"invalid": _("Tulis tanggalnya seperti 3-10-2022.")},
    )  # fmt: skip
    number = forms.CharField(
        label=_("Nomor keputusan"), max_length=100, required=False,
        help_text=_("Boleh dikosongkan dan ditulis saat ditandatangani."),
    )  # fmt: skip
    seat = forms.CharField(label=_("Ditetapkan di"), max_length=100, required=False)
    signer_name = forms.CharField(
        label=_("Nama penanda tangan"), max_length=150, required=False,
        help_text=_("Pemegang jabatannya sekarang; perbaiki bila ejaan pada naskah berbeda."),
    )  # fmt: skip
    paper = forms.ChoiceField(label=_("Kertas"), choices=[(one, one.upper()) for one in PAPERS])

    def said(self) -> dict[str, Any]:
        """As the services take it."""
        return {name: self.cleaned_data[name] for name in self.fields}


class Change(Draft):
    """The same of a draft that is there; `version` is what was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    def said(self) -> dict[str, Any]:
        """As the services take it, without the version."""
        return {name: value for name, value in super().said().items() if name != "version"}


def change_of(decree: Decree) -> dict[str, Any]:
    """What a draft's form begins with."""
    return {
        "dated": decree.dated, "number": decree.number, "seat": decree.content.get("seat", ""),
        "signer_name": decree.signer_name, "paper": decree.paper, "version": decree.version,
    }  # fmt: skip


class Reason(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Alasan"), max_length=300, min_length=5, widget=forms.Textarea(attrs={"rows": 3})
    )


class Wording(forms.Form):
    """The regency's own text of a part."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    text = forms.CharField(
        label=_("Naskah (typst)"), required=False, max_length=100_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 26, "spellcheck": "false", "class": "payung-digits"}),
        help_text=_("Kosongkan untuk kembali ke naskah bawaan."),
    )  # fmt: skip
    note = forms.CharField(label=_("Catatan perubahan"), max_length=300, required=False)
    decree = forms.ModelChoiceField(
        label=_("Coba pada"),
        required=False,
        queryset=Decree.everything.none(),
        empty_label=_("contoh buatan"),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["decree"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Decree.objects.filter(cancelled_at__isnull=True).exclude(instrument="")
