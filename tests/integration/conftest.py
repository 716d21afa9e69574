"""A small demo regency and its result, made once for all tests and all worker processes."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

import pytest

from payung.demo.run import Demo, make_demo, open_demo, run_demo

LINES, SEED = 2_400, 7


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all worker processes of one test run share."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def regency(shared: Path) -> Demo:
    """The demo regency with its decisions; nobody may change it."""
    with (shared / "kabupaten.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        out = shared / "kabupaten"
        if not (out / "demo.json").is_file():
            make_demo(out, LINES, SEED)
        return open_demo(out)


@pytest.fixture(scope="session")
def result(shared: Path, regency: Demo) -> Path:
    """The folder of the main job's result on it, with everything in it; nobody may change it."""
    with (shared / "hasil.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        out = shared / "hasil"
        if not out.exists():
            run_demo(regency, out)
        return out
