"""What is typed about pairs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from payung.config import load
from payung.screening.question_services import ANSWERS, DIFFERENT, SAME, UNKNOWN
from payung.screening.rules import Verdict


class Decide(forms.Form):
    """A verdict about the pair as it was at `version`."""

    verdict = forms.ChoiceField(choices=[(one.value, one.value) for one in Verdict])
    version = forms.IntegerField(localize=False)
    note = forms.CharField(
        label=_("Catatan"), required=False, max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Mengapa diputus begitu. Jangan tulis NIK."),
    )  # fmt: skip
    way = forms.ChoiceField(choices=[("satu", "satu"), ("rt", "rt")], required=False)


class Version(forms.Form):
    """The version that was looked at."""

    version = forms.IntegerField(localize=False)


class Why(forms.Form):
    """A reason that others understand."""

    reason = forms.CharField(
        label=_("Alasan"), min_length=5, max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": _("Tulis alasannya; ini selalu dicatat."),
            "min_length": _("Tulis alasan yang dapat dimengerti orang lain."),
        },
    )  # fmt: skip


class DecidePattern(forms.Form):
    """A verdict about all open pairs of a pattern, as many as were shown."""

    pattern = forms.CharField(max_length=80)
    verdict = forms.ChoiceField(choices=[(one.value, one.value) for one in (Verdict.SAME, Verdict.DIFFERENT)])
    count = forms.IntegerField(localize=False)


class Answer(forms.Form):
    """What an RT answers."""

    answer = forms.ChoiceField(
        label=_("Apakah keduanya orang yang sama?"),
        choices=[
            (SAME, _("Sama, satu orang")),
            (DIFFERENT, _("Beda, dua orang")),
            (UNKNOWN, _("Tidak tahu")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Pilih salah satu.")},
    )
    note = forms.CharField(
        label=_("Keterangan"), required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Misalnya: anak kembar, atau sudah pindah. Jangan tulis NIK."),
    )  # fmt: skip

    def clean_answer(self) -> str:
        """One of the three."""
        said = str(self.cleaned_data["answer"])
        assert said in ANSWERS
        return said


class DecisionsFile(forms.Form):
    """A review workbook or a CSV of decisions."""

    file = forms.FileField(
        label=_("Buku pemeriksaan atau CSV keputusan"),
        help_text=_("Berkas yang diunduh di sini atau dibuat payung run, dengan kolom KEPUTUSAN diisi."),
        error_messages={"required": _("Pilih berkasnya."), "empty": _("Berkas ini kosong.")},
    )

    def clean_file(self) -> Any:
        """Not larger than the installation takes."""
        file, most = self.cleaned_data["file"], load().limits.upload_mb
        if file.size > most * 1024 * 1024:
            raise forms.ValidationError(_("Berkas ini lebih dari %(most)s MB."), params={"most": most})
        return file
