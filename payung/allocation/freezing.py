"""What a freeze keeps of a choice: the awards with their canonical rows, who was not chosen and why, the sums. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung.allocation.candidates import Candidate, Dimension, Line
from payung.allocation.choice import Chosen
from payung.allocation.held_back import Hold, counted
from payung.allocation.roll import ROLL_COLUMNS, RollEntry, RollRow
from payung.allocation.rules import Award, Selection
from payung.allocation.words import what_would_change, why_in, why_not
from payung.core.application import Application
from payung.core.month import Month
from payung.core.scope import place_of
from payung.policy.local import LocalPolicy
from payung.registry.facts import application_of, facts_of

_DIMENSIONS: Mapping[Dimension, str] = {
    Dimension.DISTRICT: "kecamatan",
    Dimension.DESA: "desa",
    Dimension.GROUP: "kelompok",
}


def said(entry: RollEntry) -> dict[str, Any]:
    """An entry of the roll as JSON: the canonical row by column, and the row of the list with what annexes need."""
    return {
        "row": dict(zip(ROLL_COLUMNS, entry.row.values(), strict=True)),
        "application": facts_of(entry.application),
    }


def entry_of(
    kept: Mapping[str, Any], months: str, *, jkk_idr: int, jkm_idr: int, continuity: bool
) -> RollEntry:
    """The entry that `said` wrote; `months` apart by spaces. ValueError where the parts do not fit together."""
    row: Mapping[str, str] = kept["row"]
    return RollEntry(
        row=RollRow(
            regency=row["regency"],
            nik=row["nik"],
            name_raw=row["name_raw"],
            birth_on=date.fromisoformat(row["birth_on"]),
            sex=row["sex"],
            desa_code=row["desa_code"],
            rt=row["rt"],
            group=row["group"],
            segment=row["segment"],
            source=row["source"],
            month_from=Month.parse(row["month_from"]),
            month_to=Month.parse(row["month_to"]),
            price_idr=int(row["price_idr"]),
            amount_idr=int(row["amount_idr"]),
        ),
        application=application_of(kept["application"]),
        jkk_idr=jkk_idr,
        jkm_idr=jkm_idr,
        months=tuple(Month.parse(month) for month in months.split()),
        continuity=continuity,
    )


def floor_words(line: Line | None) -> str:
    """The floor that brought somebody in, as it is kept: `desa 64.01.04.2002`; "" for none."""
    return f"{_DIMENSIONS[line[0]]} {line[1]}" if line else ""


def award_values(award: Award, entry: RollEntry, policy: LocalPolicy, *, nik_index: str) -> dict[str, Any]:
    """The columns of an award's row, without those of its round."""
    person = award.candidate
    return {
        "place": place_of(policy.regency, person.desa_code, entry.application.rt),
        "row_id": person.row_id,
        "nik_index": nik_index,
        "name": (entry.application.name or "")[:300],
        "source": entry.row.source,
        "group": person.group,
        "rank": award.rank,
        "continuity": person.continuity,
        "by_floor": floor_words(award.by_floor),
        "months": " ".join(map(str, entry.months)),
        "jkk_idr": entry.jkk_idr,
        "jkm_idr": entry.jkm_idr,
        "roll": said(entry),
        "why": why_in(award, entry.application, policy),
    }


@dataclass(frozen=True, slots=True)
class Left:
    """Somebody who could be chosen and was not: on the waiting list of a source (`standing`), or held back."""

    candidate: Candidate
    source: str
    standing: int | None
    code: str
    why: str
    change: str


def left_out(
    chosen: Chosen,
    held: Mapping[str, Hold],
    candidates: Mapping[str, Sequence[Candidate]],
    applications: Mapping[str, Application],
    policy: LocalPolicy,
) -> Iterator[Left]:
    """Everybody whom no source chose: those waiting by source and place, then those held back by row id.

    `candidates` are those of every source before anybody was held back. Somebody who waits at several sources stands on
    the list of the first.
    """
    for row_id, (selection, waiting) in chosen.waiting.items():
        application = applications[row_id]
        yield Left(
            waiting.candidate,
            selection.round.source,
            waiting.place,
            str(waiting.why),
            why_not(waiting, application, policy),
            what_would_change(waiting, policy),
        )
    known: dict[str, tuple[str, Candidate]] = {}
    for source, people in candidates.items():
        for one in people:
            if one.row_id in held:
                known.setdefault(one.row_id, (source, one))
    for row_id, (source, candidate) in sorted(known.items()):
        hold = held[row_id]
        yield Left(candidate, source, None, hold.code, hold.message, hold.todo)


def left_values(left: Left, application: Application, regency: str) -> dict[str, Any]:
    """The columns of the row of somebody who was not chosen, without those of its round."""
    return {
        "place": place_of(regency, left.candidate.desa_code, application.rt),
        "row_id": left.candidate.row_id,
        "name": (application.name or "")[:300],
        "source": left.source,
        "group": left.candidate.group,
        "standing": left.standing,
        "code": left.code,
        "why": left.why,
        "change": left.change,
        "who": {
            "nik": application.nik,
            "birth_on": application.birth_on.isoformat() if application.birth_on else None,
            "sex": application.sex,
            "rt": application.rt,
            "address": application.address,
        },
    }


def figures(chosen: Chosen, held: Mapping[str, Hold]) -> dict[str, Any]:
    """The sums of a freeze as JSON: people, person-months and rupiah, in all and by source, kecamatan, desa and group.

    Each source has its ceiling, how many wait, and how far from the best possible the choice can be at the most (`points`
    and `points_bound`). `held_back` counts people by code.
    """
    everyone = [award.candidate for _, award in chosen.awards]
    return {
        **_sums(everyone),
        "sources": {one.round.source: _of_source(one) for one in chosen.selections},
        "districts": _by((one.district_code, one) for one in everyone),
        "desas": _by((one.desa_code, one) for one in everyone),
        "groups": _by((one.group, one) for one in everyone),
        "continuing": sum(one.continuity for one in everyone),
        "waiting": len(chosen.waiting),
        "held_back": counted(held),
    }


def _of_source(selection: Selection) -> dict[str, Any]:
    return {
        **_sums(award.candidate for award in selection.awards),
        "ceiling_idr": selection.round.ceiling_idr,
        "left_idr": selection.left_idr,
        "waiting": len(selection.waiting),
        "points": selection.certificate.points_greedy,
        "points_bound": selection.certificate.points_bound,
        "floors_released": [
            [floor_words(one.line), one.floor, one.filled, one.short_of] for one in selection.released_floors
        ],
    }


def _by(people: Iterable[tuple[str, Candidate]]) -> dict[str, dict[str, int]]:
    found: dict[str, list[Candidate]] = {}
    for code, one in people:
        found.setdefault(code, []).append(one)
    return {code: _sums(members) for code, members in sorted(found.items())}


def _sums(people: Iterable[Candidate]) -> dict[str, int]:
    total: Counter[str] = Counter(people=0, person_months=0, jkk_idr=0, jkm_idr=0)
    for one in people:
        total.update(people=1, person_months=len(one.monthly), jkk_idr=one.jkk_idr, jkm_idr=one.jkm_idr)
    return dict(total)
