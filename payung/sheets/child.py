"""The program that opens workbooks: alone in a process that cannot take much memory or time, nor write any file.

It is run by its file name with a bare interpreter, so it imports nothing of Payung. Standard input is the workbook,
standard output the answer, lines of JSON in UTF-8: either one line `{"problem": code, …}`, or for every worksheet with
content a line `{"name", "hidden"}` and then lines `{"rows": [[cell, …], …], "dates": [[row, column, text], …]}`, and at
last `{"end": true}`. `dates` are the cells that hold a date: row within its line, column, both from 0, and ISO text,
with a `T` if it has a time.
"""

from __future__ import annotations

import resource
import sys
from datetime import date, datetime, time, timedelta

TYPE_CHECKING = False
"""Known to type checkers as true. `typing` itself would cost a third of the child's start."""
if TYPE_CHECKING:
    import re
    from collections.abc import Iterator
    from typing import Any, BinaryIO
    from zipfile import ZipFile

try:
    from _json import encode_basestring as quoted
except ImportError:
    from json.encoder import py_encode_basestring as quoted

MOST_EXACT = 10.0**17
"""Whole numbers up to here are told as whole numbers, beyond as floating point."""
_CHUNK_ROWS = 500
_SCAN_BYTES = 1 << 20
_OVERLAP_BYTES = 256
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class RefusedError(Exception):
    """The workbook is not read. `fields` is what the parent is told."""

    def __init__(self, code: str, **fields: object) -> None:
        super().__init__(code)
        self.fields = {"problem": code, **fields}


def confine(memory_bytes: int, cpu_seconds: int) -> None:
    """Give up, for good, memory, computing time (bytes, seconds), files, children and core dumps."""
    for what, soft, hard in (
        (resource.RLIMIT_AS, memory_bytes, memory_bytes),
        (resource.RLIMIT_CPU, cpu_seconds, cpu_seconds + 2),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
    ):
        most = resource.getrlimit(what)[1]
        if most != resource.RLIM_INFINITY:
            soft, hard = min(soft, most), min(hard, most)
        resource.setrlimit(what, (soft, hard))


def answer(workbook: Any, visible: Any, worksheet: Any, bounds: dict[str, int]) -> list[bytes]:
    """The whole answer of an open workbook; RefusedError if it goes beyond `rows`, `columns`, `characters`
    of a cell, or `bytes`, of which each cell takes `cell` beside its text.

    `visible` and `worksheet` are the reader's values for a visible sheet and for a sheet of cells.
    """
    lines: list[bytes] = []
    size = 0
    for sheet in workbook.sheets_metadata:
        if sheet.typ != worksheet:
            continue
        cells = workbook.get_sheet_by_name(sheet.name)
        if cells.start is None:
            continue
        _check_extent(sheet.name, cells.end, bounds)
        hidden = "false" if sheet.visible == visible else "true"
        lines.append(f'{{"name":{quoted(sheet.name)},"hidden":{hidden}}}\n'.encode())
        try:
            for line, cell_count in _chunks(sheet.name, cells, bounds["characters"]):
                size += len(line) + cell_count * bounds["cell"]
                if size > bounds["bytes"]:
                    raise RefusedError("too_much_content")
                lines.append(line)
        except OverflowError as error:
            raise RefusedError("odd_duration", sheet=sheet.name) from error
    lines.append(b'{"end":true}\n')
    return lines


def _check_extent(name: str, end: tuple[int, int], bounds: dict[str, int]) -> None:
    if end[0] >= bounds["rows"]:
        raise RefusedError("too_many_rows", sheet=name, found=end[0] + 1)
    if end[1] >= bounds["columns"]:
        raise RefusedError("too_many_columns", sheet=name, found=end[1] + 1)


def _chunks(name: str, sheet: Any, longest: int) -> Iterator[tuple[bytes, int]]:
    """The rows of a sheet from Excel's row 1 and column A on, some hundred a line, and the count of their cells."""
    indent = ["null"] * sheet.start[1]
    rows: list[str] = []
    dates: list[str] = []
    count = 0
    for index, cells in enumerate(sheet.iter_rows()):
        texts = indent.copy()
        for value in cells:
            kind = type(value)
            if kind is str:
                if not value:
                    texts.append("null")
                    continue
                if len(value) > longest:
                    where = f"{column_letters(len(texts))}{index + 1}"
                    raise RefusedError("long_cell", sheet=name, detail=where, found=len(value))
                texts.append(quoted(value))
            elif kind is date or kind is datetime:
                dates.append(f'[{len(rows)},{len(texts)},"{value.isoformat()}"]')
                texts.append("null")
            else:
                texts.append(_told(value))
        while texts and texts[-1] == "null" and not _ends_in_date(dates, len(rows), len(texts)):
            texts.pop()
        count += len(texts)
        rows.append(f"[{','.join(texts)}]")
        if len(rows) == _CHUNK_ROWS:
            yield _line(rows, dates), count
            rows, dates, count = [], [], 0
    if rows:
        yield _line(rows, dates), count


def _ends_in_date(dates: list[str], row: int, width: int) -> bool:
    return bool(dates) and dates[-1].startswith(f"[{row},{width - 1},")


def _line(rows: list[str], dates: list[str]) -> bytes:
    return f'{{"rows":[{",".join(rows)}],"dates":[{",".join(dates)}]}}\n'.encode()


def _told(value: Any) -> str:
    """Numbers as numbers, truth as truth; what has no form of its own in JSON as text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        if value != value or value in (float("inf"), float("-inf")):
            return quoted(str(value))
        return str(int(value)) if value.is_integer() and abs(value) <= MOST_EXACT else repr(value)
    if isinstance(value, time):
        return quoted(value.isoformat())
    if isinstance(value, timedelta):
        minutes, seconds = divmod(int(value.total_seconds()), 60)
        return quoted(f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}")
    return quoted(str(value))


def explain(file: BinaryIO, rows: int, columns: int) -> dict[str, object]:
    """Why an .xlsx took more memory than there is: content beyond `rows` or `columns`, or simply too much of it.

    Only asked after a reading has failed. Goes through the sheets as text, so that memory does not matter.
    """
    import re
    import zipfile

    cell = re.compile(rb"<(?:\w+:)?c\b[^>]*?\sr\s*=\s*[\"']([A-Z]{1,3})([0-9]{1,7})[\"'][^>]*(?<!/)>")
    with zipfile.ZipFile(file) as package:
        for part, name in _sheet_names(package).items():
            first, last = _far_cells(package, part, cell, rows, columns)
            if first is None:
                continue
            number = int(first[1])
            # Filled row by row up to the bound and beyond it: then the table is long, not one cell astray.
            if number == rows + 1 and _column_index(first[0]) < columns:
                return {"problem": "too_many_rows", "sheet": name, "found": last}
            where = f"{first[0].decode()}{number}"
            return {"problem": "far_cell", "sheet": name, "detail": where}
    return {"problem": "memory"}


def _sheet_names(package: ZipFile) -> dict[str, str]:
    """Parts of worksheets to the names that Excel shows; a part that no name is found for is called by its own."""
    import re
    from html import unescape

    def attributes(path: str, element: str) -> list[dict[str, str]]:
        text = package.read(path).decode("utf-8", "replace")
        return [
            {
                key.split(":")[-1]: unescape(value)
                for key, _, value in re.findall(r"([\w:]+)=([\"'])(.*?)\2", tag)
            }
            for tag in re.findall(rf"<(?:\w+:)?{element}\s[^>]*>", text)
        ]

    targets = {
        link.get("Id", ""): link.get("Target", "").rsplit("/", 1)[-1]
        for link in attributes("xl/_rels/workbook.xml.rels", "Relationship")
    }
    names = {
        targets.get(sheet.get("id", "")): sheet.get("name", "")
        for sheet in attributes("xl/workbook.xml", "sheet")
    }
    parts = [
        part for part in package.namelist() if part.startswith("xl/worksheets/") and part.endswith(".xml")
    ]
    return {part: names.get(part.rsplit("/", 1)[-1]) or part for part in parts}


def _far_cells(
    package: ZipFile, part: str, cell: re.Pattern[bytes], rows: int, columns: int
) -> tuple[tuple[bytes, bytes] | None, int]:
    """The first filled cell of a sheet beyond its bounds, as letters and row, or None; and the last row with one."""
    first: tuple[bytes, bytes] | None = None
    last = 0
    rest = b""
    with package.open(part) as stream:
        while block := stream.read(_SCAN_BYTES):
            text = rest + block
            for match in cell.finditer(text):
                if int(match[2]) > rows or _column_index(match[1]) >= columns:
                    first = first or (match[1], match[2])
                    last = max(last, int(match[2]))
            rest = text[-_OVERLAP_BYTES:]
    return first, last


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1


def column_letters(index: int) -> str:
    """`A` for 0, `XFD` for 16383."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = _LETTERS[rest] + letters
    return letters


def _refusal(error: BaseException) -> dict[str, object]:
    if isinstance(error, RefusedError):
        return error.fields
    if isinstance(error, MemoryError) or "cell limit exceeded" in str(error).casefold():
        return {"problem": "memory"}
    if type(error).__name__ == "PasswordError" or "password" in str(error).casefold():
        return {"problem": "encrypted"}
    return {"problem": "damaged"}


def main(task: str, reader_folder: str, memory_bytes: int, cpu_seconds: int, bounds: dict[str, int]) -> None:
    """`read` the workbook on standard input, or `explain` why that failed, and answer on standard output."""
    confine(memory_bytes, cpu_seconds)
    sys.path.append(reader_folder)
    try:
        lines = _read(bounds) if task == "read" else [_problem_line(_explained(bounds))]
    except BaseException as error:  # a panic of the reader is no Exception
        lines = [_problem_line(_refusal(error))]
    sys.stdout.buffer.writelines(lines)
    sys.stdout.buffer.flush()


def _read(bounds: dict[str, int]) -> list[bytes]:
    import python_calamine as reader

    try:
        workbook = reader.CalamineWorkbook.from_filelike(sys.stdin.buffer)
    except reader.CalamineError:
        # Having tried every kind in turn, it only says that none fits. Opened by its name, which is the kind it
        # nearly always is, it says why not: a password, too many cells.
        import os

        workbook = reader.CalamineWorkbook.from_path(os.readlink("/proc/self/fd/0"))
    return answer(workbook, reader.SheetVisibleEnum.Visible, reader.SheetTypeEnum.WorkSheet, bounds)


def _explained(bounds: dict[str, int]) -> dict[str, object]:
    return explain(sys.stdin.buffer, bounds["rows"], bounds["columns"])


def _problem_line(fields: dict[str, object]) -> bytes:
    told = (
        f"{quoted(key)}:{value if isinstance(value, int) else quoted(str(value))}"
        for key, value in fields.items()
    )
    return f"{{{','.join(told)}}}\n".encode()


if __name__ == "__main__":
    _memory, _cpu, *_bounds = map(int, sys.argv[3:10])
    main(
        sys.argv[1],
        sys.argv[2],
        _memory,
        _cpu,
        dict(zip(("rows", "columns", "characters", "bytes", "cell"), _bounds, strict=True)),
    )
