"""Many PDFs from templates, two processes at a time, each process for a few dozen documents only."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock
from typing import Any

from payung.core.errors import Exit, PayungError, cannot_write
from payung.core.nik import mask
from payung.sheets.writing import printable_all

Progress = Callable[[int, int], None]
"""Called with how many documents are done, of how many, in the thread of whoever asked for them."""

_BATCH = 24
"""Documents a process makes before it is replaced: the typesetter's memory grows by some MB with each."""
_WORKER = Path(__file__).with_name("typeset_worker.py")
_DIGITS = re.compile(r"\d{12,}")
CPU_SECONDS = 300
"""Of one process: a template that goes round for ever comes to an end."""
_NOWHERE = "http://127.0.0.1:9"
_OFFLINE = {
    name: _NOWHERE for one in ("http_proxy", "https_proxy", "all_proxy") for name in (one, one.upper())
}
"""A template could name a package to be fetched from outside: there is no way out."""


@dataclass(frozen=True, slots=True)
class Document:
    """One PDF to be made. `data` gives the template's data as JSON when its turn comes."""

    template: Path
    out: Path
    data: Callable[[], str]
    standards: tuple[str, ...] = ("a-2b",)
    tags: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """A PDF that was made: SHA-256 (hexadecimal), bytes, pages."""

    sha256: str
    size: int
    pages: int


class TemplateError(PayungError):
    """A template that cannot be used. `said` is the typesetter's own word; `line` 0 where it names none."""

    def __init__(self, template: Path, said: str, *, file: str = "", line: int = 0) -> None:
        self.file, self.line, self.said = file or template.name, line, said
        where = f", baris {line}" if line else ""
        super().__init__(
            f"Templat {self.file}{where} tidak dapat dipakai: {said}",
            todo=f"Perbaiki {template}, atau jalankan tanpa --template untuk memakai templat bawaan.",
            exit_code=Exit.USAGE,
        )


def as_json(data: Any) -> str:
    """Data for a template: plain JSON, every text made printable."""
    return json.dumps(printable_all(data), ensure_ascii=False, separators=(",", ":"))


def typeset(
    documents: Sequence[Document],
    *,
    progress: Progress | None = None,
    processes: int | None = None,
    cpu_seconds: int = CPU_SECONDS,
) -> tuple[str, ...]:
    """Make all documents and return the SHA-256 of each, in their order; errors as `make` has them."""
    made = make(documents, progress=progress, processes=processes, cpu_seconds=cpu_seconds)
    return tuple(one.sha256 for one in made)


def make(
    documents: Sequence[Document],
    *,
    progress: Progress | None = None,
    processes: int | None = None,
    cpu_seconds: int = CPU_SECONDS,
) -> tuple[Made, ...]:
    """Make all documents and say what each has become, in their order.

    TemplateError (Exit.USAGE) where a template cannot be used or takes a process longer than `cpu_seconds`,
    PayungError(Exit.OUTPUT) where a file cannot be written; the files made until then stay.
    """
    at_once = processes or min(2, os.cpu_count() or 1)
    found: dict[int, Made] = {}
    stop, lock = Event(), Lock()
    queue = iter(enumerate(documents))
    done: SimpleQueue[tuple[int, Made] | None] = SimpleQueue()

    def work() -> None:
        try:
            while not stop.is_set():
                with lock:
                    batch = list(islice(queue, min(_BATCH, 1 + len(documents) // at_once)))
                if not batch:
                    return
                for one in _batch(batch, stop, cpu_seconds):
                    done.put(one)
        except BaseException:
            stop.set()
            raise
        finally:
            done.put(None)

    with ThreadPoolExecutor(at_once) as pool:
        working = [pool.submit(work) for _ in range(at_once)]
        try:
            # Here, not in the threads: whoever is told may need what belongs to this one, as a database connection.
            for _ in working:
                while one := done.get():
                    found[one[0]] = one[1]
                    if progress:
                        progress(len(found), len(documents))
            for ended in working:
                ended.result()
        finally:
            stop.set()
    return tuple(found[place] for place in range(len(documents)))


def _batch(
    batch: Iterable[tuple[int, Document]], stop: Event, cpu_seconds: int
) -> Iterable[tuple[int, Made]]:
    """Feed one process; yields place and outcome of every document."""
    command = [sys.executable, "-P", str(_WORKER), str(cpu_seconds)]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        encoding="utf-8",
        env={**os.environ, **_OFFLINE, "PYTHONUTF8": "1"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            for place, document in batch:
                if stop.is_set():
                    break
                with suppress(BrokenPipeError):
                    process.stdin.write(_order(document))
                    process.stdin.flush()
                line = process.stdout.readline()
                if not line and process.wait() == -signal.SIGXCPU:
                    raise TemplateError(document.template, f"belum selesai sesudah {cpu_seconds} detik.")
                yield place, _read(document, line)
        finally:
            with suppress(BrokenPipeError):
                process.stdin.close()
            process.terminate()


def _order(document: Document) -> str:
    order = {
        "template": str(document.template),
        "out": str(document.out),
        "standards": list(document.standards),
        "tags": document.tags,
        "data": document.data(),
    }
    return json.dumps(order) + "\n"


def _read(document: Document, line: str) -> Made:
    if not line:
        raise PayungError(
            f"Berkas {document.out.name} tidak dapat dibuat: penyusun PDF berhenti sendiri.",
            todo="Biasanya memori habis: tutup program lain, lalu ulangi.",
            exit_code=Exit.OUTPUT,
        )
    found = json.loads(line)
    if "sha256" in found:
        return Made(found["sha256"], found["bytes"], found["pages"])
    if found["kind"] == "output":
        raise cannot_write(f"Berkas {document.out.name}", OSError(found["errno"], found["error"]))
    # A template's error may quote what it was given: no number of a person may end in a log.
    said = _DIGITS.sub(lambda digits: mask(digits[0]), " ".join([found["error"], *found["hints"]]))
    raise TemplateError(document.template, said, file=found["file"], line=found["line"])
