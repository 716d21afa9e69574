"""The way of a route through its stages: who may decide which stop, what a decision does, when it ends. Pure.

A stage is open when all before it are done. Its stops are decided in any order, each by somebody who is not the maker and
holds a post of its role, agency and territory that day. One who holds several posts acts once for all that lie side by
side or follow each other without somebody else between them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.scope import within
from payung.policy.procedure import DESA, DISTRICT, Seat, Stage

APPROVED, RETURNED, WITHDRAWN = "setuju", "dikembalikan", "ditarik"
"""How a route ends."""
_LENGTHS = {DISTRICT: len("64.01.04"), DESA: len("64.01.04.2002")}
Faces = Sequence[Sequence[str]]
"""What is shown of a subject: `[[label, value], …]`."""


@dataclass(frozen=True, slots=True)
class Chair:
    """A post that somebody holds today, with the id of their tenure."""

    tenure: int
    role: str
    territory: str
    agency: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """A stop, as far as the rules ask: which chair must decide it, and who did."""

    id: int
    position: int
    role: str
    place: str
    agency: str = ""
    decided_by: int | None = None
    verdict: str = ""

    def is_for(self, chair: Chair) -> bool:
        """Whether whoever holds this chair may decide it."""
        return (
            chair.role == self.role
            and within(self.place, chair.territory)
            and (not self.agency or alike(self.agency, chair.agency))
        )


@dataclass(frozen=True, slots=True)
class Course:
    """A route as far as the rules ask. `position` is the open stage, `outcome` empty while it is under way."""

    made_by: int
    halts: tuple[Halt, ...]
    position: int = 0
    outcome: str = ""

    @property
    def open(self) -> tuple[Halt, ...]:
        """The stops that can be decided now."""
        if self.outcome:
            return ()
        return tuple(one for one in self.halts if one.position == self.position and not one.verdict)


@dataclass(frozen=True, slots=True)
class Step:
    """What a decision does: stops with the tenures in which they are decided, and where the route stands after it."""

    marks: Mapping[int, int]
    position: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A stop that a route will have: the seat, its stage, and the place at which it stands."""

    position: int
    seat: Seat
    place: str

    @property
    def title(self) -> str:
        """`Camat · Kec. Batu Sopang`, or the seat's own title."""
        return f"{self.seat.title} · {name_of(self.place)}" if self.seat.each else self.seat.title


@dataclass(frozen=True, slots=True)
class Difference:
    """A line that is not as it was: empty before for what is new, empty after for what is gone."""

    label: str
    before: str
    after: str


def alike(one: str, other: str) -> bool:
    """Whether two names of an agency mean the same: neither case nor spaces count."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def plan(stages: Sequence[Stage], regency: str, places: Iterable[str]) -> tuple[Planned, ...]:
    """The stops of a route in order; a seat with `each` gives one for every kecamatan or desa among `places`.

    PayungError where such a seat has nobody to answer for, or for somebody whose desa is not known: nobody may pass
    because no seat stands for them.
    """
    known = sorted(set(places))
    return tuple(
        Planned(position, seat, place)
        for position, stage in enumerate(stages)
        for seat in stage.seats
        for place in (_standing(seat, known) if seat.each else (regency,))
    )


def _standing(seat: Seat, places: Sequence[str]) -> tuple[str, ...]:
    length = _LENGTHS[seat.each]
    if not places:
        raise PayungError(
            f"Belum ada orang di dalamnya, sehingga tidak ada yang diperiksa {seat.title}.",
            todo="Isi lebih dahulu, lalu minta persetujuan.",
        )
    if any(len(place) < length for place in places):
        raise PayungError(
            f"Ada orang yang desanya belum diketahui, sehingga tidak ada {seat.title} yang memeriksanya.",
            todo="Lengkapi desanya lebih dahulu, lalu minta persetujuan.",
        )
    return tuple(sorted({place[:length] for place in places}))


def objection(course: Course, actor: int | None, chair: Chair | None) -> str:
    """Why somebody may decide nothing now in the post in which they act, as an Indonesian sentence; empty if they may."""
    if actor is None or chair is None:
        return "Rantai diputus oleh pejabat yang masih memegang jabatannya."
    if course.outcome:
        return "Rantai ini sudah berakhir."
    if actor == course.made_by:
        return "Yang Anda ajukan diputus oleh orang lain."
    mine = [one for one in course.halts if one.is_for(chair)]
    if any(one in course.open for one in mine):
        return ""
    if not mine:
        return "Jabatan Anda tidak duduk dalam rantai ini, atau kursinya di luar wilayah Anda."
    if any(not one.verdict for one in mine):
        return "Belum giliran Anda: tahap sebelumnya belum selesai."
    return "Jabatan Anda sudah memutus dalam rantai ini."


def decide(course: Course, actor: int, acting: Chair, others: Sequence[Chair], verdict: Verdict) -> Step:
    """What a decision of somebody does who acts in one post and also holds `others`. Only where `objection` is empty.

    An agreement takes every stop that is open to any of their posts, and goes on into the next stages as long as all
    before is done by it. A sending back marks the one stop of the post in which they act, and ends the route.
    """
    assert not objection(course, actor, acting), "ask for the objection first"
    if verdict is Verdict.RETURNED:
        first = next(one for one in course.open if one.is_for(acting))
        return Step({first.id: acting.tenure}, course.position, RETURNED)
    marks: dict[int, int] = {}
    after = course
    while taken := _open_to(after, (acting, *others)):
        marks |= taken
        after = agreed(after, taken, actor)
    return Step(marks, after.position, after.outcome)


def _open_to(course: Course, chairs: Sequence[Chair]) -> dict[int, int]:
    """The open stops that one of these chairs may decide, each with the tenure of the first that may."""
    return {
        halt.id: chair.tenure
        for halt in course.open
        if (chair := next((one for one in chairs if halt.is_for(one)), None))
    }


def agreed(course: Course, halts: Iterable[int], by: int) -> Course:
    """The course after these stops were agreed to: the next stage opens where one is done, after the last it is approved."""
    marked = frozenset(halts)
    after = replace(
        course,
        halts=tuple(
            replace(one, decided_by=by, verdict=APPROVED) if one.id in marked else one for one in course.halts
        ),
    )
    if after.open:
        return after
    last = max(one.position for one in course.halts)
    if course.position < last:
        return replace(after, position=course.position + 1)
    return replace(after, outcome=APPROVED)


def differences(before: Faces, now: Faces) -> tuple[Difference, ...]:
    """What is not as it was, in the order of `now`, then what is gone. A label that stands twice is told by its turn."""
    old, new = _numbered(before), _numbered(now)
    changed = [
        Difference(label, old.get((label, turn), ""), value)
        for (label, turn), value in new.items()
        if old.get((label, turn)) != value
    ]
    gone = [Difference(label, value, "") for (label, turn), value in old.items() if (label, turn) not in new]
    return (*changed, *gone)


def _numbered(faces: Faces) -> dict[tuple[str, int], str]:
    turns: Counter[str] = Counter()
    found = {}
    for label, value in faces:
        found[label, turns[label]] = value
        turns[label] += 1
    return found


def said(stages: Iterable[Stage]) -> list[dict[str, Any]]:
    """Stages as JSON holds them."""
    return [asdict(stage) for stage in stages]


def read(stages: Iterable[Mapping[str, Any]]) -> tuple[Stage, ...]:
    """Stages from what `said` gave."""
    return tuple(
        Stage(one["id"], one["title"], tuple(Seat(**seat) for seat in one["seats"])) for one in stages
    )
