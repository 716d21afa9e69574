"""What is asked of a screening, and how its list is narrowed down and taken out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.core import region
from payung.core.month import Month, MonthSpan
from payung.core.scope import required
from payung.eligibility.codes import CODES
from payung.eligibility.list_queries import Filters
from payung.eligibility.question import Question
from payung.eligibility.words import OUTCOMES
from payung.policy.local import LocalPolicy
from payung.registry.rules import REGISTERS


class Ask(forms.Form):
    """The question of a screening under a policy."""

    dari = forms.ChoiceField(label=_("Bulan pertama"))
    sampai = forms.ChoiceField(label=_("Bulan terakhir"))
    sumber = forms.MultipleChoiceField(
        label=_("Sumber dana"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Setiap orang dinilai menurut syarat masing-masing sumber."),
        error_messages={"required": _("Pilih paling sedikit satu sumber dana.")},
    )
    hari = forms.DateField(
        label=_("Hari penilaian"),
        required=False,
        help_text=_(
            "Kosongkan untuk hari pertama bulan pertama. Umur orang dan umur register dihitung pada hari ini."
        ),
        error_messages={"invalid": _("Tulis hari-bulan-tahun, misalnya 01-10-2022.")},
    )
    tanpa = forms.MultipleChoiceField(
        label=_("Jalankan tanpa register"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Hanya bila memang terpaksa: yang ditinggalkan tercetak pada SK. Biasanya tidak ada yang dicentang."
        ),
    )
    alasan = forms.CharField(
        label=_("Alasan meninggalkan register"),
        required=False,
        max_length=300,
        help_text=_("Hanya bila ada register yang ditinggalkan."),
    )

    def __init__(self, policy: LocalPolicy, usual: Question, data: Any = None) -> None:
        initial = {
            "dari": str(usual.months.first), "sampai": str(usual.months.last), "sumber": list(usual.sources),
        }  # fmt: skip
        super().__init__(data, initial=initial)
        months = _months(policy)
        for name in ("dari", "sampai"):
            self._choices(name, months)
        self._choices("sumber", [(one.id, one.title) for one in policy.sources])
        self._choices(
            "tanpa", [(name, REGISTERS[name].title) for name in policy.registers if name in REGISTERS]
        )

    def _choices(self, name: str, choices: Sequence[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def clean(self) -> dict[str, Any]:
        """Months in their order; a reason where a register is left out."""
        data: dict[str, Any] = super().clean() or {}
        if data.get("dari") and data.get("sampai") and data["sampai"] < data["dari"]:
            self.add_error("sampai", _("Bulan terakhir mendahului bulan pertama."))
        if data.get("tanpa") and len(data.get("alasan", "").strip()) < 5:
            self.add_error("alasan", _("Tulis alasan yang dapat dimengerti orang lain."))
        return data

    def question(self) -> Question:
        """What is asked, of a valid form."""
        data = self.cleaned_data
        return Question(
            MonthSpan(Month.parse(data["dari"]), Month.parse(data["sampai"])),
            tuple(data["sumber"]),
            data["hari"],
            dict.fromkeys(data["tanpa"], data["alasan"].strip()),
        )


def _months(policy: LocalPolicy) -> list[tuple[str, str]]:
    span = MonthSpan(Month.of(policy.valid_from), Month.of(policy.valid_to))
    return [(str(month), month.in_words) for month in span]


class Narrow(forms.Form):
    """What the screened list is narrowed down to."""

    hasil = forms.ChoiceField(label=_("Hasil"), required=False)
    alasan = forms.ChoiceField(label=_("Alasan"), required=False)
    tempat = forms.ChoiceField(label=_("Kecamatan atau desa"), required=False)
    nama = forms.CharField(label=_("Nama"), required=False, max_length=100)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        everything = ("", _("Semua"))
        reasons = sorted(((code, words.rstrip(".")) for code, words in CODES.items()), key=lambda one: one[1])
        for name, choices in (
            ("hasil", [(code, str(words)) for code, words in OUTCOMES.items()]),
            ("alasan", reasons),
            ("tempat", _places()),
        ):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [everything, *choices]

    def filters(self) -> Filters:
        """What was chosen; what is no choice narrows nothing."""
        self.is_valid()
        data = self.cleaned_data
        return Filters(
            data.get("hasil", ""),
            data.get("alasan", ""),
            data.get("tempat", ""),
            data.get("nama", "").strip(),
        )


def _places() -> list[tuple[str, Any]]:
    """The kecamatan of the actor's territory, each with its desa."""
    scope, groups = required(), []
    for district in region.districts(scope.regency):
        villages = [
            (one.code, one.name)
            for one in region.villages(scope.regency)
            if one.district_code == district.code and scope.covers(one.code)
        ]
        if scope.covers(district.code):
            villages.insert(0, (district.code, f"Kec. {district.name}"))
        if villages:
            groups.append((district.name, villages))
    return groups if len(groups) > 1 or len(groups and groups[0][1]) > 1 else []


class TakeOut(forms.Form):
    """As what the list is taken out, and what for."""

    bentuk = forms.ChoiceField(
        label=_("Bentuk berkas"),
        choices=[("xlsx", "Excel"), ("csv", "CSV")],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
        initial="xlsx",
    )
    keperluan = forms.CharField(
        label=_("Untuk apa"),
        required=False,
        max_length=300,
        help_text=_("Lebih dari 500 baris memerlukan persetujuan orang kedua, yang membaca ini."),
    )
