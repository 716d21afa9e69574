"""Files that nobody should send are refused with a reason, or read; the process that asked lives on, unburdened."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from payung.core.errors import Exit, PayungError
from payung.sheets.limits import Limits
from payung.sheets.reading import read_table
from tests import hostile

PROJECT = Path(__file__).parents[2]
MOST_GROWTH_MB = 50
MOST_SECONDS = 60

READER = """
import json, sys, time
from pathlib import Path
from payung.core.errors import PayungError
from payung.sheets.reading import read_table

def megabytes(what):
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what + ":"))

before = megabytes("VmRSS")
told = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    started = time.monotonic()
    try:
        file = read_table(path)
        answer = {"kind": file.kind, "remark": file.remark, "sheets": [[one.name, one.rows] for one in file.sheets]}
        del file
    except PayungError as error:
        answer = {"refused": error.message, "todo": error.todo, "exit_code": int(error.exit_code)}
    told[path.name] = answer | {"seconds": time.monotonic() - started}
    json.dumps(answer)
print(json.dumps({"files": told, "before": before, "after": megabytes("VmRSS"), "most": megabytes("VmHWM")}))
"""
"""A process that reads the whole corpus with the default limits and says how it fared; it ends with what it printed."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("hostile")
    hostile.build(found)
    return found


@pytest.fixture(scope="module")
def fared(folder: Path) -> dict[str, Any]:
    ended = subprocess.run(
        [sys.executable, "-c", READER, str(folder)], cwd=PROJECT, capture_output=True, text=True, timeout=300
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_the_process_that_reads_them_all_survives_and_hardly_grows(fared: dict[str, Any]) -> None:
    assert len(fared["files"]) == len(hostile.CORPUS)
    assert fared["after"] - fared["before"] < MOST_GROWTH_MB
    assert fared["most"] - fared["before"] < MOST_GROWTH_MB


def test_no_file_takes_longer_than_a_minute(fared: dict[str, Any]) -> None:
    assert max(file["seconds"] for file in fared["files"].values()) < MOST_SECONDS


@pytest.mark.parametrize("one", hostile.CORPUS, ids=lambda one: one.name)
def test_each_file_is_read_or_refused_as_it_deserves(fared: dict[str, Any], one: hostile.Hostile) -> None:
    told = fared["files"][one.name]
    if one.refused:
        assert one.refused in told["refused"]
        assert told["refused"].startswith(one.name)
        assert told["todo"]
        assert told["exit_code"] == Exit.INPUT
    else:
        assert "refused" not in told, told
        assert told["sheets"]
        assert one.remark in told["remark"]
        assert bool(told["remark"]) == bool(one.remark)


def test_each_kind_of_trouble_has_words_of_its_own(fared: dict[str, Any]) -> None:
    said: dict[str, set[str]] = {}
    for one in hostile.CORPUS:
        if one.refused:
            said.setdefault(one.refused, set()).add(
                fared["files"][one.name]["refused"].removeprefix(one.name)
            )
    for trouble, messages in said.items():
        others = {message for other, theirs in said.items() if other != trouble for message in theirs}
        assert not messages & others


def test_nothing_of_another_file_is_ever_read(fared: dict[str, Any]) -> None:
    secret = Path(hostile.SECRET_FILE).read_text().splitlines()[0]
    assert secret not in json.dumps(fared["files"])


def test_what_stands_in_harmless_ones_is_what_was_written(fared: dict[str, Any]) -> None:
    def rows(name: str) -> Any:
        return fared["files"][name]["sheets"][0][1]

    assert rows("lama.xls") == rows("lama.xlsx") == [["NIK", "NAMA"], [], [6401014108900001, "SITI"]]
    assert rows("dde.xlsx") == [["NAMA"], ["Siti"]]
    assert rows("rumus.xlsx") == [["JUMLAH"], [7], ["a"]]
    assert rows("tersembunyi.xlsx") == [[f"baris {number}"] for number in range(1, 5)]
    text = [["No", "NIK", "Nama"], ["1", "6401014108900001", "Siti Nur’aini"], ["2", None, "Café"]]
    for name in ("utf8.csv", "utf8-bom.csv", "utf16.csv", "utf16-tanpa-bom.csv", "cp1252.csv", "csv.xlsx"):
        assert rows(name) == text, name


@pytest.mark.parametrize(
    ("limits", "name", "message"),
    [
        (Limits(wall_seconds=0.05), "sejuta-baris.xlsx", "belum selesai dibaca"),
        (Limits(answer_bytes=512 * 1024), "lembar-kembar.xlsx", "isi semua sel bersama-sama"),
        (Limits(unpacked_bytes=1024 * 1024), "sejuta-baris.xlsx", "membengkak menjadi"),
        (Limits(file_bytes=1000), "sejuta-baris.xlsx", "berkas terlalu besar"),
    ],
    ids=["wall", "content", "unpacked", "size"],
)
def test_a_lower_limit_has_its_own_message(folder: Path, limits: Limits, name: str, message: str) -> None:
    with pytest.raises(PayungError, match=message):
        read_table(folder / name, limits)


def test_a_workbook_that_computes_too_long_is_stopped(tmp_path: Path) -> None:
    path = tmp_path / "kembar.xlsx"
    hostile.twin_sheets(path, row_count=8000)
    with pytest.raises(PayungError, match="lebih dari 1 detik kerja komputer"):
        read_table(path, Limits(cpu_seconds=1))


def test_a_workbook_is_never_unpacked_to_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    path = tmp_path / "a.xlsx"
    hostile.zipped(path, hostile.plain_parts(hostile.sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>')))
    read_table(path)
    assert list(tmp_path.iterdir()) == [path]
