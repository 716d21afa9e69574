"""What of a detail is shown, and what is masked."""

from __future__ import annotations

from typing import Any

import pytest

from payung.audit.rules import HIDDEN, Change, shown, text_of


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("nik", "6401014108900001", "6401********0001"),
        ("kk", "6401 0101 0812 0001", "6401********0001"),
        ("catatan", "NIK 6401014108900001 keliru", "NIK 6401********0001 keliru"),
        ("catatan", "hp 0812-3456-7890", f"hp {HIDDEN}"),
        ("catatan", "+62 812 3456 7890", HIDDEN),
        ("phone", "08123456789", HIDDEN),
        ("mother_name", "Aminah", HIDDEN),
        ("birth_on", "1990-08-01", "1990-08-01"),
        ("catatan", "lahir 01-08-1990", "lahir 01-08-1990"),
        ("place", "64.01.04.2002/005", "64.01.04.2002/005"),
        ("sha256", "1" * 64, "1" * 64),
        ("count", 1626307200, "1626307200"),
        ("count", 6401014108900001, "6401********0001"),
        ("ada", True, "ya"),
        ("ada", None, "–"),
        ("orang", {"nik": "6401014108900001", "name": "Siti"}, "NIK: 6401********0001; nama: Siti"),
        ("nik", ["6401014108900001", "x"], "6401********0001, *"),
    ],
)
def test_numbers_of_people_are_masked_by_name_and_by_looks(name: str, value: Any, text: str) -> None:
    assert text_of(name, value) == text


def test_a_detail_is_told_as_changes_reason_and_the_rest() -> None:
    found = shown({"old": {"sex": "L"}, "new": {"sex": "P"}, "reason": "salah ketik", "rows": 3})
    assert found.changes == (Change("jenis kelamin", "L", "P"),)
    assert found.reason == "salah ketik"
    assert found.facts == (("baris", "3"),)


def test_details_of_any_shape_can_be_shown() -> None:
    assert shown(None).facts == ()
    assert shown("6401014108900001").facts == (("isi", "6401********0001"),)
    assert shown([1, 2]).facts == (("isi", "1, 2"),)
    assert shown({"old": 1, "new": {"a": 2}}).facts == (("old", "1"), ("new", "a: 2"))
