"""The pages of the lists: sending, mending by card, saving, returning; and what goes wrong there."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from payung.audit.models import Event
from payung.intake.models import Batch, RememberedMapping, Repair, Row, RowFault, State, Upload
from payung.intake.panels import mended_rows
from payung.intake.queries import counts_for_home, waiting_for
from payung.intake.upload_services import save_upload
from payung.registry.models import Observation, Person
from tests.integration.planted_list import plant
from tests.integration.small_office import HEADER
from tests.office.cast import DESA, REGENCY, Office
from tests.office.lists import again, rows, send, upload_of, workbook


def post(client: Client, address: str, **fields: object) -> HttpResponse:
    return client.post(address, {"once": str(uuid4()), **fields})  # type: ignore[return-value]


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()


def broken_list(office: Office, count: int = 12, faults: int = 4) -> Upload:
    """People of Janju; the first `faults` write an occupation that nobody knows."""
    lines = rows(range(count))
    for line in lines[:faults]:
        line[HEADER.index("Pekerjaan")] = "Astronot"
    return upload_of(office, send(office, {"Janju.xlsx": workbook(lines)}))


def test_a_list_is_sent_in_the_browser_and_read_in_the_background(office: Office) -> None:
    client = office.client("desi")
    assert "Kirim" in page(client, "/daftar/unggah/")
    files = [
        SimpleUploadedFile("Janju.xlsx", workbook(rows(range(4)))),
        SimpleUploadedFile("D'Souza & <b>.xlsx", workbook(rows(range(4, 7)))),
    ]
    answer = post(client, "/daftar/unggah/", place=DESA, files=files)
    assert answer.status_code == 303
    address = answer.headers["Location"]
    waiting = page(client, address)
    assert "Menunggu giliran" in waiting
    assert "hx-get" in waiting
    office.work()
    done = page(client, address)
    assert "hx-get" not in done
    assert "Janju.xlsx" in done
    assert "D&#x27;Souza &amp; &lt;b&gt;.xlsx" in done
    assert "7 + 0 + 0 + 2 = 9 baris" in done


def test_a_double_click_sends_once(office: Office) -> None:
    client, key = office.client("desi"), str(uuid4())
    content = workbook(rows(range(3)))
    answers = [
        client.post(
            "/daftar/unggah/", {"once": key, "place": DESA, "files": SimpleUploadedFile("a.xlsx", content)}
        )
        for _ in range(2)
    ]
    assert len({one.headers["Location"] for one in answers}) == 1
    with office.acting("desi"):
        assert Batch.objects.count() == 1


def test_nothing_chosen_and_a_place_of_others_are_said_at_the_form(office: Office) -> None:
    client = office.client("desi")
    assert "Belum ada berkas" in post(client, "/daftar/unggah/", place=DESA).content.decode()
    wrong = post(client, "/daftar/unggah/", place=REGENCY, files=SimpleUploadedFile("a.xlsx", b"x"))
    assert wrong.status_code == 422
    assert "Pilih tempat dari daftar" in wrong.content.decode()


def test_a_request_without_the_token_is_refused_although_its_body_is_read_later(office: Office) -> None:
    client = Client(enforce_csrf_checks=True, SERVER_NAME="localhost")
    client.cookies = office.client("desi").cookies
    answer = client.post("/daftar/unggah/", {"once": str(uuid4()), "place": DESA, "files": io.BytesIO(b"x")})
    assert answer.status_code == 403


def test_a_file_over_the_limit_is_named_and_the_others_are_taken(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("payung.intake.receiving.MEBIBYTE", 2_000)
    files = [
        SimpleUploadedFile("besar.csv", b"x" * 200_000),
        SimpleUploadedFile(
            "kecil.csv", "\n".join(",".join(one) for one in [HEADER, *rows(range(3))]).encode()
        ),
    ]
    client = office.client("desi")
    answer = post(client, "/daftar/unggah/", place=DESA, files=files)
    assert answer.status_code == 303
    office.work()
    done = page(client, answer.headers["Location"])
    assert "besar.csv: Berkas ini lebih besar dari 50 MB" in done
    assert "kecil.csv" in done
    monkeypatch.setattr("payung.intake.receiving.MEBIBYTE", 10)
    many = SimpleUploadedFile("besar.csv", b"x" * 200_000)
    assert post(client, "/daftar/unggah/", place=DESA, files=many).status_code == 413


def test_one_value_for_a_whole_card_is_previewed_applied_and_undone(office: Office) -> None:
    upload = broken_list(office)
    client, card = office.client("desi"), f"/daftar/{upload.pk}/kartu/occupation_unknown/"
    assert "Astronot" in page(client, card)
    choice = {"tindakan": "set_value", "isi": "Nelayan", "semua": "1", "version": upload.version}
    seen = client.post(card, {**choice, "langkah": "lihat"}).content.decode()
    assert "Sebelum diterapkan" in seen
    assert "<del>Astronot</del> → <ins>Nelayan</ins>" in seen
    with office.acting("desi"):
        assert not Repair.objects.exists()
    kept = dict(re.findall(r'<input type="hidden" name="([a-z]+)" value="([^"]*)">', seen))
    applied = client.post(card, {**kept, "langkah": "terapkan"})
    assert applied.headers["Location"] == f"/daftar/{upload.pk}/"
    now = again(office, upload)
    assert (now.good, now.to_fix) == (12, 0)
    with office.acting("desi"):
        repair = Repair.objects.get()
        assert repair.row_count == 4
        assert Event.objects.filter(action="upload.repaired").count() == 1
    assert "Batalkan" in page(client, f"/daftar/{upload.pk}/")
    post(client, f"/daftar/{upload.pk}/perbaikan/{repair.pk}/batalkan/")
    now = again(office, upload)
    assert (now.good, now.to_fix) == (8, 4)


def test_single_rows_are_mended_one_by_one_and_questions_answered(office: Office) -> None:
    upload = broken_list(office)
    client, card = office.client("desi"), f"/daftar/{upload.pk}/kartu/occupation_unknown/"
    with office.acting("desi"):
        ids = list(Row.objects.filter(state=State.TO_FIX).order_by("row").values_list("row_id", flat=True))
    one = {"tindakan": "one_by_one", f"isi-{ids[0]}": "Petani", f"isi-{ids[1]}": "Nelayan"}
    post(client, card, **one, langkah="terapkan", version=upload.version)
    now = again(office, upload)
    assert (now.good, now.to_fix) == (10, 2)
    answer = {"tindakan": "confirm", "baris": ids[2]}
    post(client, card, **answer, langkah="terapkan", version=now.version)
    assert again(office, upload).to_fix == 1
    with office.acting("desi"):
        assert RowFault.objects.filter(code="occupation_unknown", severity="note").count() == 1


def test_a_stale_page_changes_nothing_says_who_did_and_keeps_what_was_typed(office: Office) -> None:
    upload = broken_list(office)
    card = f"/daftar/{upload.pk}/kartu/occupation_unknown/"
    with office.acting("desi"):
        ids = list(Row.objects.filter(state=State.TO_FIX).order_by("row").values_list("row_id", flat=True))
    first = {
        "tindakan": "one_by_one",
        f"isi-{ids[0]}": "Petani",
        "langkah": "terapkan",
        "version": upload.version,
    }
    post(office.client("camat"), card, **first)
    late = post(
        office.client("desi"), card, tindakan="one_by_one", langkah="terapkan", version=upload.version,
        **{f"isi-{ids[1]}": "Nelayan"},
    )  # fmt: skip
    assert late.status_code == 422
    told = late.content.decode()
    assert "sudah diubah oleh Pak Camat" in told
    assert re.search(r'<option value="Nelayan" selected>', told)
    with office.acting("desi"):
        assert Repair.objects.count() == 1


def test_numbers_of_people_stand_masked_until_somebody_asks_and_that_is_recorded(office: Office) -> None:
    lines = rows(range(4))
    lines[0][1] = "640104O108900001"
    upload = upload_of(office, send(office, {"Janju.xlsx": workbook(lines)}))
    client = office.client("desi")
    with office.acting("desi"):
        code = RowFault.objects.filter(column="nik", severity="fault").values_list("code", flat=True)[0]
    card = f"/daftar/{upload.pk}/kartu/{code}/"
    assert "640104O108900001" not in page(client, card)
    full = client.post(card, {"langkah": "lengkap"}).content.decode()
    assert "640104O108900001" in full
    with office.acting("desi"):
        assert Event.objects.filter(action="upload.unmasked").count() == 1
    for address in (f"/daftar/{upload.pk}/", f"/daftar/{upload.pk}/baris/", f"/daftar/{upload.pk}/kolom/"):
        shown = page(client, address)
        assert lines[1][1] not in shown
        assert not re.search(r"\d{16}", shown), address


def test_a_marked_workbook_goes_out_and_comes_back_mended(office: Office, tmp_path: Path) -> None:
    upload = broken_list(office)
    client = office.client("desi")
    answer = client.post(f"/daftar/{upload.pk}/unduh/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="Janju.xlsx"'
    book = load_workbook(io.BytesIO(answer.content))
    sheet = book["Usulan"]
    column = HEADER.index("Pekerjaan") + 1
    assert sheet.cell(2, column).comment is not None
    for row in range(2, 5):
        sheet.cell(row, column).value = "Petani"
    out = io.BytesIO()
    book.save(out)
    later = upload_of(office, send(office, {"Janju perbaikan.xlsx": out.getvalue()}))
    assert (later.good, later.to_fix, later.already) == (3, 0, 9)
    with office.acting("desi"):
        assert Row.objects.filter(live=True).count() == 12
        assert Row.objects.filter(live=True, state=State.TO_FIX).count() == 1
        assert Row.objects.filter(upload=upload, superseded_by=later).count() == 3
    assert "digantikan" in page(client, f"/daftar/{upload.pk}/")
    post(office.client("desi"), f"/daftar/{later.pk}/batalkan/", reason="salah berkas")
    with office.acting("desi"):
        assert Row.objects.filter(live=True, upload=upload).count() == 12


def test_what_was_changed_here_and_there_waits_for_somebody(office: Office) -> None:
    upload = broken_list(office, faults=2)
    client = office.client("desi")
    book = load_workbook(io.BytesIO(client.post(f"/daftar/{upload.pk}/unduh/").content))
    with office.acting("desi"):
        ids = list(Row.objects.filter(state=State.TO_FIX).order_by("row").values_list("row_id", flat=True))
    post(
        client, f"/daftar/{upload.pk}/kartu/occupation_unknown/", tindakan="one_by_one", langkah="terapkan",
        version=upload.version, **{f"isi-{one}": "Nelayan" for one in ids},
    )  # fmt: skip
    for row in (2, 3):
        book["Usulan"].cell(row, HEADER.index("Pekerjaan") + 1).value = "Petani"
    out = io.BytesIO()
    book.save(out)
    later = upload_of(office, send(office, {"lagi.xlsx": out.getvalue()}))
    assert later.conflicts == 2
    address = f"/daftar/{later.pk}/versi/"
    shown = page(client, address)
    assert "Nelayan" in shown
    assert "Petani" in shown
    choices = {f"baris-{ids[0]}": "baru", f"baris-{ids[1]}": "lama"}
    post(client, address, version=later.version, **choices)
    now = again(office, later)
    assert (now.conflicts, now.good) == (0, 1)
    with office.acting("desi"):
        live = {row.row_id: row for row in Row.objects.filter(live=True, row_id__in=ids)}
        assert live[ids[0]].upload_id == later.pk
        assert live[ids[1]].upload_id == upload.pk


def test_the_meaning_of_a_column_is_said_once_and_remembered(office: Office) -> None:
    header = [title.replace("Pekerjaan", "Kegiatan harian") for title in HEADER]
    upload = upload_of(office, send(office, {"Janju.xlsx": workbook(rows(range(4)), header)}))
    client = office.client("desi")
    shown = page(client, f"/daftar/{upload.pk}/kolom/")
    assert "Kegiatan harian" in shown
    named = dict(re.findall(r'name="(kolom-0-\d+)" aria-label="Arti kolom ([^"]+)"', shown))
    fields = {
        "No": "number", "NIK": "nik", "No KK": "kk", "Nama": "name", "Tanggal Lahir": "birth_on", "L/P": "sex",
        "RT": "rt", "Desa": "desa", "Kegiatan harian": "occupation", "Pelajar": "pupil",
    }  # fmt: skip
    chosen = {name: fields[title] for name, title in named.items()}
    before = again(office, upload)
    post(client, f"/daftar/{upload.pk}/kolom/", langkah="ganti", version=before.version, **chosen)
    assert again(office, upload).good == 4
    with office.acting("desi"):
        assert RememberedMapping.objects.count() == 1
    other = upload_of(office, send(office, {"lain.xlsx": workbook(rows(range(5, 9)), header)}))
    assert other.good == 4
    assert other.mapping_seen


def test_a_sheet_without_headers_does_not_shift_the_meaning_of_columns(office: Office) -> None:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        made.add_worksheet("Sampul").write_row(0, 0, ["Dengan hormat", "kami kirim daftar"])
        sheet = made.add_worksheet("Usulan")
        for at, line in enumerate([HEADER, *rows(range(4))]):
            sheet.write_row(at, 0, line)
    upload = upload_of(office, send(office, {"Janju.xlsx": out.getvalue()}))
    assert (upload.good, [bool(one["heads"]) for one in upload.layout]) == (4, [False, True])
    client = office.client("desi")
    shown = page(client, f"/daftar/{upload.pk}/kolom/")
    chosen = dict(re.findall(r'name="(kolom-\d+-\d+)".*?<option value="(\w+)" selected>', shown))
    assert len(chosen) == len(HEADER)
    post(client, f"/daftar/{upload.pk}/kolom/", langkah="ganti", version=upload.version, **chosen)
    assert again(office, upload).good == 4


def test_a_question_about_the_whole_file_keeps_it_out_until_it_is_answered(office: Office) -> None:
    header = [title.replace("Pelajar", "No KTP") for title in HEADER]
    lines = rows(range(8), Pelajar="6401040102850001")
    upload = upload_of(office, send(office, {"Janju.xlsx": workbook(lines, header)}))
    assert upload.stops == ["nik_columns"]
    assert not upload.is_live
    client = office.client("desi")
    assert "terima apa adanya" in page(client, f"/daftar/{upload.pk}/")
    for code in list(upload.stops):
        post(client, f"/daftar/{upload.pk}/terima/", code=code, version=again(office, upload).version)
    assert again(office, upload).is_live


def test_good_rows_are_saved_verified_and_the_upload_undone_in_the_browser(office: Office) -> None:
    upload = broken_list(office)
    desi, camat, siti = (office.client(who) for who in ("desi", "camat", "siti"))
    assert siti.post(f"/daftar/{upload.pk}/simpan/", {"once": str(uuid4())}).status_code == 403
    post(desi, f"/daftar/{upload.pk}/simpan/")
    with office.acting("desi"):
        assert Person.objects.count() == 8
    assert "Diverifikasi" not in page(camat, f"/daftar/{upload.pk}/")
    post(camat, f"/daftar/{upload.pk}/verifikasi/")
    assert again(office, upload).verified_at
    assert post(desi, f"/daftar/{upload.pk}/batalkan/", reason="").status_code == 422
    post(desi, f"/daftar/{upload.pk}/batalkan/", reason="daftar tahun lalu")
    with office.acting("desi"):
        assert Person.objects.count() == 0
    assert "dibatalkan" in page(desi, f"/daftar/{upload.pk}/")


def test_a_batch_is_saved_and_packed_in_the_background(office: Office) -> None:
    batch = send(office, {"a.xlsx": workbook(rows(range(3))), "b.xlsx": workbook(rows(range(3, 6)))})
    client, address = office.client("desi"), f"/daftar/unggah/{batch.pk}/"
    client.post(f"{address}simpan/")
    client.post(f"{address}kemas/")
    assert "Menunggu giliran" in page(client, address)
    office.work()
    with office.acting("desi"):
        assert Person.objects.count() == 6
    answer = client.post(f"{address}unduh/")
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.content.startswith(b"PK")


def test_the_pages_ask_as_often_for_many_rows_as_for_few(office: Office, tmp_path: Path) -> None:
    few = broken_list(office, count=12, faults=4)
    many = upload_of(
        office,
        send(office, {"banyak.xlsx": plant(tmp_path, 300, 84).path.read_bytes()}, who="budi", place=REGENCY),
    )
    client = office.client("budi")
    for part in ("", "baris/", "kolom/", "kartu/occupation_unknown/"):
        counts = []
        for upload in (few, many):
            page(client, f"/daftar/{upload.pk}/{part}")
            with CaptureQueriesContext(connection) as asked:
                page(client, f"/daftar/{upload.pk}/{part}")
            counts.append(len(asked))
        assert counts[1] <= counts[0] + 1, part
    with CaptureQueriesContext(connection) as asked:
        page(client, "/daftar/")
    assert len(asked) < 15


def test_others_find_nothing_there(office: Office) -> None:
    upload = broken_list(office)
    for who in ("joko", "kukar"):
        client = office.client(who)
        for part in ("", "baris/", "kolom/", "versi/", "batalkan/", "kartu/occupation_unknown/"):
            assert client.get(f"/daftar/{upload.pk}/{part}").status_code == 404, (who, part)
        assert upload.file not in page(client, "/daftar/")
    assert office.client("tamu").get(f"/daftar/{upload.pk}/").status_code == 403


def test_figures_for_the_first_page_are_those_of_the_territory(office: Office) -> None:
    broken_list(office)
    figures = counts_for_home(office.scope("desi"))
    assert (figures.uploads, figures.rows, figures.to_fix) == (1, 12, 4)
    work = waiting_for(office.scope("camat"), date(2026, 1, 5))
    assert (work.to_fix_lists, work.questions, work.to_save) == (1, 0, 1)
    assert counts_for_home(office.scope("joko")).rows == 0


def test_a_persons_page_tells_what_was_mended_by_card_before_saving(office: Office) -> None:
    upload = broken_list(office)
    client, card = office.client("desi"), f"/daftar/{upload.pk}/kartu/occupation_unknown/"
    with office.acting("desi"):
        ids = list(Row.objects.filter(state=State.TO_FIX).order_by("row").values_list("row_id", flat=True))
    one = {"tindakan": "one_by_one", f"isi-{ids[0]}": "Petani"}
    post(client, card, **one, langkah="terapkan", version=upload.version)
    with office.acting("desi"):
        taken_back = Repair.objects.get()
    post(client, f"/daftar/{upload.pk}/perbaikan/{taken_back.pk}/batalkan/")
    choice = {"tindakan": "set_value", "isi": "Nelayan", "semua": "1", "langkah": "terapkan"}
    post(client, card, **choice, version=again(office, upload).version)
    with office.acting("desi"):
        mended, whole = Repair.objects.order_by("-pk").first(), again(office, upload, "desi")
        column = next(one for one in whole.layout[0]["heads"] if one[3] == "nik")[0]
        row = Row.objects.get(row_id=ids[0])
        assert mended is not None
        mended.edits = [*mended.edits, ["Usulan", row.row, column, "64010412O3850001", "6401041203850001"]]
        mended.save(update_fields=["edits"])
        save_upload(whole)
        touched = Observation.objects.get(row_id=ids[0]).person_id
        sound = Observation.objects.exclude(row_id__in=ids).order_by("pk")[0].person_id
    said = page(office.client("budi"), f"/warga/{touched}/")
    assert "Perbaikan sebelum disimpan" in said
    assert "Pekerjaan: <del>Astronot</del> → <ins>Nelayan</ins>" in said
    assert "Pekerjaan: <del>Astronot</del> → <ins>Petani</ins>" in said
    assert said.index("<ins>Nelayan</ins>") < said.index("<ins>Petani</ins>") < said.index("Dibatalkan pada")
    assert "dalam daftar Janju.xlsx" in said
    assert office.user("desi").name in said
    assert "6401********0001" in said
    assert "6401041203850001" not in said
    assert "Perbaikan sebelum disimpan" not in page(office.client("budi"), f"/warga/{sound}/")
    with CaptureQueriesContext(connection) as few:
        page(office.client("budi"), f"/warga/{touched}/")
    with office.acting("desi"):
        for _ in range(5):
            mended.pk = None
            mended.save()
    with CaptureQueriesContext(connection) as many:
        page(office.client("budi"), f"/warga/{touched}/")
    assert len(many) == len(few)
    with office.acting("joko"):
        assert mended_rows(Person(pk=touched)) == []
