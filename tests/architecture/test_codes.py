"""Every code is in its catalogue, every catalogue entry is used, and `docs/codes.md` tells them all."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from payung.core import kk, nik
from payung.core.dates import MESSAGES
from payung.eligibility.codes import CODES as REASONS
from payung.intake.codes import CODES as FINDINGS
from payung.policy.local import REGISTER_NAMES
from tests.architecture.codes_page import PAGE, render

PAYUNG = Path(__file__).parents[2] / "payung"


def texts_in(folder: Path) -> dict[str, set[str]]:
    """Every text in the code of a folder, with the files that hold it; docstrings do not count."""
    found: dict[str, set[str]] = {}
    for path in sorted(folder.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        bare = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in bare:
                found.setdefault(node.value, set()).add(path.name)
    return found


def codes_given(folder: Path) -> Iterator[str]:
    """The first argument of every `Reason(…)`, `_unknown(case, …)`, `_covered(…, code, …)` and the like."""
    position = {"Reason": 0, "_unknown": 1, "_covered": 2, "_staff": 2}
    for path in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in position:
                yield from _texts(node.args[position[node.func.id]])


def _texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body)
        yield from _texts(node.orelse)
    elif isinstance(node, ast.JoinedStr):
        # f"{register}_unknown": one code for each register that a criterion may ask.
        ending = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
        yield from (name + ending for name in REGISTER_NAMES if name != "own")


def test_every_reason_that_the_code_gives_is_in_the_catalogue() -> None:
    given = set(codes_given(PAYUNG / "eligibility"))
    assert len(given) > 30
    assert given - set(REASONS) == set()


def test_every_reason_of_the_catalogue_is_given_somewhere() -> None:
    assert set(REASONS) - set(codes_given(PAYUNG / "eligibility")) == set()


def test_every_finding_of_the_catalogue_is_made_somewhere() -> None:
    """By its name, by the fault of a number or a date that it stands for, or by a name made of parts."""
    used = texts_in(PAYUNG)
    for code in FINDINGS:
        of_a_number = code in nik.FAULTS or code in kk.FAULTS
        of_a_date = code.replace("birth_", "date_", 1) in MESSAGES
        assert of_a_number or of_a_date or used[code], code


def test_the_page_lists_every_code_as_the_code_has_it() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), (
        "write docs/codes.md anew: .venv/bin/python -m tests.architecture.codes_page"
    )


@pytest.mark.parametrize("catalogue", [REASONS, FINDINGS])
def test_every_code_stands_on_the_page(catalogue: dict[str, object]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for code in catalogue:
        assert f"| `{code}` |" in page
