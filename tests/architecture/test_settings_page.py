"""`docs/settings.md` names every setting with its default, and no other."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from payung.config import Config

PAGE = (Path(__file__).parents[2] / "docs" / "settings.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([^`]+)` \| (.+?) \| .{5,} \|$", PAGE, re.MULTILINE))
IN_WORDS = {"": "empty", "None": "all, at most 8"}
"""Defaults that the page tells in words."""


def defaults() -> dict[str, object]:
    """Every setting as the page names it, with its default."""
    found: dict[str, object] = {}
    for name, field in Config.model_fields.items():
        part = field.annotation
        if isinstance(part, type) and issubclass(part, BaseModel):
            found |= {f"[{name}] {one}": inner.default for one, inner in part.model_fields.items()}
        elif name != "home":  # the folder itself, told above the table
            found[name] = field.default
    return found


def test_the_page_names_every_setting_and_no_other() -> None:
    assert set(ROWS) == set(defaults())


@pytest.mark.parametrize("name", defaults())
def test_a_default_is_told_as_it_is(name: str) -> None:
    default = defaults()[name]
    values = default if isinstance(default, tuple) else (default,)
    told = ", ".join(IN_WORDS.get(str(one), str(one)) for one in values)
    assert ROWS[name].replace("`", "").lower() == told.lower()
