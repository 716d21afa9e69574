"""The people of a scenario that is not frozen: who would be chosen, who would wait, who is held back, who takes no part."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from payung.allocation.candidates import Candidate
from payung.allocation.files import Prepared
from payung.allocation.held_back import Hold
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import applications_of, found_in, prepared_of
from payung.allocation.queries import chosen_by, held_known
from payung.allocation.rules import Award, Waiting, Why
from payung.allocation.scenario import Settings
from payung.allocation.words import group_title, source_title, what_keeps, what_would_change, why_in, why_not
from payung.core import region
from payung.core.application import Application
from payung.core.scope import place_of, required

CHOSEN, WAITING, HELD, OUT = "terpilih", "menunggu", "ditahan", "tidak-ikut"
LISTS: Mapping[str, Any] = {
    CHOSEN: _("Terpilih"),
    WAITING: _("Daftar tunggu"),
    HELD: _("Ditahan"),
    OUT: _("Tidak ikut"),
}
"""The lists, each with its title; the first is shown first."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody on one of the lists: the candidate as the source saw them, and why they stand there."""

    candidate: Candidate
    source: str
    why: Award | Waiting | Hold | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One list of a scenario, narrowed down, and how many stand on each within the actor's territory."""

    entries: Sequence[Entry]
    counts: Mapping[str, int]


def list_of(scenario: Scenario, which: str, *, place: str = "", group: str = "", words: str = "") -> Listed:
    """The people of one of `LISTS` whom the actor's territory holds, by source and order.

    `place` is a code of a kecamatan or desa, `words` are parts of a name. PayungError where the settings fit no more.
    """
    round_, settings = scenario.round, Settings.read(scenario.settings)
    prepared, held = prepared_of(round_), held_known(round_, settings)
    scope = required()
    seen = {
        code
        for code in {one.desa_code for some in prepared.candidates.values() for one in some}
        if scope.covers(code)
    }
    lists: dict[str, list[Entry]] = {name: [] for name in LISTS}
    for name, entry in _entries(scenario, prepared, settings, held):
        if entry.candidate.desa_code in seen:
            lists[name].append(entry)
    found: Sequence[Entry] = lists[which]
    if place or group:
        found = [
            one
            for one in found
            if one.candidate.desa_code.startswith(place) and group in ("", one.candidate.group)
        ]
    if words:
        named = found_in(round_, _named(words))
        found = [one for one in found if one.candidate.row_id in named]
    return Listed(found, {name: len(some) for name, some in lists.items()})


def _entries(
    scenario: Scenario, prepared: Prepared, settings: Settings, held: Mapping[str, Hold]
) -> Iterator[tuple[str, Entry]]:
    chosen = chosen_by(scenario.round, settings, held)
    done = set()
    for selection, award in chosen.awards:
        done.add(award.candidate.row_id)
        yield CHOSEN, Entry(award.candidate, selection.round.source, award)
    for row_id, (selection, waiting) in chosen.waiting.items():
        done.add(row_id)
        yield WAITING, Entry(waiting.candidate, selection.round.source, waiting)
    for source, candidates in prepared.candidates.items():
        for one in candidates:
            if one.row_id not in done:
                done.add(one.row_id)
                hold = held.get(one.row_id)
                yield (HELD if hold else OUT), Entry(one, source, hold)


def _named(words: str) -> Any:
    wanted = words.casefold().split()

    def fits(application: Application) -> bool:
        name = (application.name or "").casefold()
        return all(word in name for word in wanted)

    return fits


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody as the page shows them."""

    application: Application
    place: str
    group: str
    points: int
    rank: int | None
    """Place in the order, or on the waiting list."""
    cost_idr: int
    source: str
    why: str
    change: str


def people_of(round_: AllocationRound, entries: Sequence[Entry]) -> list[PersonRow]:
    """Who stands behind entries of a list, with the reasons in words."""
    prepared = prepared_of(round_)
    policy = prepared.policy
    people = applications_of(round_, {one.candidate.row_id for one in entries})
    return [
        _row(one, people[one.candidate.row_id], prepared, source_title(one.source, policy)) for one in entries
    ]


def _row(entry: Entry, application: Application, prepared: Prepared, source: str) -> PersonRow:
    candidate, policy, why = entry.candidate, prepared.policy, entry.why
    rank, said, change = None, "", ""
    if isinstance(why, Award):
        rank, said, change = why.rank, why_in(why, application, policy), what_keeps(why)
    elif isinstance(why, Waiting):
        rank = why.rank if why.why is not Why.COVERED_UNTIL else None
        said, change = why_not(why, application, policy), what_would_change(why, policy)
    elif isinstance(why, Hold):
        said, change = why.message, why.todo
    else:
        said = str(_("Kelompok atau sumber dananya tidak ikut dalam skenario ini."))
        change = str(_("Dapat dipilih dalam skenario lain."))
    return PersonRow(
        application,
        place_of(policy.regency, candidate.desa_code, application.rt),
        group_title(candidate.group, policy),
        candidate.points,
        rank,
        candidate.cost_idr,
        source,
        said,
        change,
    )


def places_of(prepared: Prepared) -> list[tuple[str, Any]]:
    """The kecamatan within the actor's territory, each with its desa, in which somebody can be chosen."""
    scope, groups = required(), []
    known = {one.desa_code for some in prepared.candidates.values() for one in some}
    for district in region.districts(prepared.policy.regency):
        desas = [
            (one.code, one.name)
            for one in region.villages(prepared.policy.regency)
            if one.district_code == district.code and one.code in known and scope.covers(one.code)
        ]
        if desas and scope.covers(district.code):
            desas.insert(0, (district.code, f"Kec. {district.name}"))
        if desas:
            groups.append((district.name, desas))
    return groups
