"""What "the same person" means for the people of the registry: one of two records leaves, when two people agree.

The decision about the pair is an input of the next screening by itself. The removal joins the record that leaves to the
one that stays; nothing that was observed of either is lost, and `people_services.unmerge` parts them again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from payung.access.policy import Action
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.services import propose
from payung.core import nik
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.scope import whole_regency
from payung.registry.masks import masked
from payung.registry.models import Person
from payung.registry.people_services import merge
from payung.screening.models import Pair
from payung.screening.queries import people_of
from payung.screening.rules import Verdict

REMOVAL = "person.removal"
_WORTH = ("nik", "kk", "birth_on", "birth_place", "sex", "mother_name", "phone", "desa_code", "rt", "address")


@dataclass(frozen=True, slots=True)
class Removal:
    """A pair within the lists that was called the same, while both still are people of the registry."""

    pair: Pair
    left: Person
    right: Person
    open_proposal: int | None = None
    """A removal of one of the two that waits for the second person."""

    @property
    def leaves(self) -> Person:
        """Who is suggested to leave: no valid NIK, less complete, older, in this order."""
        return min(self.left, self.right, key=_worth)

    @property
    def stays(self) -> Person:
        return self.right if self.leaves.pk == self.left.pk else self.left


def _worth(person: Person) -> tuple[bool, int, int]:
    known = sum(1 for field in _WORTH if getattr(person, field))
    return bool(person.nik) and nik.is_valid(person.nik), known, person.pk


def removals(limit: int = 200) -> list[Removal]:
    """Pairs whose two people should become one and do not yet, the latest decisions first; three queries."""
    pairs = list(
        Pair.objects.filter(register="", verdict=Verdict.SAME, is_test=False).order_by("-pk")[: limit * 3]
    )
    return _of(pairs)[:limit]


def removal_of(pair: Pair) -> Removal | None:
    """What a pair means for the registry; None where nothing has to leave."""
    if pair.register or pair.is_test or pair.verdict != Verdict.SAME:
        return None
    return next(iter(_of([pair])), None)


def _of(pairs: list[Pair]) -> list[Removal]:
    people = people_of(row for pair in pairs for row in (pair.row_id_l, pair.row_id_r))
    found = []
    seen: set[tuple[int, ...]] = set()
    for pair in pairs:
        left, right = people.get(pair.row_id_l), people.get(pair.row_id_r)
        if left is None or right is None or left.pk == right.pk or not (left.is_live and right.is_live):
            continue
        both = tuple(sorted((left.pk, right.pk)))
        if both not in seen:
            seen.add(both)
            found.append(Removal(pair, left, right))
    waiting = _waiting([str(one.pk) for each in found for one in (each.left, each.right)])
    return [
        replace(one, open_proposal=waiting.get(str(one.left.pk)) or waiting.get(str(one.right.pk)))
        for one in found
    ]


def _waiting(people: list[str]) -> dict[str, int]:
    if not people:
        return {}
    rows = Proposal.objects.filter(
        Q(decided_at__isnull=True, withdrawn_at__isnull=True),
        kind=REMOVAL, subject_type="registry.person", subject_id__in=people,
    )  # fmt: skip
    return dict(rows.values_list("subject_id", "pk"))


def propose_removal(pair: Pair, person: Person, *, reason: str) -> Proposal:
    """Ask a second person to let `person` leave in favour of the other of the pair.

    PayungError where the pair is not called the same, or they are one already, or it was proposed before.
    """
    found = removal_of(pair)
    if found is None or person.pk not in (found.left.pk, found.right.pk):
        raise PayungError(
            "Tidak ada yang perlu dikeluarkan: pasangan ini tidak diputus sama, atau keduanya sudah satu orang.",
            todo="Muat ulang halamannya.",
        )
    if found.open_proposal:
        raise PayungError(
            "Usulan seperti ini sudah ada dan menunggu keputusan.", todo="Lihat di Persetujuan."
        )
    stays = found.right if person.pk == found.left.pk else found.left
    return propose(
        REMOVAL,
        person,
        {"into": stays.pk, "pair": pair.pk, "reason": reason},
        summary=f"Keluarkan {person.name} ({name_of(person.place)}): sama dengan {stays.name} "
        f"({name_of(stays.place)})",
        reason=reason,
        changes=_changes(person, stays),
        place=person.place,
    )


def _changes(leaves: Person, stays: Person) -> list[tuple[str, str, str]]:
    rows = (
        ("Nama", leaves.name, stays.name),
        ("NIK", masked("nik", leaves.nik), masked("nik", stays.nik)),
        ("Nomor KK", masked("kk", leaves.kk), masked("kk", stays.kk)),
        ("Tanggal lahir", _day(leaves), _day(stays)),
        ("Tempat", name_of(leaves.place), name_of(stays.place)),
    )
    return [(label, f"keluar: {one or '–'}", f"tetap: {other or '–'}") for label, one, other in rows]


def _day(person: Person) -> str:
    return person.birth_on.strftime("%d-%m-%Y") if person.birth_on else ""


def version_of(subject_id: str, payload: Mapping[str, Any]) -> str:
    """What both people and the decision are like: another decision or another fact makes the proposal stale."""
    with whole_regency() as scope:
        versions = dict(
            Person.everything.filter(
                regency_code=scope.regency, pk__in=[subject_id, payload["into"]]
            ).values_list("pk", "version")
        )
        verdict = Pair.objects.filter(pk=payload["pair"]).values_list("verdict", flat=True).first()
    return f"{versions.get(int(subject_id), 0)}/{versions.get(payload['into'], 0)}/{verdict or ''}"


@kind(REMOVAL, "Keluarkan orang yang tercatat dua kali", Action.REMOVAL_CHECK, version_of)
def remove(subject_id: str, payload: Mapping[str, Any]) -> None:
    """Join who leaves to who stays. PayungError where either has changed."""
    with whole_regency() as scope:
        found = Person.everything.filter(regency_code=scope.regency).in_bulk(
            [int(subject_id), payload["into"]]
        )
        if len(found) != 2:
            raise PayungError("Orang ini sudah tidak ada.", todo="Kembalikan usulan ini.")
        merge(found[int(subject_id)], found[payload["into"]], reason=str(payload["reason"]))
