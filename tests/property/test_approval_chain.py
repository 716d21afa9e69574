"""No way through any chain ends approved unless every stop was agreed to, in order, by somebody who is not the maker."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, precondition, rule

from payung.approval import chain
from payung.approval.chain import Chair, Course, Halt
from payung.approval.rules import Verdict
from payung.policy.procedure import Seat, Stage

REGENCY = "64.01"
DESA = ("64.01.04.2001", "64.01.04.2002", "64.01.01.2001")
MAKER, PEOPLE = 1, range(1, 7)
SEATS = (
    ("desa", "", "desa"), ("kecamatan", "", "district"), ("kecamatan", "", "desa"), ("opd", "Disdukcapil", ""),
    ("opd", "BKPSDM", ""), ("opd", "", ""), ("kpa", "", ""), ("hukum", "", "district"),
)  # fmt: skip
CHAIRS = (
    ("desa", DESA[0], ""), ("desa", DESA[1], ""), ("desa", DESA[2], ""), ("kecamatan", "64.01.04", ""),
    ("kecamatan", "64.01.01", ""), ("opd", REGENCY, "Disdukcapil"), ("opd", REGENCY, "bkpsdm"), ("opd", REGENCY, ""),
    ("kpa", REGENCY, ""), ("hukum", REGENCY, ""), ("auditor", REGENCY, ""),
)  # fmt: skip
stages = st.lists(st.lists(st.sampled_from(SEATS), min_size=1, max_size=3), min_size=1, max_size=4)


class Chain(RuleBasedStateMachine):
    """A route with people who get posts, lose them, and try to decide; what happened stands in `told`."""

    posts = Bundle("posts")

    @initialize(wanted=stages, places=st.lists(st.sampled_from(DESA), min_size=1, unique=True))
    def begin(self, wanted: list[list[tuple[str, str, str]]], places: list[str]) -> None:
        planned = chain.plan(
            [
                Stage(f"t{n}", "", tuple(Seat(f"k{n}-{m}", "", role, agency, "", each) for m, (role, agency, each) in enumerate(one)))
                for n, one in enumerate(wanted)
            ],
            REGENCY,
            places,
        )  # fmt: skip
        halts = tuple(
            Halt(n, one.position, one.seat.role, one.place, one.seat.agency) for n, one in enumerate(planned)
        )
        self.course = Course(MAKER, halts)
        self.held: dict[int, tuple[int, Chair]] = {}
        self.told: list[tuple[int, int, Chair]] = []
        self.ended: Course | None = None

    @rule(target=posts, who=st.sampled_from(PEOPLE), chair=st.sampled_from(CHAIRS))
    def take_post(self, who: int, chair: tuple[str, str, str]) -> int:
        number = len(self.held) + 100
        self.held[number] = (who, Chair(number, *chair))
        return number

    @rule(
        post=posts,
        verdict=st.sampled_from([Verdict.APPROVED, Verdict.APPROVED, Verdict.APPROVED, Verdict.RETURNED]),
    )
    def decide(self, post: int, verdict: Verdict) -> None:
        who, acting = self.held[post]
        before = self.course
        if chain.objection(before, who, acting):
            return
        others = [chair for one, chair in self.held.values() if one == who and chair != acting]
        step = chain.decide(before, who, acting, others, verdict)
        assert step.marks
        for halt, tenure in step.marks.items():
            self.told.append((halt, who, self.held[tenure][1]))
        halts = tuple(
            replace(one, decided_by=who, verdict=verdict.value) if one.id in step.marks else one
            for one in before.halts
        )
        self.course = replace(before, halts=halts, position=step.position, outcome=step.outcome)

    @precondition(lambda self: not self.course.outcome)
    @rule()
    def look(self) -> None:
        """While it is under way somebody's decision is missing in the open stage, and nothing is decided beyond it."""
        assert self.course.open
        assert all(not one.verdict for one in self.course.halts if one.position > self.course.position)

    @invariant()
    def nobody_decides_their_own_or_what_is_not_theirs(self) -> None:
        for halt, who, chair in getattr(self, "told", ()):
            assert who != MAKER
            stop = self.course.halts[halt]
            assert (stop.role, stop.place.startswith(chair.territory)) == (chair.role, True)
            assert stop.agency.lower() in ("", chair.agency.lower())
            assert self.course.halts[halt].decided_by == who

    @invariant()
    def stops_are_decided_once_and_in_order(self) -> None:
        order = [self.course.halts[halt].position for halt, _who, _chair in getattr(self, "told", ())]
        assert order == sorted(order)
        assert len({halt for halt, _who, _chair in getattr(self, "told", ())}) == len(order)

    @invariant()
    def approved_is_what_everybody_agreed_to(self) -> None:
        course = getattr(self, "course", None)
        if course is None:
            return
        everybody = all(one.verdict == chain.APPROVED for one in course.halts)
        assert (course.outcome == chain.APPROVED) is everybody

    @invariant()
    def what_has_ended_never_changes(self) -> None:
        course = getattr(self, "course", None)
        if course is None or not course.outcome:
            return
        assert self.ended in (None, course)
        self.ended = course
        assert all(chain.objection(course, who, chair) for who, chair in self.held.values())


TestChain = Chain.TestCase
TestChain.settings = settings(max_examples=300, stateful_step_count=60, deadline=None)
