"""Numbers of family cards."""

from __future__ import annotations

import pytest

from payung.core import kk, nik


@pytest.mark.parametrize(
    "written", ["6401042109110007", "6401 0421 0911 0007", "'6401042109110007", "6401042109110007.0"]
)
def test_a_card_number_is_read_like_any_number(written: str) -> None:
    assert kk.is_valid(written)
    assert kk.clean(written) == "6401042109110007"
    assert kk.faults(written) == ()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("", "kk_missing"),
        ("6.4E+15", "kk_scientific"),
        ("64O1042109110007", "kk_letters"),
        ("640104210911000", "kk_short"),
        ("64010421091100071", "kk_long"),
        ("0000000000000000", "kk_placeholder"),
        ("9901042109110007", "kk_region"),
        ("6401043209110007", "kk_date"),
        ("6401042109110000", "kk_serial"),
    ],
)
def test_each_fault_has_its_own_code_and_sentence(written: str, code: str) -> None:
    assert kk.faults(written) == (code,)
    assert not kk.is_valid(written)
    assert "kartu keluarga" in kk.explain(code) or "KK" in kk.explain(code)


def test_every_fault_of_a_number_is_one_of_a_card_too() -> None:
    assert {code.replace("nik_", "kk_") for code in nik.FAULTS} == set(kk.FAULTS)


def test_a_card_made_from_a_womans_number_is_met_in_real_lists() -> None:
    assert kk.is_valid("6401044108900001")


def test_a_card_number_is_masked_and_spaced_like_a_nik() -> None:
    assert kk.mask("6401042109110007") == "6401********0007"
    assert kk.spaced("6401042109110007") == "6401 0421 0911 0007"
