"""What people type about lists, announcements and objections."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from payung.core import region
from payung.core.scope import current
from payung.intake.given import in_words
from payung.intake.minutes import PAPERS
from payung.intake.models import Objection


def places() -> list[tuple[str, Any]]:
    """The actor's territories, and the desa below them by kecamatan."""
    scope = current()
    if scope is None:
        return []
    groups: list[tuple[str, Any]] = [(one, in_words(one)) for one in scope.territories]
    for district in region.districts(scope.regency):
        villages = [
            (one.code, one.name)
            for one in region.villages(scope.regency)
            if one.district_code == district.code
            and scope.covers(one.code)
            and one.code not in scope.territories
        ]
        if villages:
            groups.append((gettext("Kecamatan %(name)s") % {"name": district.name}, villages))
    return groups


def desa_choices() -> list[tuple[str, str]]:
    """Every desa of the territory, by kecamatan and name."""
    scope = current()
    return [
        (one.code, f"{one.name} ({one.district})")
        for one in (region.villages(scope.regency) if scope else ())
        if scope and scope.covers(one.code)
    ]


class Place(forms.Form):
    """For which place a list is."""

    place = forms.ChoiceField(
        label=_("Untuk tempat mana?"),
        help_text=_(
            "Dipakai bila berkas tidak menyebut desanya. Baris di luar tempat tugas Anda ditandai salah."
        ),
        error_messages={"invalid_choice": _("Pilih tempat dari daftar.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["place"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = places()


class Reason(forms.Form):
    """Why something is done."""

    reason = forms.CharField(
        label=_("Alasan"),
        max_length=300,
        min_length=5,
        error_messages={
            "required": _("Tulis alasannya."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )


class Meeting(forms.Form):
    """The meeting that settled a desa's list, and the days on which the list hangs out."""

    subject = forms.CharField(
        label=_("Tentang"), max_length=200, initial=_("Penetapan usulan pekerja rentan")
    )
    held_on = forms.DateField(label=_("Hari musyawarah"), required=False)
    hour = forms.CharField(label=_("Jam"), max_length=20, required=False, help_text=_("Misalnya 09.00 WITA."))
    venue = forms.CharField(label=_("Tempat"), max_length=150, required=False)
    attendance = forms.IntegerField(
        label=_("Jumlah yang hadir"), required=False, min_value=1, max_value=100_000
    )
    present = forms.CharField(
        label=_("Unsur yang hadir"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Satu baris satu unsur, misalnya BPD, ketua RT, tokoh masyarakat."),
    )
    announced_from = forms.DateField(label=_("Diumumkan mulai"))
    days = forms.IntegerField(
        label=_("Selama berapa hari kerja"), min_value=1, max_value=60, initial=7,
        help_text=_("Hari libur dan cuti bersama tidak dihitung."),
    )  # fmt: skip
    announced_at = forms.CharField(label=_("Ditempel di"), max_length=200, required=False)
    objections_at = forms.CharField(label=_("Keberatan disampaikan di"), max_length=200, required=False)
    paper = forms.ChoiceField(label=_("Kertas"), choices=[(one, one.upper()) for one in PAPERS])


class ObjectionForm(forms.Form):
    """An objection, keyed in at the desk."""

    kind = forms.ChoiceField(
        label=_("Tentang apa?"), choices=Objection.Kind.choices, widget=forms.RadioSelect
    )
    about = forms.CharField(label=_("Nama orang yang dimaksud"), max_length=200)
    content = forms.CharField(
        label=_("Isi keberatan"), max_length=3000, widget=forms.Textarea(attrs={"rows": 4})
    )
    by_name = forms.CharField(label=_("Nama yang menyampaikan"), max_length=150)
    by_phone = forms.CharField(label=_("Nomor HP yang menyampaikan"), max_length=30, required=False)
    received_on = forms.DateField(label=_("Diterima tanggal"))


class Answer(forms.Form):
    """The answer to an objection."""

    outcome = forms.ChoiceField(
        label=_("Putusan"), choices=Objection.Outcome.choices, widget=forms.RadioSelect
    )
    answer = forms.CharField(
        label=_("Jawaban dan alasannya"),
        min_length=10,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"min_length": _("Tulis alasan yang dapat dimengerti warga.")},
    )
