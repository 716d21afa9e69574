"""The shipped weights: whole numbers that fit the comparisons, and the example that the documentation counts by hand."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from payung.core import headers
from payung.screening.linkage import model
from payung.screening.linkage.comparing import GATE, LEVELS
from payung.screening.linkage.model import shipped
from payung.screening.rules import EVIDENCE

PAGE = Path(__file__).parents[2] / "docs" / "algorithms" / "linkage.md"


def total(**levels: int) -> int:
    weights = shipped()
    return weights.intercept + sum(
        values.get(tuple(levels[field] for field in fields), 0) for fields, values in weights.terms.items()
    )


def test_the_example_of_the_documentation_is_what_the_weights_say() -> None:
    swapped = total(nik=3, name=1, birth=1, kk=1, sex=1, desa=1, phone=0, common=1, list=0)
    twins = total(nik=8, name=4, birth=1, kk=1, sex=1, desa=1, phone=0, common=1, list=0)
    page = PAGE.read_text(encoding="utf-8")
    table = page[page.index("| start |") : page.index("| **sum** |")]
    numbers = re.findall(r"−?\d[\d.]*", " ".join(line.split("|")[3] for line in table.strip().splitlines()))
    # "− 558" is a difference: the sign stands apart.
    signed = re.findall(
        r"(?:− ?)?\d[\d.]*", " ".join(line.split("|")[3] for line in table.strip().splitlines())
    )
    assert len(numbers) == len(signed) == 25
    by_hand = sum(int(text.replace(".", "").replace("− ", "-").replace("−", "-")) for text in signed)
    assert by_hand == swapped
    assert f"{swapped:,}".replace(",", ".") in page
    assert f"−{-twins:,}".replace(",", ".") in page


def test_every_level_of_every_comparison_has_a_known_word_of_evidence() -> None:
    for field, levels in LEVELS.items():
        words = EVIDENCE.get(f"ev_{field}", {"": ""})
        assert {word for _, word in levels} <= words.keys(), field
    assert set(EVIDENCE) <= {f"ev_{field}" for field in LEVELS}


def test_the_gate_has_points_for_what_it_compares() -> None:
    assert set(shipped().gate.points) == set(GATE)


def test_every_kind_of_evidence_is_weighed() -> None:
    weights = shipped()
    for field in LEVELS:
        assert (field,) in weights.terms
    assert weights.review < weights.certain <= weights.exact


def test_weights_for_levels_that_do_not_exist_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    raw = json.loads(model.WEIGHTS.read_text(encoding="utf-8"))
    raw["terms"][0]["milli_bits"]["99"] = 1
    wrong = tmp_path / "weights.json"
    wrong.write_text(json.dumps(raw), encoding="utf-8")
    monkeypatch.setattr(model, "WEIGHTS", wrong)
    with pytest.raises(ValueError, match="99"):
        shipped.__wrapped__()


def test_the_headers_that_the_bare_command_reads_are_known() -> None:
    for name in ("row_id", "nik", "kk", "name", "birth_on", "sex", "desa", "phone"):
        assert headers.field_of(name) == name
