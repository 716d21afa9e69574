"""Jobs for pages: what runs, what failed and was not made good since, what was done; of the actor's regency."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from payung.core.scope import required
from payung.work.models import Job

REMEMBERED = timedelta(days=30)
"""So long a failed job is shown."""
_MOST = 50


def seen(everybody: bool) -> QuerySet[Job]:
    """All jobs of the regency, or only those that the actor asked for."""
    found: QuerySet[Job] = Job.objects.all()
    return found if everybody else found.filter(actor=required().actor)


def open_jobs(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Waiting or running, the oldest first."""
    return jobs.filter(finished_at__isnull=True).order_by("due_at", "pk")[:_MOST]


def failed_jobs(jobs: QuerySet[Job], now: datetime) -> QuerySet[Job]:
    """Failed ones that nobody has tried again with success, newest first. A later job about the same takes its place."""
    later = Job.everything.filter(
        regency_code=OuterRef("regency_code"),
        kind=OuterRef("kind"),
        subject=OuterRef("subject"),
        pk__gt=OuterRef("pk"),
    )
    failed = jobs.filter(finished_at__gt=now - REMEMBERED).exclude(error="")
    return failed.filter(~Exists(later)).order_by("-finished_at", "-pk")


def done_jobs(jobs: QuerySet[Job], now: datetime) -> QuerySet[Job]:
    """What was done within a day, newest first."""
    return jobs.filter(Q(error=""), finished_at__gt=now - timedelta(days=1)).order_by("-finished_at", "-pk")[
        :20
    ]
