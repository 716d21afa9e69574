"""Rows that two files carry under one id: already there, or a second version. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from payung.core import identity
from payung.core.application import Application
from payung.core.finding import Finding
from payung.intake.codes import CODES
from payung.intake.lists import ReadList


def apart(read: Sequence[ReadList]) -> list[ReadList]:
    """The same lists with every id used once.

    A row whose id stands in an earlier file is *already there* when its content is the same; with other content it is
    a second version: it gets an id of its own and a question that names the first.
    """
    first: dict[str, Application] = {}
    result: list[ReadList] = []
    for one in read:
        again = {a.row_id: first[a.row_id] for a in one.applications if a.row_id in first}
        if again:
            one = _against_earlier(one, again)
        for a in one.applications:
            first.setdefault(a.row_id, a)
        result.append(one)
    return result


def _content(a: Application) -> str:
    return identity.fingerprint(a.nik, a.name, a.birth_on, a.sex, a.desa_code)


def _against_earlier(one: ReadList, earlier: Mapping[str, Application]) -> ReadList:
    code = CODES["row_id_copied"]
    same: set[str] = set()
    fresh: dict[str, str] = {}
    applications: list[Application] = []
    conflicts: list[Finding] = []
    for a in one.applications:
        old = earlier.get(a.row_id)
        if old is None:
            applications.append(a)
        elif _content(old) == _content(a):
            same.add(a.row_id)
            applications.append(a)
        else:
            new = replace(a, row_id=identity.row_id(one.sha256, a.sheet, a.row))
            fresh[a.row_id] = new.row_id
            applications.append(new)
            message = code.sentence.format(place=f"baris {old.row} berkas {old.file}")
            conflicts.append(
                Finding(
                    new.row_id,
                    one.file,
                    a.sheet,
                    a.row,
                    "row_id",
                    "row_id_copied",
                    code.severity,
                    "",
                    "",
                    message,
                )
            )
    findings = [replace(f, row_id=fresh[f.row_id]) if f.row_id in fresh else f for f in one.findings]
    return replace(
        one,
        applications=tuple(applications),
        findings=(*findings, *conflicts),
        already_there=frozenset(same),
    )
