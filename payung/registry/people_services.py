"""Saving what lists say of people, taking it back, and joining or parting people who are or are not the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date

from django.db import connection, transaction
from django.db.models import F, ForeignObjectRel
from django.utils import timezone

from payung.audit.services import record
from payung.core import names
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.portions import portions
from payung.core.scope import required, whole_regency
from payung.registry.bulk import refresh_statistics
from payung.registry.current import Observed, view
from payung.registry.models import Household, NameKey, Observation, Person, Sighting
from payung.registry.saving import (
    PORTION,
    Households,
    Saved,
    Saving,
    Source,
    Tell,
    person_values,
    write_keys,
)

LISTS = "daftar"
"""The source of what RTs and desa wrote on their lists."""
_ASKED = 900
_MANY = 500
"""Rows after which the database should look anew how they are spread."""
_OWN = (Observation, NameKey, Person)


@contextmanager
def _one_at_a_time() -> Iterator[str]:
    """One transaction that sees the whole regency, because a person may be known from anywhere in it; one at a time."""
    with whole_regency() as scope, transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"registry {scope.regency}"])
        yield scope.regency


def save_observations(
    rows: Iterable[Application],
    *,
    source_ref: str,
    source_on: date,
    source: str = LISTS,
    place: str = "",
    tell: Tell | None = None,
) -> Saved:
    """Save rows of a source and make or renew the people they are about; how many of what there were.

    `source_ref` names the import (an upload's or delivery's id), `source_on` the day that its rows describe, `place`
    where rows belong that say no desa (default: the whole regency). Rows whose `row_id` was saved with the same facts
    change nothing; with other facts they are a new edition beside the old. A row is about the person with the same
    valid NIK unless name, birth date or sex contradict, else about the person of its earlier edition, else about the
    one with the same fingerprint, else about somebody new. All in one transaction, with one audit event.
    """
    scope = required()
    with _one_at_a_time() as regency:
        saving = Saving(
            regency, Source(source, source_ref, source_on, place or regency), timezone.now(), scope.actor
        )
        for some in portions(rows, PORTION):
            saving.portion(some)
            if tell:
                tell(saving.counts.rows)
        _recompute(regency, saving.touched | saving.left)
        _let_go(regency, saving.left)
        if saving.counts.new >= _MANY:
            refresh_statistics(Person, Observation, NameKey, Household)
        record("people.saved", ("import", source_ref), detail={"source": source, **asdict(saving.counts)})
    return saving.counts


def undo_observations(source_ref: str, *, reason: str = "") -> int:
    """Take an import back: how many observations went. What a later import holds too stays, as that one's.

    People of whom nothing else was observed are removed as if they had never been added; those whom another step
    refers to stay, taken off the lists.
    """
    with _one_at_a_time() as regency:
        Sighting.everything.filter(regency_code=regency, source_ref=source_ref).delete()
        gone: list[int] = []
        people: set[int] = set()
        ours = Observation.everything.filter(regency_code=regency, source_ref=source_ref)
        heirs = dict(
            Sighting.everything.filter(regency_code=regency, observation__source_ref=source_ref)
            .order_by("-pk")
            .values_list("observation_id", "source_ref")
        )
        for pk, person in ours.values_list("pk", "person_id"):
            if pk in heirs:
                Observation.everything.filter(pk=pk).update(source_ref=heirs[pk])
                Sighting.everything.filter(observation_id=pk, source_ref=heirs[pk]).delete()
            else:
                gone.append(pk)
                people.add(person)
        for some in portions(gone, _ASKED):
            Observation.everything.filter(pk__in=some).delete()
        _recompute(regency, people)
        _let_go(regency, people)
        record("people.undone", ("import", source_ref), detail={"rows": len(gone), "reason": reason})
    return len(gone)


def recompute(person: Person) -> Person:
    """Make a person's current view again from what was observed; the same result whenever it is done."""
    with _one_at_a_time() as regency:
        if _recompute(regency, {person.pk}):
            record("person.changed", person, detail={"reason": "dihitung ulang"})
    return _again(person)


def merge(person: Person, into: Person, *, reason: str) -> Person:
    """Let `person` be the same as `into`, whose view takes in what was observed of both; `into` as it is now.

    PayungError when either has been joined to another already, or was taken off.
    """
    with _one_at_a_time() as regency:
        into = _again(into)
        if person.pk == into.pk or not into.is_live:
            raise _not_possible(into)
        done = Person.everything.filter(
            pk=person.pk, regency_code=regency, merged_into__isnull=True, removed_at__isnull=True
        ).update(merged_into=into, version=F("version") + 1)
        if not done:
            raise _not_possible(_again(person))
        Person.everything.filter(merged_into=person).update(merged_into=into)
        _recompute(regency, {into.pk, person.pk})
        record("person.merged", person, detail={"into": into.pk, "reason": reason})
    return _again(into)


def unmerge(person: Person, *, reason: str) -> Person:
    """Let a joined person be somebody of their own again. PayungError for one that is not joined to anybody."""
    with _one_at_a_time() as regency:
        person = _again(person)
        into = person.merged_into_id
        done = into and Person.everything.filter(pk=person.pk, regency_code=regency, merged_into=into).update(
            merged_into=None, version=F("version") + 1
        )
        if not into or not done:
            raise PayungError(
                "Orang ini tidak sedang digabung dengan siapa pun.", todo="Muat ulang halamannya."
            )
        _recompute(regency, {into, person.pk})
        record("person.separated", person, detail={"from": into, "reason": reason})
    return _again(person)


def remove(person: Person, *, reason: str) -> Person:
    """Take a person off the lists (died, moved, asked for it); what was observed stays. PayungError if already off."""
    with _one_at_a_time() as regency:
        done = Person.everything.filter(
            pk=person.pk, regency_code=regency, removed_at__isnull=True, merged_into__isnull=True
        ).update(removed_at=timezone.now(), version=F("version") + 1)
        if not done:
            raise _not_possible(_again(person))
        _recompute(regency, {person.pk})
        record("person.removed", person, detail={"reason": reason})
    return _again(person)


def restore(person: Person, *, reason: str) -> Person:
    """Put a person who was taken off back on the lists. PayungError for one who is on them."""
    with _one_at_a_time() as regency:
        done = Person.everything.filter(pk=person.pk, regency_code=regency, removed_at__isnull=False).update(
            removed_at=None, version=F("version") + 1
        )
        if not done:
            raise PayungError(
                "Orang ini tidak sedang dikeluarkan dari daftar.", todo="Muat ulang halamannya."
            )
        _recompute(regency, {person.pk})
        record("person.restored", person, detail={"reason": reason})
    return _again(person)


def _again(person: Person) -> Person:
    found: Person = Person.everything.get(pk=person.pk, regency_code=required().regency)
    return found


def _not_possible(person: Person) -> PayungError:
    why = "sudah digabung dengan orang lain" if person.merged_into_id else "sudah dikeluarkan dari daftar"
    if person.is_live:
        why = "tidak dapat digabung dengan dirinya sendiri"
    return PayungError(f"Orang ini {why}.", todo="Muat ulang halamannya untuk melihat keadaan terakhir.")


def _recompute(regency: str, people: Collection[int]) -> int:
    """Make the views and keys of these people again, and of those to whom they were joined; how many changed."""
    roots = set(people)
    for some in portions(sorted(people), _ASKED):
        joined = Person.everything.filter(regency_code=regency, pk__in=some, merged_into__isnull=False)
        roots.update(joined.values_list("merged_into_id", flat=True))
    return sum(_renew(regency, some) for some in portions(sorted(roots), _ASKED))


def _renew(regency: str, people: Sequence[int]) -> int:
    observed = _observed(regency, people)
    views = {pk: view(seen) for pk, seen in observed.items()}
    homes = Households(regency)
    homes.know(views.values())
    changed = 0
    named: list[tuple[int, str, set[str]]] = []
    for person in Person.everything.filter(regency_code=regency, pk__in=people):
        if person.pk not in views:
            continue
        now = person_values(regency, views[person.pk], homes)
        other = {name: value for name, value in now.items() if getattr(person, name) != value}
        if other:
            changed += 1
            Person.everything.filter(pk=person.pk).update(**other, version=F("version") + 1)
        if person.is_live:
            written = {str(one.facts.get("name") or "") for one in observed[person.pk]}
            named.append((person.pk, now["place"], set(map(names.standard, written))))
    NameKey.everything.filter(regency_code=regency, person_id__in=people).delete()
    write_keys(regency, named)
    return changed


def _observed(regency: str, people: Sequence[int]) -> dict[int, list[Observed]]:
    """What was observed of each, and of those who were joined to them."""
    joined = dict(
        Person.everything.filter(regency_code=regency, merged_into_id__in=people).values_list(
            "pk", "merged_into_id"
        )
    )
    found: dict[int, list[Observed]] = defaultdict(list)
    for some in portions([*people, *joined], _ASKED):
        rows = Observation.everything.filter(regency_code=regency, person_id__in=some)
        for pk, on, place, facts, person in rows.order_by("pk").values_list(
            "pk", "source_on", "place", "facts", "person_id"
        ):
            one = Observed(pk, on, regency, place, facts)
            found[person].append(one)
            if person in joined:
                found[joined[person]].append(one)
    return {pk: found[pk] for pk in people if pk in found}


def _let_go(regency: str, people: Collection[int]) -> None:
    """Remove those of whom nothing is observed any more, unless another step refers to them; then empty households."""
    emptied: set[int] = set()
    for some in portions(sorted(people), _ASKED):
        nobody = Person.everything.filter(
            regency_code=regency, pk__in=some, observations__isnull=True, merged__isnull=True
        )
        emptied.update(pk for pk in nobody.values_list("household_id", flat=True) if pk)
        needed = _needed(set(nobody.values_list("pk", flat=True)))
        Person.everything.filter(pk__in=needed, removed_at__isnull=True).update(
            removed_at=timezone.now(), version=F("version") + 1
        )
        NameKey.everything.filter(person_id__in=needed).delete()
        unneeded = set(nobody.values_list("pk", flat=True)) - needed
        Person.everything.filter(pk__in=unneeded).delete()
    for some in portions(sorted(emptied), _ASKED):
        Household.everything.filter(regency_code=regency, pk__in=some, members__isnull=True).delete()


def _needed(people: set[int]) -> set[int]:
    """Those to whom rows of later steps refer."""
    found: set[int] = set()
    for relation in Person._meta.related_objects:
        if isinstance(relation, ForeignObjectRel) and relation.related_model not in _OWN:
            rows = relation.related_model._base_manager.filter(**{f"{relation.field.name}__in": people})
            found.update(rows.values_list(relation.field.attname, flat=True))
    return found
