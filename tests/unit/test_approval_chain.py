"""Who may decide which stop of a route, what a decision does, what a seat is shown."""

from __future__ import annotations

from dataclasses import replace

import pytest

from payung.approval import chain
from payung.approval.chain import Chair, Course, Difference, Halt, differences, objection, plan
from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from payung.policy.procedure import Seat, Stage, load_procedure

MAKER, CAMAT, CAPIL, SDM, KPA = 1, 2, 3, 4, 5
DISTRICT, FAR, REGENCY = "64.01.04", "64.01.01", "64.01"
HALTS = (
    Halt(11, 0, "kecamatan", DISTRICT),
    Halt(12, 0, "kecamatan", FAR),
    Halt(21, 1, "opd", REGENCY, "Disdukcapil"),
    Halt(22, 1, "opd", REGENCY, "BKPSDM"),
    Halt(31, 2, "kpa", REGENCY),
)
COURSE = Course(MAKER, HALTS)
CAMAT_CHAIR = Chair(201, "kecamatan", DISTRICT)
FAR_CHAIR = Chair(202, "kecamatan", FAR)
CAPIL_CHAIR = Chair(301, "opd", REGENCY, "Disdukcapil")
SDM_CHAIR = Chair(401, "opd", REGENCY, "BKPSDM")
KPA_CHAIR = Chair(501, "kpa", REGENCY)


def at(position: int) -> Course:
    """The course with everything before a stage agreed to."""
    before = [one.id for one in HALTS if one.position < position]
    halts = tuple(replace(one, decided_by=9, verdict="setuju") if one.id in before else one for one in HALTS)
    return replace(COURSE, halts=halts, position=position)


def test_a_seat_for_each_kecamatan_stands_once_in_every_one_where_people_live() -> None:
    stages = load_procedure("umum").chain("putaran").stages
    planned = plan(stages, REGENCY, ["64.01.04.2002", "64.01.01.2011", "64.01.04.2003", "64.01.04.2002"])
    assert [(one.position, one.seat.id, one.place) for one in planned] == [
        (0, "kecamatan", FAR),
        (0, "kecamatan", DISTRICT),
        (1, "kependudukan", REGENCY),
        (1, "kepegawaian", REGENCY),
        (1, "sosial", REGENCY),
        (2, "anggaran", REGENCY),
    ]
    assert planned[0].title == "Camat · Kec. Batu Sopang"
    assert planned[2].title == "Disdukcapil"


def test_a_seat_for_each_desa_stands_in_every_desa() -> None:
    stages = (
        Stage("desa", "Desa", (Seat("desa", "Kepala desa", "desa", each="desa"),)),
        Stage("kecamatan", "Kecamatan", (Seat("kecamatan", "Camat", "kecamatan", each="district"),)),
    )
    planned = plan(stages, REGENCY, ["64.01.04.2002", "64.01.04.2003"])
    assert [one.place for one in planned] == ["64.01.04.2002", "64.01.04.2003", DISTRICT]
    assert planned[0].title == "Kepala desa · Janju"


@pytest.mark.parametrize(
    ("places", "words"), [((), "Belum ada orang"), (("64.01.04.2002", "64.01"), "belum diketahui")]
)
def test_nobody_passes_because_no_seat_stands_for_them(places: tuple[str, ...], words: str) -> None:
    with pytest.raises(PayungError, match=words) as caught:
        plan(load_procedure("umum").chain("putaran").stages, REGENCY, places)
    assert caught.value.todo


def test_stages_survive_the_way_through_json() -> None:
    stages = load_procedure("umum").chain("putaran").stages
    assert chain.read(chain.said(stages)) == stages


@pytest.mark.parametrize(
    ("course", "actor", "chair", "words"),
    [
        (COURSE, CAMAT, CAMAT_CHAIR, ""),
        (COURSE, CAMAT, Chair(1, "kecamatan", "64.01.05"), "tidak duduk"),
        (COURSE, CAMAT, Chair(1, "desa", "64.01.04.2002"), "tidak duduk"),
        (COURSE, CAMAT, None, "masih memegang"),
        (COURSE, None, CAMAT_CHAIR, "masih memegang"),
        (COURSE, MAKER, CAMAT_CHAIR, "orang lain"),
        (COURSE, CAPIL, CAPIL_CHAIR, "Belum giliran"),
        (at(1), CAMAT, CAMAT_CHAIR, "sudah memutus"),
        (at(1), CAPIL, CAPIL_CHAIR, ""),
        (at(1), CAPIL, replace(CAPIL_CHAIR, agency=" disdukcapil "), ""),
        (at(1), CAPIL, replace(CAPIL_CHAIR, agency="Dinas Kesehatan"), "tidak duduk"),
        (at(1), CAPIL, replace(CAPIL_CHAIR, agency=""), "tidak duduk"),
        (at(2), KPA, replace(KPA_CHAIR, agency="Dinas mana pun"), ""),
        (replace(at(2), outcome="ditarik"), KPA, KPA_CHAIR, "sudah berakhir"),
    ],
)  # fmt: skip
def test_who_may_decide_now_and_why_others_may_not(
    course: Course, actor: int | None, chair: Chair | None, words: str
) -> None:
    said = objection(course, actor, chair)
    assert (words in said) if words else said == ""


def test_one_agreement_leaves_the_stage_open_until_all_have_agreed() -> None:
    step = chain.decide(COURSE, CAMAT, CAMAT_CHAIR, (), Verdict.APPROVED)
    assert step == chain.Step({11: 201}, 0, "")
    after = chain.agreed(COURSE, step.marks, CAMAT)
    assert chain.decide(after, 6, FAR_CHAIR, (), Verdict.APPROVED) == chain.Step({12: 202}, 1, "")


def test_the_last_agreement_ends_the_route() -> None:
    assert chain.decide(at(2), KPA, KPA_CHAIR, (), Verdict.APPROVED) == chain.Step({31: 501}, 2, "setuju")


def test_a_sending_back_ends_the_route_and_marks_the_one_stop_of_the_post() -> None:
    step = chain.decide(at(1), CAPIL, CAPIL_CHAIR, (SDM_CHAIR,), Verdict.RETURNED)
    assert step == chain.Step({21: 301}, 1, "dikembalikan")


def test_who_holds_two_posts_side_by_side_acts_once_for_both() -> None:
    step = chain.decide(at(1), CAPIL, CAPIL_CHAIR, (SDM_CHAIR,), Verdict.APPROVED)
    assert step == chain.Step({21: 301, 22: 401}, 2, "")


def test_who_holds_two_posts_that_follow_each_other_acts_once_for_both() -> None:
    half = chain.agreed(at(1), [21], CAPIL)
    step = chain.decide(half, SDM, SDM_CHAIR, (KPA_CHAIR,), Verdict.APPROVED)
    assert step == chain.Step({22: 401, 31: 501}, 2, "setuju")


def test_somebody_else_between_two_posts_is_never_passed_over() -> None:
    step = chain.decide(at(1), CAPIL, CAPIL_CHAIR, (KPA_CHAIR,), Verdict.APPROVED)
    assert step == chain.Step({21: 301}, 1, "")


def test_one_chair_above_several_stops_of_a_stage_decides_them_in_one_act() -> None:
    stage = Stage("desa", "Desa", (Seat("camat", "Camat", "kecamatan", each="desa"),))
    planned = plan((stage,), REGENCY, ["64.01.04.2002", "64.01.04.2003"])
    halts = tuple(Halt(n, one.position, one.seat.role, one.place) for n, one in enumerate(planned))
    step = chain.decide(Course(MAKER, halts), CAMAT, CAMAT_CHAIR, (), Verdict.APPROVED)
    assert step == chain.Step({0: 201, 1: 201}, 0, "setuju")


def test_what_differs_is_told_line_by_line() -> None:
    before = [
        ("Orang", "12"),
        ("Iuran", "Rp1"),
        ("Kec. Kuaro", "3 orang"),
        ("Catatan", "a"),
        ("Catatan", "b"),
    ]
    now = [
        ("Orang", "13"),
        ("Iuran", "Rp1"),
        ("Kec. Batu Sopang", "3 orang"),
        ("Catatan", "a"),
        ("Catatan", "c"),
    ]
    assert differences(before, now) == (
        Difference("Orang", "12", "13"),
        Difference("Kec. Batu Sopang", "", "3 orang"),
        Difference("Catatan", "b", "c"),
        Difference("Kec. Kuaro", "3 orang", ""),
    )
    assert differences(now, now) == ()
