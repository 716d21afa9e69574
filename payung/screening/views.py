"""The first page of screening, and how well people agree."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from payung.access.http import Request, needs
from payung.access.policy import Action, may
from payung.core.scope import required
from payung.screening import queries


@require_GET
@needs(Action.PAIR_READ)
def index(request: Request) -> HttpResponse:
    """What the last run left to people."""
    run = queries.latest_run()
    role = request.tenure.post.role if request.tenure else ""
    context = {
        "run": run,
        "counts": queries.counts(run),
        "agreement": queries.agreement(required()),
        "may_exchange": may(role, Action.PAIR_EXCHANGE),
    }
    return render(request, "screening/index.html", context)
