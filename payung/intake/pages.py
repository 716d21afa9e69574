"""What the pages of the lists share: jobs, names of people who work here, places of the cast of a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from payung.access.http import Request, once, see
from payung.access.policy import Action, may
from payung.core.errors import PayungError
from payung.intake.return_services import Handed
from payung.work.models import Job

GET_OR_POST = ("GET", "HEAD", "POST")


def can(request: Request, action: Action) -> bool:
    """Whether the actor may do something."""
    return bool(request.tenure and may(request.tenure.post.role, action))


def do(request: Request, act: Callable[[], object], done: str, page: str) -> HttpResponse:
    """Do something once and go to `page`; what is wrong is said there, as it stands now."""

    def acting() -> str:
        act()
        messages.success(request, done)
        return page

    try:
        return once(request, acting)
    except PayungError as error:
        messages.error(request, str(error))
        return see(page)


def job_of(kind: str, subject: object) -> Job | None:
    """The last job of a kind about something."""
    found: Job | None = Job.objects.filter(kind=kind, subject=str(subject)).order_by("-pk").first()
    return found


def number(value: Any, default: int = 0) -> int:
    """A whole number from a form; `default` for anything else."""
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else default


def download(handed: Handed, media_type: str) -> HttpResponse:
    """A file to be kept, not shown."""
    response = HttpResponse(handed.content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, handed.name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
