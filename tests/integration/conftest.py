"""A small demo regency and its results, made once by the command for all tests and all worker processes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from payung.core.errors import Exit
from payung.demo.run import Demo, open_demo
from payung.job.options import Options
from tests.integration import one_district
from tests.integration.small_office import payung

LINES, SEED = 2_000, 7


@contextmanager
def alone(folder: Path, name: str) -> Iterator[None]:
    """One worker process at a time."""
    with (folder / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all worker processes of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def regency(shared: Path) -> Demo:
    """The demo regency with its decisions; nobody may change it."""
    out = shared / "kabupaten"
    with alone(shared, "kabupaten"):
        if not out.exists():
            said = payung(
                "demo", "make", "--out", out, "--people", str(LINES), "--seed", str(SEED), "--quiet"
            )
            assert said.code == Exit.OK, said.err
        return open_demo(out)


@pytest.fixture(scope="session")
def result(shared: Path, regency: Demo) -> Path:
    """The folder of the main job's result on it, with everything in it; beside it what the command said."""
    out, said = shared / "hasil", shared / "hasil.json"
    with alone(shared, "hasil"):
        if not out.exists():
            answer = payung("demo", "run", "--data", shared / "kabupaten", "--out", out, "--json")
            assert answer.code == Exit.OK, answer.err
            said.write_text(answer.out, encoding="utf-8")
        return out


@pytest.fixture(scope="session")
def district(shared: Path, regency: Demo) -> Options:
    """The question about one kecamatan, answered once without any decision; nobody may change its folder."""
    folder = shared / "kecamatan"
    with alone(shared, "kecamatan"):
        folder.mkdir(exist_ok=True)
        asked = one_district.question(regency, folder)
        if not asked.out.exists():
            one_district.run(asked)
        return asked
