"""Who was chosen by frozen rounds and who was not, within the actor's territory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Count, QuerySet, Sum
from django.db.models.functions import Substr

from payung.allocation.models import AllocationRound, Award, NotChosen
from payung.approval.models import Route

_DESA = len("64.01.04.2002")
Row = TypeVar("Row", Award, NotChosen)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What narrows a list down; "" is everything. `place` is a code of a kecamatan or desa."""

    place: str = ""
    text: str = ""
    source: str = ""
    code: str = ""
    """Why somebody was not chosen."""


@dataclass(frozen=True, slots=True)
class Sums:
    """People and rupiah of a part of a roll; `place` is a desa's code, "" for all."""

    place: str
    people: int
    jkk_idr: int
    jkm_idr: int

    @property
    def total_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr


@dataclass(frozen=True, slots=True)
class Listed:
    """A frozen round with what it comes to within the actor's territory."""

    round: AllocationRound
    sums: Sums


def frozen_rounds() -> list[Listed]:
    """The frozen rounds of the regency, newest first, each with the actor's part of it. Two queries."""
    rounds = AllocationRound.objects.filter(freeze__isnull=False).select_related("freeze").order_by("-number")
    here = Award.objects.filter(round__in=rounds).order_by().values_list("round")
    found = {
        pk: Sums("", n, jkk, jkm)
        for pk, n, jkk, jkm in here.annotate(n=Count("pk"), jkk=Sum("jkk_idr"), jkm=Sum("jkm_idr"))
    }
    return [Listed(one, found.get(one.pk, Sums("", 0, 0, 0))) for one in rounds]


def to_send() -> int:
    """How many frozen rounds wait to be sent through their chain, for the first time or once more."""
    under_way = Route.objects.filter(kind="putaran", ended_at__isnull=True).values_list(
        "subject_id", flat=True
    )
    frozen = AllocationRound.objects.filter(
        freeze__isnull=False, approved_at__isnull=True, cancelled_at__isnull=True
    )
    return int(frozen.exclude(pk__in=[int(one) for one in under_way]).count())


def awards(round_: AllocationRound, by: Narrowed) -> QuerySet[Award]:
    """Who was chosen, by place and name."""
    return _narrowed(Award.objects.filter(round=round_), by).order_by("place", "name", "pk")


def sums(found: QuerySet[Award]) -> Sums:
    """What awards come to. One query."""
    said = found.order_by().aggregate(n=Count("pk"), jkk=Sum("jkk_idr"), jkm=Sum("jkm_idr"))
    return Sums("", said["n"], said["jkk"] or 0, said["jkm"] or 0)


def by_desa(found: QuerySet[Award]) -> list[Sums]:
    """What awards come to in each desa, by code. One query."""
    grouped = (
        found.order_by()
        .annotate(desa=Substr("place", 1, _DESA))
        .values_list("desa")
        .annotate(n=Count("pk"), jkk=Sum("jkk_idr"), jkm=Sum("jkm_idr"))
    )
    return [Sums(desa, n, jkk, jkm) for desa, n, jkk, jkm in grouped.order_by("desa")]


def desas_of(round_: AllocationRound) -> list[str]:
    """The codes of the desa in which somebody was chosen, as far as the actor sees."""
    desa = Award.objects.filter(round=round_).annotate(desa=Substr("place", 1, _DESA))
    return sorted(set(desa.values_list("desa", flat=True)))


def waiting(round_: AllocationRound, by: Narrowed) -> QuerySet[NotChosen]:
    """Who waits for a seat, by source and place on its list."""
    found = NotChosen.objects.filter(round=round_, standing__isnull=False)
    return _narrowed(found, by).order_by("source", "standing", "pk")


def set_aside(round_: AllocationRound, by: Narrowed) -> QuerySet[NotChosen]:
    """Who could not be chosen because something has to be cleared, or took no part, by reason and place."""
    found = _narrowed(NotChosen.objects.filter(round=round_, standing__isnull=True), by)
    if by.code:
        found = found.filter(code=by.code)
    return found.order_by("code", "place", "name", "pk")


def counted(round_: AllocationRound) -> dict[str, int]:
    """How many were set aside for each code, within the actor's territory."""
    found = NotChosen.objects.filter(round=round_, standing__isnull=True).values_list("code")
    return dict(found.annotate(n=Count("pk")).order_by("-n", "code"))


def course(rows: Collection[str]) -> tuple[list[Award], list[NotChosen]]:
    """What frozen rounds decided about these rows of the lists, newest round first."""
    frozen = {"row_id__in": rows, "round__freeze__isnull": False}
    chosen = Award.objects.filter(**frozen).select_related("round").defer("roll")
    left = NotChosen.objects.filter(**frozen).select_related("round").defer("who")
    return list(chosen.order_by("-round__number")), list(left.order_by("-round__number"))


def _narrowed(found: QuerySet[Row], by: Narrowed) -> QuerySet[Row]:
    if by.source:
        found = found.filter(source=by.source)
    if by.place:
        found = found.filter(place__startswith=by.place)
    for word in by.text.split():
        found = found.filter(name__icontains=word)
    return found
