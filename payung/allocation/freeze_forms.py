"""What is typed about a pre-check and a freeze, and how lists of people are narrowed down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.allocation.award_queries import Narrowed
from payung.allocation.models import Scenario
from payung.core import region
from payung.core.scope import required
from payung.registry.forms import Receive


class ChooseScenario(forms.Form):
    """One of a round's scenarios."""

    skenario = forms.ChoiceField(
        label=_("Skenario"),
        error_messages={"required": _("Pilih skenarionya."), "invalid_choice": _("Pilih skenarionya.")},
    )

    def __init__(self, scenarios: Iterable[Scenario], data: Any = None) -> None:
        super().__init__(data)
        field = self.fields["skenario"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(str(one.pk), one.name) for one in scenarios]


class Version(forms.Form):
    """The scenario that somebody has before them, and the version that they saw."""

    skenario = forms.IntegerField(widget=forms.HiddenInput, localize=False)
    versi = forms.IntegerField(widget=forms.HiddenInput, localize=False)


class Answer(Receive):
    """BPJS's answer and the day on which it was true."""


class Why(forms.Form):
    """A reason that others can understand."""

    alasan = forms.CharField(
        label=_("Alasan"),
        min_length=10,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": _("Tulis alasannya."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )


class Narrow(forms.Form):
    """What a list of people is narrowed down to."""

    tempat = forms.ChoiceField(label=_("Kecamatan atau desa"), required=False)
    nama = forms.CharField(label=_("Nama"), required=False, max_length=100)
    sumber = forms.ChoiceField(label=_("Sumber dana"), required=False)
    alasan = forms.ChoiceField(label=_("Alasan"), required=False)

    def __init__(
        self, data: Any, *, sources: Mapping[str, str] | None = None, codes: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(data)
        for name, known in (("tempat", _places()), ("sumber", sources or {}), ("alasan", codes or {})):
            if len(known) < 2:
                del self.fields[name]
                continue
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", _("Semua")), *known.items()]

    def narrowed(self) -> Narrowed:
        """What is asked for; what there is none of narrows nothing."""
        self.is_valid()
        said = self.cleaned_data
        return Narrowed(
            said.get("tempat", ""),
            said.get("nama", "").strip(),
            said.get("sumber", ""),
            said.get("alasan", ""),
        )


def _places() -> dict[str, str]:
    """The kecamatan and desa of the actor's territory by code."""
    scope = required()
    found: dict[str, str] = {}
    for one in region.villages(scope.regency):
        if scope.covers(one.code):
            if scope.covers(one.district_code):
                found.setdefault(one.district_code, f"Kec. {one.district}")
            found[one.code] = f"{one.district}: {one.name}"
    return found
