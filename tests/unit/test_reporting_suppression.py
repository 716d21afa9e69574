"""On a page for everybody nobody can be recognised, nor computed back from sums."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payung.reporting.suppression import LEAST, hidden

TABLES = st.integers(1, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=1, max_size=7
    )
)


@pytest.mark.parametrize(
    ("counts", "gone"),
    [
        ([10, 20, 30], [False, False, False]),
        ([0, 20, 30], [False, False, False]),
        ([3, 20, 30], [True, True, False]),
        ([1, 2, 30, 40], [True, True, True, False]),
        ([4, 4, 30], [True, True, False]),
        ([3, 0, 30, 40], [True, False, True, False]),
        ([5, 5], [False, False]),
        ([3], [True]),
        ([3, 0], [True, True]),
        ([], []),
    ],
)
def test_a_small_count_goes_and_another_goes_with_it(counts: list[int], gone: list[bool]) -> None:
    assert list(hidden([[count] for count in counts])) == gone


def test_a_row_goes_as_a_whole_when_one_of_its_counts_is_small() -> None:
    assert hidden([[50, 2], [60, 9], [70, 80]]) == (True, True, False)


@given(TABLES)
def test_no_published_row_is_small_and_no_hidden_sum_tells_of_a_few(rows: Sequence[Sequence[int]]) -> None:
    gone = hidden(rows)
    shown = [row for row, out in zip(rows, gone, strict=True) if not out]
    left_out = [row for row, out in zip(rows, gone, strict=True) if out]
    assert not any(0 < count < LEAST for row in shown for count in row)
    if not shown or not left_out:
        return
    assert sum(any(row) for row in left_out) >= 2
    assert not any(0 < sum(column) < LEAST for column in zip(*left_out, strict=True))


@given(TABLES)
def test_nothing_is_left_out_without_a_small_count(rows: Sequence[Sequence[int]]) -> None:
    small = any(0 < count < LEAST for row in rows for count in row)
    assert any(hidden(rows)) == small
