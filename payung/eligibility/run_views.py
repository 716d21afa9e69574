"""Screenings: which there are, how one goes, what came of it, and asking for another."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from payung.access.http import Request, find, needs, once, sent_before
from payung.access.policy import Action, may
from payung.access.queries import names_of
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.database.models import Regency
from payung.eligibility import queries, services
from payung.eligibility.forms import Ask
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.question import Question, read, usual
from payung.eligibility.words import OUTCOMES, TONES
from payung.intake.queries import kept_out, screening_row_count, still_reading
from payung.policy.local import LocalPolicy
from payung.registry.queries import register_ages
from payung.screening.models import ScreeningRun

PAGE = 20


def can(request: Request, action: Action) -> bool:
    """Whether the actor's role may do something."""
    return request.tenure is not None and may(request.tenure.post.role, action)


@needs(Action.RUN_READ)
@require_safe
def runs(request: Request) -> HttpResponse:
    """All screenings, newest first, and what the current one says."""
    page = Paginator(queries.runs(), PAGE).get_page(request.GET.get("page"))
    names = names_of(one.asked_by for one in page.object_list)
    current = queries.latest()
    context = {
        "page_obj": page,
        "rows": [(one, state_of(one, current), names.get(one.asked_by or 0, "")) for one in page.object_list],
        "current": current,
        "stale": queries.staleness_of(current) if current else (),
        "can_start": can(request, Action.RUN_START),
        "can_list": can(request, Action.SCREENED_READ),
    }
    return render(request, "eligibility/runs.html", context)


def state_of(run: ScreeningRun, current: ScreeningRun | None) -> tuple[str, str]:
    """What a run is, in a word, and the word's colour."""
    if run.failed_at:
        return _("Gagal"), "merah"
    if run.is_open:
        return _("Berjalan"), "biru"
    return (_("Berlaku"), "hijau") if run == current else (_("Digantikan"), "abu")


@needs(Action.RUN_START)
@require_http_methods(["GET", "HEAD", "POST"])
def start(request: Request) -> HttpResponse:
    """Ask for a screening; what keeps it from being done is said before and after."""
    try:
        policy = rules_in_force().policy
    except PayungError as error:
        return render(request, "eligibility/start.html", {"problem": error}, status=422)
    likely = _likely(policy)
    if request.method != "POST":
        return _start_page(request, Ask(policy, likely), likely)
    form, problem = Ask(policy, likely, request.POST), None
    if form.is_valid():
        try:
            return once(request, lambda: _started(request, form.question()))
        except PayungError as error:
            problem = error
    again = sent_before(request)
    return again or _start_page(request, form, likely, problem)


def _started(request: Request, question: Question) -> str:
    made = services.ask_run(question)
    messages.success(request, _("Penyaringan dimulai. Halaman ini boleh ditutup; pekerjaan berjalan terus."))
    return reverse("eligibility:run", args=[made.pk])


def _likely(policy: LocalPolicy) -> Question:
    """What is probably asked: the same as last time, else what is usual."""
    last = queries.runs().first()
    if last is not None:
        question = replace(read(last.question), waived={}, day=None)
        if policy.valid_from <= question.months.first.first_day <= policy.valid_to:
            return question
    regency = Regency.objects.get(pk=required().regency)
    return usual(policy, timezone.localdate(), regency.opened_on)


def _start_page(
    request: Request, form: Ask, likely: Question, problem: PayungError | None = None
) -> HttpResponse:
    context = {
        "form": form,
        "problem": problem,
        "rows": screening_row_count(),
        "kept_out": kept_out(),
        "reading": still_reading(),
        "ages": register_ages(likely.on),
        "on": likely.on,
        "open": next(iter(services.open_runs()), None),
    }
    failed = problem or (form.is_bound and form.errors)
    return render(request, "eligibility/start.html", context, status=422 if failed else 200)


@needs(Action.RUN_READ)
@require_safe
def run(request: Request, pk: int) -> HttpResponse:
    """One screening: how far it is, or what came of it, from what, and what has changed since."""
    found = find(ScreeningRun, pk=pk)
    return render(request, "eligibility/run.html", {**_state(found), **_result(request, found)})


@needs(Action.RUN_READ)
@require_safe
def state(request: Request, pk: int) -> HttpResponse:
    """The part of a screening's page that changes while it is done; when it is over the page is loaded anew."""
    found = find(ScreeningRun, pk=pk)
    response = render(request, "eligibility/run_state.html", _state(found))
    if not found.is_open:
        response["HX-Refresh"] = "true"
    return response


def _state(found: ScreeningRun) -> dict[str, Any]:
    current = queries.latest()
    return {
        "run": found,
        "job": queries.job_of(found) if found.is_open else None,
        "state": state_of(found, current),
        "current": current,
    }


def _result(request: Request, found: ScreeningRun) -> dict[str, Any]:
    question = read(found.question)
    context: dict[str, Any] = {
        "who": names_of([found.asked_by]).get(found.asked_by or 0, ""),
        "question": question,
        "registers": queries.registers_of(found),
        "can_list": can(request, Action.SCREENED_READ),
        "can_start": can(request, Action.RUN_START),
        "can_pairs": can(request, Action.PAIR_READ),
        "has_registers": can(request, Action.REGISTER_READ),
    }
    if not found.loaded_at:
        return context
    before = queries.run_before(found)
    figures = queries.figures_of(found)
    return context | {
        "figures": figures,
        "outcomes": [(*one, TONES[one[0]]) for one in figures.outcomes] if figures else (),
        "outcome_titles": [str(words) for words in OUTCOMES.values()],
        "stale": queries.staleness_of(found) if found == queries.latest() else (),
        "sees_all": queries.sees_all(),
        "before": before,
        "beside": queries.beside(found, before) if before else (),
        "differences": queries.differences(found, before) if before else (),
        "compared": found.figures.get("compared") or {},
        "pairs": found.figures.get("pairs", 0),
    }
