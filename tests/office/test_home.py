"""The front page: three figures a role, what waits for the one who looks, and what to do on the first day."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from payung.access.policy import Role
from payung.core.scope import acting_in, whole
from payung.database.backups import Status, write_status
from payung.intake.models import Objection
from payung.registry.models import Delivery
from payung.reporting.services import compute_figures
from payung.web.desk import Desk
from payung.web.front import front_page
from payung.web.home import Front
from payung.work import services
from payung.work.models import Job
from tests.office.cast import DESA, FAR_DESA, OTHER_REGENCY, REGENCY, SEATS, Office
from tests.office.figure_rows import listed, neighbourhoods, people, screened, upload

OUTCOMES = {"64.01.04": {"pass": 40, "incomplete": 7, "refuse": 3}, "64.01.01": {"pass": 10}}


def front(office: Office, who: str) -> Front:
    with office.acting(who):
        return front_page(Desk(office.scope(who), timezone.now()))


def lines(office: Office, who: str) -> list[tuple[int, str]]:
    return [(one.count, one.sentence) for one in front(office, who).waiting]


def figures(office: Office, who: str) -> dict[str, str]:
    return {one.label: one.value for one in front(office, who).figures}


def fill(times: int = 1) -> None:
    """Lists from two villages, with faults in one of them."""
    with acting_in(whole(REGENCY)):
        for n in range(times):
            neighbourhoods(f"{DESA}/{n * 2 + 1:03}", f"{DESA}/{n * 2 + 2:03}")
            one = upload(f"{DESA}/{n * 2 + 1:03}", f"satu-{n}.xlsx", good=9, to_fix=6)
            listed(one, f"{DESA}/{n * 2 + 1:03}", 9)
            listed(one, f"{DESA}/{n * 2 + 1:03}", 6, "to_fix")
            listed(upload(FAR_DESA, f"dua-{n}.xlsx", good=3, saved_at=timezone.now()), f"{FAR_DESA}/001", 3)
            people(f"{DESA}/{n * 2 + 1:03}", 9)


@pytest.mark.parametrize("who", sorted(SEATS))
def test_every_role_has_three_figures_that_say_what_they_count(office: Office, who: str) -> None:
    for filled in (False, True):
        if filled:
            fill()
            screened(REGENCY, OUTCOMES)
            with acting_in(whole(REGENCY)):
                compute_figures(timezone.now())
        found = front(office, who).figures
        assert len(found) == 3
        assert all(one.label and one.value and one.note for one in found), found


def test_before_the_first_list_nothing_is_made_up(office: Office) -> None:
    assert set(figures(office, "budi").values()) == {"belum ada"}
    assert figures(office, "rina")["Ditetapkan dalam SK"] == "belum ada"
    assert "0%" not in office.client("budi").get("/").content.decode()


def test_figures_are_those_of_ones_own_territory(office: Office) -> None:
    fill()
    screened(REGENCY, OUTCOMES)
    assert figures(office, "budi") == {
        "Orang pada daftar": "9",
        "Lolos penyaringan": "50",
        "RT sudah mengirim": "50,0%",
    }
    assert figures(office, "camat")["Lolos penyaringan"] == "40"
    assert figures(office, "joko")["Orang pada daftar"] == "0"
    assert figures(office, "siti")["Orang pada daftar"] == "belum ada", "her RT has sent nothing"
    with acting_in(whole(REGENCY)):
        neighbourhoods(f"{DESA}/005")
        listed(upload(f"{DESA}/005", "siti.xlsx", to_fix=2), f"{DESA}/005", 2, "to_fix")
    assert figures(office, "siti")["Baris perlu diperbaiki"] == "2"


def test_what_waits_is_ones_own_work_in_ones_own_territory(office: Office) -> None:
    fill()
    assert lines(office, "desi") == [
        (1, "daftar dengan baris yang perlu diperbaiki"),
        (1, "daftar dengan baris baik yang belum disimpan"),
        (1, "RT belum mengirim daftar"),
    ]
    assert lines(office, "joko") == []
    assert lines(office, "rina") == []
    assert (1, "daftar dengan baris yang perlu diperbaiki") in lines(office, "budi")


def test_what_is_late_stands_first_and_names_its_day(office: Office) -> None:
    fill()
    today = timezone.localdate()
    with acting_in(whole(REGENCY)):
        for number, due in ((1, today - timedelta(days=2)), (2, today + timedelta(days=5))):
            Objection.everything.create(
                regency_code=REGENCY, place=DESA, year=2026, number=number, kind="data_salah", about="x",
                content="x", by_name="x", received_on=today, due_on=due, made_at=timezone.now(),
            )  # fmt: skip
    found = [one for one in front(office, "camat").waiting if "keberatan" in one.sentence]
    assert [(one.count, one.is_urgent) for one in found] == [(1, True), (1, False)]
    assert f"{today - timedelta(days=2):%d-%m-%Y}" in found[0].note
    assert front(office, "camat").waiting[0] is not None
    assert front(office, "camat").waiting[0].is_urgent
    assert not any("keberatan" in sentence for _count, sentence in lines(office, "joko"))


def test_registers_that_bar_a_screening_wait_for_the_verifier_and_show_their_age_to_who_may_know(
    office: Office,
) -> None:
    sentence = "data pembanding wajib belum ada atau terlalu lama"
    assert any(one.sentence == sentence and one.is_urgent for one in front(office, "budi").waiting)
    assert sentence not in [one for _count, one in lines(office, "audi")]
    with acting_in(whole(REGENCY)):
        Delivery.everything.create(
            regency_code=REGENCY, register="dukcapil", as_of=date(2020, 1, 1), file_name="d.csv", sha256="0" * 64,
            size=1, original_path="x", row_count=12, received_at=timezone.now(), read_at=timezone.now(),
        )  # fmt: skip
    for who in ("budi", "audi", "agus"):
        page = office.client(who).get("/").content.decode()
        assert "Umur data pembanding" in page
        assert "01-01-2020" in page
    assert "Umur data pembanding" not in office.client("rina").get("/").content.decode()


def test_a_failed_job_waits_for_who_may_try_it_again(office: Office) -> None:
    with acting_in(whole(REGENCY)):
        job = services.enqueue("intake.read", 1)
        Job.objects.filter(pk=job.pk).update(finished_at=timezone.now(), error="Penuh.")
    assert lines(office, "admin")[0] == (1, "pekerjaan latar gagal")
    assert (1, "pekerjaan latar gagal") in lines(office, "budi")
    assert not any("gagal" in sentence for _count, sentence in lines(office, "desi") + lines(office, "kukar"))


def test_the_administrator_sees_whether_a_backup_was_ever_restored_on_trial(office: Office) -> None:
    now = timezone.now()
    try:
        assert figures(office, "admin")["Cadangan terakhir diuji pulih"] == "belum pernah"
        assert (1, "cadangan pertama belum dibuat") in lines(office, "admin")
        write_status(Status(made_at=now))
        assert (1, "cadangan belum pernah diuji pulih") in lines(office, "admin")
        write_status(Status(made_at=now, tested_at=now - timedelta(days=3)))
        assert figures(office, "admin")["Cadangan terakhir diuji pulih"] == "3 hari lalu"
        assert not any("cadangan" in sentence for _count, sentence in lines(office, "admin"))
        write_status(Status(made_at=now, tested_at=now - timedelta(days=90)))
        assert (90, "hari sejak cadangan diuji pulih") in lines(office, "admin")
        write_status(Status(made_at=now, failed_at=now))
        assert figures(office, "admin")["Cadangan terakhir diuji pulih"] == "gagal"
        assert front(office, "admin").waiting[0].is_urgent
    finally:
        write_status(Status())


def test_the_first_days_tell_what_to_do_first(office: Office) -> None:
    page = office.client("budi").get("/").content.decode()
    assert page.index("Unggah daftar ketua RT") < page.index("Jalankan penyaringan pertama")
    assert [one.done for one in front(office, "budi").steps] == [False] * 5
    fill()
    assert [one.done for one in front(office, "desi").steps] == []
    assert next(one.done for one in front(office, "budi").steps) is True
    assert front(office, "rina").steps == ()


def test_a_province_reads_the_sums_of_what_is_shared(office: Office) -> None:
    assert figures(office, "prov") == {
        "Kabupaten/kota": "2",
        "Orang tersimpan": "belum ada",
        "Lolos": "belum ada",
    }
    screened(REGENCY, OUTCOMES)
    screened(OTHER_REGENCY, {"64.02.01": {"pass": 100}})
    for regency in (REGENCY, OTHER_REGENCY):
        with acting_in(whole(regency)):
            compute_figures(timezone.now())
    assert figures(office, "prov")["Lolos"] == "150"
    assert lines(office, "prov") == []


@pytest.mark.parametrize("who", sorted(SEATS))
def test_every_link_of_the_front_page_opens(office: Office, who: str) -> None:
    """Full and empty: what the page offers is allowed to whom it is offered."""
    client = office.client(who)
    for filled in (False, True):
        if filled:
            fill()
            screened(REGENCY, OUTCOMES)
        page = client.get("/").content.decode()
        main = page[page.index('id="isi"') :]
        links = {one.replace("&amp;", "&") for one in re.findall(r'href="(/[^"]*)"', main)}
        assert {url: client.get(url).status_code for url in links if client.get(url).status_code != 200} == {}


@pytest.mark.parametrize("who", ["siti", "desi", "camat", "budi", "audi", "admin", "rina", "prov"])
def test_the_page_asks_the_same_number_of_questions_however_much_there_is(office: Office, who: str) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/").status_code == 200
        return len(seen)

    client = office.client(who)
    fill()
    screened(REGENCY, OUTCOMES)
    before = asked()
    with acting_in(whole(REGENCY)):
        for number in range(20):
            job = services.enqueue("intake.read", number)
            Job.objects.filter(pk=job.pk).update(finished_at=timezone.now(), error="Penuh.")
    for n in range(3, 9):
        with acting_in(whole(REGENCY)):
            neighbourhoods(f"{FAR_DESA}/{n:03}")
            listed(
                upload(f"{FAR_DESA}/{n:03}", f"lagi-{n}.xlsx", to_fix=4), f"{FAR_DESA}/{n:03}", 4, "to_fix"
            )
            people(f"{FAR_DESA}/{n:03}", 50)
    assert asked() == before
    assert before <= 36


def test_every_role_is_known_to_the_front_page(office: Office) -> None:
    assert {role for _name, role, _place in SEATS.values()} == set(Role)
