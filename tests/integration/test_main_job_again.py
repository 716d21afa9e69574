"""The main job again: the same question gives the same answer, and nothing that fails leaves a trace."""

from __future__ import annotations

import hashlib
import json
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

from payung.core.errors import Exit, PayungError
from payung.demo.run import Demo
from payung.engine.duckdb_engine import PREFIX, open_engine
from payung.job.options import Options
from payung.job.outputs import Report
from tests.integration import one_district


def hashes(report: Report) -> tuple[str, str]:
    return report.record["roll_sha256"], report.record["screened_sha256"]


@pytest.fixture(scope="module")
def first(regency: Demo, tmp_path_factory: pytest.TempPathFactory) -> tuple[Options, Report]:
    """The question about one kecamatan without any decision, and its answer."""
    asked = one_district.question(regency, tmp_path_factory.mktemp("kecamatan"))
    return asked, one_district.run(asked)


def tree(folder: Path) -> dict[str, str]:
    """Every file below a folder with its SHA-256."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_twice_the_same_question_gives_the_same_bytes_and_keeps_the_earlier_result(
    first: tuple[Options, Report], tmp_path: Path
) -> None:
    asked = replace(first[0], out=tmp_path / "hasil")
    one = one_district.run(asked)
    before = tree(asked.out)
    two = one_district.run(asked)
    assert hashes(one) == hashes(two) == hashes(first[1])
    assert tree(tmp_path / "hasil.1") == before == tree(asked.out)
    one_district.run(asked)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "hasil.1"]


def test_the_number_of_threads_changes_nothing(first: tuple[Options, Report], tmp_path: Path) -> None:
    for threads in (1, 3):
        report = one_district.run(replace(first[0], out=tmp_path / str(threads), threads=threads))
        assert hashes(report) == hashes(first[1]), threads


def test_rows_in_another_order_in_renamed_and_moved_lists_give_the_same_roll(
    first: tuple[Options, Report], regency: Demo, tmp_path: Path
) -> None:
    asked, report = first
    # Answers are about row ids, which a changed file does not keep: without them both times.
    registers = tuple(one for one in asked.registers if one.name != "dukcapil")
    asked = replace(asked, registers=registers, without=frozenset({"dukcapil"}), out=tmp_path / "a")
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
    assert hashes(before) != hashes(report)


def test_a_failing_run_leaves_the_earlier_result_untouched_and_nothing_half_made(
    first: tuple[Options, Report], tmp_path: Path
) -> None:
    asked = replace(first[0], out=tmp_path / "hasil")
    one_district.run(asked)
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
demo, folder, out = map(Path, sys.argv[1:])
report = one_district.run(replace(one_district.question(open_demo(demo), folder), out=out))
print(report.record["roll_sha256"], report.record["screened_sha256"])
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
    first: tuple[Options, Report], regency: Demo, tmp_path: Path
) -> None:
    temp, out = tmp_path / "temp", tmp_path / "hasil"
    temp.mkdir()
    process = started(regency, first[0].lists.parent, out, temp)
    until = time.monotonic() + 60
    while not list(temp.glob(f"{PREFIX}*-*")) and time.monotonic() < until:
        time.sleep(0.02)
    killed(process)
    left = [path for path in temp.iterdir() if path.name.startswith(PREFIX)]
    assert left
    assert not out.exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in left)
    again = started(regency, first[0].lists.parent, out, temp)
    said, wrong = again.communicate(timeout=120)
    assert again.returncode == 0, wrong
    assert tuple(said.split()) == hashes(first[1])
    assert [path.name for path in temp.iterdir() if path.name.startswith(PREFIX)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "temp"]


@pytest.mark.long
def test_killed_at_any_moment_the_result_is_the_old_one_or_the_new_one(
    first: tuple[Options, Report], regency: Demo, tmp_path: Path
) -> None:
    temp, out = tmp_path / "temp", tmp_path / "hasil"
    temp.mkdir()
    began = time.monotonic()
    process = started(regency, first[0].lists.parent, out, temp)
    process.communicate(timeout=120)
    usual = time.monotonic() - began
    whole = tree(out)
    moments = random.Random(20)
    for _ in range(20):
        process = started(regency, first[0].lists.parent, out, temp)
        time.sleep(moments.uniform(0.2, usual * 1.05))
        if process.poll() is None:
            killed(process)
        else:
            process.communicate()
        kept = out if out.exists() else out.with_name("hasil.1")
        assert tree(kept) == whole
    process = started(regency, first[0].lists.parent, out, temp)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    assert tuple(said.split()) == hashes(first[1])
    assert tree(out) == whole
    assert [path.name for path in temp.iterdir() if path.name.startswith(PREFIX)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hasil", "hasil.1", "temp"]


def test_the_record_names_what_went_in_by_its_hash(first: tuple[Options, Report]) -> None:
    asked, report = first
    loaded = json.loads((asked.out / "run.json").read_text(encoding="utf-8"))
    assert loaded == json.loads(json.dumps(report.record))
    for one in loaded["inputs"]["lists"]:
        path = asked.lists / one["file"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]
    for one in loaded["inputs"]["registers"]:
        path = next(given.path for given in asked.registers if given.name == one["name"])
        assert hashlib.sha256(path.read_bytes()).hexdigest() == one["sha256"]


def test_months_that_are_paid_are_not_paid_again(first: tuple[Options, Report], tmp_path: Path) -> None:
    asked, report = first
    enough = replace(asked, ceilings={one_district.SOURCE: 100_000_000}, out=tmp_path / "semua")
    everybody = one_district.run(enough)
    assert everybody.record["people"]["waiting"] == 0
    again = replace(enough, paid=(enough.out / "daftar.xlsx",), out=tmp_path / "lagi")
    with pytest.raises(PayungError, match="sudah dibayar") as caught:
        one_district.run(again)
    assert caught.value.exit_code is Exit.MONEY
    assert "--paid" in caught.value.todo
    assert not again.out.exists()
    second = replace(asked, paid=(asked.out / "daftar.parquet",), out=tmp_path / "kedua")
    others = one_district.run(second)
    assert others.record["people"]["chosen"] > 0
    assert not dict(roll(asked.out)).keys() & dict(roll(second.out)).keys()
    assert others.record["people"]["eligible"] == report.record["people"]["waiting"]


def test_what_is_paid_in_part_is_paid_for_the_rest_when_that_is_allowed(
    first: tuple[Options, Report], tmp_path: Path
) -> None:
    asked, _ = first
    october = replace(
        asked,
        months=type(asked.months).parse("2022-10..2022-10"),
        ceilings={one_district.SOURCE: 100_000_000},
        out=tmp_path / "oktober",
    )
    paid = one_district.run(october)
    rest = replace(
        october, months=asked.months, paid=(october.out / "daftar.parquet",), out=tmp_path / "sisa"
    )
    with pytest.raises(PayungError, match="sudah dibayar"):
        one_district.run(rest)
    part = one_district.run(replace(rest, partial_months=True))
    before, after = dict(roll(october.out)), dict(roll(part.out))
    assert set(before.values()) == {"2022-10"}
    assert len(before) == paid.record["people"]["chosen"]
    assert {after[number] for number in before} == {"2022-11 2022-12"}
    assert part.record["money"]["used_idr"] >= 2 * paid.record["money"]["used_idr"]


def roll(out: Path) -> list[tuple[str, str]]:
    """NIK and months of everybody on a roll."""
    with open_engine() as engine:
        engine.read("roll", out / "daftar.parquet")
        return [(str(number), str(months)) for number, months in engine.rows("SELECT nik, months FROM roll")]
