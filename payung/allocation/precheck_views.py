"""The pre-check with BPJS: what was asked, what was answered, asking, taking answers in, and doing without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.allocation import precheck_services as services
from payung.allocation.freeze_forms import Answer, ChooseScenario, Why
from payung.allocation.held_back import title_of
from payung.allocation.models import AllocationRound, Precheck, Scenario
from payung.approval.queries import open_about
from payung.audit.services import subject_of
from payung.core.errors import PayungError
from payung.eligibility.run_views import can
from payung.registry.queries import answers_to
from payung.registry.register_services import take_request
from payung.work.models import Job

_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Action.ROUND_READ)
@require_safe
def page(request: Request, pk: int) -> HttpResponse:
    """Every question of a round to BPJS with its answers, or by whom it was waived."""
    return _page(request, find(AllocationRound, pk=pk))


@needs(Action.ROUND_READ)
@require_safe
def state(request: Request, pk: int) -> HttpResponse:
    """The part of one question that changes while it is written or its answer is read."""
    found = find(Precheck.objects.select_related("request", "round", "scenario"), pk=pk)
    return render(request, "allocation/precheck_state.html", _shown(found) | {"can_manage": _can(request)})


def _page(request: Request, round_: AllocationRound, *, answer: Answer | None = None, why: Why | None = None,
          about: int = 0) -> HttpResponse:  # fmt: skip
    found = (
        Precheck.objects.filter(round=round_).select_related("request", "round", "scenario").order_by("-pk")
    )
    asked = [one for one in found if one.request_id]
    waived = [one for one in found if one.waived_at]
    scenarios = Scenario.objects.filter(round=round_, removed_at__isnull=True)
    names = names_of([one for each in found for one in (each.asked_by, each.waived_by)])
    closed = bool(round_.freeze_id or round_.asked_at or round_.cancelled_at or not round_.prepared_at)
    context: dict[str, Any] = {
        "round": round_,
        "asked": [
            _shown(one)
            | {"who": names.get(one.asked_by, ""), "form": answer if one.pk == about and answer else Answer()}
            for one in asked
        ],
        "waived": [(one, names.get(one.asked_by, ""), names.get(one.waived_by or 0, "")) for one in waived],
        "proposed": open_about(*subject_of(round_)).filter(kind=services.WAIVER).first(),
        "choose": ChooseScenario(scenarios),
        "why": why or Why(),
        "closed": closed,
        "can_manage": _can(request),
    }
    return render(request, "allocation/precheck.html", context, status=422 if answer or why else 200)


def _can(request: Request) -> bool:
    return can(request, Action.ROUND_MANAGE)


def _shown(one: Precheck) -> dict[str, Any]:
    jobs = Job.objects.filter(kind=services.ASK, subject=str(one.pk))
    reading = Job.objects.filter(kind=services.READ, subject__startswith=f"{one.pk}-").order_by("-pk").first()
    written = one.request is not None and one.request.written_at is not None
    return {
        "one": one,
        "job": None if written else jobs.order_by("-pk").first(),
        "reading": reading if reading and not reading.succeeded else None,
        "busy": not written or bool(reading and not reading.finished_at),
        "deliveries": answers_to([one.request]) if one.request else [],
        "against": [(title_of(code), count) for code, count in one.figures.get("against", {}).items()],
    }


@needs(Action.ROUND_MANAGE)
@require_POST
def ask(request: Request, pk: int) -> HttpResponse:
    """Ask BPJS about those whom a scenario would choose."""
    round_ = find(AllocationRound, pk=pk)
    form = ChooseScenario(Scenario.objects.filter(round=round_, removed_at__isnull=True), request.POST)
    if not form.is_valid():
        messages.error(request, _("Pilih skenarionya."))
        return see(reverse("allocation:precheck", args=[pk]))
    scenario = find(Scenario.objects.filter(round=round_), pk=int(form.cleaned_data["skenario"]))

    def act() -> str:
        services.ask_precheck(round_, scenario)
        return _("Buku kerja uji padan sedang disusun.")

    return _done(request, pk, act)


@needs(Action.ROUND_MANAGE)
@require_POST
def take(request: Request, pk: int) -> HttpResponse:
    """The workbook of a question, to be sent to BPJS; a POST, because taking it out is recorded."""
    found = find(Precheck.objects.select_related("request").filter(request__isnull=False), pk=pk)
    assert found.request is not None
    try:
        content = take_request(found.request)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("allocation:precheck", args=[found.round_id]))
    response = HttpResponse(content, content_type=_WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="uji-padan-{found.request.code}.xlsx"'
    return response


@needs(Action.ROUND_MANAGE)
@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """Take BPJS's answer in; a file that is none, or is here already, is said at the form."""
    found = find(Precheck.objects.select_related("request", "round").filter(request__isnull=False), pk=pk)
    form = Answer(request.POST, request.FILES)
    if form.is_valid():
        file, here = form.cleaned_data["file"], reverse("allocation:precheck", args=[found.round_id])

        def act() -> str:
            services.receive_answer(found, file, file.name, form.cleaned_data["as_of"])
            messages.success(request, _("Jawaban diterima dan sedang dibaca."))
            return here

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error("file", str(error))
    return _page(request, found.round, answer=form, about=found.pk)


@needs(Action.ROUND_MANAGE)
@require_POST
def waive(request: Request, pk: int) -> HttpResponse:
    """Ask a second person to let the round go without BPJS's answers."""
    round_, form = find(AllocationRound, pk=pk), Why(request.POST)
    if not form.is_valid():
        return _page(request, round_, why=form)

    def act() -> str:
        services.propose_waiver(round_, form.cleaned_data["alasan"])
        return _("Usulan dikirim; orang kedua memutusnya di halaman Persetujuan.")

    return _done(request, pk, act)


def _done(request: Request, pk: int, act: Callable[[], str]) -> HttpResponse:
    here = reverse("allocation:precheck", args=[pk])

    def told() -> str:
        messages.success(request, act())
        return here

    try:
        return once(request, told)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)
