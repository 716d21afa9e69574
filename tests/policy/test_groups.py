"""The words people write for their work."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.policy.loader import local, shipped_policies

GROUPS = local("paser-2022").groups


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("petani", "petani"),
        ("TANI", "petani"),
        ("  Petani/Pekebun ", "petani"),
        ("PETANI / PEKEBUN", "petani"),
        ("buruh tani", "petani"),
        ("Buruh Tani/Perkebunan", "petani"),
        ("petani padi sawah", "petani"),
        ("petani sawit", "pekebun"),
        ("Pekebun Sawit Mandiri", "pekebun"),
        ("nelayan kecil", "nelayan"),
        ("NELAYAN/PERIKANAN", "nelayan"),
        ("bekerja sebagai nelayan", "nelayan"),
        ("Ketua RT 005", "ketua-rt"),
        ("RT", "ketua-rt"),
        ("Ketua R.W.", None),
        ("imam masjid Al-Ikhlas", "imam"),
        ("Imam / petani", "imam"),
        ("petani dan imam", "imam"),
        ("marbot & guru ngaji", "marbot"),
        ("Relawan Damkar", "relawan-damkar"),
        ("tagana", "relawan-bencana"),
        ("tukang sayur keliling", "pedagang"),
        ("tukang ojek", "ojek-sopir"),
        ("tukang kayu", "tukang"),
        ("Buruh Harian Lepas", "buruh-harian"),
        ("wiraswasta", "umkm"),
        ("Guru honorer", "guru-honorer"),
    ],
)
def test_a_written_occupation_finds_its_group(written: str, group: str | None) -> None:
    assert GROUPS.match(written) == group


@pytest.mark.parametrize(
    "written",
    [
        "", "-", "123", "guru", "PNS", "guru PNS", "pensiunan petani", "istri nelayan", "anak petani", "bukan petani",
        "buruh pabrik", "karyawan sawit", "penjaga kebun", "RT sebelah", "pelajar", "mengurus rumah tangga",
        "astronot", None,
    ],
)  # fmt: skip
def test_what_nobody_has_taught_stays_unknown(written: str | None) -> None:
    assert GROUPS.match(written) is None


@pytest.mark.parametrize("name", shipped_policies())
def test_every_synonym_finds_its_own_group(name: str) -> None:
    groups = local(name).groups
    for group in groups:
        for synonym in (group.title, *group.synonyms):
            assert groups.match(synonym) == group.id
            assert groups.match(f" {synonym.upper()}. ") == group.id


@given(st.text())
def test_any_text_is_either_a_known_group_or_unknown(text: str) -> None:
    assert GROUPS.match(text) in {None, *GROUPS.by_id}


@given(
    st.sampled_from(["petani", "nelayan kecil", "ojek online"]), st.sampled_from(["", " ", ".", " 2", "/"])
)
def test_case_punctuation_and_digits_do_not_count(written: str, noise: str) -> None:
    assert GROUPS.match(noise + written.title() + noise) == GROUPS.match(written)


def test_the_segment_of_a_group_is_dated() -> None:
    head = GROUPS["ketua-rt"]
    on = [head.segment_on(date(year, 12, 31)) for year in (2021, 2022, 2023)]
    assert [segment and segment.segment for segment in on] == [None, "BPU", "PU"]
