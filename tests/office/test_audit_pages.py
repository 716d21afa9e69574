"""The pages of the ledger, what they show, and to whom."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from payung.audit import checking
from payung.audit.models import Event
from payung.audit.queries import by_actor, history
from payung.audit.services import changed, erase_detail, record, write_head
from tests.office.cast import Office
from tests.office.tampering import with_the_whole_database

NIK = "6401014108900001"
PHONE = "0812-3456-7890"


def change(office: Office, who: str = "budi", subject: int = 7) -> Event:
    old = {"nik": NIK, "name": "D'Souza <b>", "mother_name": "Aminah", "birth_on": "1990-08-01"}
    new = {**old, "nik": "6401014108900002", "name": "O&M", "mother_name": "Maimunah"}
    with office.acting(who), transaction.atomic():
        detail = changed(old, new) | {"reason": f"telepon {PHONE} menyebut {NIK}", "desa": "64.01.04.2002"}
        return record("person.changed", ("registry.person", subject), detail=detail)


def get(office: Office, who: str | None, address: str) -> tuple[int, str]:
    response = office.client(who).get(address)
    return response.status_code, response.content.decode()


@pytest.mark.parametrize(
    ("who", "status"),
    [("audi", 200), ("admin", 200), ("budi", 403), ("siti", 403), ("prov", 403), ("tamu", 403), (None, 302)],
)
def test_only_auditor_and_administrator_read_the_ledger(office: Office, who: str | None, status: int) -> None:
    seq = change(office).seq
    client = office.client(who)
    assert client.get("/riwayat/").status_code == status
    assert client.get(f"/riwayat/{seq}/").status_code == status
    assert client.post("/riwayat/periksa/").status_code == status


def test_entries_tell_who_did_what_with_personal_numbers_masked(office: Office) -> None:
    seq = change(office).seq
    for address in ("/riwayat/", f"/riwayat/{seq}/"):
        status, page = get(office, "audi", address)
        assert status == 200
        for words in (
            "Data orang diubah",
            "Pak Budi",
            "Verifikator",
            "D&#x27;Souza &lt;b&gt;",
            "O&amp;M",
            "64.01.04.2002",
        ):
            assert words in page, words
        for secret in (NIK, "6401014108900002", "Aminah", "Maimunah", PHONE, "12-3456"):
            assert secret not in page, secret
        assert "6401********0002" in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("kegiatan=person.changed", 3), ("kegiatan=regency.opened&pelaku=budi", 0), ("pelaku=budi", 2), ("pelaku=wat", 0),
        ("pelaku=Audi", 1), ("jenis=registry.person&nomor=7", 2), ("jenis=registry.person&nomor=9", 1),
        ("dari=01-01-2020&sampai=31-12-2020&kegiatan=person.changed", 0),
        ("dari=01-01-2020&kegiatan=person.changed&pelaku=pak budi", 2),
    ],
)  # fmt: skip
def test_filters_find_what_they_say(office: Office, query: str, found: int) -> None:
    change(office)
    change(office)
    change(office, "audi", 9)
    _, page = get(office, "audi", f"/riwayat/?{query}")
    rows = page.partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("Data orang diubah") == found
    assert ("Tidak ada catatan yang cocok" in page) == (found == 0)


def test_a_wrong_filter_is_said_at_its_field(office: Office) -> None:
    status, page = get(office, "audi", "/riwayat/?dari=02-01-2026&sampai=01-01-2026")
    assert status == 422
    assert "Tanggal akhir mendahului tanggal awal" in page
    assert get(office, "audi", "/riwayat/?dari=kemarin")[0] == 422
    assert get(office, "audi", "/riwayat/?kegiatan=x.y")[0] == 422
    assert get(office, "audi", "/riwayat/?sebelum=abc&pelaku=%00%27;--")[0] in (200, 422)


def test_pages_go_on_to_the_oldest_entry_and_ask_as_often_for_many_as_for_few(office: Office) -> None:
    change(office)
    with CaptureQueriesContext(connection) as few:
        get(office, "audi", "/riwayat/")
    for _ in range(120):
        change(office)
    with CaptureQueriesContext(connection) as many:
        _, page = get(office, "audi", "/riwayat/")
    assert len(many) <= len(few)
    seen: list[str] = []
    address: str | None = "/riwayat/"
    while address:
        _, page = get(office, "audi", address)
        seen += re.findall(r'href="/riwayat/(\d+)/"', page)
        older = re.search(r'href="(\?sebelum=\d+)"', page)
        address = f"/riwayat/{older[1]}" if older else None
    assert len(seen) > 120
    assert [int(one) for one in seen] == list(range(int(seen[0]), 0, -1))


def test_what_does_not_exist_and_what_is_another_regency_s_look_alike(office: Office) -> None:
    client = office.client("audi")
    answers = [client.get(f"/riwayat/{seq}/") for seq in ("99999", "999999999999999999")]
    assert [one.status_code for one in answers] == [404, 404]
    assert client.get("/riwayat/9999999999999999999999/").status_code == 404


def test_an_erased_detail_is_said_to_be_erased(office: Office) -> None:
    event = change(office)
    with office.acting("audi"):
        erase_detail(event, "permintaan")
    _, page = get(office, "audi", f"/riwayat/{event.seq}/")
    assert "Rincian sudah dihapus" in page
    assert "O&amp;M" not in page


def test_the_history_of_one_subject_can_stand_on_any_page(office: Office) -> None:
    change(office)
    change(office, "audi")
    change(office, subject=8)
    with office.acting("desi"), CaptureQueriesContext(connection) as asked:
        rows = history(("registry.person", 7))
        page = render_to_string("audit/history.html", {"rows": rows})
    assert len([one for one in asked if "set_config" not in one["sql"]]) == 2
    assert [row.who for row in rows] == ["Bu Audi", "Pak Budi"]
    assert page.count("<li>") >= 2
    assert NIK not in page
    assert "nama: <del>D&#x27;Souza &lt;b&gt;</del>" in page
    with office.acting("budi"):
        assert [row.event.subject_id for row in by_actor(office.user("budi").pk)] == ["8", "7"]
    assert "Belum ada catatan" in render_to_string("audit/history.html", {"rows": []})


def test_the_check_goes_on_piece_by_piece_to_a_verdict_in_words(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(checking.go_on, "__defaults__", (10,))
    while change(office).seq < 24:
        pass
    client = office.client("audi")
    total = write_head("64.01", date(2026, 11, 25), to=tmp_path).size
    page = client.post("/riwayat/periksa/", headers={"hx-request": "true"}).content.decode()
    assert f"10 dari {total}" in page
    assert "<html" not in page
    pieces = 1
    while state := re.search(r'name="sampai" value="([^"]+)"', page):
        page = client.post("/riwayat/periksa/", {"sampai": state[1]}).content.decode()
        pieces += 1
    assert pieces == 3
    assert f"Buku utuh: {total} catatan, 1 kepala buku" in page
    assert "<html" in page
    with office.acting("audi"):
        last = history(("audit.ledger", "64.01"))[0]
    assert (last.event.action, last.event.seq) == ("ledger.checked", total + 1)
    assert ("banyaknya", str(total)) in last.said.facts


def test_a_state_that_we_did_not_write_is_refused(office: Office) -> None:
    assert office.client("audi").post("/riwayat/periksa/", {"sampai": "palsu"}).status_code == 403


def test_tampering_is_said_on_the_page(office: Office) -> None:
    seq = change(office).seq
    change(office)
    with_the_whole_database(f"UPDATE audit_event SET actor = 1 WHERE seq = {seq} AND regency_code = '64.01'")
    page = office.client("audi").post("/riwayat/periksa/").content.decode()
    assert "Buku riwayat tidak utuh" in page
    assert f"Catatan nomor {seq} diubah sesudah ditulis" in page


def test_the_pages_can_be_read_in_english(office: Office) -> None:
    change(office)
    client = office.client("audi")
    client.cookies["django_language"] = "en"
    assert client.get("/riwayat/").status_code == 200
