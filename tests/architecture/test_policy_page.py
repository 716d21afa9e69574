"""`docs/policy.md` says what the policy files can say, and its examples are good ones."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from payung.policy.law import PAYERS
from payung.policy.local import REGISTER_NAMES, SCOPES, OnUnknown
from payung.policy.local_reader import CRITERIA, ORDER
from payung.policy.reading import compose
from payung.policy.tables import CERTAINTIES, UNITS, read_table

PAGE = (Path(__file__).parents[2] / "docs" / "policy.md").read_text(encoding="utf-8")
EXAMPLES = [block for block in re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL) if block.startswith("id:")]


@pytest.mark.parametrize("example", EXAMPLES, ids=[text.splitlines()[0] for text in EXAMPLES])
def test_every_example_of_a_table_can_be_read(example: str) -> None:
    assert read_table(compose(example, "docs/policy.md")).values


def test_there_are_examples_of_a_number_a_reduction_and_a_change() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("word", [*UNITS, *CERTAINTIES, *CRITERIA, *OnUnknown, *ORDER, *SCOPES])
def test_every_word_of_the_files_is_explained(word: str) -> None:
    assert f"`{word}`" in PAGE


@pytest.mark.parametrize("name", CRITERIA)
def test_every_criterion_names_its_evidence_and_parameters(name: str) -> None:
    row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
    evidence, params = CRITERIA[name]
    for word in (*evidence, *params, *(word for allowed in params.values() for word in allowed or ())):
        assert f"`{word}`" in row


def test_payers_and_registers_are_named() -> None:
    assert all(payer in PAGE for payer in PAYERS)
    assert all(f"`{name}`" in PAGE for name in REGISTER_NAMES if name != "own")
