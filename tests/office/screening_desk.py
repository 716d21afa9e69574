"""A small desk's files brought into the office by its services, and screened there.

Once a test run the desk is brought in and screened; each test has a copy of that. A module that uses the fixtures
imports `desk_brought`, `desk_screened`, `brought` and `done`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from payung.core.month import MonthSpan
from payung.eligibility.question import Question
from payung.eligibility.services import ask_run
from payung.intake.upload_services import receive
from payung.registry.register_services import receive_register
from payung.registry.rules import RegisterInput
from payung.screening.models import ScreeningRun
from tests.integration import small_office
from tests.integration.small_office import person
from tests.office.cast import REGENCY, Office
from tests.office.databases import Prepared

QUESTION = Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",))
AS_OF = date(2022, 9, 15)


def desk(folder: Path) -> small_office.Office:
    """24 people on three lists; one stands twice, another once more with a NIK that lost a digit, a third pair differs
    by one digit alone.
    """
    made = small_office.office(folder)
    made.rows["Janju.csv"].append(person(1))
    twice = person(4)
    twice[2] = "MASLIANI BINTI UMAR"
    made.rows["Jone.xlsx"].append([twice[0][:15], *twice[1:]])
    typed = person(8)
    made.rows["Tapis.csv"].append(
        [typed[0][:14] + typed[0][15] + typed[0][14], "6401040205159999", "SYAHRIR", *typed[3:]]
    )
    made.save()
    return made


@dataclass(frozen=True, slots=True)
class Desk:
    """The office with the desk's lists and registers, and the files that they came from; nobody may change the files."""

    office: Office
    files: small_office.Office


@pytest.fixture(scope="session")
def desk_brought(
    prepared: Prepared, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Prepared, small_office.Office]]:
    """A database with everything of the desk read."""
    files = desk(tmp_path_factory.mktemp("meja"))
    with prepared.copy():
        bring(Office(), files)
        kept = prepared.keep("desk")
    yield kept, files
    kept.drop()


@pytest.fixture(scope="session")
def desk_screened(desk_brought: tuple[Prepared, small_office.Office]) -> Iterator[Prepared]:
    """The same with one screening done."""
    with desk_brought[0].copy():
        screened(Office())
        kept = desk_brought[0].keep("screened")
    yield kept
    kept.drop()


@pytest.fixture
def brought(desk_brought: tuple[Prepared, small_office.Office]) -> Iterator[Desk]:
    """The office with the desk's lists and registers read, nothing screened."""
    with desk_brought[0].copy():
        yield Desk(Office(), desk_brought[1])


@pytest.fixture
def done(desk_screened: Prepared, desk_brought: tuple[Prepared, small_office.Office]) -> Iterator[Desk]:
    """The office after the first screening."""
    with desk_screened.copy():
        yield Desk(Office(), desk_brought[1])


def bring_lists(*paths: Path) -> None:
    """Upload lists, as whoever acts."""
    with ExitStack() as opened:
        receive([(path.name, opened.enter_context(path.open("rb"))) for path in paths], REGENCY)


def bring_registers(made: small_office.Office, *names: str) -> None:
    """Take the registers of a desk in, all unless some are named, as whoever acts."""
    for text in made.options["--register"]:
        one = RegisterInput.parse(text)
        if not names or one.name in names:
            with one.path.open("rb") as source:
                receive_register(one.name, source, one.path.name, one.as_of or AS_OF)


def bring(office: Office, made: small_office.Office) -> None:
    """All lists and registers of a desk, read."""
    with office.acting("budi"):
        bring_lists(*sorted(made.lists.iterdir()))
        bring_registers(made)
    office.work()


def screened(office: Office, question: Question = QUESTION) -> ScreeningRun:
    """Ask for a screening as Pak Budi and let it be done; the run as it is then."""
    with office.acting("budi"):
        run = ask_run(question)
    office.work()
    with office.acting("budi"):
        run.refresh_from_db()
    return run


def printed_hash(made: small_office.Office, *more: Any) -> str:
    """The screened list's hash as `payung run` prints it for the desk's files."""
    from tests.integration import one_district

    said = made.run(*more)
    assert said.code == 0, said.err
    return str(one_district.record(made.out)["screened_sha256"])
