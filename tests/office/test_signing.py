"""Signing: one transaction that signs, binds the money and records it; or a refusal after which nothing has changed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, connections
from django.utils import timezone

from payung.audit.models import Event
from payung.budget.models import Budget, Ceiling
from payung.config import load
from payung.core.errors import PayungError
from payung.database.models import Regency
from payung.enrolment.models import Decree, DecreeFile, DecreeRow
from payung.enrolment.signing_services import record_pades, record_scan, sign_by_service
from payung.registry.models import Observation
from payung.registry.people_services import remove
from payung.vault.files import read_sealed
from payung.vault.stored import stored
from tests.office.decree_desk import (
    NUMBER,
    DecreeDesk,
    decreed,
    desk_brought,
    desk_decreed,
    desk_screened,
    today,
)
from tests.office.test_freeze_learnt import save_everything
from tests.unit import scans, signatures

__all__ = ["decreed", "desk_brought", "desk_decreed", "desk_screened"]


def money() -> dict[str, tuple[int, int]]:
    """Reserved and committed by account, in somebody's scope."""
    return {
        one.programme: (one.reserved_idr, one.committed_idr)
        for one in Ceiling.objects.filter(budget=Budget.objects.get())
    }


def files(kind: str) -> set[str]:
    """What lies sealed of a kind; files of other tests too."""
    return {path.name for path in stored("keputusan/64.01/x").parent.glob(f"*.{kind}")}


def signed(desk: DecreeDesk, folder: Path, number: str = NUMBER) -> Decree:
    with desk.office.acting("laila"):
        return record_scan(desk.decree, [desk.scan(folder)], number=number, dated=today())


def test_a_right_scan_signs_binds_the_money_and_is_recorded_with_its_hashes(
    decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("laila"):
        reserved = {programme: held for programme, (held, _) in money().items()}
        assert all(reserved.values())
    one = signed(decreed, tmp_path)
    assert (one.number, one.dated, one.signed_how) == (NUMBER, today(), "basah")
    assert one.signed_by == decreed.office.user("laila").pk
    assert [page for _, page in one.signature["pages"]] == list(range(1, (one.page_count or 0) + 1))
    with decreed.office.acting("laila"):
        assert money() == {programme: (0, held) for programme, held in reserved.items()}
        (file,) = DecreeFile.objects.filter(decree=one, kind="pindaian")
        content = read_sealed(stored(file.path))
        assert hashlib.sha256(content).hexdigest() == file.sha256 == one.signature["files"][0]
        event = Event.objects.get(action="decree.signed", subject_id=str(one.pk))
        assert event.detail.said["roll_hash"] == one.roll_hash


def test_what_is_wrong_with_the_scan_is_said_and_nothing_is_signed_or_kept(
    decreed: DecreeDesk, tmp_path: Path
) -> None:
    pages = scans.pictures(decreed.body)
    path = scans.as_pdf(pages[1:], tmp_path / "pindaian.pdf")
    with decreed.office.acting("laila"):
        before, there = money(), files("pindaian")
        with pytest.raises(PayungError, match="Halaman 1 tidak ada"):
            record_scan(
                decreed.decree, [("p.pdf", io.BytesIO(path.read_bytes()))], number=NUMBER, dated=today()
            )
        assert decreed.decree.signed_at is None
        assert money() == before
        assert not DecreeFile.objects.filter(kind="pindaian").exists()
        assert files("pindaian") == there


def test_the_second_who_signs_reads_who_was_quicker_and_with_which_number(
    decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("budi"):
        before = decreed.decree
    signed(decreed, tmp_path)
    with (
        decreed.office.acting("budi"),
        pytest.raises(PayungError, match=f"sudah ditandatangani: dicatat oleh Bu Laila .* nomor {NUMBER}"),
    ):
        record_scan(before, [decreed.scan(tmp_path)], number="560/124/KEP/2026", dated=today())


def test_of_many_who_sign_at_once_exactly_one_signs(decreed: DecreeDesk) -> None:
    with decreed.office.acting("bupati"):
        decree, there = decreed.decree, files("bertanda")
        scope = decreed.office.scope("bupati")

    def attempt(_: int) -> str:
        from payung.core.scope import acting_in

        try:
            with acting_in(scope):
                sign_by_service(Decree.objects.get(pk=decree.pk), number=NUMBER, dated=today())
        except PayungError as error:
            return str(error)
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(attempt, range(4)))
    assert said.count("") == 1
    assert all("sudah ditandatangani" in one for one in said if one), said
    with decreed.office.acting("bupati"):
        assert DecreeFile.objects.filter(kind="bertanda").count() == 1
        assert Event.objects.filter(action="decree.signed").count() == 1
        assert len(files("bertanda") - there) == 1


def test_after_that_the_database_itself_refuses_every_change(decreed: DecreeDesk, tmp_path: Path) -> None:
    one = signed(decreed, tmp_path)
    with decreed.office.acting("laila"):
        row = DecreeRow.objects.filter(decree=one).first()
        assert row
        statements: tuple[tuple[str, list[Any]], ...] = (
            ("UPDATE enrolment_decree SET number = %s WHERE id = %s", ["1", one.pk]),
            ("UPDATE enrolment_decree SET signed_at = NULL WHERE id = %s", [one.pk]),
            ("DELETE FROM enrolment_decree WHERE id = %s", [one.pk]),
            ("UPDATE enrolment_decreerow SET name = %s WHERE id = %s", ["X", row.pk]),
            ("DELETE FROM enrolment_decreerow WHERE id = %s", [row.pk]),
            (
                "INSERT INTO enrolment_decreerow (regency_code, place, decree_id, row_id, nik_index, name, source, "
                '"group", months, jkk_idr, jkm_idr, roll, change, why) SELECT regency_code, place, decree_id, row_id, '
                "'x', name, source, \"group\", months, jkk_idr, jkm_idr, roll, change, why "
                "FROM enrolment_decreerow WHERE id = %s",
                [row.pk],
            ),
            ("UPDATE enrolment_decreefile SET sha256 = 'x' WHERE decree_id = %s", [one.pk]),
        )
        for statement, values in statements:
            with pytest.raises(IntegrityError), connection.cursor() as cursor:
                cursor.execute(statement, values)
        one.refresh_from_db()
        assert one.number == NUMBER


def test_a_number_that_another_decree_bears_is_refused(decreed: DecreeDesk, tmp_path: Path) -> None:
    with decreed.office.acting("laila"):
        Decree.objects.create(
            regency_code="64.01", number_in_year=99, year=2020, instrument="sk", number=NUMBER,
            signer_title="BUPATI PASER", made_at=timezone.now(), made_by=1,
        )  # fmt: skip
    with pytest.raises(PayungError, match=f"Nomor {NUMBER} sudah dipakai"):
        signed(decreed, tmp_path)
    with decreed.office.acting("laila"):
        assert decreed.decree.signed_at is None


@pytest.mark.parametrize(
    ("days", "words"), [(-1, "mendahului persetujuannya"), (1, "belum tiba")]
)  # fmt: skip
def test_a_date_before_the_approval_or_in_the_future_is_refused(
    days: int, words: str, decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("laila"):
        Regency.objects.filter(code="64.01").update(is_demo=False)
    with decreed.office.acting("laila"), pytest.raises(PayungError, match=words):
        record_scan(
            decreed.decree,
            [decreed.scan(tmp_path)],
            number=NUMBER,
            dated=today() + timedelta(days=days),
        )


def _unapprove(decree: Decree) -> None:
    Decree.objects.filter(pk=decree.pk).update(approved_at=None, approved_version=None)


def _typeset_again(decree: Decree) -> None:
    Decree.objects.filter(pk=decree.pk).update(version=decree.version + 1)


def _cancel(decree: Decree) -> None:
    Decree.objects.filter(pk=decree.pk).update(cancelled_at=timezone.now())


@pytest.mark.parametrize(
    ("change", "words"),
    [(_unapprove, "belum disetujui"), (_typeset_again, "disusun ulang"), (_cancel, "sudah dibatalkan")],
)
def test_what_is_not_approved_in_this_version_cannot_be_signed(
    change: Callable[[Decree], None], words: str, decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("laila"):
        before = decreed.decree
        change(before)
        with pytest.raises(PayungError, match=words):
            record_scan(before, [decreed.scan(tmp_path)], number=NUMBER, dated=today())


def test_without_an_agreement_or_a_waiver_it_cannot_be_signed(decreed: DecreeDesk, tmp_path: Path) -> None:
    with decreed.office.acting("laila"):
        Decree.objects.filter(pk=decreed.decree_id).update(waiver="")
    with pytest.raises(PayungError, match="tidak bersandar pada perjanjian"):
        signed(decreed, tmp_path)


def test_rows_that_are_not_those_that_were_printed_stop_the_signature(
    decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("laila"):
        row = DecreeRow.objects.filter(decree=decreed.decree_id).first()
        assert row
        row.delete()
    with pytest.raises(PayungError, match="bukan daftar yang dicetak"):
        signed(decreed, tmp_path)


def test_who_died_between_choice_and_signature_is_named_and_stops_it(
    decreed: DecreeDesk, tmp_path: Path
) -> None:
    with decreed.office.acting("budi"):
        save_everything()
        row = DecreeRow.objects.filter(decree=decreed.decree_id).order_by("pk")[0]
        seen = Observation.objects.filter(row_id=row.row_id).select_related("person").latest("pk")
        remove(seen.person, reason="meninggal dunia")
    with pytest.raises(PayungError, match=f"1 orang meninggal .*: {row.name}") as refused:
        signed(decreed, tmp_path)
    assert "Keluarkan mereka dari rancangan" in refused.value.todo
    with decreed.office.acting("laila"):
        assert decreed.decree.signed_at is None


def test_money_that_is_no_longer_reserved_stops_the_signature(decreed: DecreeDesk, tmp_path: Path) -> None:
    from payung.allocation.freeze_job import budget_key
    from payung.budget.services import release

    with decreed.office.acting("laila"):
        freeze = decreed.decree.round.freeze  # type: ignore[union-attr]
        assert freeze
        release(Budget.objects.get(), budget_key(freeze))
    with pytest.raises(PayungError, match="Rp"):
        signed(decreed, tmp_path)
    with decreed.office.acting("laila"):
        assert decreed.decree.signed_at is None
        assert not DecreeFile.objects.filter(kind="pindaian").exists()


def test_whoever_prepared_it_cannot_sign_it(decreed: DecreeDesk) -> None:
    with decreed.office.acting("bupati"):
        Decree.objects.filter(pk=decreed.decree_id).update(made_by=decreed.office.user("bupati").pk)
        with pytest.raises(PayungError, match="tidak boleh yang menyusun naskah ini"):
            sign_by_service(decreed.decree, number=NUMBER, dated=today())


def test_the_demos_service_signs_only_in_a_demo_regency(decreed: DecreeDesk) -> None:
    with decreed.office.acting("bupati"):
        one = sign_by_service(decreed.decree, number=NUMBER, dated=today())
        assert one.signed_how == "layanan"
        assert one.signature["signatures"][0]["signer"].startswith("DEMO - TIDAK SAH")
        (file,) = DecreeFile.objects.filter(decree=one, kind="bertanda")
        assert read_sealed(stored(file.path)).startswith(decreed.body)


def test_a_real_regency_has_no_signing_service_of_ours(decreed: DecreeDesk) -> None:
    with decreed.office.acting("bupati"):
        Regency.objects.filter(code="64.01").update(is_demo=False)
        with pytest.raises(PayungError, match="Belum ada layanan tanda tangan"):
            sign_by_service(decreed.decree, number=NUMBER, dated=today())


@pytest.fixture
def believed() -> Any:
    """The office believes in the root of the tests."""
    folder = load().folder("roots")
    folder.mkdir(exist_ok=True)
    path = folder / "akar.pem"
    path.write_bytes(signatures.chain()[0].pem)
    yield path
    path.unlink()


def test_a_signed_pdf_of_a_believed_chain_signs(decreed: DecreeDesk, believed: Path) -> None:
    _, issuer, regent = signatures.chain()
    pdf = signatures.sign(decreed.body, regent, issuer)
    with decreed.office.acting("laila"):
        one = record_pades(decreed.decree, ("sk.pdf", io.BytesIO(pdf)), number=NUMBER, dated=today())
        assert (one.signed_how, one.signature["signatures"][0]["signer"]) == ("pades", "FAHMI FADLI")
        (file,) = DecreeFile.objects.filter(decree=one, kind="bertanda")
        assert read_sealed(stored(file.path)) == pdf


def test_without_a_root_a_signed_pdf_is_refused_and_nothing_is_kept(decreed: DecreeDesk) -> None:
    _, issuer, regent = signatures.chain()
    pdf = signatures.sign(decreed.body, regent, issuer)
    with decreed.office.acting("laila"):
        with pytest.raises(PayungError, match="belum ada akar"):
            record_pades(decreed.decree, ("sk.pdf", io.BytesIO(pdf)), number=NUMBER, dated=today())
        assert decreed.decree.signed_at is None


def test_a_signed_pdf_of_somebody_else_than_the_paper_names_is_refused(
    decreed: DecreeDesk, believed: Path
) -> None:
    _, issuer, regent = signatures.chain()
    with decreed.office.acting("laila"):
        Decree.objects.filter(pk=decreed.decree_id).update(signer_name="Sri Wahyuni")
        pdf = signatures.sign(decreed.body, regent, issuer)
        with pytest.raises(
            PayungError, match="atas nama FAHMI FADLI, padahal naskah ditandatangani Sri Wahyuni"
        ):
            record_pades(decreed.decree, ("sk.pdf", io.BytesIO(pdf)), number=NUMBER, dated=today())
