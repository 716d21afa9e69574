"""The English catalogue: compiled as it stands, and every sentence with the same gaps and marks as its original."""

from __future__ import annotations

import gettext
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import payung

FOLDER = Path(payung.__file__).parent / "locale" / "en" / "LC_MESSAGES"
_FIELD = re.compile(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$')
_GAPS = re.compile(r"%\(\w+\)[sd]|</?\w+[^>]*>|\{\w*\}")


@dataclass
class Entry:
    """One sentence, its plural where it has one, and what they are in English."""

    msgid: str = ""
    plural: str = ""
    said: list[str] = field(default_factory=list)


def entries() -> Iterator[Entry]:
    """Every sentence of the catalogue but its header."""
    for block in (FOLDER / "django.po").read_text(encoding="utf-8").split("\n\n"):
        entry, target = Entry(), ""
        for line in block.splitlines():
            found = _FIELD.match(line)
            text = json.loads(found[2] if found else line) if found or line.startswith('"') else ""
            target = found[1] if found else target
            if target == "msgid":
                entry.msgid += text
            elif target == "msgid_plural":
                entry.plural += text
            elif found:
                entry.said.append(text)
            elif text:
                entry.said[-1] += text
        if entry.msgid:
            yield entry


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with (FOLDER / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for entry in entries():
        if entry.said[0]:
            singular = (
                compiled.ngettext(entry.msgid, entry.plural, 1)
                if entry.plural
                else compiled.gettext(entry.msgid)
            )
            assert singular == entry.said[0], "run make messages"


def test_every_translation_has_the_gaps_and_marks_of_its_original() -> None:
    found = list(entries())
    assert len(found) > 1000
    wrong = [
        (entry.msgid, said)
        for entry in found
        for said in entry.said
        if said and sorted(_GAPS.findall(said)) != sorted(_GAPS.findall(entry.msgid))
    ]
    assert wrong == []


def test_plurals_have_both_forms() -> None:
    plural = [entry for entry in entries() if entry.plural and entry.said[0]]
    assert len(plural) > 10
    assert all(len(entry.said) == 2 and all(entry.said) for entry in plural)


def test_nearly_everything_is_said_in_english() -> None:
    found = list(entries())
    silent = [entry.msgid for entry in found if not entry.said[0]]
    assert len(silent) <= len(found) // 20, silent[:20]


def test_nothing_of_the_catalogue_was_guessed() -> None:
    assert "fuzzy" not in (FOLDER / "django.po").read_text(encoding="utf-8")
