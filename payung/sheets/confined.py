"""Running the child that opens a workbook, and hearing its answer without trusting it."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO

from payung.sheets.limits import CELL_BYTES, Limits
from payung.sheets.problems import CODES, problem
from payung.sheets.table import Cell, SheetTable

_CHILD = Path(__file__).with_name("child.py")
_PLAIN = frozenset({str, int, float, bool, type(None)})
_MOST_LINE = 64 * 1024 * 1024
"""Bytes of one line of the answer: 500 rows of long cells."""
_TOLD = ("sheet", "detail", "found")
_ENVIRONMENT = {"PATH": "", "LC_ALL": "C.UTF-8"}


class BrokenAnswerError(Exception):
    """The child said something that it never says."""


def read_workbook(file: BinaryIO, name: str, kind: str, limits: Limits) -> tuple[SheetTable, ...]:
    """The worksheets with content of the workbook that `file` holds open, read in a child of its own.

    PayungError where the child refuses it, dies of it, or takes too long.
    """
    said = _ask("read", file, limits)
    if isinstance(said, dict) and said["problem"] == "memory" and kind == "xlsx":
        said = _ask("explain", file, limits)
        if not isinstance(said, dict) or said["problem"] not in ("far_cell", "too_many_rows"):
            said = {"problem": "memory"}
    if isinstance(said, dict):
        raise problem(str(said["problem"]), name, limits, **{key: said[key] for key in _TOLD if key in said})
    return said


def _ask(task: str, file: BinaryIO, limits: Limits) -> tuple[SheetTable, ...] | dict[str, Any]:
    """The sheets, or a problem as `{"problem": code, …}`."""
    file.seek(0)
    child = subprocess.Popen(
        command(task, limits),
        stdin=file,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd="/",
        env=_ENVIRONMENT,
    )
    late = threading.Event()
    watch = threading.Timer(limits.wall_seconds, _end, (child, late))
    watch.daemon = True
    watch.start()
    assert child.stdout is not None
    try:
        return understand(child.stdout, limits)
    except BrokenAnswerError:
        if child.stdout.read(1):
            # It still speaks, but not our language. What died instead has told by how it ended.
            child.kill()
            return {"problem": "damaged"}
    except BaseException:
        child.kill()
        raise
    finally:
        watch.cancel()
        child.stdout.close()
        child.wait()
        watch.join()
    return {"problem": "wall" if late.is_set() else _cause(child.returncode)}


def _end(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _cause(status: int) -> str:
    """Why a child died: it could not get memory (it aborts, or the system ends it), used up its time, or otherwise."""
    if status == -signal.SIGXCPU:
        return "cpu"
    return "memory" if status in (-signal.SIGABRT, -signal.SIGSEGV, -signal.SIGKILL) else "damaged"


@cache
def _reader_folder() -> str:
    """Where the reader is installed. It is looked up and never imported here."""
    found = importlib.util.find_spec("python_calamine")
    if found is None or found.origin is None:
        raise ModuleNotFoundError("python_calamine")
    return str(Path(found.origin).parent.parent)


def command(task: str, limits: Limits) -> list[str]:
    """The command line of a child that shall `read` or `explain` what is on its standard input."""
    numbers = (
        limits.memory_bytes,
        limits.cpu_seconds,
        limits.rows,
        limits.columns,
        limits.cell_characters,
        limits.answer_bytes,
        CELL_BYTES,
    )
    return [sys.executable, "-I", "-S", "-B", str(_CHILD), task, _reader_folder(), *map(str, numbers)]


def _lines(answer: IO[bytes], limits: Limits) -> Iterator[Any]:
    heard = 0
    while line := answer.readline(_MOST_LINE):
        heard += len(line)
        if heard > 2 * limits.answer_bytes or not line.endswith(b"\n"):
            raise BrokenAnswerError
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BrokenAnswerError from error


def understand(answer: IO[bytes], limits: Limits) -> tuple[SheetTable, ...] | dict[str, Any]:
    """The sheets, or the problem that the child tells; BrokenAnswerError for anything else, or half of it."""
    sheets: list[tuple[str, bool, list[tuple[Cell, ...]]]] = []
    for said in _lines(answer, limits):
        match said:
            case {"problem": str(code)} if code in CODES:
                return dict(said)
            case {"name": str(name), "hidden": bool(hidden)}:
                sheets.append((name, hidden, []))
            case {"rows": list(rows), "dates": list(dates)} if sheets:
                sheets[-1][2].extend(_cells(rows, dates))
            case {"end": True}:
                return tuple(SheetTable(name, tuple(rows), hidden) for name, hidden, rows in sheets)
            case _:
                raise BrokenAnswerError
    raise BrokenAnswerError


def _cells(rows: list[Any], dates: list[Any]) -> list[tuple[Cell, ...]]:
    try:
        read: list[list[Cell]] = rows
        if not all(type(row) is list and _PLAIN.issuperset(map(type, row)) for row in read):
            raise BrokenAnswerError
        for index, column, text in dates:
            read[index][column] = datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    except (TypeError, ValueError, IndexError) as error:
        raise BrokenAnswerError from error
    return [tuple(row) for row in read]
