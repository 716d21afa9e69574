"""Background jobs: what runs, what failed, and how far one is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action, may
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.work import queries, services
from payung.work.kinds import kind_of
from payung.work.models import Job


@require_GET
@needs(Action.JOB_READ)
def jobs(request: Request) -> HttpResponse:
    """The jobs of the regency."""
    return render(request, "work/jobs.html", _shown())


@require_GET
@needs(Action.JOB_READ)
def state(request: Request) -> HttpResponse:
    """The same, without the page around it: it asks for itself every few seconds."""
    return render(request, "work/state.html", _shown())


@require_GET
@needs(Action.HOME)
def progress(request: Request, pk: int) -> HttpResponse:
    """How far one job is, for whoever asked for it or may see all; once it is over, the page around it is loaded anew."""
    job = find(queries.seen(may(required().role, Action.JOB_READ)), pk=pk)
    response = render(request, "work/progress.html", {"job": job})
    if job.finished_at and request.headers.get("HX-Request"):
        response.headers["HX-Refresh"] = "true"
    return response


@require_POST
@needs(Action.JOB_RETRY)
def retry(request: Request, pk: int) -> HttpResponse:
    """Let a failed job be tried again."""
    job = find(Job, pk=pk)
    try:
        services.retry(job)
        messages.success(request, _("Dicoba lagi. Kemajuannya tampil di bawah."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(reverse("work:jobs"))


def _shown() -> dict[str, object]:
    now, everything, can_retry = timezone.now(), queries.seen(True), may(required().role, Action.JOB_RETRY)
    running = [(one, _(kind_of(one.kind).title)) for one in queries.open_jobs(everything)]
    failed = [
        (one, _(kind_of(one.kind).title), can_retry and kind_of(one.kind).again)
        for one in queries.failed_jobs(everything, now)[:50]
    ]
    done = [(one, _(kind_of(one.kind).title)) for one in queries.done_jobs(everything, now)]
    return {"running": running, "failed": failed, "done": done}
