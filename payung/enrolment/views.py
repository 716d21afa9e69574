"""Decrees: the list, drafting one from its round, one as it stands and what comes next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from payung.access.http import Request, find, needs, once, see, sent_before
from payung.access.policy import Action, may
from payung.access.queries import names_of
from payung.allocation.models import AllocationRound
from payung.approval.procedures import procedure_in_force
from payung.approval.queries import open_about
from payung.audit.queries import history
from payung.audit.services import subject_of
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.enrolment import decree_services, forms, kinds, queries, typesetting_services, waiver_services
from payung.enrolment.checking import checks_of, next_step
from payung.enrolment.grounds import grounds_of, signer_of
from payung.enrolment.models import Decree
from payung.enrolment.papers import instrument_of
from payung.registry.queries import judged_on

PAGE = 20
GET_OR_POST = ["GET", "HEAD", "POST"]
_HISTORY = 20


def can(request: Request, action: Action) -> bool:
    """Whether the actor's role may do something."""
    return request.tenure is not None and may(request.tenure.post.role, action)


@require_safe
@needs(Action.DECREE_READ)
def decrees(request: Request) -> HttpResponse:
    """All decrees and amendments, newest first, and the rounds that wait for theirs."""
    page = Paginator(queries.decrees(), PAGE).get_page(request.GET.get("page"))
    open_ = queries.open_routes(page.object_list)
    manages = can(request, Action.DECREE_MANAGE)
    context = {
        "page_obj": page,
        "rows": [(one, queries.standing(one, under_way=one.pk in open_)) for one in page.object_list],
        "ready": queries.ready_rounds() if manages else (),
        "can_template": can(request, Action.TEMPLATE_MANAGE),
    }
    return render(request, "enrolment/decrees.html", context)


@require_http_methods(GET_OR_POST)
@needs(Action.DECREE_MANAGE)
def draft(request: Request, pk: int) -> HttpResponse:
    """Draft the decree of an approved round; what it rests on, and what is missing, is shown before."""
    round_ = find(AllocationRound.objects.select_related("freeze", "run").filter(freeze__isnull=False), pk=pk)
    today = judged_on(timezone.localdate())
    signer = signer_of(procedure_in_force().instrument_for("penetapan"), today)
    form = forms.Draft(request.POST or None, initial={"signer_name": signer.name})
    problem = None
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = decree_services.draft_decree(round_, **form.said())
            typesetting_services.ask_typeset(made, made.version)
            messages.success(request, _("Rancangan dibuat; naskahnya sedang disusun."))
            return reverse("enrolment:decree", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            problem = error
    grounds = grounds_of(round_, today)
    waiver = waiver_services.waiver_of(round_)
    context = {
        "round": round_,
        "form": form,
        "problem": problem,
        "signer": signer,
        "grounds": grounds,
        "waiver": waiver,
        "waiver_words": waiver_services.waiver_words(waiver),
        "waiting": open_about(*subject_of(round_)).filter(kind=waiver_services.KIND).first(),
        "reason": forms.Reason(),
    }
    failed = problem or form.errors
    return (failed and sent_before(request)) or render(
        request, "enrolment/draft.html", context, status=422 if failed else 200
    )


@require_POST
@needs(Action.DECREE_MANAGE)
def waive(request: Request, pk: int) -> HttpResponse:
    """Ask a second person to let a round's decree do without what is missing."""
    round_ = find(AllocationRound.objects.select_related("freeze"), pk=pk)
    form, back = forms.Reason(request.POST), reverse("enrolment:draft", args=[pk])

    def act() -> str:
        waiver_services.propose_waiver(round_, form.cleaned_data["reason"])
        messages.success(request, _("Usulan dikirim; orang kedua yang memutusnya."))
        return back

    return _acted(request, act, back, form)


@require_safe
@needs(Action.DECREE_READ)
def decree(request: Request, pk: int) -> HttpResponse:
    """One decree: where it stands, what comes next, its checks, files, route and history."""
    found = find(queries.whole(), pk=pk)
    manages = can(request, Action.DECREE_MANAGE)
    route = queries.route(found)
    state = _state(found)
    files = queries.files_here(found)
    context = {
        **state,
        "route": route,
        "under_way": bool(route and not route.ended_at),
        "next": next_step(found, route),
        "checks": checks_of(found),
        "share": None if state["is_wide"] else queries.share_here(found),
        "totals": found.totals,
        "instrument": instrument_of(found) if found.instrument else None,
        "whole": [one for one in files if one.kind in queries.WHOLE_KINDS],
        "volumes": _by_desa(request, [one for one in files if one.kind not in queries.WHOLE_KINDS]),
        "who": names_of([found.made_by]).get(found.made_by, ""),
        "can_manage": manages and not found.signed_at and not found.cancelled_at,
        "is_first": found.amends_id is None,
        "reason": forms.Reason(),
        "history": history(found, _HISTORY) if state["is_wide"] else (),
    }
    return render(request, "enrolment/decree.html", context)


def _by_desa(request: Request, files: list[Any]) -> Any:
    """The files of desa as rows of a table, a page of it: place, and the file of each kind."""
    rows: dict[str, dict[str, Any]] = {}
    for one in files:
        rows.setdefault(one.place, {})[one.kind] = one
    return Paginator(sorted(rows.items()), 50).get_page(request.GET.get("jilid"))


@require_safe
@needs(Action.DECREE_READ)
def state(request: Request, pk: int) -> HttpResponse:
    """The part of a decree's page that changes while it is typeset; when it is over the page is loaded anew."""
    found = find(queries.whole(), pk=pk)
    response = render(request, "enrolment/state.html", _state(found))
    if not _working(found):
        response["HX-Refresh"] = "true"
    return response


def _state(found: Decree) -> dict[str, Any]:
    route = queries.route(found)
    working = _working(found)
    return {
        "one": found,
        # What went wrong may name people anywhere in the regency.
        "is_wide": required().covers(found.regency_code),
        "standing": queries.standing(found, under_way=bool(route and not route.ended_at)),
        "working": working,
        "job": queries.job_of(found, typesetting_services.JOB) if working else None,
    }


def _working(found: Decree) -> bool:
    return bool(found.asked_at and not found.typeset_at and not found.cancelled_at)


@require_http_methods(GET_OR_POST)
@needs(Action.DECREE_MANAGE)
def change(request: Request, pk: int) -> HttpResponse:
    """Change what stands on a draft beside its roll, and let it be typeset anew."""
    found = find(queries.whole(), pk=pk)
    form = forms.Change(request.POST or None, initial=forms.change_of(found))
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            decree_services.change_decree(found, form.cleaned_data["version"], **form.said())
            typesetting_services.ask_typeset(found, found.version)
            messages.success(request, _("Perubahan disimpan; naskahnya sedang disusun ulang."))
            return reverse("enrolment:decree", args=[pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    again = sent_before(request) if form.errors else None
    return again or render(
        request, "enrolment/change.html", {"one": found, "form": form}, status=422 if form.errors else 200
    )


@require_POST
@needs(Action.DECREE_MANAGE)
def typeset(request: Request, pk: int) -> HttpResponse:
    """Let a draft be typeset."""
    found = find(Decree, pk=pk)

    def act() -> str:
        typesetting_services.ask_typeset(found, _version(request))
        messages.success(
            request, _("Naskah sedang disusun. Halaman ini boleh ditutup; pekerjaan berjalan terus.")
        )
        return reverse("enrolment:decree", args=[pk])

    return _acted(request, act, reverse("enrolment:decree", args=[pk]))


@require_POST
@needs(Action.DECREE_MANAGE)
def leave_out(request: Request, pk: int) -> HttpResponse:
    """Leave out of a draft who has died or was removed since, and let it be typeset anew."""
    found = find(queries.whole(), pk=pk)

    def act() -> str:
        count = typesetting_services.leave_out(found, _version(request))
        typesetting_services.ask_typeset(found, found.version)
        messages.success(
            request, _("%(count)d orang dikeluarkan; naskahnya sedang disusun.") % {"count": count}
        )
        return reverse("enrolment:decree", args=[pk])

    return _acted(request, act, reverse("enrolment:decree", args=[pk]))


@require_POST
@needs(Action.DECREE_MANAGE)
def send(request: Request, pk: int) -> HttpResponse:
    """Send a typeset decree through its chain."""
    found = find(Decree, pk=pk)

    def act() -> str:
        kinds.ask_approval(found, _version(request))
        messages.success(request, _("Naskah diajukan ke rantai persetujuan."))
        return reverse("enrolment:decree", args=[pk])

    return _acted(request, act, reverse("enrolment:decree", args=[pk]))


@require_POST
@needs(Action.DECREE_MANAGE)
def cancel(request: Request, pk: int) -> HttpResponse:
    """Give a draft up, with a reason."""
    found = find(Decree, pk=pk)
    form, back = forms.Reason(request.POST), reverse("enrolment:decree", args=[pk])

    def act() -> str:
        decree_services.cancel_decree(found, form.cleaned_data["reason"])
        messages.success(request, _("Rancangan dibatalkan."))
        return back

    return _acted(request, act, back, form)


def _version(request: Request) -> int:
    """The version that the actor was shown; one that is none fits nothing."""
    shown = request.POST.get("version", "")
    return int(shown) if shown.isdecimal() and len(shown) < 10 else -1


def _acted(
    request: Request, act: Callable[[], str], back: str, form: forms.Reason | None = None
) -> HttpResponse:
    """Do something once; what is wrong is said on the page that one came from."""
    if form is not None and not form.is_valid():
        messages.error(request, _("Alasan belum ditulis. Tulis paling sedikit beberapa kata."))
        return see(back)
    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(back)
