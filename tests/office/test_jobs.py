"""The page of background jobs, trying a failed one again, and how far one is."""

from __future__ import annotations

import pytest
from django.utils import timezone

import payung.eligibility.tasks
import payung.intake.tasks
import payung.registry.tasks
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from payung.work import services
from payung.work.handlers import HANDLERS
from payung.work.kinds import KINDS, kind_of
from payung.work.models import Job
from tests.office.cast import OTHER_REGENCY, REGENCY, Office

assert all((payung.intake.tasks, payung.registry.tasks, payung.eligibility.tasks))


def failed(kind: str = "intake.read", subject: int = 1, regency: str = REGENCY) -> Job:
    with acting_in(whole(regency)):
        job = services.enqueue(kind, subject)
        Job.objects.filter(pk=job.pk).update(
            finished_at=timezone.now(), error="Disk penuh.", todo="Kosongkan tempat.", tries=3
        )
        job.refresh_from_db()
    return job


def test_every_kind_of_job_has_its_words() -> None:
    assert set(HANDLERS) - set(KINDS) == set()


def test_the_page_shows_what_runs_what_failed_and_what_is_done(office: Office) -> None:
    job = failed()
    with acting_in(whole(REGENCY)):
        services.enqueue("registry.read", 7)
        done = services.enqueue("intake.pack", 8)
        Job.objects.filter(pk=done.pk).update(finished_at=timezone.now())
        running = services.enqueue("intake.save", 9)
        Job.objects.filter(pk=running.pk).update(
            lease_until=timezone.now(), label="Menyimpan", done_count=3, total_count=12
        )
    page = office.client("budi").get("/pekerjaan/").content.decode()
    for words in (
        "Disk penuh.",
        "Kosongkan tempat.",
        "menunggu giliran",
        "3 dari 12",
        "Menyusun buku kerja bertanda",
    ):
        assert words in page
    assert f"/pekerjaan/{job.pk}/ulang/" in page
    assert "/ulang/" not in office.client("audi").get("/pekerjaan/").content.decode(), (
        "the auditor only looks"
    )


def test_a_failed_job_is_tried_again_once_and_recorded(office: Office) -> None:
    job, client = failed(), office.client("budi")
    assert client.post(f"/pekerjaan/{job.pk}/ulang/").status_code == 303
    with acting_in(whole(REGENCY)):
        job.refresh_from_db()
        assert (job.finished_at, job.error, job.tries) == (None, "", 0)
        event = Event.objects.get(action="job.retried")
        assert event.detail.said["error"] == "Disk penuh."
    page = client.post(f"/pekerjaan/{job.pk}/ulang/", follow=True).content.decode()
    assert "sudah berjalan lagi" in page
    with acting_in(whole(REGENCY)):
        assert Event.objects.filter(action="job.retried").count() == 1


def test_a_job_that_is_open_anew_is_not_opened_twice(office: Office) -> None:
    job = failed()
    with office.acting("budi"):
        services.enqueue(job.kind, job.subject)
        with pytest.raises(PayungError, match="sudah berjalan lagi"):
            services.retry(job)
        assert "Disk penuh." not in office.client("budi").get("/pekerjaan/").content.decode()


def test_a_screening_is_asked_for_anew_instead(office: Office) -> None:
    job = failed("eligibility.screen")
    assert not kind_of(job.kind).again
    with office.acting("budi"), pytest.raises(PayungError, match="tidak dapat diulang"):
        services.retry(job)
    assert "/ulang/" not in office.client("budi").get("/pekerjaan/").content.decode()


def test_progress_is_shown_to_who_asked_and_to_who_may_see_all(office: Office) -> None:
    with office.acting("desi"):
        job = services.enqueue("intake.read", 1)
    statuses = {
        who: office.client(who).get(f"/pekerjaan/{job.pk}/").status_code
        for who in ("desi", "budi", "siti", "kukar")
    }
    assert statuses == {"desi": 200, "budi": 200, "siti": 404, "kukar": 404}


def test_the_page_around_is_loaded_anew_when_a_job_is_over(office: Office) -> None:
    with office.acting("desi"):
        job = services.enqueue("intake.read", 1)
    client = office.client("desi")
    running = client.get(f"/pekerjaan/{job.pk}/", headers={"hx-request": "true"})
    assert "HX-Refresh" not in running.headers
    assert "hx-get" in running.content.decode()
    with acting_in(whole(REGENCY)):
        Job.objects.filter(pk=job.pk).update(finished_at=timezone.now())
    assert client.get(f"/pekerjaan/{job.pk}/", headers={"hx-request": "true"})["HX-Refresh"] == "true"


def test_another_regencys_job_does_not_exist(office: Office) -> None:
    job = failed(regency=OTHER_REGENCY)
    client = office.client("budi")
    assert client.post(f"/pekerjaan/{job.pk}/ulang/").status_code == 404
    assert "Disk penuh." not in client.get("/pekerjaan/").content.decode()
