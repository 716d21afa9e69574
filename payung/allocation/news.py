"""What registers have said since a screening, and what the screening knew: read from sealed files, once in a process.

Everything here is keyed by files that never change, so that what was read once stays true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from payung.config import load
from payung.core.application import Application
from payung.eligibility.factfile import read_facts
from payung.eligibility.facts import Facts, Presence, RegisterRecord, RegisterView
from payung.eligibility.pipeline import answered, is_about_the_row, numbered
from payung.eligibility.results import SCREENED
from payung.engine.bundle import unpack
from payung.engine.duckdb_engine import open_engine
from payung.engine.engine import Engine
from payung.engine.exchange import read_rows
from payung.registry.models import Delivery
from payung.registry.register_services import load_delivery
from payung.screening.models import ScreeningRun
from payung.vault.files import open_file
from payung.vault.stored import stored


@dataclass(frozen=True, slots=True)
class Known:
    """What a screening knew: of each row that only repeats a person the row that stands for them, and the facts (as text)
    of everybody who was let through.
    """

    stands_for: Mapping[str, str]
    facts: Mapping[str, str]

    def person(self, row_id: str) -> str:
        """The row that stands for the person of a row."""
        return self.stands_for.get(row_id, row_id)

    def facts_of(self, application: Application) -> Facts | None:
        """What was known of somebody who was let through; None for anybody else."""
        text = self.facts.get(application.row_id)
        return read_facts(text, application) if text else None


def known_to(run: ScreeningRun) -> Known:
    """What a screened run knew of its rows."""
    return _known(run.pk, run.results_file)


@lru_cache(maxsize=2)
def _known(run: int, path: str) -> Known:
    stands_for, facts = {}, {}
    with _engine() as engine:
        packed, folder = engine.workspace / "hasil.zip", engine.workspace / "hasil"
        open_file(stored(path), packed)
        unpack(packed, folder)
        columns = ("row_id", "person_id", "survives", "sources", "facts")
        for row_id, person, survives, sources, text in read_rows(
            engine, folder / SCREENED, columns, order=("row_id",)
        ):
            if not survives:
                stands_for[row_id] = person
            elif sources:
                facts[row_id] = text
    return Known(stands_for, facts)


def answers_in(deliveries: Iterable[Delivery]) -> dict[str, RegisterView]:
    """What was answered about each row, the delivery that was received last counting; unanswered rows are left out."""
    found: dict[str, RegisterView] = {}
    for one in deliveries:
        found.update(_answers(one.pk, one.snapshot_path))
    return found


@lru_cache(maxsize=4)
def _answers(delivery: int, path: str) -> Mapping[str, RegisterView]:
    one = Delivery.objects.get(pk=delivery)
    with _engine() as engine:
        return _views(answered(engine, load_delivery(engine, one)), one)


def answers_about_people(delivery: Delivery, run: ScreeningRun) -> dict[str, RegisterView]:
    """What an answer about everybody on the lists says of each person of a screening, by the row that stands for them.

    What tells how a row is written counts of that row alone; a death or a membership counts from any of theirs.
    """
    known, found = known_to(run), dict[str, list[RegisterRecord]]()
    for row_id, view in _answers(delivery.pk, delivery.snapshot_path).items():
        person = known.person(row_id)
        records = [one for one in view.records if person == row_id or not is_about_the_row(one)]
        if records:
            found.setdefault(person, []).extend(records)
    return {person: _found(records, delivery) for person, records in found.items()}


def extract_about(delivery: Delivery, applications: Mapping[str, Application]) -> dict[str, RegisterView]:
    """What an extract says under the NIKs of these rows, by row id; who is not found by number is left out."""
    by_number = {one.nik: row_id for row_id, one in applications.items() if one.nik}
    found: dict[str, list[RegisterRecord]] = {}
    with _engine() as engine:
        for number, record in numbered(engine, load_delivery(engine, delivery)):
            if row_id := by_number.get(number):
                found.setdefault(row_id, []).append(record)
    return {row_id: _found(records, delivery) for row_id, records in found.items()}


def silence(delivery: Delivery) -> RegisterView:
    """What an answer means for somebody of whom it says nothing."""
    return RegisterView(Presence.UNKNOWN, (), delivery.as_of)


def _views(rows: Iterable[tuple[str, RegisterRecord]], delivery: Delivery) -> dict[str, RegisterView]:
    found: dict[str, list[RegisterRecord]] = {}
    for row_id, record in rows:
        found.setdefault(row_id, []).append(record)
    return {row_id: _found(records, delivery) for row_id, records in found.items()}


def _found(records: Iterable[RegisterRecord], delivery: Delivery) -> RegisterView:
    return RegisterView(Presence.FOUND, tuple(records), delivery.as_of)


@contextmanager
def _engine() -> Iterator[Engine]:
    work = load().work
    with open_engine(
        workspace=Path(load().folder("workspace")), memory=work.memory, threads=work.threads
    ) as engine:
        yield engine
