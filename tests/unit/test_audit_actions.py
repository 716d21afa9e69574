"""Every recorded action is registered, and every registered one has a title."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from payung.audit.actions import ACTIONS, title_of

ROOT = Path(__file__).parents[2] / "payung"


def recorded() -> dict[str, set[str]]:
    """Files to the first arguments of their calls of `audit.services.record`; "?" for one that is no literal."""
    found: dict[str, set[str]] = {}
    for path in sorted(ROOT.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "payung.audit" not in text or path == ROOT / "audit" / "services.py":
            continue
        found[str(path.relative_to(ROOT))] = codes_in(ast.parse(text))
    services = ast.parse((ROOT / "audit" / "services.py").read_text(encoding="utf-8"))
    return found | {"audit/services.py": codes_in(services)}


def codes_in(tree: ast.Module) -> set[str]:
    """Codes of the calls `record(…)` and `services.record(…)`; both branches of a choice between two literals."""
    codes: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).split(".")[-1] == "record" and node.args:
            first = node.args[0]
            choices = [first.body, first.orelse] if isinstance(first, ast.IfExp) else [first]
            codes |= {one.value if isinstance(one, ast.Constant) else "?" for one in choices}  # type: ignore[misc]
    return codes


def test_every_recorded_action_is_registered() -> None:
    unknown = {path: codes - ACTIONS.keys() - {"?"} for path, codes in recorded().items()}
    assert {path: codes for path, codes in unknown.items() if codes} == {}


def test_the_scan_finds_what_is_recorded() -> None:
    assert {"detail.erased", "ledger.exported"} <= recorded()["audit/services.py"]
    assert "ledger.checked" in recorded()["audit/views.py"]
    assert codes_in(ast.parse("record('a.b' if x else 'c.d', y); services.record(code, z)")) == {
        "a.b",
        "c.d",
        "?",
    }


def test_codes_and_titles_are_well_formed() -> None:
    for code, title in ACTIONS.items():
        assert re.fullmatch(r"[a-z]+\.[a-z]+(_[a-z]+)*", code), code
        assert len(code) <= 60
        assert title[0].isupper(), code
    assert title_of("lama.sekali") == "lama.sekali"
    assert len(set(ACTIONS.values())) == len(ACTIONS)
