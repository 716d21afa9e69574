"""Freezing a round: who is held back from it, the freeze itself, taking it back, sending it through its chain."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.allocation import freeze_kinds, freeze_services, holding
from payung.allocation.freeze_forms import Version, Why
from payung.allocation.freeze_job import KIND
from payung.allocation.freezing import why_aside
from payung.allocation.held_back import Hold, counted, title_of
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import applications_of, prepared_of
from payung.allocation.scenario import Settings
from payung.allocation.words import source_title
from payung.approval.route_queries import route_of
from payung.audit.services import subject_of
from payung.core.application import Application
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.eligibility.run_views import can
from payung.work.models import Job

PAGE = 50


@needs(Action.ROUND_READ)
@require_safe
def freeze(request: Request, pk: int) -> HttpResponse:
    """A frozen round with its sums; else who is held back from a scenario, and the button that freezes it."""
    round_ = find(AllocationRound.objects.select_related("run", "freeze", "asked_scenario"), pk=pk)
    context: dict[str, Any] = _state(round_) | {"can_manage": can(request, Action.ROUND_MANAGE)}
    if round_.freeze:
        return render(request, "allocation/frozen.html", context | _frozen(request, round_))
    if not round_.asked_at and round_.prepared_at and not round_.cancelled_at:
        context |= _before(request, round_)
    return render(request, "allocation/freeze.html", context)


@needs(Action.ROUND_READ)
@require_safe
def state(request: Request, pk: int) -> HttpResponse:
    """The part of the page that changes while a round is being frozen; when that is over the page is loaded anew."""
    round_ = find(AllocationRound, pk=pk)
    response = render(request, "allocation/freeze_state.html", _state(round_))
    if round_.freeze_id or not round_.asked_at:
        response["HX-Refresh"] = "true"
    return response


def _state(round_: AllocationRound) -> dict[str, Any]:
    jobs = Job.objects.filter(kind=KIND, subject=str(round_.pk))
    who = names_of([round_.asked_by])
    return {
        "round": round_,
        "job": jobs.order_by("-pk").first() if round_.asked_at and not round_.freeze_id else None,
        "who": who.get(round_.asked_by or 0, ""),
    }


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Somebody who is held back, as the page shows it."""

    application: Application
    hold: Hold


def _before(request: Request, round_: AllocationRound) -> dict[str, Any]:
    scenarios = list(Scenario.objects.filter(round=round_, removed_at__isnull=True))
    wanted = request.GET.get("skenario", "")
    scenario = next((one for one in scenarios if str(one.pk) == wanted), scenarios[0] if scenarios else None)
    context: dict[str, Any] = {
        "scenarios": scenarios,
        "scenario": scenario,
        "waived": holding.is_waived(round_),
        "answered": bool(holding.answers_to_round(round_)),
    }
    if scenario is None:
        return context
    try:
        held = held_now(round_, Settings.read(scenario.settings))
    except PayungError as error:
        return context | {"problem": error}
    told, code = held.told, request.GET.get("alasan", "")
    shown = sorted(row_id for row_id, hold in told.items() if not code or hold.code == code)
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    people = applications_of(round_, set(page.object_list))
    return context | {
        "counts": [(one, title_of(one), count) for one, count in counted(told).items()],
        "held_count": len(told),
        "waiting_unasked": len(held.silent) - len(held.reached),
        "code": code,
        "page_obj": page,
        "rows": [HeldRow(people[row_id], told[row_id]) for row_id in page.object_list if row_id in people],
        "form": Version(initial={"skenario": scenario.pk, "versi": scenario.version}),
    }


def _frozen(request: Request, round_: AllocationRound) -> dict[str, Any]:
    assert round_.freeze is not None
    sums = round_.freeze.figures
    route = route_of(*subject_of(round_))
    return {
        "freeze": round_.freeze,
        "settings": Settings.read(round_.freeze.settings),
        "sums": sums,
        "total_idr": sums["jkk_idr"] + sums["jkm_idr"],
        "districts": [(name_of(code), told) for code, told in sums["districts"].items()],
        "counts": [(code, why_aside(code), count) for code, count in sums["held_back"].items()],
        "sources": [
            (source_title(source, prepared_of(round_).policy), told)
            for source, told in sums["sources"].items()
        ],
        "route": route,
        "route_open": route is not None and route.ended_at is None,
        "can_list": can(request, Action.AWARD_READ),
        "thaw": Why(),
    }


@needs(Action.ROUND_MANAGE)
@require_POST
def ask(request: Request, pk: int) -> HttpResponse:
    """Freeze a scenario in the version that was seen."""
    find(AllocationRound, pk=pk)
    form = Version(request.POST)
    if not form.is_valid():
        return see(reverse("allocation:freeze", args=[pk]))
    scenario = find(Scenario.objects.filter(round=pk), pk=form.cleaned_data["skenario"])

    def act() -> str:
        freeze_services.ask_freeze(scenario, form.cleaned_data["versi"])
        return _("Pembekuan dimulai. Halaman ini boleh ditutup; pekerjaan berjalan terus.")

    return _done(request, pk, act)


@needs(Action.ROUND_MANAGE)
@require_POST
def thaw(request: Request, pk: int) -> HttpResponse:
    """Take a freeze back, with the reason."""
    found, form = find(AllocationRound.objects.select_related("freeze"), pk=pk), Why(request.POST)
    if not form.is_valid():
        messages.error(request, _("Tulis alasan yang dapat dimengerti orang lain."))
        return see(reverse("allocation:freeze", args=[pk]))

    def act() -> str:
        freeze_services.thaw(found, form.cleaned_data["alasan"])
        return _("Pembekuan dibatalkan; pagu yang dicadangkan dikembalikan.")

    return _done(request, pk, act)


@needs(Action.ROUND_MANAGE)
@require_POST
def send(request: Request, pk: int) -> HttpResponse:
    """Send a frozen round through its chain."""
    found = find(AllocationRound.objects.select_related("freeze", "run"), pk=pk)

    def act() -> str:
        freeze_kinds.ask_approval(found)
        return _("Putaran dikirim untuk diperiksa.")

    return _done(request, pk, act)


def _done(request: Request, pk: int, act: Callable[[], str]) -> HttpResponse:
    here = reverse("allocation:freeze", args=[pk])

    def told() -> str:
        messages.success(request, act())
        return here

    try:
        return once(request, told)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)
