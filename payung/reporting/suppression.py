"""What a page for everybody leaves out, so that nobody can be recognised or computed back from sums."""

from __future__ import annotations

from collections.abc import Sequence

LEAST = 5
"""Counts of 1 to 4 people are not published."""


def hidden(rows: Sequence[Sequence[int]], least: int = LEAST) -> tuple[bool, ...]:
    """Which rows of a table are left out, when the sum of every column is published.

    A row goes when any of its counts is between 1 and `least` - 1. So that what went cannot be computed as sum minus
    the rest, further rows go, the smallest first, until no column's hidden sum is between 1 and `least` - 1 and no
    row is hidden alone. Where too few rows are there for that, all go, and the sum must go with them (`all(...)`).
    """
    gone = [any(0 < count < least for count in row) for row in rows]
    if not any(gone):
        return tuple(gone)
    # A row without anybody protects nobody: it is the last to be taken.
    spare = sorted(
        (place for place, out in enumerate(gone) if not out),
        key=lambda place: (not any(rows[place]), max(rows[place], default=0), place),
    )
    for place in spare:
        if _protected(rows, gone, least):
            break
        gone[place] = True
    return tuple(gone) if _protected(rows, gone, least) else (True,) * len(rows)


def _protected(rows: Sequence[Sequence[int]], gone: Sequence[bool], least: int) -> bool:
    out = [row for row, is_gone in zip(rows, gone, strict=True) if is_gone]
    peopled = [row for row in out if any(row)]
    if len(peopled) < 2:
        return False
    return all(not 0 < sum(column) < least for column in zip(*out, strict=True))
