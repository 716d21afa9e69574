"""The list of agreements: Nota Kesepakatan with their PKS, each as a bar of its term on one axis of years."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from payung.agreement.models import Agreement
from payung.agreement.queries import Ending, Standing, ending, readable, standings
from payung.agreement.rules import STATE_TONES, Kind, Segment, State


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the list: an agreement, where it stands, and where its term lies on the axis, in thousandths."""

    standing: Standing
    state: State
    begins: int
    length: int
    ending: Ending | None = None
    below: tuple[Line, ...] = field(default_factory=tuple)
    drafts: tuple[Agreement, ...] = ()
    """Addenda that are not signed yet."""

    @property
    def tone(self) -> str:
        return STATE_TONES[self.state]

    @property
    def segments(self) -> tuple[Segment, ...]:
        return self.standing.segments


@dataclass(frozen=True, slots=True)
class Overview:
    """The list: each Nota Kesepakatan with its PKS below; the axis runs over whole years."""

    lines: tuple[Line, ...]
    years: tuple[tuple[int, int], ...]
    """Each year with where it begins, in thousandths."""
    today: int | None
    """Where today lies; None outside."""
    ending: tuple[Ending, ...] = ()
    """What ends soon, the nearest first."""


def overview(on: date) -> Overview:
    """All agreements that the actor may read, on one axis of time."""
    rows = standings()
    if not rows:
        return Overview((), (), None)
    first = date(min(one.agreement.valid_from.year for one in rows), 1, 1)
    last = date(max(one.term_ends.year for one in rows), 12, 31)
    near = tuple(ending(on))
    ends = {one.standing.agreement.pk: one for one in near}
    drafts: dict[int, list[Agreement]] = defaultdict(list)
    for one in readable().filter(kind=Kind.ADDENDUM, signed_at__isnull=True, cancelled_at__isnull=True):
        drafts[one.parent_id or 0].append(one)
    lines = {
        one.agreement.pk: _line(one, on, first, last, ends.get(one.agreement.pk), drafts[one.agreement.pk])
        for one in rows
    }
    return Overview(
        _tree(lines),
        tuple((year, _at(date(year, 1, 1), first, last)) for year in range(first.year, last.year + 1)),
        _at(on, first, last) if first <= on <= last else None,
        near,
    )


def _line(
    one: Standing, on: date, first: date, last: date, near: Ending | None, drafts: Sequence[Agreement]
) -> Line:
    begins = _at(one.agreement.valid_from, first, last)
    ends = _at(date.fromordinal(one.last_day.toordinal() + 1), first, last)
    return Line(one, one.state(on), begins, max(ends - begins, 4), near, (), tuple(drafts))


def _tree(lines: Mapping[int, Line]) -> tuple[Line, ...]:
    """PKS below their Nota Kesepakatan; one whose umbrella cannot be read stands by itself."""
    below: dict[int, list[Line]] = defaultdict(list)
    top: list[Line] = []
    for line in lines.values():
        parent = line.standing.agreement.parent_id
        if parent is not None and parent in lines:
            below[parent].append(line)
        else:
            top.append(line)
    return tuple(replace(one, below=tuple(below[one.standing.agreement.pk])) for one in top)


def _at(day: date, first: date, last: date) -> int:
    return (day - first).days * 1000 // ((last - first).days + 1)
