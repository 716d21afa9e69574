"""The main job again: the same question gives the same answer, and nothing that fails leaves a trace."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest

from payung.core.errors import PayungError
from payung.core.month import MonthSpan
from payung.demo.run import Demo
from payung.engine.duckdb_engine import open_engine
from payung.engine.workspace import PREFIX
from payung.job.options import Options
from tests.integration import one_district
from tests.integration.one_district import Record

pytestmark = pytest.mark.long


def hashes(record: Record) -> tuple[str, str]:
    return record["roll_sha256"], record["screened_sha256"]


@pytest.fixture(scope="module")
def known(district: Options) -> Record:
    """The record of the one kecamatan's first answer."""
    return one_district.record(district.out)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_twice_the_same_question_gives_the_same_bytes_and_keeps_the_earlier_result(
    district: Options, known: Record, tmp_path: Path
) -> None:
    asked = replace(district, out=tmp_path / "hasil")
    for old in ("hasil", "hasil.1"):
        shutil.copytree(district.out, tmp_path / old)
    (tmp_path / "hasil.1" / "sangat lama.txt").touch()
    before = tree(asked.out)
    assert hashes(one_district.run(asked)) == hashes(known)
    assert tree(asked.out) == before == tree(tmp_path / "hasil.1")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "hasil.1"]


def test_one_thread_gives_the_same_as_several(district: Options, known: Record, tmp_path: Path) -> None:
    alone = one_district.run(replace(district, out=tmp_path / "hasil", threads=1))
    assert hashes(alone) == hashes(known)
    if (os.cpu_count() or 1) < 2:
        several = one_district.run(replace(district, out=tmp_path / "hasil", threads=4))
        assert hashes(several) == hashes(known)


def test_rows_in_another_order_in_renamed_and_moved_lists_give_the_same_roll(
    district: Options, known: Record, tmp_path: Path
) -> None:
    # Answers are about row ids, which a changed file does not keep: without them both times.
    registers = tuple(one for one in district.registers if one.name != "dukcapil")
    asked = replace(district, registers=registers, without=frozenset({"dukcapil"}), out=tmp_path / "a")
    before = one_district.run(asked)
    moved = tmp_path / "lain" / one_district.NAME
    shutil.copytree(asked.lists / one_district.NAME, moved)
    reversed_lists = 0
    for path in sorted(moved.glob("*.csv")):
        lines = path.read_bytes().splitlines(keepends=True)
        head = next(at for at, line in enumerate(lines) if b"NIK" in line.upper())
        path.write_bytes(b"".join([*lines[: head + 1], *reversed(lines[head + 1 :])]))
        reversed_lists += 1
    assert reversed_lists
    for path in sorted(moved.glob("Data *.xlsx")):
        path.rename(path.with_name("kiriman kedua " + path.name))
    after = one_district.run(replace(asked, lists=tmp_path / "lain", out=tmp_path / "b"))
    assert hashes(after) == hashes(before)
    assert hashes(before) != hashes(known)


def test_a_failing_run_leaves_the_earlier_result_untouched_and_nothing_half_made(
    district: Options, tmp_path: Path
) -> None:
    asked = replace(district, out=tmp_path / "hasil")
    shutil.copytree(district.out, asked.out)
    before = tree(tmp_path)
    wrong = tmp_path / "dasar.csv"
    wrong.write_text("bukan,pembagi\n1,2\n", encoding="utf-8")
    with pytest.raises(PayungError):
        one_district.run(replace(asked, denominators=wrong))
    wrong.unlink()
    assert tree(tmp_path) == before
    assert [path.name for path in tmp_path.iterdir()] == ["hasil"]
    assert not list(Path(tempfile.gettempdir()).glob(f"{PREFIX}{os.getpid()}-*"))


PROGRAM = """
import sys
from dataclasses import replace
from pathlib import Path
from payung.demo.run import open_demo
from tests.integration import one_district
from tests.integration.one_district import Record
demo, folder, out = map(Path, sys.argv[1:])
record = one_district.run(replace(one_district.question(open_demo(demo), folder), out=out))
print(record["roll_sha256"], record["screened_sha256"])
"""


def started(regency: Demo, folder: Path, out: Path, temp: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", PROGRAM, str(regency.made.lists.parent), str(folder), str(out)]
    return subprocess.Popen(
        command,
        env={**os.environ, "TMPDIR": str(temp), "PYTHONPATH": str(Path(__file__).parents[2])},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def killed(process: subprocess.Popen[str]) -> None:
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def test_after_a_kill_the_next_start_empties_the_workspace_and_ends_as_if_nothing_had_been(
    district: Options, known: Record, regency: Demo, tmp_path: Path
) -> None:
    temp, out = tmp_path / "temp", tmp_path / "hasil"
    temp.mkdir()
    process = started(regency, district.lists.parent, out, temp)
    until = time.monotonic() + 60
    while not list(temp.glob(f"{PREFIX}*-*")) and time.monotonic() < until:
        time.sleep(0.02)
    killed(process)
    left = [path for path in temp.iterdir() if path.name.startswith(PREFIX)]
    assert left
    assert not out.exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in left)
    again = started(regency, district.lists.parent, out, temp)
    said, wrong = again.communicate(timeout=120)
    assert again.returncode == 0, wrong
    assert tuple(said.split()) == hashes(known)
    assert [path.name for path in temp.iterdir() if path.name.startswith(PREFIX)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "temp"]


def test_killed_at_any_moment_the_result_is_the_old_one_or_the_new_one(
    district: Options, known: Record, regency: Demo, tmp_path: Path
) -> None:
    temp, out = tmp_path / "temp", tmp_path / "hasil"
    temp.mkdir()
    began = time.monotonic()
    process = started(regency, district.lists.parent, out, temp)
    process.communicate(timeout=120)
    usual = time.monotonic() - began
    whole = tree(out)
    moments = random.Random(20)
    for _ in range(20):
        process = started(regency, district.lists.parent, out, temp)
        time.sleep(moments.uniform(0.2, usual * 1.05))
        if process.poll() is None:
            killed(process)
        else:
            process.communicate()
        kept = out if out.exists() else out.with_name("hasil.1")
        assert tree(kept) == whole
    process = started(regency, district.lists.parent, out, temp)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    assert tuple(said.split()) == hashes(known)
    assert tree(out) == whole
    assert [path.name for path in temp.iterdir() if path.name.startswith(PREFIX)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "hasil.1", "temp"]


def test_the_record_names_what_went_in_by_its_hash(district: Options, known: Record) -> None:
    for one in known["inputs"]["lists"]:
        path = district.lists / one["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
    for one in known["inputs"]["registers"]:
        path = next(given.path for given in district.registers if given.name == one["name"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]


def test_whoever_is_paid_gives_way_to_those_who_wait(
    district: Options, known: Record, tmp_path: Path
) -> None:
    paid = district.out / "daftar.parquet"
    after = one_district.run(replace(district, paid=(paid,), out=tmp_path / "kedua"))
    assert after["people"]["eligible"] == known["people"]["waiting"] > 0
    assert after["people"]["chosen"] > 0
    assert not dict(roll(district.out)).keys() & dict(roll(tmp_path / "kedua")).keys()
    assert after["inputs"]["paid"] == [hashlib.sha256(paid.read_bytes()).hexdigest()]


def test_what_is_paid_in_part_is_paid_for_the_rest_when_that_is_allowed(
    district: Options, tmp_path: Path
) -> None:
    october = replace(
        district,
        months=MonthSpan.parse("2022-10..2022-10"),
        ceilings={one_district.SOURCE: 100_000_000},
        out=tmp_path / "oktober",
    )
    paid = one_district.run(october)
    rest = replace(
        october,
        months=district.months,
        paid=(october.out / "daftar.parquet",),
        partial_months=True,
        out=tmp_path / "sisa",
    )
    part = one_district.run(rest)
    before, after = dict(roll(october.out)), dict(roll(rest.out))
    assert set(before.values()) == {"2022-10"}
    assert len(before) == paid["people"]["chosen"]
    assert {after[number] for number in before} == {"2022-11 2022-12"}
    assert part["money"]["used_idr"] >= 2 * paid["money"]["used_idr"]


def roll(out: Path) -> list[tuple[str, str]]:
    """NIK and months of everybody on a roll."""
    with open_engine() as engine:
        engine.read("roll", out / "daftar.parquet")
        return [(str(number), str(months)) for number, months in engine.rows("SELECT nik, months FROM roll")]
