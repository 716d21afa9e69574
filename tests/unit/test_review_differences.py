"""What differs between two texts is shown letter by letter; what one roof may explain is said."""

from __future__ import annotations

import pytest

from payung.screening.review import household
from payung.screening.reviewbook import differences


def marked(left: str, right: str) -> tuple[str, str]:
    """Both texts with what differs in brackets."""
    one, other = differences(left, right)
    return tuple("".join(f"[{text}]" if flag else text for text, flag in parts) for parts in (one, other))  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("6401014108900001", "6401014108900001", ("6401014108900001", "6401014108900001")),
        ("6401014108900001", "6401014108900007", ("640101410890000[1]", "640101410890000[7]")),
        ("6401014108", "6401104108", ("6401[01]4108", "6401[10]4108")),
        ("640101410890001", "6401014108900001", ("640101410890001", "64010141089000[0]1")),
        ("Siti Aminah", "SITI AMINA", ("Siti Amina[h]", "SITI AMINA")),
        ("SITI", "BUDI", ("[SIT]I", "[BUD]I")),
        ("ẞa", "ssa", ("[ẞ]a", "[ss]a")),
    ],
)
def test_what_differs_is_marked_by_the_letter(left: str, right: str, expected: tuple[str, str]) -> None:
    assert marked(left, right) == expected


def test_the_pieces_are_the_text() -> None:
    for left, right in (("a" * 500, "b" * 400), ("", "x"), ("İstanbul", "istanbul"), ("Nur'aini", "NURAINI")):
        one, other = differences(left, right)
        assert "".join(text for text, _ in one) == left
        assert "".join(text for text, _ in other) == right


@pytest.mark.parametrize(
    ("name", "birth", "card", "word"),
    [
        ("other", "same", "same", "kembar"),
        ("typing", "other", "same", "orang tua dan anak"),
        ("other", "other", "same", "saudara"),
        ("same", "same", "other", "pindah"),
        ("same", "same", "missing", ""),
    ],
)
def test_a_household_is_hinted_at_where_it_may_explain(name: str, birth: str, card: str, word: str) -> None:
    hint = household({"ev_name": name, "ev_birth": birth, "ev_kk": card})
    assert word in hint
    assert bool(word) == bool(hint)
