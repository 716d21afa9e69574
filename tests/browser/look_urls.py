"""The site with one more page, on which every component stands in every state."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path
from django.utils.translation import gettext_lazy as _

from payung import urls
from payung.access.http import public
from payung.web.components import STATUSES, TONES
from payung.web.context import Frame, PostChoice
from payung.web.navigation import NavLink

PAGE = (Path(__file__).parent / "look.html").read_text(encoding="utf-8")
MENU = (
    "Beranda",
    "Daftar usulan",
    "Papan RT",
    "Warga",
    "Penyaringan",
    "Pasangan kembar",
    "Register",
    "Riwayat",
)


class Sample(forms.Form):
    """Every kind of field."""

    nik = forms.CharField(label=_("NIK"), max_length=16, help_text=_("16 angka, seperti di KTP."))
    name = forms.CharField(label=_("Nama"), help_text=_("Seperti tertulis di KTP, tanpa gelar."))
    birth_on = forms.DateField(
        label=_("Tanggal lahir"), help_text=_("Hari-bulan-tahun, misalnya 17-08-1980.")
    )
    income = forms.IntegerField(label=_("Penghasilan sebulan"), required=False)
    sex = forms.ChoiceField(
        label=_("Jenis kelamin"),
        choices=[("L", _("Laki-laki")), ("P", _("Perempuan"))],
        widget=forms.RadioSelect(attrs={"class": "govuk-radios--inline"}),
    )
    outcome = forms.ChoiceField(
        label=_("Apakah ini orang yang sama?"),
        choices=[("sama", "Sama"), ("beda", "Beda"), ("tanya", "Tanya RT")],
        widget=forms.RadioSelect(
            attrs={
                "hints": {"sama": "Satu dari dua baris tidak diusulkan.", "beda": "Keduanya tetap diusulkan."}
            }
        ),
    )
    groups = forms.MultipleChoiceField(
        label=_("Kelompok"),
        choices=[("nelayan", "Nelayan"), ("petani", "Petani"), ("ojek", "Pengemudi ojek")],
        widget=forms.CheckboxSelectMultiple,
    )
    desa = forms.ChoiceField(
        label=_("Desa"), choices=[("", "Pilih desa"), ("2001", "Batu Kajang"), ("2002", "Janju")]
    )
    reason = forms.CharField(label=_("Alasan"), required=False, widget=forms.Textarea(attrs={"rows": 3}))
    file = forms.FileField(
        label=_("Daftar dari desa"), help_text=_("xlsx, xls, ods, csv, atau zip berisi itu.")
    )
    password = forms.CharField(label=_("Kata sandi"), widget=forms.PasswordInput)
    agreed = forms.BooleanField(label=_("Saya sudah mencocokkannya dengan KTP"))


def frame() -> Frame:
    """A frame as a verifier with two posts has it."""
    return Frame(
        regency="Kabupaten Paser",
        is_demo=True,
        user="Pak Budi",
        post="Verifikator",
        place="Kabupaten Paser",
        posts=(
            PostChoice("1", "Verifikator", "Kabupaten Paser", True),
            PostChoice("2", "Plt. Petugas kecamatan", "Kec. Batu Sopang", False),
        ),
        navigation=tuple(NavLink(f"/#{at}" if at else "/", label, at == 1) for at, label in enumerate(MENU)),
    )


@public
def show(request: HttpRequest) -> HttpResponse:
    """Every component; `?salah=1` gives the form with errors, `?pesan=1` the flashes."""
    wrong = request.GET.get("salah")
    if request.GET.get("pesan"):
        messages.success(request, "412 baris tersimpan.")
        messages.info(request, "Penyaringan berjalan di belakang; halaman ini boleh ditutup.")
        messages.warning(request, "Data BPJS sudah berumur 94 hari.")
        messages.error(request, "Berkas ini bukan buku kerja. Simpan sebagai xlsx, lalu unggah lagi.")
    rows = [
        SimpleNamespace(desa=desa, at=None, rows=rows, good=good, status=status)
        for desa, rows, good, status in (
            ("Batu Kajang", 1284, 1201, "Perlu dilengkapi"),
            ("Janju", 612, 612, "Diverifikasi"),
            ("Tanah Grogot", 2310, 2304, "Diajukan"),
            ("<b>O&M D'Souza</b>", 41, 12, "Draf"),
        )
    ]
    context = {
        "frame": frame(),
        "form": Sample({"nik": "64010141", "birth_on": "12/31/1980", "name": ""}) if wrong else None,
        "clean": Sample(initial={"sex": "P", "groups": ["petani"]}),
        "statuses": STATUSES,
        "tones": sorted(TONES),
        "rows": rows,
        "page_obj": Paginator(range(1, 2001), 50).page(7),
        "nik": "6401014108900001",
    }
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request))


urlpatterns = [path("gaya/", show), *urls.urlpatterns]
handler404, handler403, handler500 = urls.handler404, urls.handler403, urls.handler500
