"""Capaian, a round in numbers, letters, and the proof pack: of a decree that was really signed."""

from __future__ import annotations

import io
import json
import shutil
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pypdfium2
import pytest
from django.utils import timezone
from lxml import html

from payung.allocation.models import AllocationRound, NotChosen
from payung.audit.models import Event
from payung.enrolment.models import Decree, DecreeRow
from payung.enrolment.signing_services import record_scan
from payung.proof.check import check_pack
from payung.proof.contents import CONTENTS
from payung.proof.services import export_pack
from tests.office.agreement_desk import drafted, pks
from tests.office.agreement_desk import signed as signed_agreement
from tests.office.cast import Office
from tests.office.decree_desk import NUMBER
from tests.office.draft_desk import DraftDesk, bare, desk_brought, desk_round, desk_screened
from tests.unit import scans

__all__ = ["bare", "desk_brought", "desk_round", "desk_screened"]

PEOPLE = 16
CAPAIAN = "/angka/capaian/"


@dataclass(frozen=True)
class Desk:
    """The office with a decree of sixteen people, from the round to the paper as the office makes it."""

    office: Office
    round_id: int
    decree_id: int

    @property
    def decree(self) -> Decree:
        """As it is now; within somebody's scope."""
        found: Decree = Decree.objects.select_related("round__freeze", "round__run").get(pk=self.decree_id)
        return found


@pytest.fixture
def decreed(bare: DraftDesk) -> Desk:
    """Approved by the whole chain, and not signed; its agreement is in force today."""
    office, today = bare.office, timezone.localdate()
    last = today + timedelta(days=60)
    umbrella = signed_agreement(office, drafted(office, first=date(2022, 9, 1), last=last), "1/NK/2022")
    pks(office, umbrella, last=last)
    decree = bare.approved(bare.draft("wati", dated=None))
    return Desk(office, bare.round_id, decree.pk)


@pytest.fixture
def signed(decreed: Desk, bare: DraftDesk, tmp_path: Path) -> Desk:
    """The desk after its decree was signed by hand, and the scan compared."""
    with decreed.office.acting("laila"):
        decree = decreed.decree
    path = scans.as_pdf(scans.pictures(bare.content(decree, "keputusan")), tmp_path / "pindaian.pdf")
    with decreed.office.acting("laila"):
        file = io.BytesIO(path.read_bytes())
        record_scan(decree, [(path.name, file)], number=NUMBER, dated=timezone.localdate())
    return decreed


def page_of(answer: Any) -> Any:
    return html.fromstring(answer.content.decode())


def number(cell: Any) -> int:
    return int(cell.xpath("string(.)").replace("Rp", "").replace(".", "").strip())


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    text = "\n".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return text


def test_capaian_counts_whom_the_signed_decree_covers(signed: Desk) -> None:
    page = signed.office.client("bupati").get(CAPAIAN)
    said = page.content.decode()
    assert page.status_code == 200
    assert NUMBER in said
    assert f"<strong>{PEOPLE}</strong>" in said
    assert PEOPLE * 16_800 == 268_800
    assert "Rp268.800" in said
    assert "penyaringan 1" in said


def test_an_unsigned_decree_covers_nobody(decreed: Desk) -> None:
    said = decreed.office.client("kpa").get(CAPAIAN).content.decode()
    assert "<strong>0</strong>" in said
    assert "belum ada pekerja rentan yang iurannya ditetapkan" in said


def test_a_village_reads_the_same_sums_as_the_regency(signed: Desk) -> None:
    assert f"<strong>{PEOPLE}</strong>" in signed.office.client("desi").get(CAPAIAN).content.decode()


def test_a_denominator_is_kept_with_source_and_day_and_the_newest_counts(signed: Desk) -> None:
    client = signed.office.client("budi")
    for value in ("40", "64"):
        page = client.get(CAPAIAN)
        sent = {
            "once": page.content.decode().split('name="once" value="')[1].split('"')[0], "name": "angkatan kerja",
            "value": value, "source": "BPS, Sakernas", "as_of": "2022-08-31",
        }  # fmt: skip
        assert client.post(CAPAIAN, sent).status_code == 303
    (line,) = [
        row.xpath("string(.)")
        for row in page_of(client.get(CAPAIAN)).xpath("//tr")
        if "angkatan kerja" in row.xpath("string(.)")
    ]
    assert "64" in line
    assert "25,0" in line
    assert "40" not in line
    tomorrow = {"name": "x", "value": "1", "source": "y", "as_of": "2999-01-01"}
    assert client.post(CAPAIAN, tomorrow).status_code == 422
    assert signed.office.client("rina").post(CAPAIAN, tomorrow).status_code == 404


def test_capaian_goes_out_as_workbook_paper_and_picture(signed: Desk) -> None:
    client = signed.office.client("audi")
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"{CAPAIAN}xlsx/").content))
    rows = list(book["Capaian"].iter_rows(values_only=True))
    assert any(row[1] == PEOPLE for row in rows)
    paper = client.get(f"{CAPAIAN}pdf/").content
    assert paper.startswith(b"%PDF")
    assert NUMBER in text_of(paper)
    assert client.get(f"{CAPAIAN}png/").content.startswith(b"\x89PNG")
    assert client.get(f"{CAPAIAN}docx/").status_code == 404


def test_a_round_in_numbers_adds_up_in_every_table(signed: Desk) -> None:
    client = signed.office.client("kpa")
    tables = page_of(client.get(f"/angka/putaran/{signed.round_id}/")).xpath("//table[tfoot]")
    assert len(tables) == 6, "source, kecamatan, desa, group, sex, age"
    for table in tables:
        lines = [[number(cell) for cell in row.xpath("td")] for row in table.xpath("tbody/tr")]
        total = [number(cell) for cell in table.xpath("tfoot/tr/td")]
        assert [sum(column) for column in zip(*lines, strict=True)] == total
        assert total[0] == PEOPLE
    book = openpyxl.load_workbook(io.BytesIO(client.get(f"/angka/putaran/{signed.round_id}/unduh/").content))
    assert "Belum ditetapkan" in book.sheetnames


def test_letters_say_why_and_what_can_be_done_and_their_taking_is_recorded(signed: Desk) -> None:
    office = signed.office
    with office.acting("budi"):
        left = list(NotChosen.objects.filter(round=signed.round_id, standing__isnull=False).order_by("pk"))
    assert left, "somebody must wait"
    code = left[0].place[:13]
    client = office.client("budi")
    assert code in client.get(f"/angka/putaran/{signed.round_id}/surat/").content.decode()
    answer = client.get(f"/angka/putaran/{signed.round_id}/surat/{code}/")
    said = " ".join(text_of(answer.content).split())
    for one in left:
        if one.place.startswith(code):
            assert one.name in said
            assert f"nomor {one.standing}" in said
    assert "tidak dipungut biaya" in said
    with office.acting("budi"):
        assert Event.objects.filter(action="letter.taken").count() == 1
    assert (
        office.client("desi").get(f"/angka/putaran/{signed.round_id}/surat/64.01.01.2011/").status_code == 404
    )


@pytest.fixture
def pack(signed: Desk, tmp_path: Path) -> Path:
    """The proof pack of the signed decree."""
    with signed.office.acting("audi"):
        export_pack(signed.decree, tmp_path / "bukti", timezone.localdate())
    return tmp_path / "bukti"


def found(folder: Path) -> dict[str, bool]:
    return {one.name: one.holds for one in check_pack(folder, datetime.now(UTC)).found}


def test_a_pack_is_whole_and_the_choice_made_again_gives_the_roll_on_the_decree(
    signed: Desk, pack: Path
) -> None:
    report = check_pack(pack, datetime.now(UTC))
    assert report.whole, report.in_words()
    assert {"Pemilihan diulang", "Tanda tangan keputusan", "Catatan penandatanganan"} <= {
        one.name for one in report.found
    }
    with signed.office.acting("audi"):
        decree: Decree = signed.decree
        freeze = AllocationRound.objects.select_related("freeze").get(pk=signed.round_id).freeze
    assert freeze
    assert report.contents.decree.roll_hash == decree.roll_hash == freeze.roll_hash
    assert f"{PEOPLE} orang" in report.in_words()
    zipped = shutil.make_archive(str(pack), "zip", pack)
    from payung.proof.contents import opened

    with opened(Path(zipped)) as folder:
        assert check_pack(folder, datetime.now(UTC)).whole


def test_whatever_is_changed_in_a_pack_is_found(pack: Path) -> None:
    good = found(pack)
    assert all(good.values())
    roll = pack / "daftar.tsv"
    whole = roll.read_bytes()
    roll.write_bytes(whole.replace(b"\n", b"\t\n", 1))
    bad = found(pack)
    assert not bad["Daftar isi"]
    assert not bad["Daftar penerima"]
    roll.write_bytes(whole)
    (pack / "tambahan.txt").write_text("x")
    assert not found(pack)["Daftar isi"]
    (pack / "tambahan.txt").unlink()
    contents = pack / CONTENTS
    said = json.loads(contents.read_text())
    said["decree"]["people"] += 1
    contents.write_text(json.dumps(said))
    bad = found(pack)
    assert not bad["Tanda tangan daftar isi"]
    assert not bad["Daftar penerima"]


def test_a_pack_in_which_roll_and_contents_were_forged_together_still_fails(pack: Path) -> None:
    """Whoever holds the installation's key can sign new contents; the ledger and the printed hash tell."""
    import hashlib
    from dataclasses import replace

    from payung.audit import signing
    from payung.config import load
    from payung.proof.contents import hashes, read_contents, write_contents

    contents, _ = read_contents(pack)
    roll = pack / "daftar.tsv"
    lines = roll.read_text(encoding="utf-8").splitlines()
    lines[1] = lines[1].replace("\t", "\t9", 1)
    roll.write_text("\n".join(lines) + "\n", encoding="utf-8")
    forged = replace(contents.decree, roll_hash=hashlib.sha256(roll.read_bytes()).hexdigest())
    write_contents(
        pack, replace(contents, decree=forged, files=hashes(pack)), signing.signing_key(load().folder("keys"))
    )
    bad = found(pack)
    assert bad["Daftar isi"]
    assert bad["Tanda tangan daftar isi"]
    assert not bad["Catatan penandatanganan"]
    assert not bad["Naskah keputusan"]
    assert not bad["Pemilihan diulang"]


def test_nobodys_data_stands_in_what_the_pack_tells_of_the_ledger(signed: Desk, pack: Path) -> None:
    with signed.office.acting("audi"):
        names = set(DecreeRow.objects.values_list("name", flat=True))
    told = (pack / "rincian.jsonl").read_text() + (pack / "buku" / "ledger.jsonl").read_text()
    assert names
    assert not [name for name in names if name in told]
