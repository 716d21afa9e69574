"""Private folders for work in progress, which may hold NIKs in the clear: 0700, gone at the end, swept after a kill.

A folder is known to be in use by a lock that its process holds: the system lets go of it however the process ends,
even where the next process gets the same number (as the first one of a container does).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PREFIX = "payung-"
_LOCK = ".in-use"


class Workspace:
    """One private folder below `root`; `close` deletes it."""

    def __init__(self, root: Path) -> None:
        root.mkdir(parents=True, exist_ok=True)
        # The process id tells a later start whom to ask where there is no lock yet; mkdtemp makes the folder 0700.
        self.path = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=root))
        self._lock: int | None = _locked(self.path)

    def close(self) -> None:
        """Delete the folder; a second close does nothing."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


@contextmanager
def private_workspace(root: Path) -> Iterator[Path]:
    """A folder of one's own below `root`, with what was left there by killed processes swept away first."""
    root.mkdir(parents=True, exist_ok=True)
    sweep(root)
    workspace = Workspace(root)
    try:
        yield workspace.path
    finally:
        workspace.close()


def sweep(root: Path) -> list[Path]:
    """Delete the workspaces below `root` that no process uses any more, and name them; others' folders stay."""
    gone = []
    for folder in sorted(root.glob(f"{PREFIX}*-*")):
        number = folder.name.removeprefix(PREFIX).split("-")[0]
        try:
            ours = number.isdigit() and not folder.is_symlink() and folder.stat().st_uid == os.getuid()
            if not ours or not folder.is_dir() or _in_use(folder, int(number)):
                continue
        except FileNotFoundError:
            continue  # its process has just ended by itself
        shutil.rmtree(folder, ignore_errors=True)
        gone.append(folder)
    return gone


def _locked(folder: Path) -> int:
    """Lock the folder. The lock's file gets its name only when it is locked: who sees it unlocked may sweep."""
    fresh = folder / f"{_LOCK}.new"
    lock = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with contextlib.suppress(OSError):  # a file system without locks: the process id must do
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        fresh.rename(folder / _LOCK)
    return lock


def _in_use(folder: Path, process: int) -> bool:
    if not _runs(process):
        return False
    try:
        lock = os.open(folder / _LOCK, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(lock)
    return False


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
