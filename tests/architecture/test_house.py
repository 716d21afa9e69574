"""The house style, as far as a machine can check it."""

from __future__ import annotations

import ast
import re
import socket
from pathlib import Path

import pytest

from tests import cast
from tests.conftest import NetworkIsOffError

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "payung").rglob("*.py"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in FILES}
LONGEST = 600


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls(tree: ast.Module) -> set[str]:
    """Dotted names of everything that is called."""
    return {ast.unparse(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}


def test_no_file_is_longer_than_600_lines() -> None:
    long = {name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert {path: lines for path, lines in long.items() if lines > LONGEST} == {}


def test_only_the_command_line_prints() -> None:
    printing = {name(path) for path, tree in TREES.items() if "print" in calls(tree)}
    assert {path for path in printing if not path.startswith("payung/cli/")} == set()


def test_only_the_command_line_reads_the_clock() -> None:
    """A stopwatch may run; what day it is comes from the outside, so that every run can be repeated."""
    clocks = (
        "datetime.now",
        "datetime.utcnow",
        "datetime.today",
        "date.today",
        "time.time",
        "time.localtime",
    )
    reading = {
        name(path): sorted(
            call for call in calls(tree) if any(call == c or call.endswith("." + c) for c in clocks)
        )
        for path, tree in TREES.items()
        if not name(path).startswith("payung/cli/")
    }
    assert {path: found for path, found in reading.items() if found} == {}


def test_nothing_reaches_for_the_network() -> None:
    """Only the installation opens sockets: of this machine, to find a free port."""
    forbidden = {"socket", "requests", "urllib", "http", "httpx", "aiohttp", "ftplib", "smtplib"}
    for path, tree in TREES.items():
        if name(path) == "payung/office/ports.py":
            continue
        for node in ast.walk(tree):
            modules = (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [node.module or ""]
                if isinstance(node, ast.ImportFrom)
                else []
            )
            reached = {module.split(".")[0] for module in modules if module != "urllib.parse"}
            assert not reached & forbidden, name(path)


def public_without_docstring(path: Path, tree: ast.Module) -> list[str]:
    """Modules, public classes and functions, and public methods longer than a line or two.

    The kinds of damage of the demo are one table of like functions; the table's entries name and rate them.
    """
    missing = [] if not tree.body or ast.get_docstring(tree) else [name(path)]
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        damage = isinstance(node, ast.FunctionDef) and [arg.arg for arg in node.args.args] == [
            "row",
            "context",
            "rng",
        ]
        if not ast.get_docstring(node) and not damage:
            missing.append(f"{name(path)}: {node.name}")
        if isinstance(node, ast.ClassDef):
            missing += [
                f"{name(path)}: {node.name}.{method.name}"
                for method in node.body
                if isinstance(method, ast.FunctionDef)
                and not method.name.startswith("_")
                and not ast.get_docstring(method)
                and len(method.body) > 2
            ]
    return missing


def test_every_public_class_and_function_says_what_it_promises() -> None:
    missing = [
        one
        for path, tree in TREES.items()
        if path.parent.name != "migrations"
        for one in public_without_docstring(path, tree)
    ]
    assert missing == []


def test_no_check_is_switched_off_for_a_whole_file() -> None:
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        assert "ruff: noqa" not in text
        assert "mypy: ignore-errors" not in text
        assert not re.search(r"#.*\b(?:TODO|FIXME|XXX)\b", text), name(path)


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80)])
def test_the_network_is_off_in_tests(address: tuple[str, int]) -> None:
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outside, pytest.raises(NetworkIsOffError):
        outside.connect(address)


def test_this_machine_can_still_be_reached_in_tests() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(server.getsockname(), timeout=5) as client,
    ):
        assert client.getpeername() == server.getsockname()


def test_the_cast_is_fixed_and_invented() -> None:
    assert [actor.name for actor in cast.CAST] == ["Bu Siti", "Pak Budi", "Bu Rina", "Tamu"]
    assert len({actor.id for actor in cast.CAST}) == len(cast.CAST)
    assert cast.TAMU.desa_code == ""
