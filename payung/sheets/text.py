"""Tables in text files: which letters, which separator, and then row by row as Excel would show them."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import BinaryIO

from payung.sheets.limits import CELL_BYTES, Limits
from payung.sheets.problems import problem
from payung.sheets.table import Cell

_SAMPLE_BYTES = 65_536
_SAMPLE_ROWS = 30
_SEPARATORS = (";", "\t", ",", "|")
"""In the order of preference where the text fits two equally well."""
_MOST_LINE = 2_000_000
"""Characters of one line; forty columns of the longest cells."""
_MOST_ROWS = 1_048_576
"""Rows of any kind: Excel shows no more, so what an empty tail goes beyond is no table."""
_AT_THE_END = "\x1e"
"""A record that no text holds: it comes back alone only if no quote is open before it."""
_SEP_LINE = re.compile(r"\"?sep=([;,|\t:])\"?[\r\n]*", re.IGNORECASE)
_QUOTED = re.compile(r"(?:(?<=[;,|\t\r\n])|\A)\"(?:[^\"]|\"\")*\"(?=[;,|\t\r\n]|\Z)")
_DECODING_BLOCK = 1 << 20


def read_text(file: BinaryIO, name: str, limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    """The rows of a text file; every cell is text as it stands, nothing where it is empty.

    PayungError for letters that cannot be, NUL, a quote that is never closed, and whatever goes beyond the limits.
    """
    encoding = _encoding(file, name, limits)
    file.seek(0)
    stream = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        return _rows(stream, name, limits)
    except UnicodeError as error:
        raise problem("encoding", name, limits) from error
    finally:
        stream.detach()


def utf16_of(head: bytes) -> str:
    """The name of the UTF-16 that the first bytes of a text are in, by mark or by every second byte; "" if none."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    half = len(head) // 2
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > 0.3 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.3 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _encoding(file: BinaryIO, name: str, limits: Limits) -> str:
    file.seek(0)
    head = file.read(_SAMPLE_BYTES)
    if wide := utf16_of(head):
        return wide
    if head.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    for encoding in ("utf-8", "cp1252"):
        if _decodes(file, encoding):
            return encoding
    raise problem("encoding", name, limits)


def _decodes(file: BinaryIO, encoding: str) -> bool:
    """Whether the whole file is text of an encoding, tried block by block."""
    file.seek(0)
    stream = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        while stream.read(_DECODING_BLOCK):
            pass
    except UnicodeError:
        return False
    else:
        return True
    finally:
        stream.detach()


def separator(sample: list[str]) -> str:
    """The separator of a table, judged by its first lines; `,` where none separates anything.

    Each candidate cuts the rows into cells (quoted ones may hold any separator); the width most rows then have is the
    table's. Of those that make at least half as many rows of one width as the best does, the one whose table begins
    first is right: commas of addresses begin below the header. Then the one that finds more cells.
    """
    lines = _QUOTED.sub("x", "".join(sample)).splitlines()
    found: list[tuple[int, int, int, str]] = []
    for candidate in _SEPARATORS:
        widths = [line.count(candidate) + 1 for line in lines]
        counts = Counter(width for width in widths if width > 1)
        if counts:
            width, count = max(counts.items(), key=lambda item: (item[0] - 1) * item[1])
            found.append((count, widths.index(width), -(width - 1) * count, candidate))
    most = max((count for count, *_ in found), default=0)
    likely = [(first, cells, candidate) for count, first, cells, candidate in found if 2 * count >= most]
    return min(likely, key=lambda one: one[:2])[2] if likely else ","


def _rows(stream: io.TextIOWrapper, name: str, limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    lines = _lines(stream, name, limits)
    sample: list[str] = []
    for line in lines:
        sample.append(line)
        if len(sample) == _SAMPLE_ROWS or sum(map(len, sample)) > _SAMPLE_BYTES:
            break
    delimiter = ""
    if sample and (told := _SEP_LINE.fullmatch(sample[0])):
        # Excel obeys this line and does not show it, so that its rows are numbered from the next one.
        delimiter = told[1]
        del sample[0]
    delimiter = delimiter or separator(sample)
    return _records(_ended(sample, lines), delimiter, name, limits)


def _records(lines: Iterator[str], delimiter: str, name: str, limits: Limits) -> tuple[tuple[Cell, ...], ...]:
    rows: list[tuple[Cell, ...]] = []
    blank = 0
    size = 0
    closed = False
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        started = reader.line_num + 1
        try:
            record = next(reader, None)
        except csv.Error as error:
            if "field larger" in str(error):
                raise problem("quote", name, limits, found=len(rows) + 1) from error
            raise problem("damaged", name, limits) from error
        if record is None:
            break
        if record == [_AT_THE_END]:
            closed = True
            break
        row = tuple(cell if cell.strip() else None for cell in record) if any(record) else ()
        while row and row[-1] is None:
            row = row[:-1]
        if not row:
            blank += 1
            if len(rows) + blank > _MOST_ROWS:
                raise problem("too_many_rows", name, limits, found=len(rows) + blank)
            continue
        # Empty rows count once something follows them.
        rows.extend([()] * blank)
        rows.append(row)
        blank = 0
        size += sum(len(cell) + CELL_BYTES for cell in record)
        _check(row, len(rows), size, reader.line_num > started, name, limits)
    if not closed:
        raise problem("quote", name, limits, found=len(rows))
    return tuple(rows)


def _check(
    row: tuple[str | None, ...], number: int, size: int, over_lines: bool, name: str, limits: Limits
) -> None:
    if number > limits.rows:
        raise problem("too_many_rows", name, limits, found=number)
    if len(row) > limits.columns:
        raise problem("too_many_columns", name, limits, found=len(row))
    if size > limits.answer_bytes:
        raise problem("too_much_content", name, limits)
    longest = max(map(len, filter(None, row)))
    if longest > limits.cell_characters and over_lines:
        raise problem("quote", name, limits, found=number)
    if longest > limits.cell_characters:
        raise problem("long_cell", name, limits, detail=f"di baris {number}", found=longest)


def _lines(stream: io.TextIOWrapper, name: str, limits: Limits) -> Iterator[str]:
    number = 0
    while line := stream.readline(_MOST_LINE):
        number += 1
        if "\0" in line:
            raise problem("nul", name, limits, found=number)
        if len(line) == _MOST_LINE:
            raise problem("long_line", name, limits, found=number)
        yield line


def _ended(sample: list[str], rest: Iterator[str]) -> Iterator[str]:
    """All lines, and then the mark that shows whether a quote is still open."""
    yield from sample
    yield from rest
    yield _AT_THE_END + "\n"
