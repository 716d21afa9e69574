"""A typeset decree goes through its chain; what was approved is one paper and no other; copies of what was signed."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import pytest
from django.utils import timezone

from payung.approval.route_queries import route_of
from payung.approval.route_services import decide_stop
from payung.approval.rules import Verdict
from payung.approval.services import decide
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.enrolment.amendment_queries import roll_in_force
from payung.enrolment.amendment_services import add_leaving, draft_amendment, settle_draft
from payung.enrolment.copy_services import make_copies
from payung.enrolment.decree_services import change_decree
from payung.enrolment.kinds import ask_approval
from payung.enrolment.models import Decree, DecreeFile
from payung.enrolment.signing_services import record_scan
from payung.enrolment.typesetting_services import ask_typeset
from payung.enrolment.waiver_services import propose_waiver
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
from tests.office.route_desk import KEPUTUSAN, agree
from tests.unit import scans

__all__ = ["bare", "desk_brought", "desk_drafting", "desk_round", "desk_screened", "drafting"]


def test_the_chain_approves_the_paper_that_it_saw(drafting: DraftDesk) -> None:
    made = drafting.approved()
    assert made.approved_at
    assert made.approved_version == made.version == 1
    with drafting.office.acting("laila"):
        route = route_of("enrolment.decree", made.pk)
        assert route is not None
        assert route.subject_version == f"{made.body_sha256}:1"
        assert route.outcome == "setuju"


def test_an_approver_sees_money_in_words_agreement_budget_wording_and_hashes(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    seen = drafting.faces(made)
    assert seen["Orang"] == "16"
    assert seen["Iuran seluruhnya"] == "Rp806.400 (delapan ratus enam ribu empat ratus rupiah)"
    assert seen["JKK"].startswith("Rp480.000 (")
    assert seen["Bulan"] == "Oktober sampai dengan Desember 2022"
    assert "1/PKS/2022" in seen["Perjanjian"]
    assert seen["Anggaran"] == "Perlindungan pekerja rentan 2022 (5.1.02): Rp806.400 untuk 16 orang"
    assert (seen["Sidik daftar"], seen["Sidik naskah"]) == (made.roll_hash, made.body_sha256)
    assert len(seen["Templat keputusan"]) == 64
    assert not any(len(word) == 16 and word.isdigit() for value in seen.values() for word in value.split())


def test_a_paper_typeset_anew_ends_the_route_of_the_one_before(drafting: DraftDesk) -> None:
    made = drafting.typeset()
    drafting.sent(made)
    with drafting.office.acting("wati"), pytest.raises(PayungError, match="diajukan oleh Bu Laila"):
        ask_typeset(made, made.version)
    with drafting.office.acting("laila"):
        ask_typeset(made, made.version)
        route = route_of("enrolment.decree", made.pk)
        assert route is not None
        assert route.outcome == "ditarik"
    drafting.office.work()


def test_an_approved_draft_that_is_changed_is_no_longer_approved(drafting: DraftDesk) -> None:
    made = drafting.approved()
    with drafting.office.acting("wati"):
        change_decree(
            made, made.version, number="560/9/2022", dated=DATED, seat="Tana Paser", signer_name="Pak Bupati",
            paper="f4",
        )  # fmt: skip
        assert (made.approved_at, made.approved_version, made.version) == (None, None, 2)


def test_what_is_not_typeset_or_seen_differently_is_not_sent(drafting: DraftDesk) -> None:
    draft = drafting.draft()
    with drafting.office.acting("laila"), pytest.raises(PayungError, match="belum disusun"):
        ask_approval(draft, draft.version)
    made = drafting.typeset(draft)
    with drafting.office.acting("laila"), pytest.raises(PayungError, match="diubah sesudah"):
        ask_approval(made, made.version + 1)


def test_an_approval_of_a_paper_that_was_exchanged_under_the_chain_changes_nothing(
    drafting: DraftDesk,
) -> None:
    made = drafting.typeset(drafting.draft("wati"), "wati")
    route = agree(drafting.office, drafting.sent(made, "wati"), *KEPUTUSAN[:-1])
    with drafting.office.acting("wati"):
        Decree.objects.filter(pk=made.pk).update(body_sha256="f" * 64)
    with drafting.office.acting("bupati"), pytest.raises(PayungError, match="sudah diubah"):
        decide_stop(route, Verdict.APPROVED)
    assert drafting.now(made).approved_at is None


def signed(bare: DraftDesk, folder: Path) -> Decree:
    """A decree without an agreement, as two people allowed, approved and signed today with ink."""
    with bare.office.acting("budi"):
        waiver = propose_waiver(bare.round, "PKS ditandatangani pekan depan")
    with bare.office.acting("kpa"):
        decide(waiver, Verdict.APPROVED)
    made = bare.approved(bare.draft("wati", dated=None))
    path = scans.as_pdf(scans.pictures(bare.content(made, "keputusan")), folder / "pindaian.pdf")
    with bare.office.acting("laila"):
        record_scan(
            made, [("pindaian.pdf", io.BytesIO(path.read_bytes()))], number="560/7/2022",
            dated=timezone.localdate(),
        )  # fmt: skip
    bare.office.work()
    return bare.now(made)


def text(pdf: bytes, folder: Path) -> str:
    (folder / "berkas.pdf").write_bytes(pdf)
    command = ["pdftotext", "-layout", str(folder / "berkas.pdf"), "-"]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_a_signed_decree_gets_a_copy_and_an_extract_for_each_desa_with_number_and_day(
    bare: DraftDesk, tmp_path: Path
) -> None:
    made = signed(bare, tmp_path)
    assert made.signed_at
    with bare.office.acting("laila"):
        files = DecreeFile.objects.filter(decree=made, version=made.version)
        desas = set(files.filter(kind="terbatas").values_list("place", flat=True))
        assert set(files.filter(kind="petikan").values_list("place", flat=True)) == desas
    copy = text(bare.content(made, "salinan"), tmp_path)
    assert "NOMOR 560/7/2022" in " ".join(copy.split())
    assert "Salinan sesuai dengan aslinya" in copy
    extract = text(bare.content(made, "petikan", sorted(desas)[0]), tmp_path)
    assert "Petikan sesuai dengan aslinya" in extract
    assert "560/7/2022" in extract


def test_copies_asked_for_again_are_made_once(bare: DraftDesk, tmp_path: Path) -> None:
    made = signed(bare, tmp_path)
    with bare.office.acting("laila"):
        make_copies(made.pk, lambda label, done, total: None)
        assert DecreeFile.objects.filter(decree=made, kind="salinan").count() == 1
        assert Event.objects.filter(action="decree.copied").count() == 1


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_an_amendment_is_typeset_with_the_roll_as_it_stands_afterwards(
    bare: DraftDesk, tmp_path: Path
) -> None:
    root = signed(bare, tmp_path)
    with bare.office.acting("laila"):
        row = root.rows.order_by("pk")[0]
        amendment = draft_amendment(root)
        add_leaving(amendment, row.pk, since=Month.parse("2022-11"), cause="pindah", follow=False)
        amendment = settle_draft(amendment)
    made = bare.typeset(amendment)
    assert made.typeset_error == ""
    with bare.office.acting("laila"):
        assert made.roll_hash == roll_in_force(root, by=made).hash != root.roll_hash
        assert made.totals == bare.now(amendment).totals
        assert bare.faces(made)["Sidik daftar"] == made.roll_hash
    body = " ".join(text(bare.content(made, "keputusan"), tmp_path).split())
    assert "Keputusan Bupati Paser Nomor 560/7/2022" in body
    assert "mengeluarkan 1 (satu) orang" in body
    assert "16 (enam belas) orang" in body, "who goes from November on keeps October"
    assert root.roll_hash in body
    volume = text(bare.content(made, "terbatas", row.place[:13]), tmp_path)
    assert row.name in volume
    assert all(word in volume for word in "pindah ke luar kabupaten".split()), "a reason breaks over lines"
