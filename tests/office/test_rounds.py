"""A round is opened on the current screening, its candidates are prepared, and nothing of it is lost."""

from __future__ import annotations

from payung.allocation.prepared import applications_of, prepared_of
from payung.eligibility.models import Assessment
from tests.office.round_desk import SOURCE, opened
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def test_a_round_has_as_candidates_exactly_those_whom_the_screening_let_in(done: Desk) -> None:
    round_ = opened(done.office)
    with done.office.acting("budi"):
        let_in = set(
            Assessment.objects.filter(
                run=round_.run, survives=True, outcome__in=("pass", "pass_noted")
            ).values_list("row_id", flat=True)
        )
        prepared = prepared_of(round_)
        assert {one.row_id for one in prepared.candidates[SOURCE]} == let_in
        assert prepared.people == len(let_in) == round_.figures["people"]
        people = applications_of(round_)
        assert set(people) == let_in
        assert applications_of(round_, [min(let_in)]) == {min(let_in): people[min(let_in)]}
        assert {one.name for one in people.values()}
    assert all(one.monthly and one.full_span for one in prepared.candidates[SOURCE])
