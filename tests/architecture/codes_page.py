"""`docs/codes.md` from the catalogues in the code: `python -m tests.architecture.codes_page` writes it anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from payung.allocation.freezing import CODES as NOT_CHOSEN
from payung.core.errors import Exit
from payung.core.nik import forensics
from payung.eligibility.codes import CODES as REASONS
from payung.intake.codes import CODES as FINDINGS
from payung.screening.rules import EVIDENCE
from payung.sheets.problems import TEXTS as PROBLEMS

PAGE = Path(__file__).parents[2] / "docs" / "codes.md"
_INTRO = """\
# Codes

Every code that a result, a marked workbook or a message can carry, with the sentence that people read. Codes never change
their meaning; people see the sentences only. This page is written from the catalogues in the code by
`python -m tests.architecture.codes_page`, and a test fails while it differs from them.
"""
_OUTCOMES = """\
Each reason has one of four outcomes; the worst of all reasons decides, and all of them are told.

| outcome | meaning |
| --- | --- |
| `pass` | nothing speaks against it |
| `pass_noted` | let through although something is unknown, because the policy says so; the note stays on record |
| `incomplete` | cannot be decided yet: a fact is missing or a person must look; stays off the roll until then |
| `refuse` | cannot be proposed now; the reason says what would change it |

What is unknown (`…_unknown`, `…_missing`) takes the way that the policy's `on_unknown` names for the criterion.
"""
_NOT_CHOSEN = """\
Of a frozen round. Besides these, a reason of eligibility holds somebody back whom a later register or BPJS's answer speaks
against.
"""
_SEVERITIES = """\
`fault` must be mended before the row can be decided, `question` is plausible either way and somebody who knows must answer,
`note` needs nothing. Text in braces differs from row to row.
"""


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(header) + " |", "| " + " | ".join("---" for _ in header) + " |"]
    lines += ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def render() -> str:
    """The whole page as the code has it now."""
    parts = [
        _INTRO,
        "## Reasons of eligibility\n",
        _OUTCOMES,
        _table(("code", "meaning"), [(f"`{code}`", words) for code, words in sorted(REASONS.items())]),
        "## Who could be chosen and was not\n",
        _NOT_CHOSEN,
        _table(("code", "meaning"), [(f"`{code}`", words) for code, words in sorted(NOT_CHOSEN.items())]),
        "## Findings in lists\n",
        _SEVERITIES,
        _table(
            ("code", "severity", "title", "sentence"),
            [(f"`{k}`", f"`{c.severity}`", c.title, c.sentence) for k, c in sorted(FINDINGS.items())],
        ),
        "## What may have happened to a broken NIK\n",
        "Proposals only; nobody's number is changed by the machine.\n",
        _table(
            ("code", "sentence"), [(f"`{code}`", words) for code, words in sorted(forensics.WORDS.items())]
        ),
        "## Files that are set aside\n",
        _table(
            ("code", "what is wrong", "what to do"),
            [(f"`{code}`", *words) for code, words in sorted(PROBLEMS.items())],
        ),
        "## Evidence of links\n",
        _table(
            ("column", "value", "words"),
            [
                (f"`{column}`", f"`{value}`", words)
                for column, values in EVIDENCE.items()
                for value, words in values.items()
            ],
        ),
        "## Exit codes\n",
        _table(("code", "name"), [(f"{code.value}", f"`{code.name}`") for code in Exit]),
    ]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
