"""Rounds: which there are, how one stands and what comes next, opening one, giving one up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payung.access.http import Request, find, needs, once, see, sent_before
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.allocation import queries, services
from payung.allocation.compare import compared
from payung.allocation.forms import Cancel, Open
from payung.allocation.models import AllocationRound
from payung.allocation.stage import Stage, stage_of
from payung.allocation.steps import next_step, steps
from payung.core.errors import PayungError
from payung.eligibility.queries import staleness_of
from payung.eligibility.question import read as read_question
from payung.eligibility.run_views import can
from payung.screening.queries import latest_run

PAGE = 20


@needs(Action.ROUND_READ)
@require_safe
def rounds(request: Request) -> HttpResponse:
    """All rounds, newest first."""
    page = Paginator(queries.rounds(), PAGE).get_page(request.GET.get("page"))
    names = names_of(one.opened_by for one in page.object_list)
    context = {
        "page_obj": page,
        "rows": [
            (
                one,
                stage_of(one),
                read_question(one.run.question).months.in_words,
                names.get(one.opened_by, ""),
            )
            for one in page.object_list
        ],
        "can_manage": can(request, Action.ROUND_MANAGE),
    }
    return render(request, "allocation/rounds.html", context)


@needs(Action.ROUND_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def open_round(request: Request) -> HttpResponse:
    """Open a round on the current screening; what speaks against it is said before and after."""
    run = latest_run()
    if run is None:
        return render(request, "allocation/open.html", {"run": None})
    stale = staleness_of(run)
    form, problem = (
        Open(stale=bool(stale), initial={"nama": read_question(run.question).months.in_words}),
        None,
    )
    if request.method == "POST":
        form = Open(request.POST, stale=bool(stale))
        if form.is_valid():
            data = form.cleaned_data

            def act() -> str:
                made = services.open_round(run, data["nama"], reason=data.get("alasan", ""))
                messages.success(request, _("Putaran dibuka. Calonnya sedang disiapkan."))
                return reverse("allocation:round", args=[made.pk])

            try:
                return once(request, act)
            except PayungError as error:
                problem = error
        if again := sent_before(request):
            return again
    people = sum(run.figures.get("decided", {}).get(one, 0) for one in services.ELIGIBLE)
    context = {"run": run, "form": form, "problem": problem, "stale": stale, "people": people}
    return render(request, "allocation/open.html", context, status=422 if problem or form.errors else 200)


@needs(Action.ROUND_READ)
@require_safe
def round_page(request: Request, pk: int) -> HttpResponse:
    """One round: how far it is, what comes next, its scenarios side by side."""
    found = find(AllocationRound.objects.select_related("run", "freeze"), pk=pk)
    return _round_page(request, found, Cancel())


def _round_page(request: Request, found: AllocationRound, cancel: Cancel, status: int = 200) -> HttpResponse:
    stage = stage_of(found)
    scenarios = list(queries.scenarios(found))
    context: dict[str, Any] = _state(found) | {
        "months": read_question(found.run.question).months.in_words,
        "who": names_of([found.opened_by]).get(found.opened_by, ""),
        "steps": steps(found, scenarios),
        "next": next_step(found, scenarios) if can(request, Action.ROUND_MANAGE) else None,
        "table": compared(found, scenarios) if found.prepared_at and scenarios else None,
        "can_manage": can(request, Action.ROUND_MANAGE),
        "can_list": can(request, Action.AWARD_READ),
        "is_open": stage is Stage.TRYING,
        "can_cancel": stage in (Stage.PREPARING, Stage.TRYING),
        "cancel": cancel,
    }
    return render(request, "allocation/round.html", context, status=status)


@needs(Action.ROUND_READ)
@require_safe
def state(request: Request, pk: int) -> HttpResponse:
    """The part of the page that changes while candidates are prepared; when that is over the page is loaded anew."""
    found = find(AllocationRound.objects.select_related("run"), pk=pk)
    response = render(request, "allocation/round_state.html", _state(found))
    if stage_of(found) is not Stage.PREPARING:
        response["HX-Refresh"] = "true"
    return response


def _state(found: AllocationRound) -> dict[str, Any]:
    stage = stage_of(found)
    return {
        "round": found,
        "stage": stage,
        "job": queries.job_of(found) if stage is Stage.PREPARING else None,
    }


@needs(Action.ROUND_MANAGE)
@require_POST
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give a round up, with the reason."""
    found, form = find(AllocationRound.objects.select_related("run", "freeze"), pk=pk), Cancel(request.POST)
    here = reverse("allocation:round", args=[pk])
    if not form.is_valid():
        return _round_page(request, found, form, status=422)

    def act() -> str:
        services.cancel_round(found, form.cleaned_data["alasan"])
        messages.success(request, _("Putaran dibatalkan; isinya tetap dapat dibaca."))
        return here

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)
