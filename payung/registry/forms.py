"""What people type about people and registers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from payung.config import load
from payung.core import region
from payung.core.scope import current, within
from payung.registry.labels import LABELS, UNMASKED


class Search(forms.Form):
    """The one search box, and what narrows a search by name down."""

    cari = forms.CharField(
        label=_("Nama, NIK, nomor KK, atau nomor HP"),
        max_length=200,
        error_messages={"required": _("Tulis nama atau nomor yang dicari.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    desa = forms.ChoiceField(label=_("Kecamatan atau desa"), required=False)
    lahir = forms.IntegerField(
        label=_("Tahun lahir"), required=False, min_value=1900, max_value=2100, localize=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "maxlength": 4}),
        error_messages={"invalid": _("Tulis tahun dengan empat angka, misalnya 1980.")},
    )  # fmt: skip

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["desa"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Semua")), *_places()]


def _places() -> list[tuple[str, Any]]:
    """The kecamatan of the actor's territory, each with its desa."""
    scope = current()
    if scope is None:
        return []
    groups: list[tuple[str, Any]] = []
    for district in region.districts(scope.regency):
        villages = [
            (one.code, one.name)
            for one in region.villages(scope.regency)
            if one.district_code == district.code and scope.covers(one.code)
        ]
        if villages:
            whole = [(district.code, _("Kec. %(name)s, semua") % {"name": district.name})]
            groups.append((district.name, (whole if scope.covers(district.code) else []) + villages))
        elif any(within(one, district.code) for one in scope.territories):
            groups.append((district.name, [(one, one) for one in scope.territories]))
    return groups


class Unmask(forms.Form):
    """Which field is to be shown in full, and why."""

    field = forms.ChoiceField(
        label=_("Yang ingin dilihat lengkap"), choices=[(name, LABELS[name]) for name in UNMASKED]
    )
    reason = forms.CharField(
        label=_("Alasan"),
        min_length=5,
        max_length=300,
        help_text=_("Tercatat bersama nama Anda, misalnya: mencocokkan dengan KTP di meja layanan."),
        error_messages={
            "required": _("Tulis alasannya; pembukaan nomor lengkap selalu dicatat."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )


class Receive(forms.Form):
    """A register's file and the day that it describes."""

    file = forms.FileField(
        label=_("Berkas"),
        help_text=_("Excel, CSV, atau Parquet, seperti dikirim pemilik data. Tidak perlu diubah."),
        error_messages={"required": _("Pilih berkasnya."), "empty": _("Berkas ini kosong.")},
    )
    as_of = forms.DateField(
        label=_("Keadaan per tanggal"),
        help_text=_("Tanggal keadaan data menurut pemiliknya, bukan tanggal kirim. Misalnya 15-09-2022."),
        error_messages={
            "required": _("Isi tanggal keadaan data."),
            "invalid": _("Tulis hari-bulan-tahun, misalnya 15-09-2022."),
        },
    )

    def clean_file(self) -> Any:
        """Not larger than the installation takes."""
        file, most = self.cleaned_data["file"], load().limits.upload_mb
        if file.size > most * 1024 * 1024:
            raise forms.ValidationError(
                _(
                    "Berkas ini lebih dari %(most)s MB. Minta pemilik data memecahnya, atau kirim sebagai CSV."
                ),
                params={"most": most},
            )
        return file

    def clean_as_of(self) -> Any:
        """Not a day that lies ahead."""
        if self.cleaned_data["as_of"] > timezone.localdate():
            raise forms.ValidationError(_("Tanggal ini belum terjadi."))
        return self.cleaned_data["as_of"]


class Reason(forms.Form):
    """Why a delivery is withdrawn."""

    reason = forms.CharField(
        label=_("Alasan"),
        min_length=5,
        max_length=300,
        error_messages={
            "required": _("Tulis alasannya."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )


class RtFile(forms.Form):
    """The list of the RTs."""

    file = forms.FileField(
        label=_("Daftar ketua RT"),
        help_text=_("Excel atau CSV dengan kolom DESA, RT, NAMA KETUA RT, NO HP, dan bila ada JUMLAH KK."),
        error_messages={"required": _("Pilih berkasnya."), "empty": _("Berkas ini kosong.")},
    )
