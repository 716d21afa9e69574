"""The demo regency from nothing to its roll: made, screened, decided from the truth, and screened again with the decisions."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.core.month import MonthSpan
from payung.demo.livelihoods import AS_OF
from payung.demo.regency import DENOMINATORS, LINES, LISTS, REGISTERS, RTS, TRUTH, DemoReport, make
from payung.demo.truth import Decided, decide
from payung.engine.duckdb_engine import open_engine
from payung.job import main
from payung.job.options import Options
from payung.job.outputs import Report
from payung.job.progress import Stopwatch, Tell, silent
from payung.job.run import decide as decide_job
from payung.policy import loader
from payung.registry.rules import RegisterInput
from payung.screening.decisions import write_decisions

POLICY, MONTHS = "paser-2022", MonthSpan.parse("2022-10..2022-12")
PEOPLE, CEILING_IDR = 32_268, 1_626_307_200
"""The real programme of Paser in 2022: people, three months, rupiah from the regency's own budget."""
DECISIONS = "keputusan.csv"
_FACTS = "demo.json"
DECIDED_UP_TO = 200_000
"""Lines beyond which no decisions are made: whoever makes larger demos wants lists, and memory should not grow."""


@dataclass(frozen=True, slots=True)
class Demo:
    """A demo regency with the decisions of an office that knows everybody."""

    made: DemoReport
    decisions: Path
    decided: Decided


def make_demo(out: Path, lines: int = LINES, seed: int = 2022, tell: Tell = silent) -> Demo:
    """Make the regency in `out` and, beside its lists, the review decisions as a file (up to `DECIDED_UP_TO` lines)."""
    made = make(out, lines, seed, tell)
    decisions = out / DECISIONS
    if lines <= DECIDED_UP_TO:
        decided = decide_reviews(made, decisions, tell)
    else:
        write_decisions((), decisions)
        decided = Decided(0, 0)
    demo = Demo(made, decisions, decided)
    (out / _FACTS).write_text(json.dumps(_facts(demo), indent=1) + "\n", encoding="utf-8")
    return demo


def open_demo(out: Path, tell: Tell = silent) -> Demo:
    """The demo regency in `out` if it is whole, else a new one of the default size."""
    facts = out / _FACTS
    if not (facts.is_file() and (out / RTS).is_file()):  # an earlier release made no list of the RTs
        return make_demo(out, tell=tell)
    known = json.loads(facts.read_text(encoding="utf-8"))
    made = DemoReport(
        lists=out / LISTS,
        registers={name: out / REGISTERS / file for name, file in known["registers"].items()},
        denominators=out / DENOMINATORS,
        rts=out / RTS,
        truth=out / TRUTH,
        lines=known["lines"],
        workbooks=known["workbooks"],
        people=known["people"],
        deserving=known["deserving"],
    )
    return Demo(made, out / DECISIONS, Decided(known["same"], known["different"]))


def _facts(demo: Demo) -> dict[str, object]:
    made = demo.made
    return {
        "lines": made.lines,
        "workbooks": made.workbooks,
        "people": made.people,
        "deserving": made.deserving,
        "registers": {name: path.name for name, path in made.registers.items()},
        "same": demo.decided.same,
        "different": demo.decided.different,
    }


def decide_reviews(made: DemoReport, out: Path, tell: Tell = silent) -> Decided:
    """Write the decisions that the office takes on everything which screening asks."""
    with open_engine() as engine:
        run = decide_job(options(made, out.with_name("tidak-ditulis")), engine, Stopwatch(), tell)
        tables = {one.name: one.table for one in run.read.snapshots}
        return decide(engine, tables, made.truth, out)


def options(made: DemoReport, out: Path, decisions: Sequence[Path] = ()) -> Options:
    """The question of 2022 on a demo regency; the ceiling shrinks and grows with the number of its lines."""
    policy, law = loader.local(POLICY), loader.law()
    source = policy.sources[0]
    return Options(
        lists=made.lists,
        registers=tuple(RegisterInput(name, path, AS_OF) for name, path in made.registers.items()),
        policy=policy,
        law=law,
        ceilings={source.id: round(CEILING_IDR * made.lines / LINES)},
        months=MONTHS,
        on=MONTHS.first.first_day,
        out=out,
        seed=f"{policy.id}|{MONTHS}",
        decisions=tuple(decisions),
        denominators=made.denominators,
        policy_sha256=loader.local_sha256(POLICY),
        law_sha256=loader.law_sha256(),
    )


def run_demo(demo: Demo, out: Path, tell: Tell = silent) -> Report:
    """The main job on the demo regency, with its decisions."""
    return main.run(options(demo.made, out, (demo.decisions,)), tell)
