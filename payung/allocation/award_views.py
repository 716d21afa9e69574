"""The people of a frozen round: chosen, waiting, set aside; each within the actor's territory, NIK masked."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from payung.access.http import Request, find, needs
from payung.access.policy import Action
from payung.allocation import award_queries as queries
from payung.allocation.freeze_forms import Narrow
from payung.allocation.freezing import why_aside
from payung.allocation.models import AllocationRound
from payung.core.errors import PayungError
from payung.eligibility.gathering import rules_in_force
from payung.registry.queries import group_titles

PAGE = 50


@needs(Action.AWARD_READ)
@require_safe
def rounds(request: Request) -> HttpResponse:
    """The frozen rounds, each with what it comes to within the actor's territory."""
    return render(request, "allocation/award_rounds.html", {"rounds": queries.frozen_rounds()})


@needs(Action.AWARD_READ)
@require_safe
def awards(request: Request, pk: int) -> HttpResponse:
    """Who was chosen, with what each costs, and the sums of every desa."""
    round_ = find(AllocationRound.objects.select_related("freeze"), pk=pk)
    form = Narrow(request.GET, sources=_sources(round_))
    found = queries.awards(round_, form.narrowed())
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    titles = group_titles()
    context = _context(request, round_, form) | {
        "page_obj": page,
        "rows": [(one, titles.get(one.group, one.group)) for one in page.object_list],
        "sums": queries.sums(found),
        "desas": queries.by_desa(found),
    }
    return render(request, "allocation/awards.html", context)


@needs(Action.AWARD_READ)
@require_safe
def waiting(request: Request, pk: int) -> HttpResponse:
    """Who waits for a seat: the place on the list, why, and what would change it."""
    round_ = find(AllocationRound.objects.select_related("freeze"), pk=pk)
    form = Narrow(request.GET, sources=_sources(round_))
    page = Paginator(queries.waiting(round_, form.narrowed()), PAGE).get_page(request.GET.get("page"))
    sources = _sources(round_)
    context = _context(request, round_, form) | {
        "page_obj": page,
        "rows": [(one, sources.get(one.source, one.source)) for one in page.object_list],
    }
    return render(request, "allocation/waiting.html", context)


@needs(Action.AWARD_READ)
@require_safe
def aside(request: Request, pk: int) -> HttpResponse:
    """Who was held back or took no part: why, and what clears it."""
    round_ = find(AllocationRound.objects.select_related("freeze"), pk=pk)
    counts = queries.counted(round_)
    form = Narrow(request.GET, codes={code: why_aside(code) for code in counts})
    page = Paginator(queries.set_aside(round_, form.narrowed()), PAGE).get_page(request.GET.get("page"))
    context = _context(request, round_, form) | {
        "page_obj": page,
        "rows": page.object_list,
        "counts": [(code, why_aside(code), count) for code, count in counts.items()],
    }
    return render(request, "allocation/aside.html", context)


def _context(request: Request, round_: AllocationRound, form: Narrow) -> dict[str, Any]:
    return {
        "round": round_,
        "freeze": round_.freeze,
        "form": form,
        "filtered": any(form.cleaned_data.values()),
    }


def _sources(round_: AllocationRound) -> dict[str, str]:
    """The sources of money of a freeze by code, with their titles where the policy knows them."""
    named = list(round_.freeze.figures["sources"]) if round_.freeze else []
    try:
        titles = {one.id: one.title for one in rules_in_force().policy.sources}
    except PayungError:
        titles = {}
    return {code: titles.get(code, code) for code in named}
