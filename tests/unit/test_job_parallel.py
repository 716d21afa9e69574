"""Work side by side: all of it is done, an error is told as it is, a killed helper does not hang the run."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from payung.core.errors import Exit, PayungError
from payung.job.parallel import side_by_side


def _wrong() -> None:
    raise PayungError("Disk penuh.", todo="Kosongkan.", exit_code=Exit.OUTPUT)


def _killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _writers(folder: Path) -> dict[str, Callable[[], object]]:
    return {f"{number}": partial((folder / f"{number}").write_text, "x") for number in range(7)}


@pytest.mark.parametrize("workers", [1, 2, 5])
def test_every_piece_is_done_and_counted(tmp_path: Path, workers: int) -> None:
    told: list[tuple[int, int]] = []
    seconds = side_by_side(_writers(tmp_path), workers=workers, progress=lambda *done: told.append(done))
    assert set(seconds) == {path.name for path in tmp_path.iterdir()} == set("0123456")
    assert told == [(done, 7) for done in range(1, 8)]


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_a_piece_arrives_whole(tmp_path: Path, workers: int) -> None:
    with pytest.raises(PayungError) as caught:
        side_by_side(_writers(tmp_path) | {"salah": _wrong}, workers=workers)
    assert (caught.value.message, caught.value.todo) == ("Disk penuh.", "Kosongkan.")
    assert caught.value.exit_code is Exit.OUTPUT


def test_a_helper_that_the_system_kills_ends_the_run_with_a_message(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="memori habis"):
        side_by_side({"mati": _killed, **_writers(tmp_path)}, workers=2)


def test_nothing_to_do_is_done_at_once() -> None:
    assert side_by_side({}) == {}
