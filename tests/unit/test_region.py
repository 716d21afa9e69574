"""Regions by Kemendagri code, and how people write them."""

from __future__ import annotations

from collections import Counter

import pytest

from payung.core import region

PASER = "64.01"


def codes(text: str, district: str = "") -> list[str]:
    return [place.code for place in region.find_desa_in(text, district, PASER)]


def test_paser_has_139_desa_and_5_kelurahan_in_ten_kecamatan() -> None:
    villages = region.villages(PASER)
    assert Counter(place.kind for place in villages) == {"desa": 139, "kelurahan": 5}
    assert [one.code for one in region.districts(PASER)] == [f"64.01.{n:02d}" for n in range(1, 11)]
    each = Counter(place.district for place in villages)
    assert each == {
        "Batu Sopang": 9, "Tanjung Harapan": 7, "Paser Belengkong": 15, "Tanah Grogot": 16, "Kuaro": 13,
        "Long Ikis": 26, "Muara Komam": 13, "Long Kali": 23, "Batu Engau": 13, "Muara Samu": 9,
    }  # fmt: skip


def test_each_of_the_144_is_found_by_its_name_and_its_code_in_any_writing() -> None:
    for place in region.villages(PASER):
        kind = "Kel." if place.kind == "kelurahan" else "Desa"
        for written in (
            place.name, place.name.upper(), f"  {kind} {place.name} ", f"{place.name} Kec. {place.district}",
            f"{kind} {place.name} (Kecamatan {place.district})", place.name.replace(" ", "-"), place.code,
            place.code.replace(".", ""),
        ):  # fmt: skip
            assert codes(written) == [place.code], written


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Samuranggau", "64.01.01.2009"),
        ("Pondang", "64.01.05.2009"),
        ("Samuntai", "64.01.06.2005"),
        ("Paser Belengkong", "64.01.03.2006"),
        ("Labuan Kallo", "64.01.02.2007"),
        ("Sei Tuak", "64.01.04.2006"),
        ("S. Tuak", "64.01.04.2006"),
        ("Tg. Aru", "64.01.02.2006"),
        ("Ma. Adang 2", "64.01.08.2020"),
        ("Bt Kajang", "64.01.01.2011"),
    ],
)
def test_old_spellings_and_abbreviations_name_the_same_village(written: str, code: str) -> None:
    assert codes(written) == [code]


def test_every_alias_leads_to_its_own_village_and_takes_no_others_name() -> None:
    names = {place.name.casefold() for place in region.villages(PASER)}
    for code, aliases in region.ALIASES.items():
        for alias in aliases:
            assert codes(alias) == [code]
            assert alias.casefold() not in names


@pytest.mark.parametrize(
    "written", ["Sanaken", "Pd Pangrapat", "Batu Kajangg", "xyz", "", "64.01.04.9999", "64.02.01.2001"]
)
def test_a_similar_name_is_never_taken_for_the_name(written: str) -> None:
    assert codes(written) == []


def test_a_similar_name_is_proposed() -> None:
    assert [place.name for place in region.propose_desa("Sanaken", PASER)] == ["Senaken"]
    assert "Padang Pengrapat" in [place.name for place in region.propose_desa("Pd. Pangrapat", PASER)]
    assert region.propose_desa("qqqq", PASER) == ()


def test_the_same_name_in_two_kecamatan_must_be_told_apart() -> None:
    regency = "33.01"
    twice = next(
        name for name, count in Counter(p.name for p in region.villages(regency)).items() if count > 1
    )
    all_of_them = region.find_desa(twice, regency)
    assert len(all_of_them) > 1
    for place in all_of_them:
        assert region.find_desa_in(twice, place.district, regency) == (place,)
        assert region.find_desa(f"{twice} Kec. {place.district}", regency) == (place,)
    assert region.find_desa_in(twice, "Entah", regency) == all_of_them


def test_codes_are_read_with_and_without_dots() -> None:
    assert region.regency("6401") == region.regency("64.01")
    district, province, desa = region.district("640104"), region.province("64"), region.desa("6401041001")
    assert district is not None
    assert district.name == "Tanah Grogot"
    assert province is not None
    assert province.name == "Kalimantan Timur"
    assert desa is not None
    assert desa.in_words == "Kelurahan Tanah Grogot, Kecamatan Tanah Grogot"


@pytest.mark.parametrize(
    "code", ["", "64", "6401", "64.01.04.9999", "00.00.00.0000", "bukan kode", "64.01.04"]
)
def test_a_code_that_is_no_village_gives_none(code: str) -> None:
    assert region.desa(code) is None


def test_kecamatan_are_found_by_code_name_and_old_name() -> None:
    for written in ("Paser Belengkong", "Kec. Pasir Belengkong", "PS. BELENGKONG", "64.01.03", "640103"):
        found = region.find_district(written, PASER)
        assert found is not None, written
        assert found.code == "64.01.03"
    assert region.find_district("Samarinda Ulu", PASER) is None
    assert region.find_district("64.02.01", PASER) is None


def test_an_unknown_regency_has_no_villages() -> None:
    assert region.villages("99.99") == ()
    assert region.districts("") == ()
