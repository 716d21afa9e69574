"""What of a place's figures others may see: no number tells of fewer than five people, not by computing either."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from payung.reporting.published import KINDS, Key, for_everybody, part_of, published

PARTS = (Key.ELIGIBLE, Key.INCOMPLETE, Key.REFUSED)
small_or_any = st.one_of(st.integers(0, 6), st.integers(0, 40_000))


def screening(eligible: int, incomplete: int, refused: int) -> dict[Key, int]:
    return {
        Key.SCREENED: eligible + incomplete + refused, Key.ELIGIBLE: eligible, Key.INCOMPLETE: incomplete,
        Key.REFUSED: refused,
    }  # fmt: skip


def test_large_numbers_are_shown_as_they_are() -> None:
    counts = screening(30_000, 1_500, 700)
    assert published(counts) == counts


def test_a_small_number_goes_and_takes_another_with_it() -> None:
    assert published(screening(30_000, 1_500, 3)) == {
        Key.SCREENED: 31_503, Key.ELIGIBLE: 30_000, Key.INCOMPLETE: None, Key.REFUSED: None,
    }  # fmt: skip


def test_nobody_at_all_is_no_secret() -> None:
    assert published(screening(0, 0, 0)) == screening(0, 0, 0)


def test_what_is_left_of_a_sum_is_protected_too() -> None:
    """Of 100 rows 97 are to be mended: three are good, and that is not said either."""
    assert published({Key.ROWS: 100, Key.TO_FIX: 97}) == {Key.ROWS: 100, Key.TO_FIX: None}


def test_neighbourhoods_are_no_people() -> None:
    assert published({Key.RTS: 12, Key.RTS_SENT: 2}) == {Key.RTS: 12, Key.RTS_SENT: 2}


@given(small_or_any, small_or_any, small_or_any)
def test_no_part_that_is_left_out_can_be_computed(eligible: int, incomplete: int, refused: int) -> None:
    counts = screening(eligible, incomplete, refused)
    shown = published(counts)
    assert all(value == counts[key] for key, value in shown.items() if value is not None)
    assert not any(0 < value < 5 for value in shown.values() if value is not None)
    gone = [key for key in PARTS if shown[key] is None]
    whole = shown[Key.SCREENED]
    if gone and whole is not None:
        left = whole - sum(shown[key] or 0 for key in PARTS)
        assert left >= 5, "the parts left out together are small"
        assert len(gone) >= 2, "one part alone is the rest of the sum"


@given(st.lists(st.tuples(small_or_any, small_or_any, small_or_any), min_size=1, max_size=8))
def test_no_kecamatan_that_is_left_out_can_be_computed(rows: list[tuple[int, int, int]]) -> None:
    places = {f"64.01.{n:02}": screening(*row) for n, row in enumerate(rows, 1)}
    gone = for_everybody(places)
    for place, counts in places.items():
        if place not in gone:
            assert not any(0 < count < 5 for count in counts.values())
    if gone and len(gone) < len(places):
        for key in (Key.SCREENED, *PARTS):
            assert not 0 < sum(places[place][key] for place in gone) < 5


def test_every_part_names_a_sum_that_there_is() -> None:
    assert set(KINDS) == set(Key)
    assert all(part_of(total) is None for key in Key if (total := part_of(key)))
