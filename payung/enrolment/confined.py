"""Running a program that opens strangers' documents in a child of its own, and hearing it without trusting it."""

from __future__ import annotations

import importlib.util
import json
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import IO, Any, BinaryIO, TypeVar

import payung

Answer = TypeVar("Answer")
_ENVIRONMENT = {"PATH": "", "LC_ALL": "C.UTF-8"}
_MOST_LINE = 1024 * 1024


class BrokenAnswerError(Exception):
    """The child said something that it never says, or half of it."""


def ask(
    program: Path,
    reader: str,
    numbers: Sequence[int],
    file: BinaryIO,
    understand: Callable[[IO[bytes]], Answer],
    *,
    wall_seconds: float,
    pass_fds: Sequence[int] = (),
) -> Answer | str:
    """What `understand` makes of the answer of `program` about `file`; else a word for how it died.

    The program is given the folders of the package `reader` and of Payung, then `numbers`. `understand` raises
    BrokenAnswerError. The words: `wall` (seconds were up), `cpu`, `memory`, `damaged`.
    """
    file.seek(0)
    command = [sys.executable, "-I", "-S", "-B", str(program), *_folders(reader), *map(str, numbers)]
    child = subprocess.Popen(
        command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd="/", env=_ENVIRONMENT,
        pass_fds=tuple(pass_fds),
    )  # fmt: skip
    late = threading.Event()
    watch = threading.Timer(wall_seconds, _end, (child, late))
    watch.daemon = True
    watch.start()
    assert child.stdout is not None
    try:
        return understand(child.stdout)
    except BrokenAnswerError:
        if child.stdout.read(1):
            child.kill()  # it still speaks, but not our language
            return "damaged"
    except BaseException:
        child.kill()
        raise
    finally:
        watch.cancel()
        child.stdout.close()
        child.wait()
        watch.join()
    return "wall" if late.is_set() else _cause(child.returncode)


def lines(answer: IO[bytes]) -> Iterator[Any]:
    """What the child says, a JSON value a line; BrokenAnswerError for a line that is none."""
    while line := answer.readline(_MOST_LINE):
        if not line.endswith(b"\n"):
            raise BrokenAnswerError
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            raise BrokenAnswerError from error


def short(name: str) -> str:
    """A file's name as it can be told: at most 80 characters, none of them able to move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in name)[:80]


def _end(child: subprocess.Popen[bytes], late: threading.Event) -> None:
    late.set()
    child.kill()


def _cause(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "cpu"
    return "memory" if status in (-signal.SIGABRT, -signal.SIGKILL) else "damaged"


@cache
def _folders(reader: str) -> tuple[str, str]:
    """Where a package and Payung are installed. The package is looked up and never imported here."""
    found = importlib.util.find_spec(reader)
    if found is None or not found.submodule_search_locations:
        raise ModuleNotFoundError(reader)
    return str(Path(found.submodule_search_locations[0]).parent), str(Path(payung.__file__).parent.parent)
