"""A list that comes in again against what is already held: there, mended, new, or changed on both sides. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields

from payung.core.application import Application
from payung.core.finding import Severity
from payung.intake.lists import ReadList

_NOT_CONTENT = frozenset(("row_id", "file", "sheet", "row", "nik_raw", "kk_raw", "birth_raw"))
_CONTENT = tuple(one.name for one in fields(Application) if one.name not in _NOT_CONTENT)
_OF_NEIGHBOURS = frozenset(("nik_twice", "person_twice", "row_id_copied"))
"""Findings that come and go with other rows."""


@dataclass(frozen=True, slots=True)
class Held:
    """A row that is held: the digest of its content now, and as it stood in the workbook last given back ("" for none)."""

    content: str
    given_back: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Row ids of the list that came in, each in one group; `missing` are held ids that it lacks.

    `conflicts` were changed in the file and, since the workbook was given back, also here, to something else.
    """

    already_there: frozenset[str]
    changed: frozenset[str]
    new: frozenset[str]
    conflicts: frozenset[str]
    missing: frozenset[str]

    @property
    def comes_back(self) -> bool:
        """Does the list hold any row that is held already?"""
        return bool(self.already_there or self.changed or self.conflicts)

    @property
    def says_nothing_new(self) -> bool:
        return not (self.changed or self.new or self.conflicts)


def contents(read: ReadList) -> dict[str, str]:
    """By row id all that the list says of a person, and what is wrong with it, as one text.

    Where the row stands and in which file does not count. These texts are personal data: keep only a keyed digest.
    """
    wrong: dict[str, set[str]] = {}
    for finding in read.findings:
        if finding.severity is not Severity.NOTE and finding.code not in _OF_NEIGHBOURS:
            wrong.setdefault(finding.row_id, set()).add(finding.code)
    return {
        a.row_id: json.dumps(
            [*(_plain(getattr(a, name)) for name in _CONTENT), sorted(wrong.get(a.row_id, ()))],
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for a in read.applications
    }


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, str | int | bool) else str(value)


def compare(held: Mapping[str, Held], read: ReadList, digest: Callable[[str], str]) -> Comparison:
    """Put every row of a list that came in into its group. `digest` is the one that made `held` from `contents`."""
    return sort_out(held, {row_id: digest(text) for row_id, text in contents(read).items()})


def sort_out(held: Mapping[str, Held], came: Mapping[str, str]) -> Comparison:
    """The same by the digests of what came in.

    What the file left as it was given back says nothing against a change made here since: such a row is already there.
    """
    already: set[str] = set()
    changed: set[str] = set()
    new: set[str] = set()
    conflicts: set[str] = set()
    for row_id, content in came.items():
        known = held.get(row_id)
        if known is None:
            new.add(row_id)
        elif content in (known.content, known.given_back):
            already.add(row_id)
        elif known.given_back in ("", known.content):
            changed.add(row_id)
        else:
            conflicts.add(row_id)
    return Comparison(
        frozenset(already),
        frozenset(changed),
        frozenset(new),
        frozenset(conflicts),
        frozenset(held.keys() - came.keys()),
    )
