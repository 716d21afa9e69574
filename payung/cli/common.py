"""What every command shares: options, how results are said, progress bars, and days."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from payung.core.errors import Exit, PayungError
from payung.job.progress import Tell, silent

Quiet = Annotated[bool, typer.Option("--quiet", help="Tanpa batang kemajuan.")]
Json = Annotated[bool, typer.Option("--json", help="Cetak hasil sebagai JSON pada keluaran baku.")]
Threads = Annotated[
    int | None,
    typer.Option("--threads", min=1, help="Inti prosesor yang dipakai; biasanya semua, paling banyak 8."),
]
Policy = Annotated[str, typer.Option("--policy", help="Nama aturan daerah (paser-2022) atau berkas YAML.")]


def _memory(text: str) -> str:
    if not re.fullmatch(r"\d+(\.\d+)?\s*[KMGT]i?B", text, re.ASCII | re.IGNORECASE):
        raise PayungError(
            f"Batas memori {text!r} tidak terbaca.", todo="Tulis misalnya --memory 2GB.", exit_code=Exit.USAGE
        )
    return text


Memory = Annotated[
    str, typer.Option("--memory", callback=_memory, help="Batas memori mesin, misalnya 2GB atau 800MB.")
]


def say(text: str = "") -> None:
    """One line of the result, to standard output."""
    print(text)


def print_json(value: Any) -> None:
    """The result for other programs."""
    print(json.dumps(value, ensure_ascii=False, indent=1))


@contextmanager
def progress(quiet: bool) -> Iterator[Tell]:
    """A bar per stage on standard error; nothing when quiet or when nobody looks at a terminal."""
    if quiet or not sys.stderr.isatty():
        yield silent
        return
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=False) as bars:
        tasks: dict[str, TaskID] = {}

        def tell(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield tell


def read_day(text: str | None) -> date | None:
    """A day as `YYYY-MM-DD`, None for none given. PayungError (USAGE) for anything else."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise PayungError(
            f"Tanggal {text!r} tidak terbaca.",
            todo="Tulis TTTT-BB-HH, misalnya 2022-10-01.",
            exit_code=Exit.USAGE,
        ) from None
