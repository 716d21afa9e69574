"""The board of the RTs: of all in a territory, who has not sent, whose list is to be mended, who is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Count, Q

from payung.core import region
from payung.core.region import Desa
from payung.core.scope import acting_in, required, within
from payung.intake.card_queries import title_of
from payung.intake.models import Row, RowFault, State
from payung.intake.rt_text import RtNews
from payung.registry.models import Rt


class Stand(StrEnum):
    """Where an RT stands; the value stands in addresses."""

    NOTHING = "belum"
    MENDING = "perbaikan"
    DONE = "selesai"


@dataclass(frozen=True, slots=True)
class Line:
    """An RT, or what a desa's lists hold without one (`rt` is ""). `to_fix` counts rows that wait for an answer too."""

    place: str
    desa: Desa
    rt: str
    head: str
    has_phone: bool
    good: int
    to_fix: int

    @property
    def stand(self) -> Stand:
        if self.to_fix:
            return Stand.MENDING
        return Stand.DONE if self.good else Stand.NOTHING

    @property
    def rows(self) -> int:
        return self.good + self.to_fix


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines are looked for; "" for all."""

    district: str = ""
    desa: str = ""
    stand: str = ""


@dataclass(frozen=True, slots=True)
class Board:
    """The lines that were looked for, and sums over all of the place that was chosen, whatever their stand."""

    lines: list[Line]
    stands: Counter[Stand]
    people: int
    to_fix: int


def board(wanted: Wanted = Wanted()) -> Board:
    """The board of the current scope. Three queries, however many RTs there are."""
    all_lines = [line for line in _lines() if line.place.startswith(wanted.desa or wanted.district or "")]
    return Board(
        [line for line in all_lines if wanted.stand in ("", line.stand)],
        Counter(line.stand for line in all_lines),
        sum(line.rows for line in all_lines),
        sum(line.to_fix for line in all_lines),
    )


def _lines() -> list[Line]:
    scope = required()
    good, to_fix = _rows()
    known = {
        place: (head, has_phone)
        for place, head, has_phone in Rt.objects.annotate(has_phone=Q(phone__isnull=False))
        .order_by("place")
        .values_list("place", "head_name", "has_phone")
    }
    places = {*known, *good, *to_fix}
    with_something = {place.partition("/")[0] for place in places}
    villages = {one.code: one for one in region.villages(scope.regency)}
    inside = (code for code in villages if any(within(code, one) for one in scope.territories))
    places |= {code for code in inside if code not in with_something}
    found = []
    for place in sorted(places):
        desa, _, rt = place.partition("/")
        if desa in villages:
            head, has_phone = known.get(place, ("", False))
            found.append(
                Line(place, villages[desa], rt, head, has_phone, good.get(place, 0), to_fix.get(place, 0))
            )
    return found


def _rows() -> tuple[dict[str, int], dict[str, int]]:
    """Good rows and rows to mend by place; those of lists that wait for an answer are to be mended."""
    good: dict[str, int] = defaultdict(int)
    to_fix: dict[str, int] = defaultdict(int)
    # SQLite takes its index down to the place for "IN (1)", not for a bare "live".
    live = (
        Row.objects.filter(live__in=(True,)).values("place", "state").annotate(count=Count("pk")).order_by()
    )
    for one in live:
        (good if one["state"] == State.GOOD else to_fix)[one["place"]] += one["count"]
    held = Row.objects.filter(
        live__in=(False,), upload__undone_at__isnull=True, superseded_by__isnull=True
    ).filter(~Q(upload__stops=[]) | Q(conflict=True))
    for one in held.exclude(state=State.ALREADY).values("place").annotate(count=Count("pk")).order_by():
        to_fix[one["place"]] += one["count"]
    return good, to_fix


def line_of(place: str) -> Line | None:
    """The line of one place in the scope; None where the board has none."""
    scope, desa = required(), place.partition("/")[0]
    if not scope.covers(desa):
        return None
    with acting_in(replace(scope, territories=(desa,))):  # no need to count all of the others
        return next((line for line in _lines() if line.place == place), None)


def news_of(line: Line) -> RtNews:
    """What the head of an RT is told."""
    faults = (
        RowFault.objects.filter(place=line.place, row__live=True)
        .exclude(severity="note")
        .values("code")
        .annotate(rows=Count("row", distinct=True))
        .order_by("-rows", "code")
    )
    told = tuple((title_of(one["code"]), one["rows"]) for one in faults)
    return RtNews(line.rt, line.desa.name, line.desa.district, line.head, line.good, line.to_fix, told)
