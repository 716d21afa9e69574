"""Registers: asked, answered, read in the background, used by their age, withdrawn; a wrong file is said in words."""

from __future__ import annotations

import io
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from payung.audit.queries import history
from payung.config import load
from payung.core.errors import PayungError
from payung.database.models import Regency
from payung.engine.duckdb_engine import open_engine
from payung.registry.files import COLUMNS, read_register
from payung.registry.models import Delivery, Person, Request
from payung.registry.queries import judged_on, register_ages, usable_deliveries
from payung.registry.register_services import (
    ask_register,
    load_delivery,
    receive_register,
    take_request,
    withdraw_delivery,
)
from payung.registry.rules import RegisterInput
from payung.work.models import Job
from tests.office.cast import Office
from tests.office.registry_rows import AMINAH, ON, other, row, save

AMIR = "6401041203850001"
BPJS = f"NIK;NAMA;TGL LAHIR;STATUS\n{AMINAH};Siti Aminah;17-08-1990;AKTIF\n{AMIR};Amir;12-03-1985;ENTAH\n".encode()


def receive(
    content: bytes = BPJS, register: str = "bpjs", on: date = ON, name: str = "peserta.csv"
) -> Delivery:
    return receive_register(register, io.BytesIO(content), name, on)


def test_a_file_is_kept_sealed_read_in_the_background_and_kept_as_it_was_read(
    office: Office, tmp_path: Path
) -> None:
    with office.acting("budi"):
        made = receive()
    assert office.work() == 1
    with office.acting("budi"):
        read = Delivery.objects.get(pk=made.pk)
        assert (read.row_count, read.kind, read.fault, read.is_usable) == (2, "extract", "", True)
        assert any("ENTAH" in note for note in read.notes)
        assert [one.event.action for one in history(read)] == ["register.read", "register.delivered"]
        (tmp_path / "peserta.csv").write_bytes(BPJS)
        with open_engine(workspace=tmp_path) as engine:
            given = RegisterInput("bpjs", tmp_path / "peserta.csv", ON)
            direct = read_register(engine, given)
            rows = engine.rows(f"SELECT {', '.join(COLUMNS)} FROM {direct.table} ORDER BY row")
            again = load_delivery(engine, read)
            assert engine.rows(f"SELECT {', '.join(COLUMNS)} FROM {again.table} ORDER BY row") == rows
            assert (again.sha256, again.as_of, again.rows, again.notes) == (
                direct.sha256, ON, direct.rows, direct.notes,
            )  # fmt: skip


def test_nothing_of_a_register_stands_on_the_disk_in_the_clear(office: Office) -> None:
    with office.acting("budi"):
        receive()
        office.work()
    stored = [path for path in load().home.rglob("*") if path.is_file()]
    assert len([path for path in stored if path.suffix in (".asli", ".isi")]) >= 2
    assert not [path for path in stored if AMINAH.encode() in path.read_bytes()]
    assert not list(load().folder("workspace").glob("payung-*"))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"\x00\x01\x02 bukan apa-apa", "foto.jpg", "foto.jpg"),
        (b"PK\x03\x04 rusak", "rusak.xlsx", "rusak.xlsx"),
        (b"HARI;CUACA\nSenin;hujan\n", "cuaca.csv", "judul kolom tidak ditemukan"),
        (b"NIK;NAMA\n", "kosong.csv", "tidak memuat satu orang pun"),
    ],
)
def test_a_wrong_file_is_said_in_words_and_nothing_uses_it(
    office: Office, content: bytes, name: str, says: str
) -> None:
    with office.acting("budi"):
        made = receive(content, name=name)
        office.work()
        read = Delivery.objects.get(pk=made.pk)
        assert says in read.fault
        assert read.todo
        assert usable_deliveries() == {}
        job = Job.objects.get(kind="registry.read")
        assert job.failed
    page = office.client("budi").get(f"/warga/register/kiriman/{made.pk}/").content.decode()
    assert "Unggah berkas yang benar" in page


def test_a_job_that_runs_again_reads_nothing_twice(office: Office) -> None:
    from payung.registry.register_services import read_delivery

    with office.acting("budi"):
        made = receive()
        office.work()
        before = Delivery.objects.get(pk=made.pk)
        after = read_delivery(made.pk, lambda label, done, total: None)
        assert (after.read_at, after.snapshot_path) == (before.read_at, before.snapshot_path)
        assert len(history(made)) == 2


def test_the_same_file_again_is_refused_until_it_is_withdrawn(office: Office) -> None:
    with office.acting("budi"):
        made = receive()
        with pytest.raises(PayungError, match="sudah diterima"):
            receive()
        withdraw_delivery(made, reason="tanggal keadaan salah")
        with pytest.raises(PayungError, match="sudah ditarik"):
            withdraw_delivery(made, reason="lagi")
        assert receive(on=ON + timedelta(days=1)).pk != made.pk


def test_a_day_that_lies_ahead_and_an_empty_file_are_refused(office: Office) -> None:
    stored = load().folder("uploads") / "register" / "64.01"
    before = set(stored.glob("*"))
    with office.acting("budi"):
        with pytest.raises(PayungError, match="belum terjadi"):
            receive(on=timezone.localdate() + timedelta(days=1))
        with pytest.raises(PayungError, match="kosong"):
            receive(b"")
        with pytest.raises(PayungError, match="tidak dikenal"):
            receive(register="pajak")
        assert Delivery.objects.count() == 0
        assert set(stored.glob("*")) == before


def test_the_newest_day_counts_and_its_age_is_told_against_the_policy(office: Office) -> None:
    with office.acting("budi"):
        receive(BPJS + b"1;X;;\n", on=ON)
        old = receive(BPJS, on=ON - timedelta(days=90))
        office.work()
        assert usable_deliveries()["bpjs"].pk != old.pk
        ages = {one.register.name: one for one in register_ages(ON + timedelta(days=10))}
        assert (ages["bpjs"].days, ages["bpjs"].status, ages["bpjs"].blocks) == (10, "terkini", False)
        late = {one.register.name: one for one in register_ages(ON + timedelta(days=2000))}
        assert (late["bpjs"].status, late["bpjs"].blocks) == ("terlalu lama", late["bpjs"].required)
        assert ages["dukcapil"].delivery is None
        assert ages["dukcapil"].blocks is ages["dukcapil"].required
        withdraw_delivery(usable_deliveries()["bpjs"], reason="salah kirim")
        assert usable_deliveries()["bpjs"].pk == old.pk


def test_a_demo_judges_its_registers_in_the_time_in_which_it_plays(office: Office) -> None:
    late = date(2031, 5, 20)
    with office.acting("budi"):
        Regency.objects.filter(code="64.01").update(is_demo=False)
        assert judged_on(late) == late
        Regency.objects.filter(code="64.01").update(is_demo=True, opened_on=date(2022, 9, 1))
        assert judged_on(late) == date(2022, 10, 1)
        assert judged_on(date(2023, 5, 20)) == date(2023, 5, 20)
        assert {one.on for one in register_ages(judged_on(late))} == {date(2022, 10, 1)}
        assert {one.on for one in register_ages(timezone.localdate())} == {None}


def answered(book: bytes, status: str) -> bytes:
    """The workbook that we sent, with a status in every row."""
    workbook = openpyxl.load_workbook(io.BytesIO(book))
    sheet = workbook.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    for number in range(2, sheet.max_row + 1):
        sheet.cell(number, header.index("STATUS") + 1, status)
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_a_request_holds_each_person_once_and_its_answer_finds_it_again(office: Office) -> None:
    with office.acting("budi"):
        save(row(), other(AMIR, "Amir"))
        save(row(), ref="u2", on=ON + timedelta(days=1))
        asked = ask_register("dukcapil")
        assert ask_register("dukcapil").pk == asked.pk, "an unfinished request is not made twice"
        office.work()
        asked = Request.objects.get(pk=asked.pk)
        assert (asked.row_count, len(asked.code)) == (2, 12)
        book = take_request(asked)
        made = receive(answered(book, "SESUAI"), "dukcapil", name="jawaban.xlsx")
        office.work()
        answer = Delivery.objects.get(pk=made.pk)
        assert (answer.kind, answer.row_count, answer.request) == ("answer", 2, asked)
        assert answer.notes == ["Lembar tanpa judul kolom tidak dibaca: Keterangan."]
        assert Request.objects.get(pk=asked.pk).sent_at is not None
        assert [one.event.action for one in history(asked)] == [
            "register.downloaded", "register.written", "register.requested",
        ]  # fmt: skip


def test_an_answer_to_somebody_elses_request_is_taken_as_it_is(office: Office) -> None:
    text = b"ID BARIS;ID PERMINTAAN;STATUS\nabc;0123456789ab;SESUAI\n"
    with office.acting("budi"):
        made = receive(text, "dukcapil")
        office.work()
        answer = Delivery.objects.get(pk=made.pk)
        assert (answer.request, answer.request_code) == (None, "0123456789ab")


def test_nobody_is_asked_about_when_there_is_nobody(office: Office) -> None:
    with office.acting("budi"), pytest.raises(PayungError, match="Belum ada orang"):
        ask_register("bpjs")


def upload(content: bytes, **given: Any) -> dict[str, Any]:
    return {"file": SimpleUploadedFile("peserta <b>.csv", content), "as_of": "15-09-2022"} | given


ONCE = {"once": "6f4dd8f4-3f2b-4e52-9d3e-5d3d4a6a1c11"}


def test_an_upload_by_the_page_is_one_delivery_however_often_it_is_clicked(office: Office) -> None:
    client = office.client("budi")
    first = client.post("/warga/register/bpjs/terima/", upload(BPJS, **ONCE))
    second = client.post("/warga/register/bpjs/terima/", upload(BPJS, **ONCE))
    assert (first.status_code, first["Location"]) == (303, second["Location"])
    page = client.get(first["Location"]).content.decode()
    assert "Menunggu giliran" in page
    assert "hx-get" in page
    office.work()
    page = client.get(f"{first['Location']}keadaan/").content.decode()
    assert "terbaca" in page
    assert "hx-get" not in page
    whole = client.get("/warga/register/bpjs/").content.decode()
    assert "peserta &lt;b&gt;.csv" in whole
    assert "Pak Budi" in whole


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"as_of": ""}, "Isi tanggal keadaan data"),
        ({"as_of": "31-02-2022"}, "Tulis hari-bulan-tahun"),
        ({"as_of": "01-01-2199"}, "belum terjadi"),
        ({"file": SimpleUploadedFile("kosong.csv", b"")}, "Berkas ini kosong"),
    ],
)
def test_a_wrong_form_says_what_is_wrong(office: Office, given: dict[str, Any], says: str) -> None:
    answer = office.client("budi").post("/warga/register/bpjs/terima/", upload(BPJS, **ONCE, **given))
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_the_same_file_by_the_page_says_when_it_came(office: Office) -> None:
    client = office.client("budi")
    client.post("/warga/register/bpjs/terima/", upload(BPJS, **ONCE))
    other_form = {"once": "6f4dd8f4-3f2b-4e52-9d3e-5d3d4a6a1c12"}
    answer = client.post("/warga/register/bpjs/terima/", upload(BPJS, **other_form))
    assert answer.status_code == 422
    assert "sudah diterima pada" in answer.content.decode()


def test_who_may_only_read_registers_gets_no_buttons(office: Office) -> None:
    with office.acting("budi"):
        made = receive()
        office.work()
    for who in ("agus", "audi"):
        client = office.client(who)
        for url in ("/warga/register/", "/warga/register/bpjs/", f"/warga/register/kiriman/{made.pk}/"):
            page = client.get(url)
            assert page.status_code == 200
            assert "Tarik kiriman" not in page.content.decode()
            assert "Unggah dan baca" not in page.content.decode()
        assert client.post(f"/warga/register/kiriman/{made.pk}/tarik/", {"reason": "coba"}).status_code == 403
    assert office.client("desi").get("/warga/register/").status_code == 403
    assert office.client("kukar").get(f"/warga/register/kiriman/{made.pk}/").status_code == 404


def test_withdrawing_needs_a_reason(office: Office) -> None:
    with office.acting("budi"):
        made = receive()
    client = office.client("budi")
    assert client.post(f"/warga/register/kiriman/{made.pk}/tarik/", {"reason": ""}).status_code == 422
    answer = client.post(f"/warga/register/kiriman/{made.pk}/tarik/", {"reason": "salah kirim"}, follow=True)
    assert "salah kirim" in answer.content.decode()


def test_a_request_is_asked_for_and_taken_by_the_page(office: Office) -> None:
    with office.acting("budi"):
        save(row())
    client = office.client("budi")
    client.post("/warga/register/bpjs/tanya/", ONCE)
    assert "Menunggu giliran" in client.get("/warga/register/bpjs/").content.decode()
    office.work()
    with office.acting("budi"):
        asked = Request.objects.get()
    assert "Unduh untuk dikirim" in client.get("/warga/register/bpjs/").content.decode()
    book = client.post(f"/warga/register/permintaan/{asked.pk}/unduh/")
    assert book["Content-Disposition"].endswith(f'permintaan-bpjs-{asked.code}.xlsx"')
    assert openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0].max_row == 2
    assert office.client("budi").get(f"/warga/register/permintaan/{asked.pk}/unduh/").status_code == 405


def test_people_are_counted_in_ones_own_territory(office: Office) -> None:
    from payung.registry.queries import household_count, people_count

    with office.acting("budi"):
        save(row(), other(AMIR, "Amir", desa_code="64.01.01.2001"))
        assert (people_count(), household_count(), Person.objects.count()) == (2, 1, 2)
    with office.acting("desi"):
        assert (people_count(), household_count()) == (1, 1)
