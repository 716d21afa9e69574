"""Reading any table file: what it is, then its rows, without letting a broken or hostile file do harm."""

from __future__ import annotations

import hashlib
import stat
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from payung.core.errors import PayungError
from payung.sheets.confined import read_workbook
from payung.sheets.kinds import recognise, remarks
from payung.sheets.limits import Limits
from payung.sheets.problems import problem
from payung.sheets.table import SheetTable, TableFile
from payung.sheets.text import read_text

_DEFAULT = Limits()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that was refused, and why."""

    path: Path
    error: PayungError


def read_table(path: Path, limits: Limits = _DEFAULT) -> TableFile:
    """Read a workbook (.xlsx, .xls, .ods) or a text file (.csv, .txt, .tsv); its content decides, not its name.

    Workbooks are opened in a child process within `limits`. Worksheets without any content and chart sheets are left
    out. A number stays a number, whole ones as int; text of a text file stays text. PayungError (INPUT) with a message
    of its own for each kind of trouble.
    """
    try:
        # Asked first, because opening a pipe would wait for somebody to write into it.
        if not stat.S_ISREG(path.stat().st_mode):
            raise problem("not_a_file", path.name, limits)
        with path.open("rb") as file:
            size = file.seek(0, 2)
            kind, parts = recognise(file, size, path.name, limits)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            if kind == "csv":
                rows = read_text(file, path.name, limits)
                sheets: tuple[SheetTable, ...] = (SheetTable("", rows),) if rows else ()
            else:
                sheets = read_workbook(file, path.name, kind, limits)
    except FileNotFoundError as error:
        raise problem("missing", path.name, limits) from error
    except PermissionError as error:
        raise problem("forbidden", path.name, limits) from error
    except OSError as error:
        raise problem("unreadable", path.name, limits, detail=error.strerror or "galat") from error
    if not sheets:
        raise problem("no_content", path.name, limits)
    return TableFile(path, digest, kind, sheets, remarks(kind, path.suffix, parts))


def read_tables(
    paths: Sequence[Path], *, limits: Limits = _DEFAULT, workers: int = 2
) -> Iterator[TableFile | Unreadable]:
    """Read files in the order of `paths`, `workers` at a time; a refused one does not stop the others.

    Only a few files more than `workers` are read ahead of the consumer, so that memory stays bounded.
    """
    if workers < 1:
        raise ValueError(f"at least one worker, not {workers}")
    waiting: deque[Future[TableFile | Unreadable]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="sheets") as pool:
        try:
            for path in paths:
                waiting.append(pool.submit(_read_or_refuse, path, limits))
                if len(waiting) > 2 * workers:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def _read_or_refuse(path: Path, limits: Limits) -> TableFile | Unreadable:
    try:
        return read_table(path, limits)
    except PayungError as error:
        return Unreadable(path, error)
