"""The pre-check: exactly those whom a scenario would choose are asked about; silence is unknown and holds back."""

from __future__ import annotations

import io

import pytest

from payung.allocation import held_back
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, Precheck, Scenario
from payung.allocation.precheck_services import (
    WAIVER,
    ask_precheck,
    propose_waiver,
    receive_answer,
)
from payung.allocation.prepared import applications_of
from payung.allocation.queries import chosen_by
from payung.allocation.scenario import Settings
from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.registry.models import Request
from payung.registry.queries import usable_deliveries
from payung.work.models import Job
from tests.office.cast import OTHER_REGENCY
from tests.office.precheck_desk import AS_OF, answered, asked, workbook
from tests.office.round_desk import budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done

__all__ = ["brought", "desk_brought", "desk_screened", "done"]
PEOPLE = 6


def started(desk: Desk) -> tuple[AllocationRound, Scenario]:
    """A round with a scenario for six people."""
    round_ = opened(desk.office)
    with desk.office.acting("budi"):
        return round_, scenario(round_, budget(10**9, 10**9), PEOPLE)


def settings(one: Scenario) -> Settings:
    return Settings.read(one.settings)


def chosen(round_: AllocationRound, one: Scenario) -> list[str]:
    """The NIKs of those whom a scenario chooses where nothing is known against anybody, in their order."""
    people = applications_of(round_)
    return [
        people[award.candidate.row_id].nik or "" for _, award in chosen_by(round_, settings(one), {}).awards
    ]


def test_the_request_asks_about_exactly_those_whom_the_scenario_would_choose(done: Desk) -> None:
    round_, one = started(done)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        rows = workbook(precheck)
        assert sorted(row["NIK"] for row in rows) == sorted(chosen(round_, one))
        assert len(rows) == PEOPLE
        assert set(rows[0]) == {
            "ID BARIS", "ID PERMINTAAN", "NIK", "NAMA LENGKAP", "TANGGAL LAHIR", "STATUS", "SEGMEN",
            "DIBAYAR OLEH", "BERLAKU SAMPAI", "KETERANGAN",
        }  # fmt: skip
        assert precheck.request
        assert (precheck.request.about, precheck.request.row_count) == ("Putaran 1", PEOPLE)
        told = list(Event.objects.filter(action__in=("precheck.asked", "register.downloaded")))
        assert len(told) == 2, "asking and taking out are on record"


def test_until_bpjs_has_answered_whoever_would_be_chosen_is_held_back(done: Desk) -> None:
    round_, one = started(done)
    with done.office.acting("budi"):
        held = held_now(round_, settings(one))
        assert len(held.told) == PEOPLE
        assert {hold.code for hold in held.told.values()} == {held_back.UNASKED}
        assert not held.known
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        held = held_now(round_, settings(one))
        assert {hold.code for hold in held.told.values()} == {held_back.UNANSWERED}
        assert len(held.silent) > PEOPLE, "who stands further down is silent too, and told of nobody"
    assert precheck.answered_at is None


def test_answers_hold_back_whom_they_speak_against_and_let_the_others_be_chosen(done: Desk) -> None:
    round_, one = started(done)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        first, second, third, fourth, *rest = chosen(round_, one)
        numbers = {person.nik: row for row, person in applications_of(round_).items()}
    answered(
        done.office,
        precheck,
        {
            first: {"STATUS": "AKTIF", "SEGMEN": "PU", "DIBAYAR OLEH": "PT TELAKE"},
            second: "MENINGGAL",
            third: "TIDAK SESUAI",
            fourth: "",
        },
    )
    with done.office.acting("budi"):
        assert precheck.figures == {
            "asked": 6, "answered": 5, "unanswered": 1, "clear": 2,
            "against": {"covered_employer": 1, "dead": 1, "identity_differs": 1},
        }  # fmt: skip
        held = held_now(round_, settings(one))
        told = {row: hold.code for row, hold in held.told.items()}
        assert {nik: told.get(numbers[nik]) for nik in (first, second, third, fourth, *rest)} == {
            first: "covered_employer", second: "dead", third: "identity_differs",
            fourth: held_back.UNANSWERED, **dict.fromkeys(rest),
        }  # fmt: skip
        moved_up = [row for row, code in told.items() if code == held_back.UNASKED]
        assert len(moved_up) == 3, "who would move up was never asked about, and is not taken for no member"


def test_a_second_request_asks_only_about_those_who_were_not_answered(done: Desk) -> None:
    round_, one = started(done)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        first, *_, last = chosen(round_, one)
    answered(done.office, precheck, {first: "MENINGGAL", last: ""})
    again = asked(done.office, round_, one)
    with done.office.acting("budi"):
        numbers = [row["NIK"] for row in workbook(again)]
        assert len(numbers) == 2
        assert last in numbers, "not answered: asked once more"
        assert first not in numbers
    answered(done.office, again, {})
    with done.office.acting("budi"):
        held = held_now(round_, settings(one))
        assert [hold.code for hold in held.told.values()] == ["dead"]
        assert len(held.barred) == 1
    nobody = asked(done.office, round_, one)
    with done.office.acting("budi"):
        job = Job.objects.get(kind="allocation.precheck_ask", subject=str(nobody.pk))
        assert "sudah dijawab" in job.error
        ask_precheck(round_, one)  # a question that could not be written bars no other


def test_the_answer_to_a_pre_check_never_stands_for_the_whole_register(done: Desk) -> None:
    round_, one = started(done)
    with done.office.acting("budi"):
        before = usable_deliveries()["bpjs"]
    answered(done.office, asked(done.office, round_, one), {})
    with done.office.acting("budi"):
        assert usable_deliveries()["bpjs"] == before, "about everybody else it is silent"


def test_an_answer_to_another_request_is_refused_and_said_so(done: Desk) -> None:
    round_, one = started(done)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        receive_answer(
            precheck,
            io.BytesIO(b"ID BARIS,ID PERMINTAAN,NIK,STATUS\n1,abc,6401040101700001,AKTIF\n"),
            "lain.csv",
            AS_OF,
        )
    done.office.work()
    with done.office.acting("budi"):
        job = Job.objects.filter(kind="allocation.precheck_read").get()
        assert "jawaban untuk permintaan lain" in job.error
        precheck.refresh_from_db()
        assert precheck.answered_at is None
        assert len(held_now(round_, settings(one)).told) == PEOPLE


def test_asking_twice_at_once_is_refused_and_a_waived_round_asks_nobody(done: Desk) -> None:
    round_, one = started(done)
    with done.office.acting("budi"):
        ask_precheck(round_, one)
        with pytest.raises(PayungError, match="sedang disusun"):
            ask_precheck(round_, one)
        assert Request.objects.filter(about="Putaran 1").count() == 1


def test_a_waiver_takes_two_people_and_what_bpjs_said_still_counts(done: Desk) -> None:
    round_, one = started(done)
    precheck = asked(done.office, round_, one)
    with done.office.acting("budi"):
        first, *_ = chosen(round_, one)
    answered(done.office, precheck, {first: "MENINGGAL"}, others="")
    with done.office.acting("budi"):
        with pytest.raises(PayungError, match="Alasannya belum jelas"):
            propose_waiver(round_, "ya")
        propose_waiver(round_, "Sistem BPJS tidak dapat dipakai sejak Senin")
    with done.office.acting("wati"), pytest.raises(PayungError, match="Jabatan Anda"):
        decide(Proposal.objects.get(kind=WAIVER), Verdict.APPROVED)
    with done.office.acting("kpa"):
        decide(Proposal.objects.get(kind=WAIVER), Verdict.APPROVED)
    with done.office.acting("budi"):
        waived = Precheck.objects.get(waived_at__isnull=False)
        assert (waived.asked_by, waived.waived_by) == (
            done.office.user("budi").pk, done.office.user("kpa").pk,
        )  # fmt: skip
        assert waived.reason.startswith("Sistem BPJS")
        held = held_now(round_, settings(one))
        assert [hold.code for hold in held.barred.values()] == ["dead"]
        with pytest.raises(PayungError, match="tanpa uji padan"):
            ask_precheck(round_, one)


def test_a_waiver_of_a_round_that_was_cancelled_meanwhile_is_stale(done: Desk) -> None:
    from payung.allocation.services import cancel_round

    round_, _ = started(done)
    with done.office.acting("budi"):
        propose_waiver(round_, "Sistem BPJS tidak dapat dipakai sejak Senin")
        cancel_round(round_, "salah pilih penyaringan")
    with done.office.acting("kpa"), pytest.raises(PayungError, match="sudah diubah"):
        decide(Proposal.objects.get(kind=WAIVER), Verdict.APPROVED)


def test_another_regency_sees_nothing_of_a_pre_check(done: Desk) -> None:
    round_, one = started(done)
    asked(done.office, round_, one)
    with acting_in(whole(OTHER_REGENCY)):
        assert not Precheck.objects.exists()
        assert not Request.objects.exists()
