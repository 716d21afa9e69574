"""Helping processes end when they are told to, whatever the process that they are copies of does."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Iterator

import pytest

from payung.core.processes import begin_helping


@pytest.fixture
def catching() -> Iterator[None]:
    """This process catches SIGTERM, as the worker does to finish its job first."""
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)
    yield
    signal.signal(signal.SIGTERM, before)


def _help() -> None:
    begin_helping()
    time.sleep(60)


def test_a_copy_of_a_process_that_catches_sigterm_ends_by_it_and_not_by_ctrl_c(catching: None) -> None:
    helper = multiprocessing.get_context("fork").Process(target=_help)
    helper.start()
    assert helper.pid
    time.sleep(0.3)
    os.kill(helper.pid, signal.SIGINT)
    helper.join(0.3)
    assert helper.exitcode is None
    os.kill(helper.pid, signal.SIGTERM)
    helper.join(10)
    assert helper.exitcode == -signal.SIGTERM
