"""Finding by what was typed: what it is taken for, which keys it has, and who is alike enough."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.core import names
from payung.registry.masks import masked
from payung.registry.matching import Known, contradicts, same_name
from payung.registry.search import (
    LEAST,
    SURE,
    Kind,
    alike,
    distance,
    joined_key,
    keys_of,
    name_score,
    near_joined,
    near_keys,
    understand,
    whole_key,
    word_key,
)

WORDS = st.text("ABDEGHIKLMNOPRSTUWY", min_size=1, max_size=10)


def score(typed: str, written: str) -> int:
    return name_score(names.standard(typed), names.standard(written))


@pytest.mark.parametrize(
    ("typed", "kind", "text"),
    [
        ("", Kind.NOTHING, ""),
        ("  %  ", Kind.NOTHING, ""),
        ("6401 0457 0890 0003", Kind.NUMBER, "6401045708900003"),
        ("6401.0457.0890.0003", Kind.NUMBER, "6401045708900003"),
        ("640104570890000", Kind.NUMBER, "640104570890000"),
        ("0812-3456-7890", Kind.PHONE, "081234567890"),
        ("+62 812 3456 7890", Kind.PHONE, "081234567890"),
        ("1234", Kind.UNCLEAR, ""),
        ("Siti 640104570890", Kind.UNCLEAR, ""),
        ("Hj. Siti Aminah, S.Pd", Kind.NAME, "SITI AMINAH"),
        ("D'Souza", Kind.NAME, "DSOUZA"),
        ("<b>O&M</b>", Kind.NAME, "B O M B"),
    ],
)
def test_what_was_typed_is_understood(typed: str, kind: Kind, text: str) -> None:
    found = understand(typed)
    assert (found.kind, found.text) == (kind, text)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("siti aminah", "Siti Aminah"),
        ("Sitti Aminha", "Siti Aminah"),
        ("Siti Aminah", "HJ. SITI AMINAH BINTI AMIR"),
        ("aminah siti", "Siti Aminah"),
        ("Muh. Yusup", "Muhammad Yusuf"),
        ("Soekarno", "Sukarno"),
        ("Supriyanto", "Suprianto"),
        ("Djoko", "Joko"),
        ("Hendrawam", "Hendrawan"),
        ("Aminud", "Aminuddin"),
        ("S. Aminah", "Siti Aminah"),
    ],
)
def test_typing_errors_and_spellings_are_forgiven(typed: str, written: str) -> None:
    assert score(typed, written) >= LEAST


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Siti Aminah", "Budi Santoso"), ("Amir", "Yusuf"), ("Siti Aminah", "Ahmad Ridwan"), ("Nur", "Kasim")],
)
def test_somebody_else_is_not_alike(typed: str, written: str) -> None:
    assert score(typed, written) < LEAST


def test_the_very_name_comes_before_longer_ones_and_those_before_others() -> None:
    found = sorted(
        ["Siti Aminah", "Siti Aminah Zahra", "Sitti Amina", "Siti Amanda"],
        key=lambda one: -score("Siti Aminah", one),
    )
    assert found[0] == "Siti Aminah"
    assert found[-1] == "Siti Amanda"


def test_another_spelling_of_the_same_sound_is_sure() -> None:
    assert score("Supriyanto", "Soeprijanto") >= SURE


@given(WORDS)
def test_a_word_has_a_key_and_it_is_near_itself(word: str) -> None:
    key = word_key(word)
    assert key
    assert key in near_keys(key)


@given(WORDS, st.integers(0, 9), st.sampled_from("BDGKLMNPRST"))
def test_one_wrong_letter_stays_near_where_the_sound_is_long_enough(word: str, at: int, letter: str) -> None:
    key = word_key(word)
    if not 3 <= len(key) <= 12 or at >= len(key):
        return
    assert key[:at] + key[at + 1 :] in near_keys(key)
    assert key[:at] + letter + key[at + 1 :] in near_keys(key)
    assert key[:at] + letter + key[at:] in near_keys(key)


def test_a_short_sound_has_no_shorter_ones_near() -> None:
    assert all(len(one) >= 2 for one in near_keys("ST"))


def test_every_written_name_of_a_person_is_a_key_and_so_is_the_whole() -> None:
    found = keys_of({"SITI AMINAH", "AMINAH", ""})
    assert found == {"=0MN ST", "~STMN", "=0MN", "~0MN", "ST", "0MN"}
    assert whole_key("AMINAH SITI") == whole_key("SITI AMINAH")


def by_the_table(one: str, other: str) -> int:
    """Optimal string alignment as it stands in textbooks."""
    table = {(i, 0): i for i in range(len(one) + 1)} | {(0, j): j for j in range(len(other) + 1)}
    for i, letter in enumerate(one, 1):
        for j, its in enumerate(other, 1):
            found = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                found = min(found, table[i - 2, j - 2] + 1)
            table[i, j] = found
    return table[len(one), len(other)]


@given(st.text("ABC", max_size=9), st.text("ABC", max_size=9))
def test_distance_by_bits_is_distance_by_the_table(one: str, other: str) -> None:
    assert distance(one, other) == by_the_table(one, other)


@given(WORDS, WORDS)
def test_a_quick_look_never_calls_alike_what_is_not(one: str, other: str) -> None:
    if len(one) > 1 and len(other) > 1 and one != other and word_key(one) != word_key(other):
        plain = 1000 - 1000 * distance(one, other) // max(len(one), len(other))
        assert alike(one, other) == plain or other.startswith(one) or (plain <= alike(one, other) < LEAST)


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Kuswantorusli", "Kuswanto Rusli"), ("Rinarjumiati", "Rina Jumiati"), ("Nur Hayati", "Nurhayati")],
)
def test_spaces_may_be_forgotten_or_mistyped(typed: str, written: str) -> None:
    assert score(typed, written) >= 800
    assert joined_key(names.standard(written)) in near_joined(names.standard(typed))


@given(WORDS, WORDS)
def test_distance_is_a_distance(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)
    assert distance(one, other) <= max(len(one), len(other))


@given(WORDS, WORDS)
def test_likeness_lies_between_nothing_and_the_same(one: str, other: str) -> None:
    assert 0 <= alike(one, other) <= 1000


def test_neighbours_changed_are_one_step() -> None:
    assert distance("AMINHA", "AMINAH") == 1


AMINAH = Known(1, "SITI AMINAH", date(1990, 8, 17), "P")


@pytest.mark.parametrize(
    ("other", "differs"),
    [
        (Known(2, "SITI AMINAH", date(1990, 8, 17), "P"), False),
        (Known(2, "AMINAH", None, None), False),
        (Known(2, "S AMINAH", date(1990, 8, 18), "P"), False),
        (Known(2, "SITI AMINAH", date(1991, 7, 17), "P"), True),
        (Known(2, "SITI AMINAH", date(1990, 8, 17), "L"), True),
        (Known(2, "AHMAD RIDWAN", None, None), True),
        (Known(2, "", None, None), True),
    ],
)
def test_one_number_is_one_person_unless_something_contradicts(other: Known, differs: bool) -> None:
    assert contradicts(AMINAH, other) is differs
    assert contradicts(other, AMINAH) is differs


def test_day_and_month_may_be_swapped() -> None:
    assert not contradicts(Known(1, "AMIR", date(1985, 3, 12), "L"), Known(2, "AMIR", date(1985, 12, 3), "L"))


def test_a_half_name_is_the_same_and_another_first_word_is_not() -> None:
    assert same_name("MUHAMAD ALI", "ALI")
    assert not same_name("MUHAMAD ALI", "MUHAMAD YUSUF")


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("nik", "6401045708900003", "6401********0003"),
        ("phone", "081234567890", "0812*****890"),
        ("phone", "0812", "****"),
        ("mother_name", "Rahmah", "R•••"),
        ("kk", None, ""),
    ],
)
def test_secrets_are_masked(field: str, value: str | None, shown: str) -> None:
    assert masked(field, value) == shown
