"""The list of the RTs: taken over from any table, within one's territory, again without doubling."""

from __future__ import annotations

import io
from pathlib import Path

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from payung.core.errors import PayungError
from payung.registry.models import Rt
from payung.registry.rt_services import import_rts
from payung.registry.rtlist import read_rt_list
from payung.sheets.table import SheetTable
from tests.office.cast import DESA, Office

LIST = (
    "DAFTAR KETUA RT;;;;\n"
    "DESA;KECAMATAN;RT;NAMA KETUA RT;NO HP\n"
    "Janju;Tanah Grogot;5;Bu Siti;0812-3456-7890\n"
    "Janju;Tanah Grogot;RT 06;O&M <b>D'Souza</b>;\n"
    "Tepian Batang;Tanah Grogot;1;Pak Amir;6281277777777\n"
)


def file(tmp_path: Path, text: str = LIST) -> Path:
    path = tmp_path / "rt.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_list_becomes_neighbourhoods_and_again_changes_nothing(office: Office, tmp_path: Path) -> None:
    with office.acting("budi"):
        first = import_rts(file(tmp_path), "rt.csv")
        again = import_rts(file(tmp_path), "rt.csv")
        found = {one.place: (one.head_name, one.phone) for one in Rt.objects.all()}
    assert (first.new, again.new, again.changed, again.same) == (3, 0, 0, 3)
    assert found[f"{DESA}/005"] == ("Bu Siti", "081234567890")
    assert found[f"{DESA}/006"] == ("O&M <b>D'Souza</b>", None)


def test_a_new_head_is_taken_over_and_what_is_left_empty_stays(office: Office, tmp_path: Path) -> None:
    with office.acting("budi"):
        import_rts(file(tmp_path), "rt.csv")
        told = import_rts(file(tmp_path, "DESA;RT;KETUA RT;JUMLAH KK\nJanju;005;Pak Baru;48\n"), "rt.csv")
        rt = Rt.objects.get(place=f"{DESA}/005")
    assert (told.changed, rt.head_name, rt.phone, rt.household_count) == (1, "Pak Baru", "081234567890", 48)


def test_a_desa_takes_its_own_only(office: Office, tmp_path: Path) -> None:
    with office.acting("desi"):
        told = import_rts(file(tmp_path), "rt.csv")
        assert told.new == 2
        assert told.faults == ("1 RT di luar wilayah Anda tidak diambil.",)
    with office.acting("joko"), pytest.raises(PayungError, match="tidak ada satu RT pun"):
        import_rts(file(tmp_path), "rt.csv")


def test_what_is_not_understood_is_told_by_its_row() -> None:
    rows = (("Desa", "RT", "Nama"), ("Antah Berantah", "1", "A"), ("Janju", "nol", "B"), ("Janju", 7.0, "C"))
    found = read_rt_list((SheetTable("S", rows),), "64.01", "rt.xlsx")
    assert [one.place for one in found.rows] == [f"{DESA}/007"]
    assert [fault.partition(":")[0] for fault in found.faults] == ["Baris 2", "Baris 3"]


def test_a_file_without_the_columns_says_which(office: Office, tmp_path: Path) -> None:
    with office.acting("budi"), pytest.raises(PayungError, match="kolom DESA dan RT tidak ditemukan"):
        import_rts(file(tmp_path, "NAMA;HP\nA;0812\n"), "rt.csv")


def test_the_list_is_uploaded_and_shown_masked_by_the_page(office: Office) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    for line in LIST.splitlines()[1:]:
        book.active.append(line.split(";"))
    out = io.BytesIO()
    book.save(out)
    client = office.client("budi")
    given = {"file": SimpleUploadedFile("rt.xlsx", out.getvalue())}
    page = client.post("/warga/rt/unggah/", given, follow=True).content.decode()
    assert "3 RT baru" in page
    assert "O&amp;M &lt;b&gt;D&#x27;Souza&lt;/b&gt;" in page
    assert "0812*****890" in page
    assert "081234567890" not in page
    wrong = client.post(
        "/warga/rt/unggah/", {"file": SimpleUploadedFile("foto.jpg", b"\xff\xd8\xff\xe0" * 9)}
    )
    assert wrong.status_code == 422


def test_who_may_only_look_at_the_board_cannot_upload(office: Office) -> None:
    client = office.client("audi")
    assert "rt/unggah" not in client.get("/warga/rt/").content.decode()
    given = {"file": SimpleUploadedFile("rt.csv", LIST.encode())}
    assert client.post("/warga/rt/unggah/", given).status_code == 403
    assert office.client("siti").get("/warga/rt/").status_code == 403
