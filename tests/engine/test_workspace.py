"""Workspaces may hold NIKs in the clear: to one user only, gone at the end, and swept after whatever kill."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

from payung.engine.duckdb_engine import open_engine
from payung.engine.workspace import PREFIX, private_workspace, sweep

HOLD = """
import sys, time
from pathlib import Path
from payung.engine.workspace import private_workspace
with private_workspace(Path(sys.argv[1])) as folder:
    (folder / "rahasia.txt").write_text("x")
    print(folder, flush=True)
    time.sleep(60)
"""


def test_a_workspace_is_private_and_gone_at_the_end(tmp_path: Path) -> None:
    with private_workspace(tmp_path / "kerja") as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert folder.parent == tmp_path / "kerja"
        (folder / "a").mkdir()
    assert list((tmp_path / "kerja").iterdir()) == []


def test_a_workspace_in_use_stays_whoever_sweeps(tmp_path: Path) -> None:
    with private_workspace(tmp_path) as folder, open_engine(workspace=tmp_path) as engine:
        assert sweep(tmp_path) == []
        assert folder.is_dir()
        assert engine.workspace.is_dir()
        subprocess.run([sys.executable, "-c", HOLD_NOTHING, str(tmp_path)], check=True)
        assert folder.is_dir()
        assert engine.workspace.is_dir()


HOLD_NOTHING = """
import sys
from pathlib import Path
from payung.engine.workspace import sweep
assert sweep(Path(sys.argv[1])) == []
"""


def test_the_workspace_of_a_killed_process_is_swept_at_the_next_start(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        left = Path(process.stdout.readline().strip())
        assert sweep(tmp_path) == []
        process.kill()
    assert left.is_dir()
    with private_workspace(tmp_path) as folder:
        assert not left.exists()
        assert folder.is_dir()


def test_a_number_that_another_process_bears_now_does_not_keep_a_dead_workspace(tmp_path: Path) -> None:
    left = tmp_path / f"{PREFIX}{os.getpid()}-lama"
    left.mkdir()
    (left / ".in-use").touch()
    assert sweep(tmp_path) == [left]


def test_a_workspace_that_is_just_being_made_is_left_alone(tmp_path: Path) -> None:
    young = tmp_path / f"{PREFIX}{os.getpid()}-baru"
    young.mkdir()
    assert sweep(tmp_path) == []
    assert young.is_dir()


def test_other_folders_and_links_are_not_touched(tmp_path: Path) -> None:
    other = tmp_path / "lain"
    other.mkdir()
    (other / "penting.txt").write_text("x")
    (tmp_path / f"{PREFIX}surat-saya").mkdir()
    (tmp_path / f"{PREFIX}999999999-tautan").symlink_to(other)
    assert sweep(tmp_path) == []
    assert (other / "penting.txt").is_file()


def test_a_swept_folder_was_deleted_with_all_that_lay_in_it(tmp_path: Path) -> None:
    left = tmp_path / f"{PREFIX}999999999-lama"
    (left / "zip" / "a").mkdir(parents=True)
    (left / "zip" / "a" / "daftar.csv").write_text("x")
    assert sweep(tmp_path) == [left]
    assert not left.exists()
