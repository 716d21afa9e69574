"""The results of a screening as files: links, the register rows they reach, findings, and every row's decision.

Every file is sorted by a key that tells its rows apart, so that a reader may take up again where it was killed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from payung.core.application import Application
from payung.core.decision import Decision, Outcome, Reason
from payung.core.errors import PayungError
from payung.core.finding import FINDING_COLUMNS, Finding, Severity
from payung.eligibility.assessment import Assessed, cell_findings
from payung.eligibility.factfile import facts_text, read_facts, read_reasons, reasons_text
from payung.eligibility.frozen import read_frozen, read_seal
from payung.eligibility.run import TABLE, Inputs, Screened, screen_and_assess
from payung.eligibility.terms import Rules
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.exchange import read_rows, write_rows
from payung.engine.outputs import result_folder
from payung.registry.rules import Kind
from payung.screening.pairs import (
    PAIR_COLUMNS,
    PAIR_ORDER,
    RECORD_COLUMNS,
    RECORD_ORDER,
    write_pairs,
    write_records,
)
from payung.screening.pipeline import Progress

LINKS, RECORDS = "links.parquet", "records.parquet"
FINDINGS, SCREENED = "findings.parquet", "screened.parquet"
RESULT = "result.json"
"""By this file a folder of results is known as ours."""
_FINDING_TYPES = {name: "INTEGER" if name == "row" else "VARCHAR" for name in FINDING_COLUMNS}
_FINDING_ORDER = ("row_id", "column", "code", "evidence", "message")
_SCREENED_TYPES = {
    "row_id": "VARCHAR", "person_id": "VARCHAR", "survives": "BOOLEAN", "fingerprint": "VARCHAR",
    "outcome": "VARCHAR", "sources": "VARCHAR", "reasons": "VARCHAR", "facts": "VARCHAR",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ScreenedResult:
    """One row of the lists and what became of it. `sources` are those for which it is eligible; `facts` is JSON."""

    row_id: str
    person_id: str
    survives: bool
    fingerprint: str
    outcome: Outcome
    sources: tuple[str, ...]
    reasons: tuple[Reason, ...]
    facts: str

    def assessed(self, application: Application) -> Assessed:
        """The decision with its facts, as it was when it was taken."""
        return Assessed(
            read_facts(self.facts, application), Decision(self.outcome, self.reasons), self.sources
        )


@dataclass(frozen=True, slots=True)
class ResultRecord:
    """What a screening says of itself. `outcomes` counts links by outcome, `within` those within the lists."""

    inputs_hash: str
    screened_hash: str
    rows: int
    persons: int
    open_rows: int
    confirmed: int
    links: int
    findings: int
    outcomes: Mapping[str, int]
    within: Mapping[str, int]
    decided: Mapping[str, int]
    """People (not rows) by the outcome of their decision."""


def run_frozen(
    source: Path,
    out: Path,
    rules: Rules,
    *,
    expect: str | None = None,
    workspace: Path | None = None,
    threads: int | None = None,
    memory: str = "1GB",
    progress: Progress | None = None,
) -> ResultRecord:
    """Screen the frozen inputs in `source` and leave the results in `out`, which appears when it is whole.

    Where `out` holds the results of these inputs already, nothing is done again. `expect` is the inputs hash kept
    elsewhere; `workspace` the folder below which the engine works. PayungError says why nothing was screened.
    """
    expect = expect or read_seal(source).inputs_hash
    if (out / RESULT).is_file():
        known = read_record(out)
        if known.inputs_hash == expect:
            return known
    with (
        result_folder(out, RESULT) as folder,
        open_engine(workspace=workspace, threads=threads, memory=memory) as engine,
    ):
        frozen = read_frozen(engine, source, rules, expect=expect)
        screened = screen_and_assess(engine, frozen.inputs, frozen.terms, progress=progress)
        return write_results(engine, frozen.inputs, screened, frozen.seal.inputs_hash, folder)


def write_results(
    engine: Engine, inputs: Inputs, screened: Screened, inputs_hash: str, folder: Path
) -> ResultRecord:
    """Write what a screening that is still in the engine found into the empty folder `folder`."""
    tables = {one.name: one.table for one in inputs.snapshots if one.kind is Kind.EXTRACT}
    write_pairs(engine, TABLE, tables, folder / LINKS)
    write_records(engine, tables, folder / RECORDS)
    found = list(cell_findings(screened.assessed))
    write_rows(
        engine, _FINDING_TYPES, (one.values() for one in found), folder / FINDINGS, order=_FINDING_ORDER
    )
    write_rows(engine, _SCREENED_TYPES, map(_cells, screened.assessed), folder / SCREENED, order=("row_id",))
    record = _record(screened, inputs_hash, len(found))
    text = json.dumps(asdict(record), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / RESULT).write_text(text + "\n", encoding="utf-8")
    return record


def _cells(one: Assessed) -> tuple[object, ...]:
    return (
        one.facts.application.row_id,
        one.person_id,
        one.survives,
        one.facts.fingerprint,
        str(one.decision.outcome),
        " ".join(one.sources),
        reasons_text(one.decision),
        facts_text(one.facts),
    )


def _record(screened: Screened, inputs_hash: str, findings: int) -> ResultRecord:
    screening = screened.screening
    decided = {str(outcome): 0 for outcome in Outcome}
    for one in screened.assessed:
        if one.survives:
            decided[str(one.decision.outcome)] += 1
    return ResultRecord(
        inputs_hash=inputs_hash,
        screened_hash=screened.hash,
        rows=screening.candidates,
        persons=screening.persons,
        open_rows=screening.open_rows,
        confirmed=screening.confirmed,
        links=sum(screening.outcomes.values()),
        findings=findings,
        outcomes={str(name): number for name, number in screening.outcomes.items()},
        within={str(name): number for name, number in screening.within.items()},
        decided=decided,
    )


def read_record(folder: Path) -> ResultRecord:
    """What the results in `folder` say of themselves. PayungError where they are not whole."""
    try:
        return ResultRecord(**json.loads((folder / RESULT).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise PayungError(
            "Hasil penyaringan tidak lengkap atau rusak.", todo="Jalankan penyaringan sekali lagi."
        ) from error


def screened_results(engine: Engine, folder: Path, *, skip: int = 0) -> Iterator[ScreenedResult]:
    """Every row's decision, by row id, from the one after `skip` on."""
    rows = read_rows(engine, folder / SCREENED, list(_SCREENED_TYPES), order=("row_id",), skip=skip)
    for row_id, person_id, survives, fingerprint, outcome, sources, reasons, facts in rows:
        yield ScreenedResult(
            row_id,
            person_id,
            survives,
            fingerprint,
            Outcome(outcome),
            tuple(sources.split()),
            read_reasons(reasons),
            facts,
        )


def link_results(engine: Engine, folder: Path, *, skip: int = 0) -> Iterator[Mapping[str, Any]]:
    """Every link as a mapping of PAIR_COLUMNS, sorted by PAIR_ORDER, from the one after `skip` on."""
    for row in read_rows(engine, folder / LINKS, PAIR_COLUMNS, order=PAIR_ORDER, skip=skip):
        yield dict(zip(PAIR_COLUMNS, row, strict=True))


def record_results(engine: Engine, folder: Path, *, skip: int = 0) -> Iterator[Mapping[str, Any]]:
    """The registers' rows that links reach, as mappings of RECORD_COLUMNS, from the one after `skip` on."""
    for row in read_rows(engine, folder / RECORDS, RECORD_COLUMNS, order=RECORD_ORDER, skip=skip):
        yield dict(zip(RECORD_COLUMNS, row, strict=True))


def finding_results(engine: Engine, folder: Path, *, skip: int = 0) -> Iterator[Finding]:
    """What belongs into cells of the lists, from the one after `skip` on; those of reading are not among them."""
    for row in read_rows(engine, folder / FINDINGS, FINDING_COLUMNS, order=_FINDING_ORDER, skip=skip):
        said = dict(zip(FINDING_COLUMNS, row, strict=True))
        yield Finding(**said | {"severity": Severity(said["severity"])})
