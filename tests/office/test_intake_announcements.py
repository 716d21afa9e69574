"""The desa's list for everybody: minutes, notice, days, objections and answers."""

from __future__ import annotations

import subprocess
from datetime import date, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client

from payung.audit.models import Event
from payung.core import calendar
from payung.core.errors import PayungError
from payung.intake import announcement_services as services
from payung.intake.models import Announcement, Objection
from tests.integration.small_office import HEADER
from tests.office.cast import DESA, FAR_DESA, Office
from tests.office.lists import rows, send, workbook

SAID = {"subject": "Penetapan usulan", "announced_from": "04-01-2027", "days": "7", "paper": "f4"}


def post(client: Client, address: str, **fields: object) -> HttpResponse:
    return client.post(address, {"once": str(uuid4()), **fields})  # type: ignore[return-value]


def hung_out(office: Office) -> Announcement:
    """Janju's list with three people, announced."""
    lines = rows(range(3))
    for line, name in zip(lines, ("D'Souza", "O&M 6401040102850001", "<b>"), strict=True):
        line[HEADER.index("Nama")] = name
    send(office, {"Janju.xlsx": workbook(lines)})
    client = office.client("desi")
    answer = post(client, f"/daftar/desa/{DESA}/musyawarah/", **SAID)
    assert answer.status_code == 303, answer.content.decode()[:3000]
    with office.acting("desi"):
        made: Announcement = Announcement.objects.get()
    assert answer.headers["Location"] == f"/daftar/pengumuman/{made.pk}/"
    return made


def test_the_papers_show_names_and_no_numbers_and_their_days_are_working_days(
    office: Office, tmp_path: Path
) -> None:
    made = hung_out(office)
    assert made.first_on == date(2027, 1, 4)
    assert made.last_on == calendar.add_working_days(made.first_on, 6)
    client = office.client("desi")
    for part in ("berita-acara", "pengumuman"):
        answer = client.post(f"/daftar/pengumuman/{made.pk}/{part}/")
        assert answer.headers["Content-Type"] == "application/pdf"
        out = tmp_path / f"{part}.pdf"
        out.write_bytes(answer.content)
        text = subprocess.run(["pdftotext", str(out), "-"], capture_output=True, text=True, check=True).stdout
        assert "D'SOUZA" in text.replace("’", "'")
        assert "<B>" in text
        assert "6401040102850001" not in text
        assert rows(range(1))[0][1] not in text
    assert client.post(f"/daftar/pengumuman/{made.pk}/lain/").status_code == 404
    with office.acting("desi"):
        assert Event.objects.filter(action="announcement.downloaded").count() == 2


def test_a_list_hangs_out_once_and_comes_down_after_its_days_when_all_is_answered(office: Office) -> None:
    made = hung_out(office)
    client, page = office.client("desi"), f"/daftar/pengumuman/{made.pk}/"
    post(client, f"{page}tempel/")
    assert "Diumumkan" in client.get(page).content.decode()
    assert "Diumumkan" in client.get(f"/daftar/desa/{DESA}/").content.decode()
    second = post(client, f"/daftar/desa/{DESA}/musyawarah/", **SAID).headers["Location"]
    post(client, f"{second}tempel/")
    assert "masih diumumkan" in client.get(second).content.decode()
    with office.acting("desi"):
        with pytest.raises(PayungError, match="berlangsung sampai"):
            services.close_announcement(made, made.last_on)
        after = made.last_on + timedelta(days=1)
        objection = services.add_objection(
            DESA, {"kind": "data_salah", "about": "X", "content": "Y", "by_name": "Z", "received_on": made.first_on}, after
        )  # fmt: skip
        assert objection.announcement_id == made.pk
        with pytest.raises(PayungError, match="belum dijawab"):
            services.close_announcement(made, after)
        services.answer_objection(objection, "diterima", "Sudah diperbaiki.")
        services.close_announcement(made, after)
        with pytest.raises(PayungError, match="tidak sedang"):
            services.close_announcement(made, after)


def test_an_objection_gets_the_next_number_of_its_year_and_a_day_to_answer_by(office: Office) -> None:
    said = {
        "kind": "belum_terdaftar",
        "about": "<b>O&M",
        "content": "Belum ada.",
        "by_name": "D'Souza",
        "by_phone": "081234567890",
    }
    client = office.client("desi")
    first = post(client, f"/daftar/desa/{DESA}/keberatan/", **said, received_on="05-01-2026")
    with office.acting("joko"):
        other = services.add_objection(FAR_DESA, {**said, "received_on": date(2026, 1, 6)}, date(2026, 1, 7))
    assert other.title == "2/2026"
    with office.acting("budi"):
        one = Objection.objects.get(number=1, year=2026)
        assert one.due_on == calendar.add_working_days(date(2026, 1, 5), services.ANSWER_WITHIN)
        last_year = services.add_objection(
            DESA, {**said, "received_on": date(2025, 12, 30)}, date(2026, 1, 7)
        )
        assert last_year.title == "1/2025"
    page = client.get(first.headers["Location"]).content.decode()
    assert "&lt;b&gt;O&amp;M" in page
    assert "D&#x27;Souza" in page
    assert "081234567890" not in page
    assert "Simpan jawaban" not in page
    assert client.post(f"/daftar/keberatan/{one.pk}/jawab/").status_code == 403
    assert client.get(f"/daftar/keberatan/{other.pk}/").status_code == 404
    camat = office.client("camat")
    assert (
        post(camat, f"/daftar/keberatan/{one.pk}/jawab/", outcome="diterima", answer="ya").status_code == 422
    )
    post(camat, f"/daftar/keberatan/{one.pk}/jawab/", outcome="diterima", answer="Didaftarkan lewat RT.")
    assert "Didaftarkan lewat RT." in camat.get(f"/daftar/keberatan/{one.pk}/").content.decode()
    assert "1/2026" not in camat.get("/daftar/keberatan/").content.decode()
    assert "1/2026" in camat.get("/daftar/keberatan/?keadaan=semua").content.decode()


def test_a_day_that_lies_ahead_and_a_desa_without_a_list_are_said_at_the_form(office: Office) -> None:
    client = office.client("desi")
    empty = post(client, f"/daftar/desa/{DESA}/musyawarah/", **SAID)
    assert empty.status_code == 422
    assert "Belum ada satu orang pun" in empty.content.decode()
    ahead = post(
        client, f"/daftar/desa/{DESA}/keberatan/", kind="data_salah", about="a", content="b", by_name="c",
        received_on="01-01-2100",
    )  # fmt: skip
    assert ahead.status_code == 422
    assert "belum terjadi" in ahead.content.decode()
    for part in ("", "musyawarah/", "keberatan/"):
        assert client.get(f"/daftar/desa/{FAR_DESA}/{part}").status_code == 404
        assert client.get(f"/daftar/desa/99/{part}").status_code == 404
