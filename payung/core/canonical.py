"""Tables to the byte: the text that is hashed wherever two machines must agree on a list of people."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache


def texts(*values: object) -> tuple[str, ...]:
    """The values as canonical texts."""
    return tuple(_clean(str(value)) for value in values)


def _clean(text: str) -> str:
    """NFC, one line, no tabs: a name typed with a line break must not make two rows."""
    # ASCII is NFC already; most of a roll's million values are that.
    if text.isascii():
        return text if text.isalnum() else " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text).split())


def sort_key(columns: tuple[str, ...], values: tuple[str, ...]) -> tuple[str, ...]:
    """What people are sorted by: desa_code, rt, nik, name_raw."""
    desa, rt, nik, name = _sorted_by(columns)
    return values[desa], values[rt], values[nik], values[name]


@cache
def _sorted_by(columns: tuple[str, ...]) -> tuple[int, ...]:
    return tuple(columns.index(name) for name in ("desa_code", "rt", "nik", "name_raw"))


def table(columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> bytes:
    """UTF-8 TSV with LF and a header, sorted by `sort_key` and then by everything."""
    ordered = sorted(rows, key=lambda values: (sort_key(columns, values), values))
    lines = ["\t".join(columns), *("\t".join(values) for values in ordered)]
    return ("\n".join(lines) + "\n").encode()
