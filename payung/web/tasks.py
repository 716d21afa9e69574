"""What the office does by itself: signing the ledger each day, throwing away what is used up."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from payung.access.models import Once
from payung.access.throttle import forget_old
from payung.audit import commands
from payung.audit.queries import last_head, tip_of
from payung.config import load
from payung.core.scope import acting_in, province_of, required, whole
from payung.engine import workspace
from payung.work.models import Job
from payung.work.ticks import every

ONCE_KEPT = timedelta(days=7)
"""A form that is older is no longer open anywhere: a session lasts 12 hours."""
JOBS_KEPT = timedelta(days=90)


@every(timedelta(hours=1), "audit.head")
def sign_ledger() -> None:
    """Sign the regency's ledger and that of its province once a day, and write their witness files."""
    today = timezone.localdate()
    for code in (required().regency, province_of(required().regency)):
        with acting_in(whole(code)):
            last = last_head()
            due = tip_of(code)[0] > 0 and (last is None or last.day < today)
        if due:
            commands.head(code, today)


@every(timedelta(hours=6), "office.tidy")
def tidy_up() -> None:
    """Delete what nobody needs any more: keys of forms, jobs that are long done, sessions, guesses, cached values."""
    now = timezone.now()
    for code in (required().regency, province_of(required().regency)):
        with acting_in(whole(code)):
            Once.objects.filter(made_at__lt=now - ONCE_KEPT).delete()
    Job.objects.filter(finished_at__lt=now - JOBS_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    forget_old()
    _tidy_cache(now)


@every(timedelta(hours=1), "office.sweep")
def sweep_workspaces() -> None:
    """Delete the private folders of processes that no longer run: they may hold numbers in the clear."""
    workspace.sweep(load().folder("workspace"))


def _tidy_cache(now: datetime) -> None:
    table = connection.ops.quote_name(str(settings.CACHES["default"]["LOCATION"]))
    moment = connection.ops.adapt_datetimefield_value(now.replace(microsecond=0))
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [moment])
