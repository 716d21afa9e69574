"""Who is held back from a round, in sentences: unknown is not false, and what clears it is always said."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from payung.allocation import held_back
from payung.allocation.freezing import entry_of, said
from payung.allocation.held_back import Hold, Measure, by_answer, judged_anew, strongest
from payung.eligibility.facts import RegisterView
from payung.policy.loader import law
from payung.registry.rules import Status
from tests.unit import enrolment_people
from tests.unit.eligibility_people import ON, SILENT, SOURCE, SPAN, facts, found, record, source

MEASURE = Measure((SOURCE,), ON, SPAN, False, law())
PARTLY = replace(MEASURE, partial_months=True)


def answer(status: Status, **told: Any) -> RegisterView:
    """What BPJS answers about one row."""
    return found(record("bpjs", status=status, **told))


def told(view: RegisterView, measure: Measure = MEASURE) -> str:
    hold = by_answer(facts(), view, measure)
    return hold.code if hold else ""


def test_somebody_whom_bpjs_does_not_know_can_be_chosen() -> None:
    assert told(answer(Status.ABSENT)) == ""
    assert told(answer(Status.INACTIVE)) == ""


def test_no_answer_is_unknown_and_never_not_a_member() -> None:
    hold = held_back.unanswered()
    assert hold.code in held_back.PRECHECK_SILENCE
    assert "tidak berarti bukan peserta" in hold.message


@pytest.mark.parametrize(
    ("view", "code"),
    [
        (answer(Status.ACTIVE, segment="PU", payer="PT TELAKE"), "covered_employer"),
        (answer(Status.ACTIVE, segment="BPU", payer="Dana Desa"), "covered_other"),
        (answer(Status.ACTIVE, segment="BPU", payer="Yayasan Entah"), "payer_unrecognised"),
        (answer(Status.ACTIVE), "segment_unknown"),
        (answer(Status.DEAD), "dead"),
        (answer(Status.DIFFERS), "identity_differs"),
        (answer(Status.UNREADABLE), "status_unreadable"),
        (answer(Status.MATCHED), "status_unreadable"),
    ],
)
def test_an_answer_that_speaks_against_somebody_holds_them_back(view: RegisterView, code: str) -> None:
    assert told(view) == code


def test_our_own_member_is_continued_not_held_back() -> None:
    assert told(answer(Status.ACTIVE, segment="BPU", payer="Pemkab Paser")) == ""


def test_where_the_policy_asks_bpjs_nothing_the_dead_and_the_unclear_are_held_back_all_the_same() -> None:
    deaf = replace(MEASURE, sources=(source("one_seat"),))
    assert told(answer(Status.DEAD), deaf) == "dead"
    for status in (Status.DIFFERS, Status.MATCHED, Status.UNREADABLE, Status.MOVED):
        assert told(answer(status, detail="nama lain"), deaf) == held_back.UNCLEAR


def test_cover_over_part_of_the_months_holds_back_because_the_price_is_another_now() -> None:
    covered = answer(Status.ACTIVE, segment="BPU", payer="Dana Desa", valid_until=date(2022, 10, 31))
    assert told(covered) == "covered_until"
    assert told(covered, PARTLY) == "covered_until"


def test_a_death_in_a_register_that_came_later_is_seen() -> None:
    dead = found(record("dukcapil", status=Status.DEAD))
    hold = judged_anew(facts(), {"dukcapil": dead}, MEASURE)
    assert hold
    assert hold.code == held_back.DEAD
    assert (
        judged_anew(facts(), {"dukcapil": found(record("dukcapil", status=Status.MATCHED))}, MEASURE) is None
    )


def test_a_later_answer_that_is_silent_about_somebody_is_unknown_as_the_policy_says() -> None:
    hold = judged_anew(facts(), {"dukcapil": SILENT}, MEASURE)
    assert hold
    assert hold.code == "dukcapil_unknown"


def test_numbers_in_the_words_of_others_are_not_passed_on() -> None:
    view = answer(Status.DEAD, detail="NIK 6401042108850003 a.n. orang lain")
    hold = by_answer(facts(), view, MEASURE)
    assert hold
    assert "6401042108850003" not in hold.message
    assert "orang lain" in hold.message


def test_of_several_holds_the_one_that_is_final_is_told_first_and_silence_last() -> None:
    dead, review = Hold("dead", "", ""), held_back.open_review("NIK beda 1 angka")
    silent, covered = held_back.unanswered(), Hold("covered_other", "", "")
    assert strongest([silent, review, dead]) is dead
    assert strongest([silent, covered, review]) is review
    assert strongest([silent, covered]) is covered
    assert strongest([]) is None
    assert held_back.joined({"a": silent}, {"a": dead, "b": review}) == {"a": dead, "b": review}


def test_holds_are_counted_by_code_the_most_frequent_first() -> None:
    holds = {str(n): held_back.unanswered() for n in range(3)} | {"x": held_back.removed()}
    assert list(held_back.counted(holds).items()) == [(held_back.UNANSWERED, 3), (held_back.REMOVED, 1)]


def test_every_code_has_a_sentence() -> None:
    made = (
        held_back.open_review(""), held_back.outdated("Berubah."), held_back.removed(), held_back.double(),
        held_back.objection("1/2026", ON), held_back.objection_upheld("1/2026"), held_back.unasked(),
        held_back.unanswered(),
    )  # fmt: skip
    assert {one.code for one in made} | {held_back.UNCLEAR} == set(held_back.CODES)
    assert all(one.title.endswith(".") and one.message.endswith(".") and one.todo for one in made)


def test_an_award_is_kept_so_that_the_same_entry_of_the_roll_comes_back() -> None:
    entry = enrolment_people.entry(7, name="Siti  Aminah", rt=None)
    kept = said(entry)
    back = entry_of(
        kept, "2022-10 2022-11 2022-12", jkk_idr=entry.jkk_idr, jkm_idr=entry.jkm_idr, continuity=False
    )
    assert back.row.values() == entry.row.values()
    assert back.application == entry.application
    assert (back.months, back.jkk_idr, back.jkm_idr) == (entry.months, 30_000, 20_400)
