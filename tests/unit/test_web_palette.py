"""Every pair of colours that stands on a page can be read: WCAG 2.2 ratios computed from the sheet as it is served."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

WEB = Path(__file__).parents[2] / "payung" / "web" / "static" / "web"
SHEET = (WEB / "payung.css").read_text(encoding="utf-8")
COLOURS = dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{3,6})\b", SHEET))
TEXT, PART = 4.5, 3.0
"""What text needs against what it stands on, and what a border or a bar needs against what it must be told from."""
SURFACES = (
    "paper",
    "canvas",
    "pale",
    "rest",
    "blue-pale",
    "green-pale",
    "orange-pale",
    "red-pale",
    "violet-pale",
)

PAIRS = [
    *(("ink", surface, TEXT) for surface in (*SURFACES, "focus")),
    *(("soft", surface, TEXT) for surface in ("paper", "canvas", "pale")),
    *(
        (link, surface, TEXT)
        for link in ("blue", "blue-deep", "violet")
        for surface in ("paper", "canvas", "pale")
    ),
    ("blue", "blue-pale", TEXT),
    *(("paper", button, TEXT) for button in ("ink", "blue", "blue-deep", "red", "red-deep")),
    *((f"{tone}-deep", f"{tone}-pale", TEXT) for tone in ("blue", "green", "orange", "red")),
    ("violet", "violet-pale", TEXT),
    *(("red", surface, TEXT) for surface in ("paper", "canvas")),
    *(("edge", surface, PART) for surface in ("paper", "canvas", "pale")),
    *((bar, "rest", PART) for bar in ("blue", "green")),
    ("focus", "ink", PART),
    ("orange", "ink", PART),
]


def luminance(colour: str) -> float:
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_is_computed_as_the_guidelines_say() -> None:
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.005)


@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_every_pair_in_use_can_be_told_apart(front: str, back: str, least: float) -> None:
    assert contrast(COLOURS[front], COLOURS[back]) >= least


def test_the_sheet_brings_no_brand_and_no_letters_of_others() -> None:
    assert not re.search(r"GDS Transport|crown|@font-face|url\(", SHEET, re.IGNORECASE)


def test_what_a_phone_loads_first_is_small() -> None:
    sizes = {
        name: len(gzip.compress((WEB / name).read_bytes(), mtime=0))
        for name in ("payung.css", "payung.js", "govuk-frontend.min.js", "htmx.min.js", "payung.svg")
    }
    assert sizes["payung.css"] <= 60 * 1024
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 60 * 1024
    assert sum(sizes.values()) <= 100 * 1024


def test_the_sheet_was_compiled_from_these_sources() -> None:
    source = (WEB.parents[1] / "scss" / "_palette.scss").read_text(encoding="utf-8")
    for name, colour in re.findall(r"^\$([a-z-]+): (#[0-9a-f]{6});", source, re.MULTILINE):
        assert luminance(COLOURS[name]) == luminance(colour), name
