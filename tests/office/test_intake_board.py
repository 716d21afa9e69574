"""The board of the RTs and the text for each."""

from __future__ import annotations

import time
from collections import Counter

from django.db import connection
from django.test.utils import CaptureQueriesContext

from payung.audit.models import Event
from payung.core import region
from payung.core.scope import acting_in, whole
from payung.intake.board_queries import Stand, board, line_of, news_of
from payung.intake.models import Batch, Row, State, Upload
from payung.intake.rt_text import RtNews, rt_text
from payung.registry.models import Rt
from tests.integration.small_office import HEADER
from tests.office.cast import DESA, FAR_DESA, REGENCY, Office
from tests.office.lists import rows, send, workbook


def neighbourhood(place: str, head: str = "Pak RT", phone: str | None = "081234567890") -> Rt:
    made: Rt = Rt.everything.create(regency_code=REGENCY, place=place, head_name=head, phone=phone)
    return made


def test_every_rt_stands_where_its_list_stands(office: Office) -> None:
    with office.acting("budi"):
        for number in ("001", "002", "003", "004", "005"):
            neighbourhood(f"{DESA}/{number}")
        neighbourhood(f"{FAR_DESA}/001")
    lines = rows(range(8))  # RT 001 to 004, two people each
    lines[0][HEADER.index("Pekerjaan")] = "Astronot"
    send(office, {"Janju.xlsx": workbook(lines)})
    with office.acting("budi"):
        found = {line.place: line for line in board().lines}
        assert found[f"{DESA}/001"].stand is Stand.MENDING
        assert (found[f"{DESA}/001"].good, found[f"{DESA}/001"].to_fix) == (1, 1)
        assert found[f"{DESA}/002"].stand is Stand.DONE
        assert found[f"{DESA}/005"].stand is Stand.NOTHING
        assert found[f"{FAR_DESA}/001"].stand is Stand.NOTHING
        assert DESA not in found
        villages = {one.code for one in region.villages(REGENCY)}
        assert set(found) == {f"{DESA}/00{n}" for n in range(1, 6)} | {f"{FAR_DESA}/001"} | villages - {
            DESA,
            FAR_DESA,
        }
    with office.acting("desi"):
        seen = board()
        assert seen.stands == Counter({Stand.DONE: 3, Stand.MENDING: 1, Stand.NOTHING: 1})
        assert (seen.people, seen.to_fix) == (8, 1)
    page = office.client("desi").get("/daftar/papan/?keadaan=perbaikan").content.decode()
    assert "RT 001" in page
    assert "RT 002" not in page
    assert FAR_DESA not in office.client("desi").get("/daftar/papan/").content.decode()


def test_the_text_for_an_rt_is_short_and_tells_nobody_s_number(office: Office) -> None:
    with office.acting("budi"):
        neighbourhood(f"{DESA}/001", head="O&M D'Souza <b>")
    lines = rows(range(8))
    lines[0][HEADER.index("Pekerjaan")] = "Astronot"
    send(office, {"Janju.xlsx": workbook(lines)})
    with office.acting("desi"):
        line = line_of(f"{DESA}/001")
        assert line
        text = rt_text(news_of(line))
        assert line_of(f"{FAR_DESA}/001") is None
    assert "RT 001, Janju" in text
    assert "Pekerjaan tidak dikenal: 1" in text
    assert lines[0][1] not in text
    client = office.client("desi")
    address = f"/daftar/papan/{DESA}/001/"
    page = client.get(address).content.decode()
    assert "wa.me" not in page
    assert "81234567890" not in page
    assert "O&amp;M D&#x27;Souza &lt;b&gt;" in page
    answer = client.post(f"{address}wa/").content.decode()
    assert "https://wa.me/6281234567890?text=" in answer
    with office.acting("desi"):
        assert Event.objects.filter(action="rt.message_taken").count() == 1
    assert office.client("joko").get(address).status_code == 404
    assert office.client("joko").post(f"{address}wa/").status_code == 404
    assert office.client("audi").get(address).status_code == 200
    assert office.client("audi").post(f"{address}wa/").status_code == 403


def test_no_text_is_longer_than_whatsapp_shows() -> None:
    long = "x 6401040108900001 " * 40
    news = RtNews("005", long, long, long, 10_000, 9_000, tuple((long, 1_000) for _ in range(40)))
    text = rt_text(news)
    assert len(text) <= 700
    assert "6401040108900001" not in text
    assert "belum kami terima" in rt_text(RtNews("", "Janju", "Tanah Grogot", "", 0, 0))
    assert "Tidak ada yang perlu diperbaiki" in rt_text(RtNews("001", "Janju", "Tanah Grogot", "", 3, 0))


def test_a_thousand_rts_stand_on_the_board_at_once_and_ask_as_often_as_ten(office: Office) -> None:
    client = office.client("budi")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/daftar/papan/").status_code == 200
        return len(asked)

    few = queries()
    villages = [one.code for one in region.villages(REGENCY)]
    with acting_in(whole(REGENCY)):
        places = [f"{villages[n % len(villages)]}/{1 + n // len(villages):03d}" for n in range(1_000)]
        Rt.everything.bulk_create(
            [Rt(regency_code=REGENCY, place=place, head_name="Pak RT") for place in places]
        )
        _some_rows(places)
    assert queries() <= few
    started = time.perf_counter()
    client.get("/daftar/papan/")
    assert time.perf_counter() - started < 3  # 0,3 s by itself; the machine of tests does other things too


def _some_rows(places: list[str]) -> None:
    from django.utils import timezone

    batch = Batch.everything.create(
        regency_code=REGENCY, place=REGENCY, territory=REGENCY, made_at=timezone.now()
    )
    upload = Upload.everything.create(
        regency_code=REGENCY, place=REGENCY, batch=batch, file="a", sha256="0" * 64, size=1, path="a",
        territory=REGENCY, given_place=REGENCY, received_at=timezone.now(), read_at=timezone.now(),
    )  # fmt: skip
    Row.everything.bulk_create(
        Row(
            regency_code=REGENCY, place=place, upload=upload, row_id=f"{n:016x}", sheet="", row=n, state=State.GOOD,
            live=True, said=[{}, ""], content="", fingerprint="",
        )
        for n, place in enumerate(places * 5)
    )  # fmt: skip
