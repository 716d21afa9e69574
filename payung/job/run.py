"""From files to decisions: lists and registers read, screened and assessed, people chosen. Nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from payung.allocation.choice import Chosen, choose, roll
from payung.allocation.roll import RollEntry, roll_hash
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.eligibility.assessment import Assessed
from payung.eligibility.facts import Facts
from payung.eligibility.run import Inputs, screen_and_assess
from payung.engine.engine import Engine
from payung.intake.files import find_lists
from payung.intake.lists import Intake
from payung.intake.mapping import load_mapping
from payung.intake.pipeline import read_lists
from payung.intake.rules import check_breaker, faults_of
from payung.job.options import Options, check_names
from payung.job.paid import read_paid
from payung.job.progress import Stopwatch, Tell, silent
from payung.registry.files import Snapshot, read_register
from payung.registry.mapping import read_mapping
from payung.registry.rules import needs
from payung.screening.decisions import pair_key, read_decisions
from payung.screening.pipeline import Screening
from payung.screening.rules import PairDecision, Verdict

MARKER = "run.json"
"""The file by which a result folder is known as ours."""


@dataclass(frozen=True, slots=True)
class Read:
    """What came in: lists understood, registers in the engine, and what the user should know about them."""

    intake: Intake
    snapshots: tuple[Snapshot, ...]
    decisions: tuple[PairDecision, ...]
    paid: Mapping[str, frozenset[Month]]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Everything that a run found, before any of it is written."""

    options: Options
    read: Read
    screening: Screening
    assessed: tuple[Assessed, ...]
    chosen: Chosen
    entries: tuple[RollEntry, ...]
    roll_hash: str
    screened_hash: str

    @property
    def facts_of(self) -> dict[str, Facts]:
        return {one.facts.application.row_id: one.facts for one in self.assessed}


def decide(options: Options, engine: Engine, watch: Stopwatch, tell: Tell = silent) -> Run:
    """From files to decisions; the engine is left with `applications`, `links`, `persons` and the registers."""
    read = read_all(options, engine, watch, tell)
    inputs = Inputs(
        applications=read.intake.applications,
        snapshots=read.snapshots,
        decisions=read.decisions,
        faults=faults_of(read.intake.findings),
        paid=read.paid,
    )
    screened = screen_and_assess(engine, inputs, options.terms, progress=tell, stage=watch.stage)
    assessed = screened.assessed
    with watch.stage("pilih"):
        chosen = choose(assessed, options.terms, options.ceilings, options.seed)
        applications = {one.facts.application.row_id: one.facts.application for one in assessed}
        entries = roll(chosen, applications, options.policy)
        return Run(
            options=options,
            read=read,
            screening=screened.screening,
            assessed=assessed,
            chosen=chosen,
            entries=tuple(entries),
            roll_hash=roll_hash(entry.row for entry in entries),
            screened_hash=screened.hash,
        )


def read_all(options: Options, engine: Engine, watch: Stopwatch, tell: Tell) -> Read:
    """Lists, registers, decisions and earlier rolls. Registers are judged before the slow work begins."""
    with watch.stage("baca daftar"):
        files = find_lists(options.lists, engine.workspace / "zip")
        check_names(options, [name for name, _ in files])
        intake = read_lists(
            files,
            options.policy,
            accept=options.accept,
            mappings={name: load_mapping(path) for name, path in options.list_mappings.items()},
            progress=lambda done, total: tell("Membaca daftar", done, total),
        )
        if not intake.applications:
            raise _nobody(intake)
        check_breaker(intake.applications, options.policy)
    with watch.stage("baca register"):
        asked = [application.row_id for application in intake.applications]
        snapshots = []
        for done, given in enumerate(options.registers, start=1):
            own = options.register_mappings.get(given.name)
            mapping = read_mapping(own) if own else None
            snapshots.append(read_register(engine, given, mapping=mapping, asked=asked))
            tell("Membaca register", done, len(options.registers))
        notes = [*needs(options.policy, snapshots, options.on, options.without)]
        notes += [f"{snapshot.name}: {note}" for snapshot in snapshots for note in snapshot.notes]
    decisions = read_all_decisions(options.decisions)
    return Read(intake, tuple(snapshots), decisions, read_paid(options.paid, engine), tuple(notes))


def read_all_decisions(paths: Sequence[Path]) -> tuple[PairDecision, ...]:
    """The decisions of several files, each pair once: what was put to the RT gives way to an answer.

    PayungError names the two files that decide one pair as *sama* and as *beda*.
    """
    found: dict[tuple[str, str], tuple[PairDecision, Path]] = {}
    for path in paths:
        for one in read_decisions(path):
            known, before = found.get(pair_key(one), (one, path))
            if known.verdict is Verdict.ASK_RT or known.verdict is one.verdict:
                found[pair_key(one)] = one, path
            elif one.verdict is not Verdict.ASK_RT:
                raise PayungError(
                    f"Pasangan yang sama diputus {known.verdict} di {before.name} dan {one.verdict} di {path.name}.",
                    todo="Samakan kedua keputusan itu, atau berikan hanya berkas yang terbaru pada --decisions.",
                )
    return tuple(one for one, _ in found.values())


def _nobody(intake: Intake) -> PayungError:
    broken = ", ".join(one.file for one in intake.set_aside[:3])
    return PayungError(
        "Tidak ada satu orang pun yang terbaca dari daftar."
        + (f" Tidak terbaca: {broken}." if broken else ""),
        todo="Periksa dengan `payung check BERKAS` satu per satu.",
    )
