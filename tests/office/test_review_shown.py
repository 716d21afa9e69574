"""What two values differ in, in words, and how little of a number is shown for it."""

from __future__ import annotations

import pytest

from payung.screening.shown import State, difference_words, row_of

ONE = "6401045708900003"


@pytest.mark.parametrize(
    ("left", "right", "words"),
    [
        (ONE, "6401045708900004", "angka ke-16: 3 dan 4"),
        (ONE, "6401045708900030", "angka ke-15 dan ke-16 tertukar"),
        (ONE, "7401045708900004", "angka ke-1: 6 dan 7; angka ke-16: 3 dan 4"),
        (ONE, "1111111111111111", "15 angka berbeda"),
        ("Siti Aminah", "Siti Amina", "hanya di kiri: “h”"),
        ("Hasan", "Husin", "hanya di kiri: “a”, “a”; hanya di kanan: “u”, “i”"),
        ("Siti Aminah Rahmawati", "Budi Hartono Kusumo", "berbeda"),
    ],
)
def test_a_difference_is_said_in_words(left: str, right: str, words: str) -> None:
    assert difference_words(left, right) == words


def told(left: str, right: str, **more: bool) -> str:
    found = row_of("nik", "NIK", left, right, **more)
    return " ".join(text for text, _ in (*found.left, *found.right)) + f" {found.words}"


def test_of_numbers_that_differ_a_little_only_that_is_shown() -> None:
    assert told(ONE, "6401045718900003") == "6401**** 0 ***0003 6401**** 1 ***0003 angka ke-9: 0 dan 1"
    assert ONE in told(ONE, "6401045708900030", unmasked=True).replace(" ", "")


@pytest.mark.parametrize("other", ["3275014108850009", "640104", "64010457089000031234"])
def test_of_two_other_numbers_nothing_in_the_middle_is_shown(other: str) -> None:
    shown = told(ONE, other).replace(" ", "")
    assert ONE[4:12] not in shown
    assert other[4:12] not in shown or len(other) < 12


def test_what_is_missing_is_no_difference() -> None:
    assert row_of("name", "Nama", "Siti", "").state is State.MISSING
    assert row_of("name", "Nama", "SITI", "siti").state is State.SAME
