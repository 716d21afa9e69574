"""Long rows of things, some at a time. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Value = TypeVar("Value")


def portions(values: Iterable[Value], size: int) -> Iterator[list[Value]]:
    """The values in their order, at most `size` at a time."""
    left = iter(values)
    while some := list(islice(left, size)):
        yield some
