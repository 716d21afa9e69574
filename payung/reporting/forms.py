"""What people type about figures."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _


class DenominatorForm(forms.Form):
    """A number of which the covered are a part, with its source and day."""

    name = forms.CharField(
        label=_("Apa yang dihitung"),
        max_length=120,
        help_text=_("Misalnya: angkatan kerja, pekerja bukan penerima upah."),
    )
    value = forms.IntegerField(label=_("Jumlah orang"), min_value=1, max_value=10_000_000)
    source = forms.CharField(
        label=_("Sumber"), max_length=200, help_text=_("Misalnya: BPS, Sakernas Agustus 2022.")
    )
    as_of = forms.DateField(label=_("Keadaan tanggal"))

    def clean_as_of(self) -> Any:
        """A day that has come."""
        day = self.cleaned_data["as_of"]
        if day > timezone.localdate():
            raise forms.ValidationError(_now("Tanggal itu belum tiba."))
        return day
