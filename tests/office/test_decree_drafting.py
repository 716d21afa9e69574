"""A decree from its round to the paper: what it rests on, what it refuses, what lapses when it is changed."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest

from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.enrolment.decree_services import cancel_decree, change_decree, draft_decree
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.enrolment.typesetting_services import ask_typeset
from tests.office.draft_desk import DATED, DraftDesk, desk_brought, desk_drafting, desk_screened, drafting

__all__ = ["desk_brought", "desk_drafting", "desk_screened", "drafting"]
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
