"""A signed PDF is the paper that was approved, whole, signed by somebody whom the office believes; or it is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import ImageChops
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from payung.core.errors import PayungError
from payung.enrolment.demo_key import FILE, demo_key
from payung.enrolment.pades import Paper, Signed, read_roots, verify
from tests.unit import scans
from tests.unit import signatures as made

ORIGINAL = made.paper()
PAPER = Paper(len(ORIGINAL), hashlib.sha256(ORIGINAL).hexdigest())
ROOT, ISSUER, REGENT = made.chain()


def later() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=1)


def checked(
    pdf: bytes,
    folder: Path,
    roots: tuple[bytes, ...] = (ROOT.der,),
    moment: datetime | None = None,
    paper: Paper = PAPER,
) -> tuple[Signed, ...]:
    path = folder / "bertanda.pdf"
    path.write_bytes(pdf)
    with path.open("rb") as file:
        return verify(file, path.name, paper, roots, moment or later())


def test_a_signature_of_a_believed_chain_says_who_when_and_by_which_certificate(tmp_path: Path) -> None:
    (signed,) = checked(made.sign(ORIGINAL, REGENT, ISSUER), tmp_path)
    assert (signed.signer, signed.issuer, signed.stamped) == ("FAHMI FADLI", "Penerbit Sertifikat", False)
    assert abs(signed.signed_at - datetime.now(UTC)) < timedelta(minutes=2)
    assert signed.certificate_sha256 == hashlib.sha256(REGENT.der).hexdigest()
    assert signed.told()["revocation"] == "tidak diperiksa"


def test_a_visible_signature_and_a_second_signature_are_signatures_too(tmp_path: Path) -> None:
    secretary = made.holder("KATSUL WIJAYA", ISSUER)
    pdf = made.sign(made.sign(ORIGINAL, secretary, ISSUER, field="Paraf"), REGENT, ISSUER, visible=True)
    assert [one.signer for one in checked(pdf, tmp_path)] == ["KATSUL WIJAYA", "FAHMI FADLI"]


def test_another_title_in_the_documents_properties_is_no_change_of_the_paper(tmp_path: Path) -> None:
    pdf = made.sign(made.revised(ORIGINAL, made.new_properties), REGENT, ISSUER)
    assert checked(pdf, tmp_path)[0].signer == "FAHMI FADLI"


def test_another_paper_is_refused_although_it_is_well_signed(tmp_path: Path) -> None:
    other = ORIGINAL.replace(b"Producer", b"Producen", 1)
    assert other != ORIGINAL
    with pytest.raises(PayungError, match="bukan naskah yang disetujui"):
        checked(made.sign(other, REGENT, ISSUER), tmp_path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (made.other_text, "isi halaman berubah"),
        (made.note, "ditempelkan pada halaman"),
        (made.fewer_pages, "isi berkas berubah"),
        (made.opens_with_script, "susunan halaman berubah"),
    ],
)
def test_what_was_changed_before_signing_is_named(
    change: Callable[[IncrementalPdfFileWriter], None], words: str, tmp_path: Path
) -> None:
    """The paper's bytes are still the beginning, and the signature covers the whole file: both are not enough."""
    pdf = made.sign(made.revised(ORIGINAL, change), REGENT, ISSUER)
    assert pdf.startswith(ORIGINAL)
    with pytest.raises(PayungError, match=f"diubah selain ditandatangani: .*{words}"):
        checked(pdf, tmp_path)


@pytest.mark.parametrize("change", [made.other_text, made.note, made.fewer_pages, made.opens_with_script])
def test_what_was_changed_after_signing_is_refused(
    change: Callable[[IncrementalPdfFileWriter], None], tmp_path: Path
) -> None:
    with pytest.raises(PayungError, match=r"diubah|berubah"):
        checked(made.revised(made.sign(ORIGINAL, REGENT, ISSUER), change), tmp_path)


def test_a_byte_changed_within_the_signed_part_breaks_the_signature(tmp_path: Path) -> None:
    pdf = bytearray(made.sign(ORIGINAL, REGENT, ISSUER))
    place = pdf.index(b"/SigFlags", len(ORIGINAL))
    assert pdf[place + 10 : place + 11] == b"3"
    pdf[place + 10 : place + 11] = b"1"
    with pytest.raises(PayungError, match="berubah sesudah ditandatangani oleh FAHMI FADLI"):
        checked(bytes(pdf), tmp_path)


def test_bytes_behind_the_signature_are_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=r"ditambahkan sesudah|rusak|berubah"):
        checked(made.sign(ORIGINAL, REGENT, ISSUER) + b"\n% diam-diam\n", tmp_path)


def test_a_paper_without_a_signature_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="belum memuat tanda tangan"):
        checked(ORIGINAL, tmp_path)
    with pytest.raises(PayungError, match="belum memuat tanda tangan"):
        checked(made.revised(ORIGINAL, made.new_properties), tmp_path)


def test_without_a_root_nobody_is_believed_and_it_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="tidak dapat dipercaya: belum ada akar") as refused:
        checked(made.sign(ORIGINAL, REGENT, ISSUER), tmp_path, ())
    assert "akar" in refused.value.todo


def test_a_chain_to_another_root_a_missing_issuer_or_an_old_certificate_is_not_believed(
    tmp_path: Path,
) -> None:
    stranger = made.holder("Akar Lain")
    old = made.holder("FAHMI FADLI", ISSUER, days=-1)
    with pytest.raises(PayungError, match="tidak berujung pada akar"):
        checked(made.sign(ORIGINAL, REGENT, ISSUER), tmp_path, (stranger.der,))
    with pytest.raises(PayungError, match="tidak berujung pada akar"):
        checked(made.sign(ORIGINAL, REGENT), tmp_path)
    with pytest.raises(PayungError, match="tidak lagi berlaku"):
        checked(made.sign(ORIGINAL, old, ISSUER), tmp_path)


def test_a_signature_from_the_future_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PayungError, match="masa depan"):
        checked(
            made.sign(ORIGINAL, REGENT, ISSUER), tmp_path, moment=datetime.now(UTC) - timedelta(minutes=5)
        )


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"%PDF-1.7\n" + b"x" * 5000])
def test_what_is_no_pdf_or_a_broken_one_is_refused_with_what_to_do(content: bytes, tmp_path: Path) -> None:
    with pytest.raises(PayungError, match=r"bukan PDF|bukan naskah") as refused:
        checked(content, tmp_path)
    assert refused.value.todo
    broken = Paper(len(content), hashlib.sha256(content).hexdigest())
    with pytest.raises(PayungError, match="rusak"):
        checked(content + b"%%EOF", tmp_path, paper=broken)


def test_roots_are_read_from_pem_files_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    assert read_roots(tmp_path / "tidak-ada") == ()
    (tmp_path / "b.pem").write_bytes(ROOT.pem + ISSUER.pem)
    (tmp_path / "baca.txt").write_text("bukan sertifikat")
    assert read_roots(tmp_path) == (ROOT.der, ISSUER.der)
    (tmp_path / "a.pem").write_text("rusak")
    with pytest.raises(PayungError, match=r"a\.pem tidak terbaca"):
        read_roots(tmp_path)


def test_the_demo_signs_in_a_way_that_can_be_checked_and_says_of_itself_that_it_is_not_valid(
    tmp_path: Path,
) -> None:
    key = demo_key(tmp_path, "Bupati Paser", datetime.now(UTC))
    assert demo_key(tmp_path, "Orang Lain", datetime.now(UTC)) == key
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0
    pdf = key.sign(ORIGINAL, "Menetapkan")
    (signed,) = checked(pdf, tmp_path, key.roots())
    assert signed.signer == "DEMO - TIDAK SAH - Bupati Paser"
    before, after = (scans.pictures(one)[-1] for one in (ORIGINAL, pdf))
    stamped = ImageChops.difference(before, after).getbbox()
    assert stamped is not None
    assert stamped[1] > before.height * 0.95, "the stamp lies below the text"
    with pytest.raises(PayungError, match="tidak dapat dipercaya"):
        checked(pdf, tmp_path)
