"""What to look for in the ledger."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payung.audit.actions import title_of
from payung.audit.queries import Filters, used_actions


class FilterForm(forms.Form):
    """Filters of the ledger's page, all optional; sent by GET."""

    dari = forms.DateField(label=_("Dari tanggal"), required=False)
    sampai = forms.DateField(label=_("Sampai tanggal"), required=False)
    kegiatan = forms.ChoiceField(label=_("Kegiatan"), required=False)
    pelaku = forms.CharField(label=_("Pelaku"), required=False, max_length=60)
    jenis = forms.CharField(required=False, max_length=60, widget=forms.HiddenInput)
    nomor = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        known = sorted(((code, gettext(title_of(code))) for code in used_actions()), key=lambda one: one[1])
        self.fields["kegiatan"].choices = [("", gettext("Semua")), *known]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Both days, in their order."""
        values = super().clean() or {}
        since, until = values.get("dari"), values.get("sampai")
        if since and until and until < since:
            self.add_error("sampai", gettext("Tanggal akhir mendahului tanggal awal. Tukar keduanya."))
        return values

    def filters(self) -> Filters:
        """What was asked for. A form with errors asks for nothing in particular."""
        if not self.is_valid():
            return Filters()
        values = self.cleaned_data
        return Filters(
            values["dari"], values["sampai"], values["kegiatan"], values["pelaku"].strip(), values["jenis"],
            values["nomor"],
        )  # fmt: skip
