"""The one way from lists and registers to the screened list, whoever asks: the main job on files or the office."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import cached_property

from payung.core.application import APPLICATION_COLUMNS, Application
from payung.core.identity import fingerprint
from payung.core.month import Month
from payung.eligibility.assessment import Assessed, assess_all, screened_rows
from payung.eligibility.pipeline import gather, read_people
from payung.eligibility.screened import screened_hash
from payung.eligibility.terms import Terms
from payung.engine.engine import Engine
from payung.intake.codes import TITLES
from payung.intake.rules import check_breaker
from payung.registry.files import Snapshot
from payung.registry.rules import Kind
from payung.screening.pipeline import Progress, Screening, screen
from payung.screening.rules import PairDecision

TABLE = "applications"
"""The engine's table of the lists while they are screened."""
_TELL_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class Inputs:
    """Everything that a screening looks at.

    `snapshots` are registers whose tables the engine holds. `faults` are, by row id, the codes of what must be mended
    on the list first (`faults_of`); `paid` names, by NIK, the months that earlier rolls paid.
    """

    applications: Sequence[Application]
    snapshots: tuple[Snapshot, ...] = ()
    decisions: tuple[PairDecision, ...] = ()
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    paid: Mapping[str, frozenset[Month]] = field(default_factory=dict)


@dataclass(frozen=True)
class Screened:
    """What came of a screening: the links and persons are left in the engine."""

    screening: Screening
    assessed: tuple[Assessed, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the canonical screened list."""
        return screened_hash(screened_rows(self.assessed))


def screen_and_assess(
    engine: Engine,
    inputs: Inputs,
    terms: Terms,
    *,
    progress: Progress | None = None,
    stage: Callable[[str], AbstractContextManager[None]] = lambda name: nullcontext(),
) -> Screened:
    """Find who is the same person, bring the facts of every row together, and judge them.

    The engine is left with `applications`, `links` and `persons` beside the registers' tables. `stage` wraps the two
    stages `saring` and `nilai`, for whoever times them. PayungError(Exit.BREAKER) when so many rows repeat a person
    that the lists as a whole look wrong.
    """
    with stage("saring"):
        load_applications(engine, inputs.applications)
        linked = {one.name: one.table for one in inputs.snapshots if one.kind is Kind.EXTRACT}
        screening = screen(engine, TABLE, linked, decisions=inputs.decisions, progress=progress)
    with stage("nilai"):
        people = read_people(engine)
        repeated = sum(not person.survives for person in people.values())
        check_breaker(inputs.applications, terms.policy, duplicates=repeated)
        facts = gather(
            engine,
            inputs.applications,
            people,
            inputs.snapshots,
            policy=terms.policy,
            on=terms.on,
            waived=terms.waived,
            faults={row_id: _titles(codes) for row_id, codes in inputs.faults.items()},
            paid=inputs.paid,
        )
        assessed = _told(assess_all(facts, terms), len(inputs.applications), progress)
        return Screened(screening, tuple(assessed))


def _told(assessed: Iterable[Assessed], total: int, progress: Progress | None) -> Iterator[Assessed]:
    for done, one in enumerate(assessed, start=1):
        yield one
        if progress and (done % _TELL_EVERY == 0 or done == total):
            progress("Menilai orang", done, total)


def _titles(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(TITLES.get(code, code) for code in codes))


def load_applications(engine: Engine, applications: Sequence[Application]) -> None:
    """The engine's table `applications`: every field as text, with the fingerprint; `desa` is the code if known."""
    columns = dict.fromkeys((*APPLICATION_COLUMNS, "desa", "fingerprint"), "VARCHAR")
    engine.load(TABLE, columns, (_cells(application) for application in applications))


def _cells(application: Application) -> list[object]:
    cells: list[object] = [_text(getattr(application, name)) for name in APPLICATION_COLUMNS]
    return [*cells, application.desa_code or application.desa_raw, mark_of(application)]


def mark_of(application: Application) -> str:
    """The application's fingerprint."""
    return fingerprint(
        application.nik, application.name, application.birth_on, application.sex, application.desa_code
    )


def _text(value: object) -> str | None:
    return None if value is None else str(value)
