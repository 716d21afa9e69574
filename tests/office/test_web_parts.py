"""Figures, components and forms as templates write them."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from payung.core.month import Month
from payung.web.components import STATUSES

NIK = "6401014108900001"


def show(source: str, address: str = "/", **values: Any) -> str:
    html = engines["django"].from_string(source).render(values, RequestFactory().get(address))
    return re.sub(r"\s+", " ", html).strip()


@pytest.mark.parametrize(
    ("source", "value", "written"),
    [
        ("{{ x|rupiah }}", 1626307200, "Rp1.626.307.200"),
        ("{{ x|rupiah }}", None, "–"),
        ("{{ x|rupiah_singkat }}", 1626307200, "Rp1,63 miliar"),
        ("{{ x|angka }}", 32268, "32.268"),
        ("{{ x|angka }}", 0, "0"),
        ("{{ x|angka }}", None, "–"),
        ("{{ x|angka }}", Decimal("-1234.54"), "-1.234,54"),
        ("{{ x|persen:8 }}", 7, "87,5%"),
        ("{{ x|persen:0 }}", 7, "–"),
        ("{{ x|persen }}", 0.873, "87,3%"),
        ("{{ x|persen }}", Fraction(1, 3), "33,3%"),
        ("{{ x|persen }}", None, "–"),
        ("{{ x|tanggal }}", date(2026, 11, 2), "02-11-2026"),
        ("{{ x|tanggal }}", None, "–"),
        ("{{ x|tanggal_panjang }}", date(2026, 11, 22), "22 November 2026"),
        ("{{ x|jam }}", datetime(2026, 11, 22, 6, 5, tzinfo=UTC), "14.05 WITA"),
        ("{{ x|waktu }}", datetime(2026, 11, 22, 20, 5, tzinfo=UTC), "23-11-2026, 04.05 WITA"),
        ("{{ x|bulan }}", Month(2026, 11), "November 2026"),
        ("{{ x|bulan }}", "2026-11", "November 2026"),
        ("{{ x|nik }}", NIK, "6401********0001"),
        ("{{ x|nik }}", None, "–"),
        ("{{ x|nik_lengkap }}", NIK, "6401 0141 0890 0001"),
        ("{{ x|tempat }}", "64.01.04.2002/005", "RT 005, Janju"),
        ("{{ x|tempat }}", "64.01.04.2002", "Janju"),
        ("{{ x|tempat }}", "64.01.04", "Kec. Tanah Grogot"),
        ("{{ x|tempat }}", "64.01", "Kabupaten Paser"),
        ("{{ x|tempat }}", "99.99", "99.99"),
    ],
)
def test_a_value_is_written_as_the_office_writes_it(source: str, value: object, written: str) -> None:
    assert show(source, x=value) == written


@pytest.mark.parametrize("language", ["id", "en"])
def test_figures_and_dates_are_written_alike_in_both_languages(language: str) -> None:
    with translation.override(language):
        assert (
            show("{{ n }} {{ d|date:'SHORT_DATE_FORMAT' }}", n=12345, d=date(2026, 11, 2))
            == "12.345 02-11-2026"
        )


def test_every_status_word_has_a_tone_and_brackets_do_not_change_it() -> None:
    for status, tone in STATUSES.items():
        assert f"payung-tag--{tone}" in show("{% tag x %}", x=status)
        assert show("{% tag x %}", x=f"{status} (alasan)") == show("{% tag x %}", x=status).replace(
            "</strong>", " (alasan)</strong>"
        )
    with pytest.raises(ValueError, match="tone 'pink'"):
        show('{% tag "Aktif" "pink" %}')


def test_words_that_come_in_are_escaped_everywhere() -> None:
    evil = "<b>O&M D'Souza</b>"
    for source in (
        "{% tag x %}",
        "{% tile x x x x x %}",
        "{% progress 1 2 x x %}",
        "{% nothing x x x x %}",
        "{% breadcrumbs x x x %}",
        "{% card x %}{{ x }}{% endcard %}",
        "{% panel x %}{{ x }}{% endpanel %}",
        '<table><tr>{% sorting "a" x %}</tr></table>',
    ):
        html = show(source, x=evil)
        assert "<b>" not in html, source
        assert "&lt;b&gt;O&amp;M D&#x27;Souza&lt;/b&gt;" in html, source


def test_progress_tells_its_true_denominator_or_none() -> None:
    known, unknown = (
        show('{% progress 640 1284 "Membaca" %}'),
        show('{% progress 12 n "Menghitung" %}', n=None),
    )
    assert "640 dari 1.284 (49,8%)" in known
    assert 'value="640" max="1284"' in known
    assert "value=" not in unknown
    assert "payung-progress--selesai" in show("{% progress 5 5 %}")
    assert "payung-progress--selesai" not in show("{% progress 0 0 %}")


def test_a_pager_keeps_the_search_and_is_silent_on_one_page() -> None:
    pages = Paginator(range(500), 50)
    html = show("{% pager x %}", "/warga/?q=siti&page=3", x=pages.page(3))
    assert 'href="?q=siti&amp;page=4" rel="next"' in html
    assert "101 sampai 150 dari 500" in html
    assert html.count('aria-current="page"') == 1
    assert show("{% pager x %}", x=Paginator(range(5), 50).page(1)) == ""


def test_a_heading_sorts_and_sorts_back() -> None:
    assert 'href="?urut=nama"' in show('{% sorting "nama" "Nama" %}', "/?page=4")
    turned = show('{% sorting "nama" "Nama" "angka" %}', "/?urut=nama")
    assert turned == (
        '<th scope="col" class="angka" aria-sort="ascending"><a class="urut" href="?urut=-nama">Nama</a></th>'
    )


def test_a_form_that_counts_once_has_a_new_key_every_time() -> None:
    keys = {show("{% once %}") for _ in range(3)}
    assert len(keys) == 3
    assert all(re.fullmatch(r'<input type="hidden" name="once" value="[0-9a-f-]{36}">', key) for key in keys)


class Form(forms.Form):
    nik = forms.CharField(label="NIK", max_length=16, help_text="16 angka.")
    birth_on = forms.DateField(label="Tanggal lahir")
    same = forms.ChoiceField(
        label="Orang yang sama?",
        choices=[("ya", "Ya"), ("tidak", "Tidak")],
        widget=forms.RadioSelect(
            attrs={"hints": {"ya": "Satu tidak diusulkan."}, "class": "govuk-radios--inline"}
        ),
    )
    agreed = forms.BooleanField(label="Sudah dicocokkan")
    note = forms.CharField(label="Catatan", required=False, widget=forms.Textarea(attrs={"class": "lebar"}))
    version = forms.IntegerField(widget=forms.HiddenInput)


def test_errors_are_summed_up_and_linked_to_their_fields() -> None:
    html = show("{{ form }}", form=Form({"birth_on": "12/31/1980", "nik": "1", "version": "1200"}))
    assert "Ada 3 hal yang perlu diperbaiki" in html
    assert '<a href="#id_birth_on">Tanggal lahir: Tanggal tidak terbaca.' in html
    assert '<a href="#id_same_0">Orang yang sama? Belum diisi.</a>' in html
    for target in re.findall(r'href="#([^"]+)"', html):
        assert html.count(f'id="{target}"') == 1
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert all(f'id="{one}"' in html for one in described.split())
    assert 'name="version" value="1200"' in html


def test_a_clean_form_has_no_summary_and_fields_of_fitting_size() -> None:
    html = show("{{ form }}", form=Form())
    assert "govuk-error" not in html
    assert 'class="govuk-input govuk-input--width-20"' in html
    assert 'class="govuk-textarea lebar"' in html
    assert 'class="govuk-radios govuk-radios--inline"' in html
    assert 'id="id_same_0_hint">Satu tidak diusulkan.' in html
    assert html.count("(tidak wajib)") == 1
    assert not re.search(r"\srequired[\s>]", html)
    assert 'for="id_nik">NIK</label>' in html


def test_one_field_alone_and_errors_of_the_whole_form_are_shown_too() -> None:
    form = Form({"nik": "1"})
    form.add_error(None, "Sudah diubah oleh Bu Wati.")
    html = show("{% error_summary form %}{{ form.nik.as_field_group }}", form=form)
    assert "<li>Sudah diubah oleh Bu Wati.</li>" in html
    assert 'value="1"' in html
    numbered = forms.formset_factory(Form, extra=2)
    data = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-nik": "1", "form-1-nik": ""}
    assert 'href="#id_form-0-birth_on"' in show("{{ f }}", f=numbered(data))


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("31-12-1980", date(1980, 12, 31)),
        ("31/12/1980", date(1980, 12, 31)),
        ("1980-12-31", date(1980, 12, 31)),
        ("02/03/1980", date(1980, 3, 2)),
        ("12/31/1980", None),
    ],
)
def test_a_date_is_never_month_before_day(language: str, typed: str, read: date | None) -> None:
    with translation.override(language):
        form = Form({"birth_on": typed})
        form.is_valid()
        assert form.cleaned_data.get("birth_on") == read
