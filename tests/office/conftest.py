"""A real, fresh database for every test: SQLite as it is installed, or the PostgreSQL server named by the environment.

Every test starts from a copy of one prepared database that holds the cast, and commits for real.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

_HOME = Path(tempfile.mkdtemp(prefix="payung-test-"))
os.environ["PAYUNG_HOME"] = str(_HOME)

from tests.office import databases  # noqa: E402

databases.configure()

from payung.office.django import start  # noqa: E402
from payung.office.folders import make_folders  # noqa: E402

make_folders()
start()

import shutil  # noqa: E402

import pytest  # noqa: E402

from tests.office.cast import Office, populate  # noqa: E402


@pytest.fixture(scope="session")
def prepared() -> Iterator[databases.Prepared]:
    """One database with all tables and the cast, from which every test's own is copied."""
    made = databases.prepare(_HOME)
    databases.use(made.base)
    populate()
    databases.close()
    yield made
    made.drop()
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture
def office(prepared: databases.Prepared) -> Iterator[Office]:
    """The office of Paser with its cast, on a database of its own."""
    with prepared.copy():
        yield Office()
