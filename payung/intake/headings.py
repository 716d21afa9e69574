"""The header of a list: where it stands, over one line or two, and which field each of its columns is. Pure.

Nothing is guessed from values: a column means what its header says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from payung.core import headers
from payung.intake.mapping import LIST_FIELDS, ListMapping
from payung.intake.marks import ID_HEADER, RESULT_HEADER

HEADER_WITHIN = 20
"""The header stands within so many rows of a sheet."""
_DIGITS = re.compile(r"\d")
_LONGEST = 80
"""Characters; a longer text is a sentence, not a header."""
_key = lru_cache(maxsize=16384)(headers.key)


@dataclass(frozen=True, slots=True)
class Block:
    """A header and the rows below it. `columns`: field to 1-based column; `labels`: field to the header as written;
    `again`: further columns of the same meaning."""

    header_row: int
    columns: Mapping[str, int]
    labels: Mapping[str, str]
    again: tuple[tuple[str, int, str], ...]
    mapping: ListMapping | None
    keys: frozenset[str]
    """Texts of the header, casefolded, by which a repetition is known."""


def first_header(
    texts: Sequence[Sequence[str]], mappings: Sequence[ListMapping]
) -> tuple[int, int, Block] | None:
    """Index of the header's first line, number of its lines, and what it says; the richest one wins."""
    best: tuple[int, int, Block] | None = None
    for index in range(min(HEADER_WITHIN, len(texts))):
        found = header_at(texts, index, mappings)
        if found and (best is None or len(found[1].columns) > len(best[2].columns)):
            best = (index, *found)
    return best


def header_at(
    texts: Sequence[Sequence[str]], index: int, mappings: Sequence[ListMapping]
) -> tuple[int, Block] | None:
    """The header that begins at line `index`: over how many lines it runs, and its block; None where none does."""
    first = texts[index]
    if sum(bool(text) for text in first) < 2:
        return None
    single = _block(first, index + 1, mappings)
    if index + 1 < len(texts) and _second_line(texts[index + 1]):
        both = _block(joined(first, texts[index + 1]), index + 2, mappings)
        below = _block(texts[index + 1], index + 2, mappings)
        # Where the lower line says as much by itself, the upper one is a title.
        if both and len(both.columns) > max(len(one.columns) if one else 0 for one in (single, below)):
            return 2, both
    return (1, single) if single else None


def _second_line(line: Sequence[str]) -> bool:
    """May this be the lower line of a header: some words, no data?"""
    written = [text for text in line if text]
    return bool(written) and not any(_DIGITS.search(text) for text in written)


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """Two lines of a header as one: what stands below a merged group gets the group's name in front."""
    found: list[str] = []
    group = ""
    for column in range(max(len(first), len(second))):
        top = first[column] if column < len(first) else ""
        below = second[column] if column < len(second) else ""
        group = (top or group) if below else ""
        found.append(f"{group}\n{below}" if group else below or top)
    return found


def _meaning(label: str, mapping: ListMapping | None) -> tuple[int, str] | None:
    """The field of a header, and how sure: 0 by the mapping, 1 by the whole label, 2 by its lower line alone."""
    whole = label.replace("\n", " ")
    if label == ID_HEADER:
        return 0, "row_id"
    if mapping:
        if (key := _key(whole)) in mapping.ignore:
            return None
        if key in mapping.columns:
            return 0, mapping.columns[key]
    if found := headers.field_among(whole, LIST_FIELDS):
        return 1, found
    if "\n" in label and (found := headers.field_among(label.rpartition("\n")[2], LIST_FIELDS)):
        return 2, found
    return None


def _block(labels: Sequence[str], header_row: int, mappings: Sequence[ListMapping]) -> Block | None:
    """What a line of labels says; None when it is no header: fewer than two fields, or neither name nor NIK."""
    keys = frozenset(_key(label) for label in labels if label)
    mapping = next((one for one in mappings if one.fits(keys) or not one.recognise), None)
    found: list[tuple[int, int, str, str]] = []
    for column, label in enumerate(labels, start=1):
        if not label or len(label) > _LONGEST or label == RESULT_HEADER:
            continue
        if meaning := _meaning(label, mapping):
            found.append((meaning[0], column, meaning[1], label.replace("\n", " ")))
    columns: dict[str, int] = {}
    written: dict[str, str] = {}
    again: list[tuple[str, int, str]] = []
    for sure, column, wanted, label in sorted(found):
        if wanted not in columns:
            columns[wanted], written[wanted] = column, label
        elif sure < 2:  # "AHLI WARIS / NAMA" is no second name of the person
            again.append((wanted, column, label))
    if len(columns.keys() - {"number", "row_id"}) < 2 or columns.keys().isdisjoint(("nik", "name")):
        return None
    texts = frozenset(part.strip().casefold() for label in labels for part in label.split("\n") if part)
    return Block(header_row, columns, written, tuple(again), mapping, texts)
