"""A decree from its round to the paper: what it rests on, what it refuses, what lapses when it is changed."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from payung.allocation.freeze_job import budget_key
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.audit.models import Event
from payung.budget.models import Budget
from payung.budget.services import release
from payung.core.errors import PayungError
from payung.enrolment.decree_services import cancel_decree, change_decree, draft_decree
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.enrolment.typesetting_services import ask_typeset, leave_out
from payung.enrolment.waiver_services import propose_waiver
from tests.office.agreement_desk import pks, umbrella
from tests.office.draft_desk import (
    DATED,
    DraftDesk,
    bare,
    desk_brought,
    desk_drafting,
    desk_round,
    desk_screened,
    drafting,
)

__all__ = ["bare", "desk_brought", "desk_drafting", "desk_round", "desk_screened", "drafting"]
PEOPLE = 16


def test_a_draft_rests_on_the_agreement_in_force_and_names_who_signs(drafting: DraftDesk) -> None:
    made = drafting.draft()
    assert made.agreement is not None
    assert made.agreement.number == "1/PKS/2022"
    assert (made.signer_title, made.signer_name) == ("BUPATI PASER", "Pak Bupati")
    assert (made.instrument, made.year, made.number_in_year, made.number) == ("sk", 2022, 1, "")
    assert made.totals["people"] == PEOPLE
    assert made.waiver == ""


def test_the_paper_is_that_of_the_frozen_choice_with_all_its_files_sealed(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    with drafting.office.acting("laila"):
        freeze = drafting.round.freeze
        assert freeze is not None
        assert made.roll_hash == freeze.roll_hash
        assert made.typeset_at
        assert made.page_count
        rows = DecreeRow.objects.filter(decree=made)
        assert rows.count() == PEOPLE
        assert (made.totals["people"], made.totals["jkk_idr"]) == (PEOPLE, sum(r.jkk_idr for r in rows))
        kinds = list(DecreeFile.objects.filter(decree=made).values_list("kind", flat=True))
    desas = kinds.count("terbatas")
    assert {kind: kinds.count(kind) for kind in set(kinds)} == {
        "keputusan": 1, "terbatas": desas, "publik": desas, "sidik": 1,
    }  # fmt: skip
    body = drafting.content(made, "keputusan")
    assert hashlib.sha256(body).hexdigest() == made.body_sha256
    sums = drafting.content(made, "sidik").decode()
    assert f"{made.body_sha256}  keputusan.pdf\n" in sums
    assert sums.count("\n") == 1 + 2 * desas


def test_one_round_is_never_drafted_twice_and_the_second_reads_by_whom(drafting: DraftDesk) -> None:
    made = drafting.draft()
    with pytest.raises(PayungError, match=r"sudah punya keputusan: .*1/2022, disusun oleh Bu Laila"):
        drafting.draft("wati")
    with drafting.office.acting("laila"):
        cancel_decree(made, "Salah penanda tangan")
    assert drafting.draft("wati").number_in_year == 2


def test_a_round_that_is_not_approved_has_no_decree(drafting: DraftDesk) -> None:
    with drafting.office.acting("laila"):
        round_ = drafting.round
        type(round_).objects.filter(pk=round_.pk).update(approved_at=None)
        with pytest.raises(PayungError, match="belum disetujui"):
            draft_decree(round_)


def test_without_an_agreement_on_its_day_there_is_no_draft(drafting: DraftDesk) -> None:
    with pytest.raises(PayungError, match="perjanjian kerja sama yang berlaku pada 3 Januari 2023") as told:
        drafting.draft(dated=date(2023, 1, 3))
    assert "orang kedua" in told.value.todo


def test_a_changed_draft_is_another_paper(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    first = made.body_sha256
    with drafting.office.acting("laila"):
        change_decree(
            made, made.version, number="560/1/2022", dated=DATED, seat="Tana Paser", signer_name="Pak Bupati",
            paper="a4",
        )  # fmt: skip
        assert (made.version, made.typeset_at, made.body_sha256) == (2, None, "")
    again = drafting.typeset(made)
    assert (again.version, again.number) == (2, "560/1/2022")
    assert again.body_sha256 != first
    with drafting.office.acting("laila"):
        assert set(DecreeFile.objects.filter(decree=made).values_list("version", flat=True)) == {1, 2}


def test_the_same_draft_gives_the_same_bytes_again(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    first = made.body_sha256
    again = drafting.typeset(made)
    assert (again.version, again.body_sha256) == (2, first)


def test_somebody_who_saw_an_older_draft_changes_nothing(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    with drafting.office.acting("wati"):
        ask_typeset(made, made.version)
        with pytest.raises(PayungError, match="sedang disusun"):
            ask_typeset(made, 1)
    drafting.office.work()
    with drafting.office.acting("laila"), pytest.raises(PayungError, match="diubah orang lain"):
        change_decree(
            made, 1, number="1", dated=DATED, seat="", signer_name="Pak Bupati", paper="f4"
        )  # fmt: skip


def test_each_step_is_recorded_once(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    with drafting.office.acting("laila"):
        about = Event.objects.filter(subject_type="enrolment.decree", subject_id=str(made.pk)).order_by("seq")
        assert list(about.values_list("action", flat=True)) == [
            "decree.drafted", "decree.typeset_asked", "decree.typeset",
        ]  # fmt: skip
        assert not Decree.objects.exclude(typeset_error="").exists()


def test_nobody_removed_since_the_choice_is_granted_anything_until_they_are_left_out(
    drafting: DraftDesk,
) -> None:
    gone = drafting.take_off_the_list()
    made = drafting.typeset()
    assert made.typeset_at is None
    assert f"1 orang tidak dapat ditetapkan lagi. {gone.name} (" in made.typeset_error
    assert "Keluarkan mereka" in made.typeset_error
    with drafting.office.acting("laila"):
        assert leave_out(made, made.version) == 1
        with pytest.raises(PayungError, match="Tidak ada yang perlu"):
            leave_out(made, made.version)
    done = drafting.typeset(made)
    assert (done.typeset_error, done.totals["people"]) == ("", PEOPLE - 1)
    with drafting.office.acting("laila"):
        freeze = drafting.round.freeze
        assert freeze is not None
        assert done.roll_hash != freeze.roll_hash
        assert not DecreeRow.objects.filter(decree=done, row_id=gone.row_id).exists()
        assert drafting.faces(done)["Dikeluarkan sesudah dipilih"] == "1 orang"


def test_a_waiver_takes_two_people_and_stands_on_what_they_approve(bare: DraftDesk) -> None:
    drafting = bare
    with drafting.office.acting("budi"):
        with pytest.raises(PayungError, match="Alasan"):
            propose_waiver(drafting.round, "ya")
        made = propose_waiver(drafting.round, "PKS ditandatangani pekan depan")
    with pytest.raises(PayungError, match="perjanjian kerja sama"):
        drafting.draft()
    with drafting.office.acting("budi"), pytest.raises(PayungError, match="orang lain"):
        decide(made, Verdict.APPROVED)
    with drafting.office.acting("kpa"):
        decide(made, Verdict.APPROVED)
    decree = drafting.draft()
    assert decree.agreement is None
    assert "PKS ditandatangani pekan depan (diusulkan Pak Budi, disetujui Pak Kuasa)" in decree.waiver
    assert drafting.faces(drafting.typeset(decree))["Dikecualikan"] == decree.waiver


def test_money_that_is_not_held_any_more_is_missing(drafting: DraftDesk) -> None:
    with drafting.office.acting("budi"):
        freeze = drafting.round.freeze
        assert freeze is not None
        (pk,) = freeze.settings["budgets"].values()
        release(Budget.objects.get(pk=pk), budget_key(freeze))
    with pytest.raises(PayungError, match="belum dicadangkan"):
        drafting.draft()


def test_an_agreement_whose_ceiling_is_used_up_is_missing_too(bare: DraftDesk) -> None:
    pks(bare.office, umbrella(bare.office), ceiling_idr=806_399)
    with pytest.raises(PayungError, match=r"tinggal memuat Rp806\.399, sedangkan yang ditetapkan Rp806\.400"):
        bare.draft()
