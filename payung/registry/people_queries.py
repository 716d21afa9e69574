"""Finding people, and all that a person's page tells; everything within the actor's territory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from payung.access.queries import names_of
from payung.core.passing_on import private
from payung.core.scope import required
from payung.registry import search as finding
from payung.registry.current import SECRET, Observed, changes
from payung.registry.masks import masked
from payung.registry.models import Household, NameKey, Observation, Person
from payung.registry.search import SHOWN, Kind
from payung.vault.current import vault

CANDIDATES = 2000
"""So many people are compared letter by letter; more is "everybody"."""
MAYBE = 800
"""As many of those who are meant less surely."""
MOST_OBSERVED = 200
"""A page tells of so many observations of one person."""
_LIVE = Q(merged_into__isnull=True, removed_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: at most `SHOWN` people, best first. `more`: there are others, so narrow it down."""

    kind: Kind
    people: tuple[Person, ...] = ()
    more: bool = False

    @property
    def total(self) -> int:
        return len(self.people)


def search(typed: str, *, desa: str = "", born: int | None = None) -> Found:
    """Who is meant by what was typed: a NIK, KK or phone exactly, a name with typing errors forgiven.

    `desa` (a desa's or kecamatan's code) and `born` (a year) narrow a search by name down.
    """
    wanted, blind, regency = finding.understand(typed), vault().blind, required().regency
    if wanted.kind is Kind.NUMBER:
        card = Household.objects.filter(kk_index=blind("kk", wanted.text, regency)).values("pk")
        return _exactly(wanted.kind, Q(nik_index=blind("nik", wanted.text, regency)), Q(household__in=card))
    if wanted.kind is Kind.PHONE:
        return _exactly(wanted.kind, Q(phone_index=blind("phone", wanted.text, regency)))
    if wanted.kind is Kind.NAME:
        return _named(wanted.text, desa, born)
    return Found(wanted.kind)


def _exactly(kind: Kind, *conditions: Q) -> Found:
    """People by look-up columns, one query each: a database takes no index for "this or that"."""
    hits = {
        one.pk: one
        for condition in conditions
        for one in Person.objects.filter(condition).order_by("standard", "pk")[: SHOWN + 1]
    }
    # Who was joined to somebody is found as that one.
    missing = {one.merged_into_id for one in hits.values() if one.merged_into_id} - hits.keys()
    hits |= Person.objects.in_bulk(missing) if missing else {}
    people = [one for one in hits.values() if one.merged_into_id is None]
    return Found(kind, tuple(people[:SHOWN]), len(people) > SHOWN)


def _named(standard: str, desa: str, born: int | None) -> Found:
    keys = NameKey.objects.all()
    if desa:
        keys = keys.filter(place__startswith=desa)
    if born:
        keys = keys.filter(person__birth_on__year=born)
    scores: dict[int, int] = {}
    more = False
    for doubt, candidates in _steps(keys, standard):
        # Who is surely meant was found: nobody is looked for who is meant less.
        if doubt and any(score >= finding.SURE for score in scores.values()):
            break
        most = MAYBE if doubt else CANDIDATES
        ids = list(candidates[: most + 1])
        more = more or len(ids) > most
        scores |= _scored(standard, [pk for pk in ids[:most] if pk not in scores])
        if more:
            break
    best = sorted((pk for pk, score in scores.items() if score >= finding.LEAST), key=lambda pk: -scores[pk])
    people = Person.objects.in_bulk(best[: SHOWN * 2])
    shown = sorted(people.values(), key=lambda one: (-scores[one.pk], one.standard, one.pk))
    return Found(Kind.NAME, tuple(shown[:SHOWN]), more or len(best) > SHOWN)


def _steps(keys: QuerySet[NameKey], standard: str) -> Iterator[tuple[bool, QuerySet[NameKey, Any]]]:
    """Ids of people, from those who are surely meant to those who may be (True: only where nobody is sure)."""
    words = finding.words(standard)
    exact = [frozenset({finding.word_key(word)}) for word in words]
    near = [finding.near_keys(one) for (one,) in exact]
    yield False, _with_all(keys, [frozenset({finding.whole_key(standard), finding.joined_key(standard)})])
    yield False, _with_all(keys, exact)
    yield False, _with_all(keys, [finding.near_joined(standard)])
    longest_first = sorted(range(len(words)), key=lambda at: -len(words[at]))
    for at in longest_first:
        yield True, _with_all(keys, [*exact[:at], near[at], *exact[at + 1 :]])
    if len(words) > 1:
        yield True, _with_all(keys, near)
        for at in reversed(longest_first):  # one word may be quite wrong, missing, or another one
            yield True, _with_all(keys, [*near[:at], *near[at + 1 :]])


def _with_all(keys: QuerySet[NameKey], wanted: Sequence[frozenset[str]]) -> QuerySet[NameKey, Any]:
    """Ids of people who have a key of each set.

    Each set is one scan of the index, and the scans are cut with one another: no database can plan that wrongly.
    """
    first, *others = (keys.filter(key__in=sorted(one)).values_list("person_id", flat=True) for one in wanted)
    return first.intersection(*others) if others else first.distinct()


def _scored(standard: str, people: Sequence[int]) -> dict[int, int]:
    rows = Person.objects.filter(pk__in=people).values_list("pk", "standard")
    return {pk: finding.name_score(standard, its) for pk, its in rows}


def people_count() -> int:
    """How many people stand on the lists of the actor's territory."""
    count: int = Person.objects.filter(_LIVE).count()
    return count


def household_count() -> int:
    """How many family cards are known in the actor's territory."""
    count: int = Household.objects.count()
    return count


def members(household: int | None) -> list[Person]:
    """The people of a household whom the actor may see, eldest first."""
    if household is None:
        return []
    return list(
        Person.objects.filter(_LIVE, household_id=household).order_by("birth_on", "standard", "pk")[
            : SHOWN * 2
        ]
    )


@dataclass(frozen=True, slots=True)
class Origin:
    """One observation as the page tells it."""

    source: str
    source_ref: str
    source_on: date
    saved_at: datetime
    saved_by: str
    file: str
    sheet: str
    row: int | None
    edition: int


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field that a later observation changed, masked where it is secret."""

    field: str
    old: str
    new: str
    source: str
    source_on: date
    at: datetime
    by: str


def origins_and_changes(person: Person) -> tuple[list[Origin], list[FieldChange]]:
    """Where what is known of a person comes from, newest first, and what changed with which observation."""
    joined = Person.objects.filter(merged_into=person).values_list("pk", flat=True)
    about = Observation.objects.filter(person__in=[person.pk, *joined])
    seen = list(about.order_by("-source_on", "-pk")[:MOST_OBSERVED])
    who = names_of(one.saved_by for one in seen)
    origins = [
        Origin(
            one.source, one.source_ref, one.source_on, one.saved_at, who.get(one.saved_by or 0, ""),
            private(str(one.facts.get("file", ""))), private(str(one.facts.get("sheet", ""))), one.facts.get("row"), one.edition,
        )
        for one in seen
    ]  # fmt: skip
    by_serial = {one.pk: one for one in seen}
    observed = [Observed(one.pk, one.source_on, one.regency_code, one.place, one.facts) for one in seen]
    told = [
        FieldChange(
            one.field, _shown(one.field, one.old), _shown(one.field, one.new), at.source, at.source_on, at.saved_at,
            who.get(at.saved_by or 0, ""),
        )
        for one in changes(observed)
        for at in (by_serial[one.serial],)
    ]  # fmt: skip
    return origins, told[::-1]


def _shown(field: str, value: str | None) -> str:
    return masked(field, value) if field in SECRET else value or ""
