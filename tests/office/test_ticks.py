"""What the office does by itself: each piece twice without harm, and a broken one without stopping the others."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from payung.access.models import Once
from payung.audit.models import Event, Head
from payung.config import load
from payung.core.scope import acting_in, whole
from payung.database.models import Regency
from payung.engine.workspace import private_workspace
from payung.reporting.models import Figure
from payung.web.ledger import unsigned_since
from payung.web.tasks import ONCE_KEPT, sign_ledger, sweep_workspaces, tidy_up
from payung.work import services, ticks
from payung.work.models import Job, Tick
from tests.office.cast import OTHER_REGENCY, REGENCY, Office


@pytest.fixture
def regular() -> Iterator[dict[str, ticks.Regular]]:
    """The regular work, put back afterwards."""
    before = dict(ticks.REGULAR)
    yield ticks.REGULAR
    ticks.REGULAR.clear()
    ticks.REGULAR.update(before)


def heads(regency: str) -> int:
    with acting_in(whole(regency)):
        return Head.objects.count()


def test_the_ledgers_of_a_regency_and_its_province_are_signed_once_a_day(office: Office) -> None:
    for _ in range(2):
        with acting_in(whole(REGENCY)):
            sign_ledger()
    assert (heads(REGENCY), heads("64")) == (1, 1)
    witness = {
        path.relative_to(load().folder("witness")).parts[0]
        for path in load().folder("witness").rglob("*.json*")
    }
    assert witness, "each head is written to be given to a witness"


def test_a_day_without_a_signature_is_told_to_auditor_and_administrator(office: Office) -> None:
    later = timezone.now() + timedelta(days=3)
    with acting_in(whole(REGENCY)):
        first = Event.objects.get(seq=1).at
        assert unsigned_since(first + timedelta(hours=5)) is None
        assert unsigned_since(later) == first
        sign_ledger()
        assert unsigned_since(later) is None


def test_what_is_used_up_is_thrown_away_and_the_rest_stays(office: Office) -> None:
    now, old = timezone.now(), timezone.now() - ONCE_KEPT - timedelta(hours=1)
    with office.acting("budi"):
        for at in (now, old):
            made = Once.everything.create(regency_code=REGENCY, key=uuid.uuid4(), user=office.user("budi"))
            Once.everything.filter(pk=made.pk).update(made_at=at)
        job = services.enqueue("intake.read", 1)
        Job.objects.filter(pk=job.pk).update(finished_at=now - timedelta(days=100))
        services.enqueue("intake.read", 2)
    with office.acting("prov"):
        made = Once.everything.create(regency_code="64", key=uuid.uuid4(), user=office.user("prov"))
        Once.everything.filter(pk=made.pk).update(made_at=old)
    for name, at in (("lama", now - timedelta(hours=1)), ("baru", now + timedelta(hours=1))):
        Session.objects.create(session_key=name, session_data="x", expire_date=at)
    cache.set("baru", 1, 3600)
    cache.set("lama", 1, 3600)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE payung_cache SET expires = '2020-01-01 00:00:00' WHERE cache_key LIKE '%lama'")
    for _ in range(2):
        with acting_in(whole(REGENCY)):
            tidy_up()
    with acting_in(whole(REGENCY)):
        assert (Once.objects.count(), Job.objects.count()) == (1, 1)
    with acting_in(whole("64")):
        assert Once.objects.count() == 0
    assert set(
        Session.objects.filter(session_key__in=("lama", "baru")).values_list("session_key", flat=True)
    ) == {"baru"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM payung_cache")
        assert [key.split(":")[-1] for (key,) in cursor.fetchall()] == ["baru"]


def test_a_dead_processs_workspace_goes_and_a_living_ones_stays(office: Office) -> None:
    root = load().folder("workspace")
    with private_workspace(root) as mine:
        dead = Path(root) / "payung-999999999-x"
        dead.mkdir(mode=0o700)
        for _ in range(2):
            with acting_in(whole(REGENCY)):
                sweep_workspaces()
        assert mine.is_dir()
        assert not dead.exists()


def test_the_worker_does_it_all_in_every_regency(office: Office) -> None:
    ticks.run_due()
    for regency in (REGENCY, OTHER_REGENCY):
        with acting_in(whole(regency)):
            done = dict(Tick.objects.values_list("name", "ran_count"))
            assert {"audit.head", "figures.compute", "office.tidy", "office.sweep"} <= set(done)
            assert Figure.objects.exists()
    assert heads(REGENCY) == heads(OTHER_REGENCY) == 1
    ticks.run_due()
    with acting_in(whole(REGENCY)):
        assert dict(Tick.objects.values_list("name", "ran_count")) == done


def test_what_breaks_is_tried_again_soon_and_stops_nothing_else(
    office: Office, regular: dict[str, ticks.Regular]
) -> None:
    done: list[str] = []

    def break_() -> None:
        raise RuntimeError("NIK 6401010101010001")

    regular.clear()
    ticks.every(timedelta(days=1), "a.breaks")(break_)
    ticks.every(timedelta(days=1), "b.works")(lambda: done.append("b"))
    ticks.run_due()
    assert len(done) == Regency.objects.count()
    with acting_in(whole(REGENCY)):
        due = dict(Tick.objects.values_list("name", "next_at"))
    assert due["a.breaks"] - timezone.now() < timedelta(minutes=11)
    assert due["b.works"] - timezone.now() > timedelta(hours=23)


def test_the_page_of_care_tells_backups_signatures_and_regular_work(office: Office) -> None:
    empty = office.client("admin").get("/penjagaan/").content.decode()
    assert "Pekerja latar belum pernah berjalan" in empty
    ticks.run_due()
    page = office.client("audi").get("/penjagaan/").content.decode()
    assert "Menandatangani buku riwayat" in page
    assert "tampaknya tidak berjalan" not in page
    with acting_in(whole(REGENCY)):
        Tick.objects.update(next_at=timezone.now() - timedelta(hours=1))
    assert "tampaknya tidak berjalan" in office.client("audi").get("/penjagaan/").content.decode()
    assert office.client("budi").get("/penjagaan/").status_code == 403
