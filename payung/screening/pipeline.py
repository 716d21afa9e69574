"""Screening: the same person within the lists and in the registers, on the engine, from texts as they were written."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.outputs import result_folder
from payung.screening.linkage.comparing import compare
from payung.screening.linkage.files import RESULTS, read_table, write_findings
from payung.screening.linkage.linking import link
from payung.screening.linkage.model import score, shipped
from payung.screening.linkage.pairing import pair
from payung.screening.linkage.people import unite
from payung.screening.linkage.standardise import standardise
from payung.screening.rules import LINK_COLUMNS, LinkOutcome, PairDecision

Progress = Callable[[str, int, int], None]
"""Told a stage's name, how many steps are done, and how many there are."""

STAGES = ("standardise", "pair", "compare", "score", "link", "unite")


@dataclass(frozen=True, slots=True)
class Screening:
    """What screening found. `outcomes` counts links by outcome, `within` those between two rows of the lists.

    `stages` gives each stage's seconds. The links and persons themselves stay in the engine.
    """

    candidates: int
    persons: int
    outcomes: Mapping[LinkOutcome, int]
    within: Mapping[LinkOutcome, int]
    confirmed: int
    open_rows: int
    stages: Mapping[str, float] = field(default_factory=dict)


class Stages:
    """Times stages and tells about them."""

    def __init__(self, names: Sequence[str], progress: Progress | None) -> None:
        self.seconds: dict[str, float] = {}
        self._names = list(names)
        self._progress = progress

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run the body as one stage."""
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began
        if self._progress:
            self._progress("Mencari orang yang sama", self._names.index(name) + 1, len(self._names))


def screen(
    engine: Engine,
    candidates: str,
    registers: Mapping[str, str],
    *,
    decisions: Sequence[PairDecision] = (),
    progress: Progress | None = None,
) -> Screening:
    """Link the rows of table `candidates` among themselves and to each register's table (name to table).

    The tables hold texts as written: `row_id, nik, kk, name, birth_on, sex, desa, phone` (what is absent counts as
    empty), candidates also `collector_kk, collected_on, fingerprint` and whatever makes a row complete. Leaves the
    tables `links` (LINK_COLUMNS and `confirmed`) and `persons` in the engine. Registers that are answers do not
    belong here: their owner has linked them. The result does not depend on the order of rows or on threads.
    """
    result = run_stages(engine, candidates, registers, decisions, Stages(STAGES, progress))
    tidy(engine)
    return result


def run_stages(
    engine: Engine,
    candidates: str,
    registers: Mapping[str, str],
    decisions: Sequence[PairDecision],
    stages: Stages,
) -> Screening:
    """`screen`, as part of a longer row of stages."""
    weights = shipped()
    with stages.stage("standardise"):
        standardise(engine, candidates, registers)
    with stages.stage("pair"):
        pair(engine)
    with stages.stage("compare"):
        compare(engine, weights.gate)
    with stages.stage("score"):
        score(engine, weights)
    with stages.stage("link"):
        link(engine, candidates, registers, decisions)
    with stages.stage("unite"):
        unite(engine, candidates)
    return _counted(engine, stages.seconds)


def tidy(engine: Engine) -> None:
    """Drop what linking has laid out; `links` and `persons` stay, and what `fingerprints` of linked rows needs."""
    tables = engine.rows(
        "SELECT table_name FROM information_schema.tables WHERE substr(table_name, 1, 3) = 'lk_' ORDER BY table_name"
    )
    for table in sorted({str(table) for (table,) in tables} - {"lk_rows", "lk_found"}):
        engine.execute(f"DROP TABLE IF EXISTS {table}")


def _counted(engine: Engine, seconds: Mapping[str, float]) -> Screening:
    counts = {
        (outcome, bool(inside)): int(count)
        for outcome, inside, count in engine.rows(
            "SELECT outcome, register = '' AS inside, count(*) FROM links GROUP BY outcome, register = ''"
        )
    }
    rows, persons, open_rows = engine.rows(
        "SELECT count(*), sum(CASE WHEN survives THEN 1 ELSE 0 END), sum(CASE WHEN open_review THEN 1 ELSE 0 END) "
        "FROM persons"
    )[0]
    confirmed = engine.rows("SELECT count(*) FROM links WHERE confirmed")[0][0]
    return Screening(
        candidates=int(rows),
        persons=int(persons or 0),
        outcomes={one: counts.get((one, True), 0) + counts.get((one, False), 0) for one in LinkOutcome},
        within={one: counts.get((one, True), 0) for one in LinkOutcome},
        confirmed=int(confirmed),
        open_rows=int(open_rows or 0),
        stages=dict(seconds),
    )


def write_links(engine: Engine, path: Path) -> None:
    """Write `links` to one Parquet file, sorted by `id_l, register, id_r`, with LINK_COLUMNS."""
    engine.write_parquet(f"SELECT {', '.join(LINK_COLUMNS)} FROM links ORDER BY id_l, register, id_r", path)


def screen_files(
    candidates: Path,
    registers: Mapping[str, Path],
    out: Path,
    *,
    decisions: Sequence[PairDecision] = (),
    threads: int | None = None,
    memory: str = "2GB",
    progress: Progress | None = None,
) -> Screening:
    """Screen CSV or Parquet files whose headers are known, and write `links.parquet` and `findings.parquet`.

    `row_id` is kept where a file has it, and minted from the file and line where not. `out` appears when it is whole.
    """
    stages = Stages(("read", *STAGES, "write"), progress)
    tables = {name: f"register_{at}" for at, name in enumerate(registers)}
    with result_folder(out, RESULTS[0]) as folder, open_engine(threads=threads, memory=memory) as engine:
        with stages.stage("read"):
            read_table(engine, "candidates", candidates, numbered=True)
            for name, path in registers.items():
                read_table(engine, tables[name], path, numbered=False)
        result = run_stages(engine, "candidates", tables, decisions, stages)
        with stages.stage("write"):
            write_links(engine, folder / RESULTS[0])
            write_findings(engine, "candidates", candidates.name, folder / RESULTS[1])
    return replace(result, stages=dict(stages.seconds))
