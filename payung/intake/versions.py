"""Rows that two files carry under one id: already there, or a second version. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from payung.core import identity
from payung.core.application import Application
from payung.core.finding import Finding
from payung.intake.codes import CODES
from payung.intake.lists import ReadList


def apart(read: Sequence[ReadList]) -> list[ReadList]:
    """Rows that two files carry under one id: the same content is *already there*, other content a second version."""
    first: dict[str, tuple[str, int, str]] = {}
    result: list[ReadList] = []
    for one in read:
        again = {a.row_id for a in one.applications if a.row_id in first}
        if again:
            one = _against_earlier(one, again, first)
        for a in one.applications:
            first.setdefault(a.row_id, (one.file, a.row, _content(a)))
        result.append(one)
    return result


def _content(a: Application) -> str:
    return identity.fingerprint(a.nik, a.name, a.birth_on, a.sex, a.desa_code)


def _against_earlier(
    one: ReadList, again: Collection[str], first: dict[str, tuple[str, int, str]]
) -> ReadList:
    same = {a.row_id for a in one.applications if a.row_id in again and first[a.row_id][2] == _content(a)}
    fresh = {
        a.row_id: identity.row_id(one.sha256, a.sheet, a.row)
        for a in one.applications
        if a.row_id in again and a.row_id not in same
    }
    if not fresh:
        return replace(one, already_there=frozenset(same))
    applications, conflicts = [], []
    code = CODES["row_id_copied"]
    for a in one.applications:
        if a.row_id not in fresh:
            applications.append(a)
            continue
        file, row, _ = first[a.row_id]
        new = replace(a, row_id=fresh[a.row_id])
        applications.append(new)
        message = code.sentence.format(place=f"baris {row} berkas {file}")
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
