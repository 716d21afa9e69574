"""What a scenario comes to, in figures: people, rupiah, who waits, and how good the choice is at the least. Pure.

The same names as those of a freeze's figures (`freezing.figures`), with what helps to compare scenarios beside them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from payung.allocation.answers import Answers
from payung.allocation.candidates import Candidate, Dimension, Line
from payung.allocation.choice import Chosen
from payung.allocation.files import Prepared
from payung.allocation.held_back import Hold, counted
from payung.allocation.rules import Selection

Sums = dict[str, int]
"""`people`, `person_months`, `jkk_idr`, `jkm_idr`."""


def effect(chosen: Chosen, prepared: Prepared, held: Mapping[str, Hold]) -> dict[str, Any]:
    """The figures of a choice as JSON; `held` are those who could not be chosen now, by row id.

    `candidates` counts everybody who may be chosen, in all and by kecamatan, desa and group; of each, who is not among
    the chosen is out. Each source has its ceilings, what is left of them, the floors it could not fill, its certificate
    (`points` and `points_bound`) and the three answers.
    """
    everybody = {one.row_id: one for some in prepared.candidates.values() for one in some}
    awarded = [award.candidate for _, award in chosen.awards]
    sexes = Counter(prepared.sexes.get(one.row_id, "") for one in awarded)
    return {
        **_sums(awarded),
        "candidates": len(everybody),
        "out": len(everybody) - len(awarded),
        "sources": {
            selection.round.source: _of_source(selection, answers)
            for selection, answers in zip(chosen.selections, chosen.answers, strict=True)
        },
        "districts": _by(awarded, everybody, lambda one: one.district_code),
        "desas": _by(awarded, everybody, lambda one: one.desa_code),
        "groups": _by(awarded, everybody, lambda one: one.group),
        "sexes": {sex: sexes[sex] for sex in ("L", "P", "")},
        "continuing": sum(one.continuity for one in awarded),
        "waiting": len(chosen.waiting),
        "held_back": counted({row: hold for row, hold in held.items() if row in everybody}),
    }


def _of_source(selection: Selection, answers: Answers) -> dict[str, Any]:
    round_, left = selection.round, selection.left_by_account or (0, 0)
    return {
        **_sums(award.candidate for award in selection.awards),
        "ceiling_idr": round_.ceiling_idr,
        "ceiling_jkk_idr": round_.jkk_idr,
        "ceiling_jkm_idr": round_.jkm_idr,
        "left_idr": selection.left_idr,
        "left_jkk_idr": left[0],
        "left_jkm_idr": left[1],
        "waiting": len(selection.waiting),
        "points": selection.certificate.points_greedy,
        "points_bound": selection.certificate.points_bound,
        "floors_released": [
            [*line_said(one.line), one.floor, one.filled, one.short_of] for one in selection.released_floors
        ],
        "answers": asdict(answers),
    }


_SCOPES: Mapping[Dimension, str] = {
    Dimension.DISTRICT: "kecamatan",
    Dimension.DESA: "desa",
    Dimension.GROUP: "group",
}


def line_said(line: Line) -> tuple[str, str]:
    """A floor or quota as settings name it: scope and key."""
    return _SCOPES[line[0]], line[1]


def line_read(scope: str, key: str) -> Line:
    """The line that `line_said` named. ValueError for a scope that there is none of."""
    for dimension, name in _SCOPES.items():
        if name == scope:
            return dimension, key
    raise ValueError(f"tidak ada jatah menurut {scope}")


def _sums(people: Iterable[Candidate]) -> Sums:
    number = months = jkk = jkm = 0
    known: dict[int, tuple[Any, int, int, int]] = {}
    for one in people:
        found = known.get(id(one.monthly))
        if found is None:
            found = known[id(one.monthly)] = (one.monthly, len(one.monthly), one.jkk_idr, one.jkm_idr)
        number, months, jkk, jkm = number + 1, months + found[1], jkk + found[2], jkm + found[3]
    return {"people": number, "person_months": months, "jkk_idr": jkk, "jkm_idr": jkm}


def _by(
    awarded: Iterable[Candidate], everybody: Mapping[str, Candidate], key: Callable[[Candidate], str]
) -> dict[str, Sums]:
    """Sums by kecamatan, desa or group, those who could be chosen beside those who are."""
    could = Counter(map(key, everybody.values()))
    chosen: dict[str, list[Candidate]] = {code: [] for code in could}
    for one in awarded:
        chosen[key(one)].append(one)
    return {code: {**_sums(chosen[code]), "candidates": could[code]} for code in sorted(could)}
