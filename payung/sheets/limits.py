"""How much a table file may ask for before it is refused."""

from __future__ import annotations

from dataclasses import dataclass

MEBIBYTE = 1024 * 1024
CELL_BYTES = 32
"""What a cell of any length costs beside its text, counted towards `Limits.answer_bytes`."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one file. The defaults are generous for lists of a regency and small for the machine.

    Formatting without content does not count as rows or columns.
    """

    file_bytes: int = 50 * MEBIBYTE
    """Size of the file as it lies on disk, bytes."""
    unpacked_bytes: int = 300 * MEBIBYTE
    """What all parts of a workbook may say they unpack to, bytes."""
    ratio: int = 100
    """Unpacked size of one part divided by its packed size; asked only of parts above `ratio_from_bytes`."""
    ratio_from_bytes: int = MEBIBYTE
    """Parts of at most this unpacked size, bytes, may be packed as tightly as they like."""
    entries: int = 200
    """Parts in a workbook."""
    rows: int = 50_000
    """Rows of one sheet, counted to the last row with content."""
    columns: int = 200
    """Columns of one sheet, counted to the last column with content."""
    cell_characters: int = 32_767
    """Characters in one cell; Excel itself allows no more."""
    answer_bytes: int = 100 * MEBIBYTE
    """What all cells of a file take, bytes: their text and `CELL_BYTES` for each; so at most 2,5 million cells."""
    memory_bytes: int = 512 * MEBIBYTE
    """Address space of the child that reads, bytes."""
    cpu_seconds: int = 30
    """Computing time of the child, seconds."""
    wall_seconds: float = 60.0
    """Time until the child is ended, seconds."""
