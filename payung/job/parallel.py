"""Independent pieces of work on all processors, by forked copies of this process: nothing has to be sent to them."""

from __future__ import annotations

import multiprocessing
import os
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from payung.core.errors import Exit, PayungError

_WORK: dict[str, Callable[[], object]] = {}


def side_by_side(
    work: Mapping[str, Callable[[], object]],
    *,
    workers: int | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> dict[str, float]:
    """Do every piece of `work` and return its seconds by name; what a piece returns is dropped.

    Pieces start in the order given: the long ones belong first. An error of one ends all and is raised here. Nothing
    may hold threads or an open engine when this is called, because forked copies inherit neither.
    """
    workers = min(workers or os.cpu_count() or 1, len(work))
    seconds: dict[str, float] = {}
    if workers < 2 or not hasattr(os, "fork"):
        for done, (name, piece) in enumerate(work.items(), start=1):
            seconds[name] = _timed(piece)
            if progress:
                progress(done, len(work))
        return seconds
    _WORK.update(work)
    # An executor, not a Pool: when the system kills a copy for want of memory, a Pool waits for it for ever.
    pool = ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("fork"))
    try:
        for done, piece_done in enumerate(
            as_completed([pool.submit(_named, name) for name in work]), start=1
        ):
            name, spent = piece_done.result()
            seconds[name] = spent
            if progress:
                progress(done, len(work))
    except BrokenProcessPool:
        raise PayungError(
            "Sebuah proses pembantu berhenti sendiri; biasanya karena memori habis.",
            todo="Tutup program lain, lalu ulangi.",
            exit_code=Exit.UNEXPECTED,
        ) from None
    finally:
        pool.shutdown(cancel_futures=True)
        _WORK.clear()
    return seconds


def _named(name: str) -> tuple[str, float]:
    return name, _timed(_WORK[name])


def _timed(piece: Callable[[], object]) -> float:
    began = time.perf_counter()
    piece()
    return time.perf_counter() - began
