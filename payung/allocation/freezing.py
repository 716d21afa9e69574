"""What a freeze keeps of a choice: the awards with their canonical rows, who was not chosen and why, the sums. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from payung.allocation.candidates import Candidate, Dimension, Line, order_key
from payung.allocation.choice import Chosen
from payung.allocation.held_back import CODES as HELD_BACK
from payung.allocation.held_back import Held, title_of
from payung.allocation.roll import ROLL_COLUMNS, RollEntry, RollRow
from payung.allocation.rules import Award, Selection, Waiting, Why
from payung.allocation.words import group_title, source_title, what_would_change, why_in, why_not
from payung.core.application import Application
from payung.core.dates import age
from payung.core.month import Month
from payung.core.scope import place_of
from payung.policy.local import LocalPolicy
from payung.registry.facts import application_of, facts_of

GROUP_OUT, SOURCE_OUT = "group_out", "source_out"
_ASIDE: Mapping[str, str] = {
    GROUP_OUT: "Kelompok pekerjaannya tidak ikut putaran ini.",
    SOURCE_OUT: "Sumber dananya tidak ikut putaran ini.",
}
CODES: Mapping[str, str] = {
    **HELD_BACK,
    **_ASIDE,
    str(Why.CEILING): "Menunggu: pagu habis sebelum urutannya.",
    str(Why.QUOTA): "Menunggu: jatah paling banyak sudah terisi.",
    str(Why.COVERED_UNTIL): "Menunggu: sebagian bulan sudah ditanggung pihak lain atau sudah dibayar.",
}
"""Why somebody who could be chosen was not: held back, taking no part, or waiting (codes of `allocation.rules.Why`)."""
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
    """Somebody who could be chosen and was not: on the waiting list of a source (`standing`), or set aside."""

    candidate: Candidate
    source: str
    standing: int | None
    code: str
    why: str
    change: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a choice: `chosen`; `first`, what would have been chosen had BPJS kept silent about nobody (the same where
    nobody is held back for that); who was held back; and the groups and sources that took no part.

    `candidates` are those of every source before anybody was left aside.
    """

    chosen: Chosen
    first: Chosen
    held: Held
    candidates: Mapping[str, Sequence[Candidate]]
    groups_out: frozenset[str]


def left_out(
    outcome: Outcome, applications: Mapping[str, Application], policy: LocalPolicy
) -> Iterator[Left]:
    """Everybody whom no source chose: those waiting by source and place, then those aside by row id.

    Somebody who could wait at several sources stands on the list of the first.
    """
    told, silent = outcome.held.told, outcome.held.silent
    gone = {award.candidate.row_id for _, award in outcome.chosen.awards} | told.keys()
    waiting = {row: one for row, one in outcome.first.waiting.items() if row in silent}
    waiting |= outcome.chosen.waiting
    by_source: dict[str, list[tuple[Selection, Waiting]]] = {}
    for row_id, (selection, one) in waiting.items():
        if row_id not in gone:
            by_source.setdefault(selection.round.source, []).append((selection, one))
    for selection in outcome.chosen.selections:
        here = by_source.get(selection.round.source, [])
        here.sort(key=lambda pair: order_key(pair[1].candidate, pair[0].round.seed))
        for standing, (_, one) in enumerate(here, start=1):
            row_id = one.candidate.row_id
            why = why_not(one, applications[row_id], policy)
            yield Left(
                one.candidate,
                selection.round.source,
                standing,
                str(one.why),
                f"{why} {silent[row_id].title}" if row_id in silent else why,
                what_would_change(one, policy),
            )
            gone.add(row_id)
    yield from _aside(outcome, gone - told.keys(), policy)


def _aside(outcome: Outcome, done: Collection[str], policy: LocalPolicy) -> Iterator[Left]:
    """Who is held back, and whose group or source takes no part, by row id."""
    told = outcome.held.told
    known: dict[str, tuple[str, Candidate]] = {}
    for source, people in outcome.candidates.items():
        for one in people:
            if one.row_id not in done:
                known.setdefault(one.row_id, (source, one))
    for row_id, (source, candidate) in sorted(known.items()):
        if hold := told.get(row_id):
            yield Left(candidate, source, None, hold.code, hold.message, hold.todo)
        elif candidate.group in outcome.groups_out:
            title = group_title(candidate.group, policy)
            yield Left(
                candidate, source, None, GROUP_OUT, f"Kelompok {title} tidak ikut putaran ini.", _LATER
            )
        else:
            title = source_title(source, policy)
            yield Left(
                candidate, source, None, SOURCE_OUT, f"Sumber dana {title} tidak ikut putaran ini.", _LATER
            )


_LATER = "Dapat dipilih pada putaran lain."


def why_aside(code: str) -> str:
    """What a code says of everybody whom it set aside."""
    return _ASIDE.get(code) or title_of(code)


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


AGES = (20, 30, 40, 50, 60, 65)
"""Where the age groups of a freeze's figures begin, besides the youngest."""


def figures(chosen: Chosen, left: Sequence[Left], entries: Iterable[RollEntry]) -> dict[str, Any]:
    """The sums of a freeze as JSON: people, person-months and rupiah, in all, by source, kecamatan, desa, group, sex and age.

    Each source has its ceiling, how many wait, and how far from the best possible the choice can be at the most (`points`
    and `points_bound`). `held_back` counts people by code.
    """
    everyone = [award.candidate for _, award in chosen.awards]
    people = {entry.application.row_id: entry for entry in entries}
    waiting = Counter(one.source for one in left if one.standing)
    held = Counter(one.code for one in left if not one.standing)
    return {
        **_sums(everyone),
        "sources": {
            one.round.source: {**_of_source(one), "waiting": waiting[one.round.source]}
            for one in chosen.selections
        },
        "districts": _by((one.district_code, one) for one in everyone),
        "desas": _by((one.desa_code, one) for one in everyone),
        "groups": _by((one.group, one) for one in everyone),
        "sexes": _by((people[one.row_id].row.sex, one) for one in everyone),
        "ages": _by((_age_group(people[one.row_id]), one) for one in everyone),
        "continuing": sum(one.continuity for one in everyone),
        "waiting": sum(waiting.values()),
        "held_back": dict(held.most_common()),
    }


def _age_group(entry: RollEntry) -> str:
    """`0–19`, `20–29`, …, `65 ke atas`: the age on the first day of cover."""
    years = age(entry.row.birth_on, entry.row.month_from.first_day)
    first = max((one for one in AGES if one <= years), default=0)
    after = next((one for one in AGES if one > years), None)
    return f"{first}–{after - 1}" if after else f"{first} ke atas"


def _of_source(selection: Selection) -> dict[str, Any]:
    return {
        **_sums(award.candidate for award in selection.awards),
        "ceiling_idr": selection.round.ceiling_idr,
        "left_idr": selection.left_idr,
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
