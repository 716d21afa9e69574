"""Saving many rows at once: whom each is about, what is new, and the people and households that come of it.

Works through the rows in portions within the caller's transaction and in the scope of the whole regency: a person may
be known from anywhere in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, TypeVar

from payung.core import identity, kk, names, nik
from payung.core.application import Application
from payung.core.numbers import phone
from payung.core.portions import portions
from payung.core.scope import place_of
from payung.registry.bulk import insert
from payung.registry.current import Observed, View, view
from payung.registry.facts import content, facts_of
from payung.registry.matching import Known, contradicts
from payung.registry.models import Household, NameKey, Observation, Person, Sighting
from payung.registry.search import keys_of
from payung.vault.current import vault

PORTION = 4000
"""Rows that are in memory at once."""
_ASKED = 900
"""Values of one IN list."""
PERSON_FIELDS = (
    "regency_code", "place", "household_id", "nik", "nik_index", "kk", "name", "standard", "birth_on", "birth_place",
    "sex", "mother_name", "phone", "phone_index", "desa_code", "rt", "group", "address",
)  # fmt: skip
_OBSERVED = (
    "regency_code", "place", "person_id", "source", "source_ref", "source_on", "row_id", "edition", "facts", "digest",
    "fingerprint", "saved_at", "saved_by",
)  # fmt: skip
_NO_TEXT = re.compile("[\x00\ud800-\udfff]")
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Source:
    """Where rows come from: `name` is `daftar` or a register; `ref` names the import; `on` is the day they describe.

    `place` is where rows belong that say no desa. `row_ids` are unique within `name`.
    """

    name: str
    ref: str
    on: date
    place: str


@dataclass(slots=True)
class Saved:
    """What became of the rows; `new`, `changed` and `already` add up to them."""

    rows: int = 0
    new: int = 0
    """Rows that nobody had seen."""
    changed: int = 0
    """Rows that had been saved with other facts."""
    already: int = 0
    people_new: int = 0
    people_known: int = 0
    """People who were known before and of whom something new was said."""
    households_new: int = 0


@dataclass(slots=True)
class _Row:
    """One row with all that it is looked up by."""

    application: Application
    facts: dict[str, Any]
    digest: str
    fingerprint: str
    nik_index: str
    known: Known
    place: str
    person: int = 0
    edition: int = 1


@dataclass(slots=True)
class _Latest:
    pk: int
    person: int
    edition: int
    digest: str
    ref: str


@dataclass(slots=True)
class Saving:
    """One save: what is remembered from portion to portion. `touched` people are to be made again afterwards."""

    regency: str
    source: Source
    at: datetime
    by: int | None
    counts: Saved = field(default_factory=Saved)
    touched: set[int] = field(default_factory=set)
    left: set[int] = field(default_factory=set)
    """People from whom a row was taken because its corrected number is somebody else's."""

    def portion(self, applications: Sequence[Application]) -> None:
        """Save some rows."""
        rows = self._understood(applications)
        wanted = self._not_yet_saved(rows)
        self._find_people(wanted)
        self._make_people([row for row in wanted if not row.person])
        self._observe(wanted)

    def _understood(self, applications: Sequence[Application]) -> list[_Row]:
        blind, regency = vault().blind, self.regency
        rows: dict[str, _Row] = {}
        for one in applications:
            facts = facts_of(one)
            mark = identity.fingerprint(one.nik, one.name, one.birth_on, one.sex, one.desa_code)
            rows[one.row_id] = _Row(  # of one id twice in one import the later one counts
                one,
                facts,
                blind("facts", content(facts), regency),
                blind("fingerprint", mark, regency),
                blind("nik", one.nik, regency) if one.nik else "",
                Known(0, names.standard(one.name or ""), one.birth_on, one.sex),
                place_of(regency, one.desa_code, one.rt) if one.desa_code else self.source.place,
            )
        self.counts.rows += len(applications)
        self.counts.already += len(applications) - len(rows)
        return list(rows.values())

    def _not_yet_saved(self, rows: Sequence[_Row]) -> list[_Row]:
        """Rows that say something new; those that do not are noted as seen again."""
        latest: dict[str, _Latest] = {}
        from_here: set[tuple[str, str]] = set()
        for ids in portions([row.application.row_id for row in rows], _ASKED):
            found = Observation.everything.filter(
                regency_code=self.regency, source=self.source.name, row_id__in=ids
            )
            for row_id, *rest in found.order_by("edition").values_list(
                "row_id", "pk", "person_id", "edition", "digest", "source_ref"
            ):
                latest[row_id] = one = _Latest(*rest)
                if one.ref == self.source.ref:
                    from_here.add((row_id, one.digest))
        new, again = [], []
        for row in rows:
            before = latest.get(row.application.row_id)
            if before is None:
                self.counts.new += 1
                new.append(row)
            elif (row.application.row_id, row.digest) in from_here:
                self.counts.already += 1
            elif before.digest == row.digest:
                self.counts.already += 1
                again.append(before.pk)
            else:
                self.counts.changed += 1
                row.person, row.edition = before.person, before.edition + 1
                new.append(row)
        Sighting.everything.bulk_create(
            [
                Sighting(regency_code=self.regency, observation_id=pk, source_ref=self.source.ref)
                for pk in again
            ],
            ignore_conflicts=True,
        )
        return new

    def _find_people(self, rows: Sequence[_Row]) -> None:
        by_nik = self._by_nik(
            {row.nik_index for row in rows if row.nik_index and nik.is_valid(row.application.nik)}
        )
        before = self._known({row.person for row in rows if row.person})
        for row in rows:
            same = [one for one in by_nik.get(row.nik_index, ()) if not contradicts(one, row.known)]
            earlier = before.get(row.person)
            if same:
                chosen = next((one for one in same if one.person == row.person), same[0])
                if row.person and chosen.person != row.person:
                    self._take_along(row, chosen.person)
                row.person = chosen.person
            elif earlier and row.nik_index and contradicts(earlier, row.known):
                row.person = 0
        unknown = [row for row in rows if not row.person and _tells_apart(row)]
        by_mark = self._by_fingerprint({row.fingerprint for row in unknown})
        for row in unknown:
            row.person = by_mark.get(row.fingerprint, 0)

    def _by_nik(self, indexes: set[str]) -> dict[str, list[Known]]:
        found: dict[str, list[Known]] = defaultdict(list)
        for some in portions(sorted(indexes), _ASKED):
            people = Person.everything.filter(regency_code=self.regency, nik_index__in=some).order_by("pk")
            for index, pk, standard, born, sex in people.values_list(
                "nik_index", "pk", "standard", "birth_on", "sex"
            ):
                found[index].append(Known(pk, standard, born, sex or None))
        return found

    def _known(self, people: set[int]) -> dict[int, Known]:
        found: dict[int, Known] = {}
        for some in portions(sorted(people), _ASKED):
            for pk, standard, born, sex in Person.everything.filter(
                regency_code=self.regency, pk__in=some
            ).values_list("pk", "standard", "birth_on", "sex"):
                found[pk] = Known(pk, standard, born, sex or None)
        return found

    def _by_fingerprint(self, marks: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        for some in portions(sorted(marks), _ASKED):
            seen = Observation.everything.filter(regency_code=self.regency, fingerprint__in=some)
            for mark, person in seen.order_by("pk").values_list("fingerprint", "person_id"):
                found.setdefault(mark, person)
        return found

    def _take_along(self, row: _Row, person: int) -> None:
        """What this row said before its number was corrected belongs to the same person as what it says now."""
        earlier = Observation.everything.filter(
            regency_code=self.regency, source=self.source.name, row_id=row.application.row_id
        )
        earlier.update(person_id=person)
        self.left.add(row.person)

    def _make_people(self, rows: Sequence[_Row]) -> None:
        """New people, one for rows that are about the same person by a valid NIK or by everything that identifies."""
        groups: list[list[_Row]] = []
        by_nik: dict[str, list[list[_Row]]] = defaultdict(list)
        by_mark: dict[str, list[_Row]] = {}
        for row in rows:
            valid = bool(row.nik_index) and nik.is_valid(row.application.nik)
            same = by_nik[row.nik_index] if valid else []
            group = next((one for one in same if not contradicts(one[0].known, row.known)), None)
            if group is None and _tells_apart(row):
                group = by_mark.get(row.fingerprint)
            if group is None:
                group = []
                groups.append(group)
                if valid:
                    same.append(group)
            if _tells_apart(row):
                by_mark.setdefault(row.fingerprint, group)
            group.append(row)
        views = [view([self._observed(row, at) for at, row in enumerate(group)]) for group in groups]
        homes = Households(self.regency)
        homes.know(views)
        self.counts.households_new += homes.made
        people = [person_values(self.regency, one, homes) for one in views]
        ids = insert(Person, (*PERSON_FIELDS, "version"), [(*one.values(), 1) for one in people])
        for group, pk in zip(groups, ids, strict=True):
            for row in group:
                row.person = -pk  # new: complete already
        write_keys(
            self.regency,
            (
                (pk, one["place"], {row.known.standard for row in group})
                for pk, one, group in zip(ids, people, groups, strict=True)
            ),
        )
        self.counts.people_new += len(people)

    def _observed(self, row: _Row, serial: int) -> Observed:
        return Observed(serial, self.source.on, self.regency, row.place, row.facts)

    def _observe(self, rows: Sequence[_Row]) -> None:
        known = {row.person for row in rows if row.person > 0}
        self.counts.people_known += len(known - self.touched)
        self.touched |= known
        insert(
            Observation,
            _OBSERVED,
            [
                (
                    self.regency, row.place, abs(row.person), self.source.name, self.source.ref, self.source.on,
                    row.application.row_id, row.edition, row.facts, row.digest, row.fingerprint, self.at, self.by,
                )
                for row in rows
            ],
        )  # fmt: skip


def _tells_apart(row: _Row) -> bool:
    """Whether a row without a usable NIK says enough for its fingerprint to mean one person."""
    return bool(row.known.standard and (row.application.birth_on or row.nik_index))


class Households:
    """The households of some family cards, made where there are none yet."""

    def __init__(self, regency: str) -> None:
        self._regency = regency
        self._ids: dict[str, int] = {}
        self.made = 0

    def know(self, views: Iterable[View]) -> None:
        """Find or make the households of these people's cards; what is no KK makes none."""
        blind = vault().blind
        places: dict[str, str] = {}
        for one in views:
            if one.kk:
                places[one.kk] = shared_place(places.get(one.kk, one.place), one.place)
        wanted = {blind("kk", card, self._regency): card for card in places if kk.is_valid(card)}
        found: dict[str, tuple[int, str]] = {}
        for some in portions(sorted(wanted), _ASKED):
            for index, pk, place in Household.everything.filter(
                regency_code=self._regency, kk_index__in=some
            ).values_list("kk_index", "pk", "place"):
                found[index] = pk, place
                if (shared := shared_place(place, places[wanted[index]])) != place:
                    Household.everything.filter(pk=pk).update(place=shared)
        new = {index: card for index, card in wanted.items() if index not in found}
        ids = insert(
            Household,
            ("regency_code", "place", "kk", "kk_index"),
            [(self._regency, places[card], card, index) for index, card in new.items()],
        )
        self.made += len(ids)
        self._ids |= {wanted[index]: pk for index, (pk, _) in found.items()}
        self._ids |= dict(zip(new.values(), ids, strict=True))

    def of(self, card: str | None) -> int | None:
        """The id of a card's household; None for what is no KK."""
        return self._ids.get(card) if card else None


def shared_place(one: str, other: str) -> str:
    """The finest place that holds both."""
    for end in (len(one), 13, 8, 5):
        if other.startswith(one[:end]):
            return one[:end]
    raise ValueError(f"{one} and {other} are places of two regencies")


def person_values(regency: str, now: View, homes: Households) -> dict[str, Any]:
    """The columns of a person by a view, in the order of `PERSON_FIELDS`; `homes` knows the card."""
    blind = vault().blind
    number = phone(now.phone) if now.phone else None
    return {
        "regency_code": regency,
        "place": now.place,
        "household_id": homes.of(now.kk),
        "nik": now.nik,
        "nik_index": blind("nik", now.nik, regency) if now.nik else "",
        "kk": now.kk,
        "name": _clear(now.name, 300),
        "standard": names.standard(now.name)[:300],
        "birth_on": now.birth_on,
        "birth_place": _clear(now.birth_place, 200),
        "sex": now.sex or "",
        "mother_name": now.mother_name,
        "phone": now.phone,
        "phone_index": blind("phone", number, regency) if number else "",
        "desa_code": now.desa_code or "",
        "rt": now.rt or "",
        "group": _clear(now.group, 60),
        "address": _clear(now.address, 500),
    }


def _clear(text: str | None, longest: int) -> str:
    """A text as a column in the clear takes it: without NUL and half characters, which no database holds."""
    return _NO_TEXT.sub("", text or "")[:longest]


def write_keys(regency: str, people: Iterable[tuple[int, str, set[str]]]) -> None:
    """The keys by which people (id, place, every name in standard form) are found."""
    rows = [
        (regency, place, person, key) for person, place, standards in people for key in keys_of(standards)
    ]
    insert(NameKey, ("regency_code", "place", "person_id", "key"), rows)


Tell = Callable[[int], None]
"""Told how many rows are done."""
