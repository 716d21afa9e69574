"""Plain text for a terminal of 100 columns: headings, wrapped paragraphs, columns. Pure."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

WIDTH = 100


def heading(title: str) -> list[str]:
    """A title of a section, underlined, with an empty line before it."""
    return ["", *textwrap.wrap(title, WIDTH), "-" * min(len(title), WIDTH)]


def wrapped(text: str, indent: str = "", hanging: str = "") -> list[str]:
    """Text in lines of at most `WIDTH`; `indent` before the first, `hanging` (or the same) before the others."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=indent, subsequent_indent=hanging or indent, break_on_hyphens=False
    )


def columns(rows: Sequence[Sequence[str]], indent: str = "  ", right: Iterable[int] = ()) -> list[str]:
    """Rows in columns as wide as their widest cell; those in `right` are aligned to the right."""
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    aligned = set(right)
    return [
        indent
        + "  ".join(
            cell.rjust(width) if at in aligned else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
