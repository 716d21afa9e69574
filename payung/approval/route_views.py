"""Routes through a chain of posts: what waits for my post, one route with how it went, the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import resolve, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action, may
from payung.approval import chain, route_services
from payung.approval import route_queries as queries
from payung.approval.forms import StopDecision
from payung.approval.models import Route
from payung.approval.route_kinds import ROUTE_KINDS, RouteKind
from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from payung.core.scope import required, whole_regency

PAGE = 50


@require_GET
@needs(Action.APPROVAL_READ)
def routes(request: Request) -> HttpResponse:
    """What waits for the post in which one acts, what is under way, what has ended."""
    seen, waiting = queries.seen_routes(), queries.waiting_routes()
    others = queries.under_way(seen).exclude(pk__in=[one.pk for one in waiting])
    context = {
        "waiting": waiting,
        "elsewhere": queries.waiting_in_other_posts(),
        "under_way": _paged(others, request.GET.get("berjalan")),
        "page_obj": _paged(queries.ended(seen), request.GET.get("page")),
    }
    return render(request, "approval/routes.html", context)


def _paged(rows: QuerySet[Route], number: str | None) -> Page[Route]:
    """A page of routes that the actor may see, read at once: later the regency is out of sight again."""
    with whole_regency():
        page = Paginator(rows, PAGE).get_page(number)
        page.object_list = list(page.object_list)
    return page


@require_GET
@needs(Action.APPROVAL_READ)
def route(request: Request, pk: int) -> HttpResponse:
    """One route: what is approved, what differs from what this seat approved last, who has decided and who will."""
    found = _find(pk)
    form = StopDecision(initial={"version": found.subject_version, "position": found.position})
    return _page(request, found, form)


@require_POST
@needs(Action.ROUTE_DECIDE)
def decide(request: Request, pk: int) -> HttpResponse:
    """Agree or send back. The second of two decisions reads who was quicker."""
    found, here = _find(pk), reverse("approval:route", args=[pk])
    form = StopDecision(request.POST)
    if not form.is_valid():
        return _page(request, found, form)
    data = form.cleaned_data

    def act() -> str:
        after = route_services.decide_stop(
            found, Verdict(data["verdict"]), data["reason"],
            seen_version=data["version"], seen_position=data["position"],
        )  # fmt: skip
        messages.success(request, _words(after))
        return here

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
    return see(here)


@require_POST
@needs(Action.APPROVAL_READ)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back one's own route."""
    found = _find(pk)
    try:
        route_services.withdraw_route(found)
        messages.success(request, _("Pengajuan ditarik."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(reverse("approval:route", args=[pk]))


def _find(pk: int) -> Route:
    """A route that the actor may see, as it is in the whole regency. Http404."""
    seen = queries.seen_routes()
    with whole_regency():
        return find(seen, pk=pk)


def _page(request: Request, found: Route, form: StopDecision) -> HttpResponse:
    kind = ROUTE_KINDS.get(found.kind)
    context: dict[str, Any] = {
        "route": found,
        "title": kind.title if kind else found.kind,
        "subject_url": _url(kind, found.subject_id) if kind else "",
        "part": queries.part_in(found),
        "own": found.made_by_id == required().actor,
        "form": form,
    }
    return render(request, "approval/route.html", context, status=422 if form.errors else 200)


def _url(kind: RouteKind, subject_id: str) -> str:
    """The subject's own page; empty where the actor's role does not open it."""
    url = kind.url(subject_id)
    action = getattr(resolve(url).func, "action", None)
    return url if action is not None and may(required().role, action) else ""


def _words(after: Route) -> str:
    if after.outcome == chain.APPROVED:
        return _("Disetujui seluruhnya dan berlaku.")
    if after.outcome == chain.RETURNED:
        return _("Dikembalikan kepada yang mengajukan.")
    return _("Disetujui. Tahap berikutnya menunggu giliran.")
