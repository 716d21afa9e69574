"""A NIK in the name of a file or of a sheet stands nowhere in the clear: not in the database, not on any page (trust.md S14)."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from uuid import uuid4

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from payung.agreement.storing import keeping
from payung.core.errors import PayungError
from payung.core.month import MonthSpan
from payung.eligibility.models import Assessment
from payung.eligibility.question import Question
from payung.intake.models import Row, Upload
from payung.intake.return_services import hand_back
from payung.intake.upload_services import save_upload
from payung.registry.models import Delivery, Person
from payung.registry.rules import REGISTERS
from payung.screening.models import Pair
from tests.office.canaries import KK, NIK, found_in
from tests.office.cast import Office
from tests.office.crawl import crawl
from tests.office.lists import HEADER, again, rows, send, upload_of, workbook, zipped
from tests.office.screening_desk import screened

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SPACED = " ".join(NIK[at : at + 4] for at in range(0, 16, 4))
TAB = f"RT 5 {NIK}"


def book(*sheets: tuple[str, Sequence[Sequence[str]]]) -> bytes:
    """A workbook of sheets by name."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as made:
        for name, lines in sheets:
            sheet = made.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)
    return out.getvalue()


def stored_in_the_clear(office: Office) -> list[str]:
    """Tables in whose rows a number can be read."""
    found = []
    with office.acting("budi"), connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found += [f"{table}: {row}" for row in cursor.fetchall() if found_in(repr(row).encode())]
    return found


def shown_in_the_clear(client: Client, *more: str, each: int = 4) -> list[str]:
    """Addresses on whose pages a number can be read."""
    pages = {page.url: page.response for page in crawl(client, each=each)}
    pages |= {url: client.get(url) for url in more}
    assert not [url for url in more if pages[url].status_code != 200]
    return [
        url
        for url, answer in pages.items()
        if found_in(url.encode()) or (not answer.streaming and found_in(answer.content))
    ]


def test_a_nik_in_the_names_of_lists_and_their_sheets_stands_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    lines = rows(range(9))
    lines[1][HEADER.index("Pekerjaan")] = "Astronot"
    number, _, name = lines[8][1:4]
    others = [
        # Once more, with two digits of the NIK in the wrong order: a pair to review.
        [*lines[8][:1], number[:14] + number[:13:-1], "6401040205159999", f"{name[:-1]}R", *lines[8][4:]],
        [lines[2][0], *lines[0][1:3], "Orang Lain", *lines[2][4:]],  # the NIK of a row of the other sheet
    ]
    good = book((TAB, [HEADER, *lines]), (f"KK {KK}", [HEADER, *others]))
    batch = send(
        office,
        {
            f"Janju {NIK}.xlsx": good,
            f"kiriman {SPACED}.zip": zipped({f"{NIK}/lembar {KK}.xlsx": workbook(rows(range(10, 13)))}),
            f"{NIK}.csv": b"bukan;daftar\n1;2\n",
            f"{NIK}.zip": b"PK\x03\x04 rusak",
        },
    )
    with office.acting("budi"):
        main, *rest = Upload.objects.filter(batch=batch).order_by("-good")
        assert [one.failure != "" for one in rest].count(True) >= 1
        assert (main.good, main.to_fix) == (9, 2), [main.file, main.failure, main.to_fix]
        assert {one.sheet for one in Row.objects.filter(upload=main)} == {TAB, f"KK {KK}"}
        for upload in (main, *(one for one in rest if one.good)):
            save_upload(again(office, upload))
    waived = dict.fromkeys(REGISTERS, "belum ada kiriman")
    run = screened(office, Question(MonthSpan.parse("2022-10..2022-12"), ("apbd-kabupaten",), waived=waived))
    assert not run.error
    with office.acting("budi"):
        assert Pair.objects.exists()
        people = [f"/warga/{pk}/" for pk in Person.objects.values_list("pk", flat=True)]
        results = [f"/kelayakan/hasil/{pk}/" for pk in Assessment.objects.values_list("pk", flat=True)]
        lists = [
            f"/daftar/{main.pk}/{part}"
            for part in ("", "baris/", "kolom/", "kartu/occupation_unknown/", "kartu/nik_twice/")
        ]
    assert stored_in_the_clear(office) == []
    assert shown_in_the_clear(office.client("budi"), *people, *results, *lists) == []
    assert shown_in_the_clear(office.client("desi")) == []
    assert shown_in_the_clear(office.client("audi")) == []
    assert not found_in(caplog.text.encode())


def test_a_nik_in_the_names_of_registers_and_lists_of_rts_stands_nowhere(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client, head = office.client("budi"), ["NIK", "NAMA", "STATUS"]
    sent = {
        f"bpjs {NIK}.xlsx": book(
            (TAB, [head, ["6401040108850001", "Amir", "AKTIF"]]), (f"Catatan {KK}", [["a"]])
        ),
        f"rusak {NIK}.{KK}": book((TAB, [["tanpa", "judul"], ["1", "2"]])),
        f"kosong {NIK}.csv": b"",
    }
    for name, content in sent.items():
        file = SimpleUploadedFile(name, content, XLSX)
        answer = client.post(
            "/warga/register/bpjs/terima/", {"file": file, "as_of": "01-09-2022", "once": str(uuid4())}
        )
        assert not found_in(answer.content)
    office.work()
    with office.acting("budi"):
        kept = {one.file_name: one for one in Delivery.objects.all()}
    assert sorted(kept) == [
        f"bpjs {NIK[:4]}xxxxxxxx{NIK[-4:]}.xlsx",
        f"rusak {NIK[:4]}xxxxxxxx{NIK[-4:]}.{KK[:4]}xxxxxxxx{KK[-4:]}",
    ]
    assert any("Lembar tanpa judul" in note for one in kept.values() for note in one.notes)
    assert [bool(one.fault) for _, one in sorted(kept.items())] == [False, True]
    for address in ("/warga/rt/unggah/", "/penyaringan/berkas/periksa/"):
        answer = client.post(
            address, {"file": SimpleUploadedFile(f"{NIK}.csv", b"a;b\n1;2\n"), "once": str(uuid4())}
        )
        assert answer.status_code == 422, address
        assert not found_in(answer.content), address
    assert stored_in_the_clear(office) == []
    assert shown_in_the_clear(client, *(f"/warga/register/kiriman/{one.pk}/" for one in kept.values())) == []
    assert shown_in_the_clear(office.client("audi")) == []
    assert not found_in(caplog.text.encode())


def test_a_nik_in_the_name_of_an_agreements_file_stands_nowhere(office: Office) -> None:
    with office.acting("laila"):
        with keeping(io.BytesIO(b"%PDF-1.7 pindaian"), f"PKS {NIK}.pdf") as kept:
            assert kept.name == f"PKS {NIK[:4]}xxxxxxxx{NIK[-4:]}.pdf"
        for content in (b"", b"PK"):
            with (
                pytest.raises(PayungError) as told,
                keeping(io.BytesIO(content), f"{SPACED}.pdf", only="pdf"),
            ):
                pass
            assert not found_in(str(told.value).encode())


def test_sheets_whose_names_differ_by_a_number_alone_stay_apart(office: Office) -> None:
    """Masked, both names are the same; every row that comes back marked is still known as itself."""
    tabs = [f"RT {NIK[:4]}{middle}{NIK[-4:]}" for middle in ("11111111", "22222222")]
    content = book(*((tab, [HEADER, *rows(range(at, at + 3))]) for at, tab in enumerate(tabs, start=3)))
    upload = upload_of(office, send(office, {"Janju.xlsx": content}))
    with office.acting("desi"):
        first, second = (
            [one for one in Row.objects.filter(upload=upload).order_by("pk") if one.sheet == tab]
            for tab in tabs
        )
        assert {one.tab for one in (*first, *second)} == {f"RT {NIK[:4]}xxxxxxxx{NIK[-4:]}"}
        marked = hand_back(upload).content
    assert [one.row for one in first] == [one.row for one in second] == [2, 3, 4]
    back = upload_of(office, send(office, {"Janju kembali.xlsx": marked}))
    assert (back.already, back.good) == (upload.good + upload.to_fix, 0)
