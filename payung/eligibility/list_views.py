"""The screened list, filtered, and one of its rows with every reason."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from payung.access.http import Request, find, needs
from payung.access.policy import Action
from payung.core.dates import parse_date
from payung.eligibility import list_queries, queries
from payung.eligibility.export_services import SHORT
from payung.eligibility.forms import Narrow, TakeOut
from payung.eligibility.models import Assessment
from payung.eligibility.run_views import can
from payung.eligibility.words import OUTCOMES, TONES, WEIGHTS, reason_title
from payung.registry.queries import group_title
from payung.screening.models import Pair

PAGE = 50
_ABOUT_PAIRS = frozenset({"review_open"})
"""Reasons whose evidence is ids of rows: the pairs themselves are shown instead."""


@needs(Action.SCREENED_READ)
@require_safe
def screened(request: Request) -> HttpResponse:
    """The rows of the current screening in the actor's territory."""
    run = queries.latest()
    form = Narrow(request.GET)
    filters = form.filters()
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "filters": filters,
        "filtered": any(filters.said().values()),
    }
    if run is not None:
        page = Paginator(list_queries.screened_list(run, filters), PAGE).get_page(request.GET.get("page"))
        context |= {
            "page_obj": page,
            "rows": [_shown(one) for one in page.object_list],
            "can_take": can(request, Action.SCREENED_EXPORT),
            "take": TakeOut(),
            "long": page.paginator.count > SHORT,
            "kept": request.GET.urlencode(),
        }
    return render(request, "eligibility/screened.html", context)


def _shown(one: Assessment) -> dict[str, object]:
    against = [reason for reason in one.reasons if reason[1] == one.outcome]
    return {
        "row": one,
        "title": OUTCOMES[one.outcome],
        "tone": TONES[one.outcome],
        "reasons": list(dict.fromkeys(reason_title(reason[0]).rstrip(".") for reason in against)),
        "born": parse_date(one.who.get("birth_on")).value,
    }


@needs(Action.SCREENED_READ)
@require_safe
def row(request: Request, pk: int) -> HttpResponse:
    """One row: what was decided, every reason with its evidence and what would change it, and how it was before."""
    found = find(Assessment.objects.select_related("run"), pk=pk)
    current = queries.latest()
    person = list_queries.person_of(found.row_id) if can(request, Action.PERSON_READ) else None
    context = {
        "row": found,
        "title": OUTCOMES[found.outcome],
        "tone": TONES[found.outcome],
        "group": group_title(found.who.get("group")),
        "born": parse_date(found.who.get("birth_on")).value,
        "reasons": [
            {
                "weight": WEIGHTS[outcome],
                "tone": TONES[outcome],
                "message": message,
                "evidence": "" if code in _ABOUT_PAIRS else evidence,
                "remedy": remedy,
            }
            for code, outcome, message, evidence, remedy in found.reasons
        ],
        "pairs": [(one.reason, _where_decided(one)) for one in list_queries.open_pairs_of(found)]
        if can(request, Action.PAIR_READ)
        else (),
        "survivor": list_queries.survivor_of(found),
        "course": [
            (one, OUTCOMES[one.outcome], TONES[one.outcome]) for one in list_queries.course_of([found.row_id])
        ],
        "is_current": found.run == current,
        "person_url": reverse("registry:person", args=[person]) if person else "",
    }  # fmt: skip
    return render(request, "eligibility/row.html", context)


def _where_decided(pair: Pair) -> str:
    """The screen on which a pair is decided, at that pair."""
    name = "tanya" if pair.verdict else f"pola:{pair.pattern}" if pair.pattern else ""
    return f"{reverse('screening:review')}?{urlencode({'daftar': name, 'p': pair.pk} if name else {'p': pair.pk})}"
