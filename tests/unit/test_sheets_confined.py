"""What a child says is checked, and the problems it may have are told in words that can be acted on."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from payung.core.errors import Exit
from payung.sheets import child, confined, problems
from payung.sheets.confined import BrokenAnswerError, understand
from payung.sheets.limits import Limits
from payung.sheets.table import SheetTable

END = {"end": True}
SHEET = {"name": "Data", "hidden": False}


def _said(*lines: Any) -> io.BytesIO:
    return io.BytesIO(b"".join(json.dumps(line).encode() + b"\n" for line in lines))


def test_an_answer_becomes_sheets() -> None:
    chunk = {
        "rows": [["NIK", None], [1, 1.5, True]],
        "dates": [[0, 1, "1980-08-17"], [1, 2, "1980-08-17T07:30:00"]],
    }
    assert understand(_said(SHEET, chunk, {"name": "B", "hidden": True}, END), Limits()) == (
        SheetTable(
            "Data", (("NIK", date(1980, 8, 17)), (1, 1.5, datetime.fromisoformat("1980-08-17T07:30")))
        ),
        SheetTable("B", (), True),
    )


@pytest.mark.parametrize(
    "lines",
    [
        (),
        (SHEET,),
        ({"rows": [["x"]], "dates": []}, END),
        (SHEET, {"rows": [[["x"]]], "dates": []}, END),
        (SHEET, {"rows": [[{"x": 1}]], "dates": []}, END),
        (SHEET, {"rows": ["x"], "dates": []}, END),
        (SHEET, {"rows": [1], "dates": []}, END),
        (SHEET, {"rows": [["x"]], "dates": [[5, 0, "1980-08-17"]]}, END),
        (SHEET, {"rows": [["x"]], "dates": [[0, 0, "kemarin"]]}, END),
        (SHEET, {"rows": [["x"]], "dates": [[0, 0, 7]]}, END),
        ({"problem": "tidak ada"},),
        ({"problem": ["memory"]},),
        ([1, 2, 3],),
    ],
)
def test_an_answer_that_is_not_one_is_not_believed(lines: tuple[Any, ...]) -> None:
    with pytest.raises(BrokenAnswerError):
        understand(_said(*lines), Limits())


def test_noise_half_lines_and_endless_answers_are_not_believed() -> None:
    for data, limits in (
        (b"\xff\xfe\n", Limits()),
        (b'{"end":true}', Limits()),
        (b"[" * 200_000 + b"\n", Limits()),
        (
            json.dumps(SHEET).encode() * 1 + b"\n" + b'{"rows":[["x"]],"dates":[]}\n' * 100,
            Limits(answer_bytes=100),
        ),
    ):
        with pytest.raises(BrokenAnswerError):
            understand(io.BytesIO(data), limits)


def test_every_problem_has_its_own_words_and_says_what_to_do() -> None:
    told = {
        code: problems.problem(code, "a.xlsx", Limits(), found=7, sheet="S", detail="D")
        for code in problems.CODES
    }
    assert len({error.message for error in told.values()}) == len(told)
    for error in told.values():
        assert error.message.startswith("a.xlsx: ")
        assert error.todo
        assert error.exit_code is Exit.INPUT
        assert "{" not in str(error)
        assert "tabel tabel" not in str(error)


def test_a_name_cannot_write_on_the_terminal() -> None:
    message = problems.problem("damaged", "a\x1b[2J\n.xlsx", Limits()).message
    assert message.isprintable()


def test_an_unknown_problem_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no such problem"):
        problems.problem("apa", "a.xlsx", Limits())


@pytest.mark.parametrize(
    ("index", "text"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA"), (16_383, "XFD")]
)
def test_columns_are_named_as_excel_names_them(index: int, text: str) -> None:
    assert child.column_letters(index) == text


def test_the_parent_never_loads_the_reader() -> None:
    program = "import sys, payung.sheets.reading; sys.exit('python_calamine' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2]).returncode == 0


def test_a_child_can_neither_write_files_nor_start_processes(tmp_path: Path) -> None:
    program = (
        f"import sys; sys.path.append({str(Path(child.__file__).parent)!r}); import child, os, resource\n"
        "child.confine(256 << 20, 5)\n"
        "least = [resource.getrlimit(what) for what in "
        "(resource.RLIMIT_FSIZE, resource.RLIMIT_CORE, resource.RLIMIT_NPROC)]\n"
        "try:\n    bytearray(300 << 20)\nexcept MemoryError:\n    sys.stderr.write('kurang memori')\n"
        "sys.exit(0 if least == [(0, 0)] * 3 else 1)"
    )
    ended = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "kurang memori")


def test_the_command_holds_nothing_of_the_file() -> None:
    command = confined.command("read", Limits())
    assert command[1:4] == ["-I", "-S", "-B"]
    assert command[-7:] == ["536870912", "30", "50000", "200", "32767", "104857600", "32"]
