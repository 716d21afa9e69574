"""The whole main job: lists and registers in, the roll that can be signed and everything around it out."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from payung.engine.duckdb_engine import open_engine
from payung.engine.outputs import result_folder
from payung.job.options import Options, check
from payung.job.outputs import Report, write_all
from payung.job.progress import Stopwatch, Tell, silent
from payung.job.run import MARKER, decide


@contextmanager
def without_collector() -> Iterator[None]:
    """Millions of records live to the end of a run and hold no cycles: looking for some took a quarter of its time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def run(options: Options, tell: Tell = silent) -> Report:
    """Do the main job and swap its result into `options.out`; PayungError leaves what stood there untouched."""
    watch = Stopwatch()
    check(options)
    with (
        without_collector(),
        result_folder(options.out, MARKER) as out,
        open_engine(threads=options.threads, memory=options.memory) as engine,
    ):
        return write_all(decide(options, engine, watch, tell), engine, out, watch, tell)
