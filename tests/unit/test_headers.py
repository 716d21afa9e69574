"""What the words above a column mean."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.core.application import Application
from payung.core.headers import SYNONYMS, field_among, field_of, key


def test_no_header_means_two_fields() -> None:
    counted = Counter(name for names in SYNONYMS.values() for name in names)
    assert [name for name, count in counted.items() if count > 1] == []


def test_every_synonym_is_written_as_it_is_compared() -> None:
    for field, names in SYNONYMS.items():
        for name in names:
            assert key(name) == name
            assert field_of(name) == field
            assert field_of(f" {name.upper()} : ") == field


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("NO. KK (16 digit)", "kk"),
        ("NIK", "nik"),
        ("N.I.K", "nik"),
        ("No. KTP / NIK", "nik"),
        ("NAMA LENGKAP\n(sesuai KTP)", "name"),
        ("Tgl. Lahir", "birth_on"),
        ("TANGGAL LAHIR (dd-mm-yyyy)", "birth_on"),
        ("Tempat Lahir", "birth_place"),
        ("L/P", "sex"),
        ("RT/RW", "rt_rw"),
        ("No", "number"),
        ("(NIK)", "nik"),
        ("Desa/Kelurahan", "desa"),
        ("Penghasilan per bulan (Rp)", "income"),
        ("Nama Ibu Kandung", "mother_name"),
        ("No. HP/WA", "phone"),
        ("Golongan darah", None),
        ("", None),
    ],
)
def test_a_header_is_understood_whatever_its_case_and_punctuation(header: str, field: str | None) -> None:
    assert field_of(header) == field


def test_a_header_of_another_kind_of_table_is_unknown_there() -> None:
    assert field_of("Perusahaan") == "employer"
    assert field_among("Perusahaan", {"nik", "payer"}) is None
    assert field_among("NIK", {"nik", "payer"}) == "nik"


def test_every_field_that_an_rt_can_fill_in_has_a_header() -> None:
    named = set(SYNONYMS) | {"income_idr"} if "income" in SYNONYMS else set(SYNONYMS)
    filled = {field.name for field in fields(Application)} - {
        "row_id", "file", "sheet", "row", "nik_raw", "kk_raw", "birth_raw", "desa_raw", "desa_code", "occupation_raw", "group",
    }  # fmt: skip
    assert filled <= named


@given(st.text())
def test_any_text_is_a_known_header_or_unknown(text: str) -> None:
    assert field_of(text) in {None, *SYNONYMS}
