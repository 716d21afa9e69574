"""Putting jobs in, taking them up, and closing them; each a single conditional statement."""

from __future__ import annotations

import os
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils import timezone

from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.work.kinds import kind_of
from payung.work.models import Job

TRIES = 3
"""A job that broke this often is not tried again by itself."""


class LeaseLostError(Exception):
    """Somebody else has taken the job up: stop without writing anything more."""


def enqueue(kind: str, subject: object, *, after: timedelta | None = None) -> Job:
    """Put a job in, in the caller's transaction. One that is open already is returned instead of a second."""
    scope = required()
    job = Job(
        regency_code=scope.regency,
        kind=kind,
        subject=str(subject),
        actor=scope.actor,
        actor_role=scope.role,
        due_at=timezone.now() + (after or timedelta()),
    )
    with transaction.atomic():
        Job.everything.bulk_create([job], ignore_conflicts=True)
        found: Job = Job.everything.get(
            regency_code=scope.regency, kind=kind, subject=str(subject), finished_at__isnull=True
        )
        return found


def claim(worker: str, lease_seconds: int) -> Job | None:
    """Take up the oldest job of the current scope's regency that nobody works on; None when there is none."""
    while True:
        now = timezone.now()
        free = Q(finished_at__isnull=True, due_at__lte=now) & (
            Q(lease_until__isnull=True) | Q(lease_until__lt=now)
        )
        job: Job | None = Job.objects.filter(free).order_by("due_at", "pk").first()
        if job is None:
            return None
        lease = now + timedelta(seconds=lease_seconds)
        if Job.objects.filter(free, pk=job.pk).update(worker=worker, lease_until=lease, tries=F("tries") + 1):
            job.refresh_from_db()
            return job


def _held(job: Job) -> Q:
    return Q(pk=job.pk, worker=job.worker, tries=job.tries, finished_at__isnull=True)


def renew(job: Job, lease_seconds: int) -> None:
    """Say that the job is alive. LeaseLostError when it is no longer ours."""
    lease = timezone.now() + timedelta(seconds=lease_seconds)
    if not Job.objects.filter(_held(job)).update(lease_until=lease):
        raise LeaseLostError


def tell(job: Job, label: str, done: int, total: int, lease_seconds: int) -> None:
    """Show how far the job is, and renew its lease. LeaseLostError when it is no longer ours."""
    lease = timezone.now() + timedelta(seconds=lease_seconds)
    if not Job.objects.filter(_held(job)).update(
        label=label[:200], done_count=done, total_count=total, lease_until=lease
    ):
        raise LeaseLostError


def finish(job: Job, *, error: str = "", todo: str = "") -> None:
    """Close a job, done or failed. LeaseLostError when it is no longer ours."""
    if not Job.objects.filter(_held(job)).update(
        finished_at=timezone.now(), lease_until=None, error=error, todo=todo
    ):
        raise LeaseLostError


def give_back(job: Job, *, after: timedelta) -> None:
    """Let the job be tried again later."""
    Job.objects.filter(_held(job)).update(lease_until=None, due_at=timezone.now() + after)


def retry(job: Job) -> Job:
    """Let a failed job be taken up again, as if it had just been asked for; recorded with why it had failed.

    PayungError where it cannot be tried again, did not fail, or where another job about the same is open already.
    """
    if not kind_of(job.kind).again:
        raise PayungError(
            "Pekerjaan ini tidak dapat diulang begitu saja.", todo="Mulai lagi dari halamannya."
        )
    failed = Job.objects.filter(~Q(error=""), pk=job.pk, finished_at__isnull=False)
    try:
        with transaction.atomic():
            taken = failed.update(
                finished_at=None, error="", todo="", tries=0, due_at=timezone.now(), lease_until=None, worker="",
                label="", done_count=0, total_count=0,
            )  # fmt: skip
            if taken:
                record(
                    "job.retried", job, detail={"kind": job.kind, "subject": job.subject, "error": job.error}
                )
    except IntegrityError:
        taken = 0
    if not taken:
        raise PayungError(
            "Pekerjaan ini sudah berjalan lagi, atau sudah selesai.", todo="Lihat keadaannya di halaman ini."
        )
    job.refresh_from_db()
    return job


def worker_name() -> str:
    """This process: host, pid and start, so that a later process with the same pid is another."""
    return f"{os.uname().nodename[:60]}:{os.getpid()}:{_started(os.getpid())}"


def _started(pid: int) -> str:
    try:
        with open(f"/proc/{pid}/stat") as stat:
            return stat.read().rpartition(")")[2].split()[19]
    except OSError:
        return ""


def release_dead() -> int:
    """Free the jobs of this host's workers that no longer run, without waiting for their leases; how many."""
    host = os.uname().nodename[:60]
    freed = 0
    held = Job.objects.filter(
        finished_at__isnull=True, lease_until__isnull=False, worker__startswith=f"{host}:"
    )
    for job in held:
        _, pid, started = job.worker.rsplit(":", 2)
        if not started or _started(int(pid)) != started:
            freed += Job.objects.filter(_held(job)).update(lease_until=None)
    return freed
