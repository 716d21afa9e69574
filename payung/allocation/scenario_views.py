"""Scenarios: what one comes to, setting one up with its effect beside the form, and who would be chosen and why."""

from __future__ import annotations

from collections.abc import Callable
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
from payung.allocation.forms import Narrow, ScenarioForm
from payung.allocation.held_back import title_of
from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.money import check_money, lines
from payung.allocation.people import LISTS, list_of, people_of, places_of
from payung.allocation.prepared import prepared_of
from payung.allocation.scenario import Settings, usual
from payung.allocation.stage import Stage, stage_of
from payung.core.errors import PayungError
from payung.eligibility.run_views import can

PAGE = 50


def _round(pk: int) -> AllocationRound:
    found: AllocationRound = find(AllocationRound.objects.select_related("run", "freeze"), pk=pk)
    return found


def _scenario(pk: int) -> Scenario:
    found: Scenario = find(Scenario.objects.select_related("round__run", "round__freeze"), pk=pk)
    return found


@needs(Action.ROUND_READ)
@require_safe
def scenario(request: Request, pk: int) -> HttpResponse:
    """What a scenario comes to, by place, group and account."""
    found = _scenario(pk)
    figures = found.figures
    if not (figures and found.round.prepared_at):
        return _closed(request, found.round)
    context = {
        "round": found.round,
        "scenario": found,
        "who": names_of([found.made_by]).get(found.made_by, ""),
        "figures": figures,
        "total_idr": figures["jkk_idr"] + figures["jkm_idr"],
        "desas": [(code, told, told["jkk_idr"] + told["jkm_idr"]) for code, told in figures["desas"].items()],
        "held": [(title_of(code), count) for code, count in figures["held_back"].items()],
        "held_count": sum(figures["held_back"].values()),
        "table": compared(found.round, [found]),
        "settings": Settings.read(found.settings),
        "is_open": stage_of(found.round) is Stage.TRYING and not found.removed_at,
        "can_manage": can(request, Action.ROUND_MANAGE),
    }
    return render(request, "allocation/scenario.html", context)


@needs(Action.ROUND_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: Request, pk: int) -> HttpResponse:
    """Set up a new scenario, from what is usual or from another one (`dari`)."""
    round_ = _round(pk)
    if stage_of(round_) is not Stage.TRYING:
        return _closed(request, round_)
    others = list(queries.scenarios(round_))
    like = next((one for one in others if str(one.pk) == request.GET.get("seperti")), None)
    start = (
        Settings.read(like.settings) if like else usual(prepared_of(round_).terms, queries.seed_of(round_))
    )
    name = "" if others else _("Dasar")

    def save(form: ScenarioForm) -> str:
        made = services.add_scenario(round_, form.cleaned_data["nama"], form.settings())
        messages.success(request, _("Skenario %(name)s disimpan.") % {"name": made.name})
        return reverse("allocation:scenario", args=[made.pk])

    return _form(request, round_, None, start, name, save)


@needs(Action.ROUND_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: Request, pk: int) -> HttpResponse:
    """Change a scenario; who has an old page open loses nothing and overwrites nothing."""
    found = _scenario(pk)
    if stage_of(found.round) is not Stage.TRYING or found.removed_at:
        return _closed(request, found.round)

    def save(form: ScenarioForm) -> str:
        data = form.cleaned_data
        services.change_scenario(found, form.settings(), data["versi"] or 0, name=data["nama"])
        messages.success(request, _("Skenario %(name)s disimpan.") % {"name": data["nama"]})
        return reverse("allocation:scenario", args=[pk])

    return _form(request, found.round, found, Settings.read(found.settings), found.name, save)


def _closed(request: Request, round_: AllocationRound) -> HttpResponse:
    messages.error(request, str(services.not_open(round_)))
    return see(reverse("allocation:round", args=[round_.pk]))


def _form(
    request: Request,
    round_: AllocationRound,
    found: Scenario | None,
    start: Settings,
    name: str,
    save: Callable[[ScenarioForm], str],
) -> HttpResponse:
    """The form with the effect beside it. `aksi` says whether to save, to work out, or to add lines for limits."""
    act = request.POST.get("aksi", "")
    form = _scenario_form(request, round_, found, start, name, more_lines=act == "tambah")
    problem: PayungError | None = None
    if request.method == "POST" and act == "simpan":
        if form.is_valid():
            try:
                queries.effect_of(round_, form.settings())  # worked out before the transaction, kept for it
                return once(request, lambda: save(form))
            except PayungError as error:
                problem = error
        if again := sent_before(request):
            return again
    asked = request.method == "POST" and act != "tambah"
    effect = _effect(round_, found, form) if asked and not problem else _saved(found)
    context = effect | {
        "round": round_,
        "scenario": found,
        "form": form,
        "seed": start.seed,
        "limits_open": act == "tambah"
        or bool(start.floors or start.quotas)
        or _wrong(form, "untuk_", "orang_"),
        "groups_open": bool(start.group_points or start.groups_out) or _wrong(form, "nilai_"),
        "problem": problem or effect.get("problem"),
        "saving": act == "simpan",
    }
    wrong = (act == "simpan" and form.errors) or context["problem"]
    return render(request, "allocation/scenario_form.html", context, status=422 if wrong else 200)


def _wrong(form: ScenarioForm, *names: str) -> bool:
    """Whether something is wrong in a part of the form that may be folded up."""
    return form.is_bound and any(field.startswith(names) for field in form.errors)


def _scenario_form(
    request: Request,
    round_: AllocationRound,
    found: Scenario | None,
    start: Settings,
    name: str,
    *,
    more_lines: bool = False,
) -> ScenarioForm:
    prepared = prepared_of(round_)
    return ScenarioForm(
        prepared.terms,
        lines(prepared.terms.sources, prepared.terms.months),
        prepared.groups,
        start,
        name=name,
        version=found.version if found else 0,
        data=request.POST if request.method == "POST" else None,
        more_lines=more_lines,
    )


def _effect(round_: AllocationRound, found: Scenario | None, form: ScenarioForm) -> dict[str, Any]:
    """What the form's settings come to, without saving anything; what is wrong with them instead."""
    if not form.is_valid():
        return {"figures": None}
    try:
        settings = form.settings()
        check_money(settings)
        figures = queries.effect_of(round_, settings)
    except PayungError as error:
        return {"figures": None, "problem": error}
    return _shown(round_, figures) | {"before": found.figures if found else None}


def _saved(found: Scenario | None) -> dict[str, Any]:
    return _shown(found.round, found.figures) if found else {"figures": None}


def _shown(round_: AllocationRound, figures: dict[str, Any]) -> dict[str, Any]:
    policy = prepared_of(round_).policy
    return {
        "figures": figures,
        "held_count": sum(figures["held_back"].values()),
        "sources": [(policy.source(source).title, told) for source, told in figures["sources"].items()],
    }


@needs(Action.ROUND_MANAGE)
@require_POST
def effect(request: Request, pk: int) -> HttpResponse:
    """The effect of what is typed into the form of a new scenario; nothing is saved."""
    round_ = _round(pk)
    if not round_.prepared_at:
        return _closed(request, round_)
    start = usual(prepared_of(round_).terms, queries.seed_of(round_))
    form = _scenario_form(request, round_, None, start, "")
    return render(request, "allocation/effect.html", _effect(round_, None, form) | {"form": form})


@needs(Action.ROUND_MANAGE)
@require_POST
def effect_change(request: Request, pk: int) -> HttpResponse:
    """The effect of what is typed into the form of a scenario, beside what is saved."""
    found = _scenario(pk)
    if not found.round.prepared_at:
        return _closed(request, found.round)
    form = _scenario_form(request, found.round, found, Settings.read(found.settings), found.name)
    return render(request, "allocation/effect.html", _effect(found.round, found, form) | {"form": form})


@needs(Action.ROUND_MANAGE)
@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Take a scenario off the table, in the version that was seen."""
    found = _scenario(pk)
    back = reverse("allocation:round", args=[found.round_id])
    version = request.POST.get("versi", "")

    def act() -> str:
        services.remove_scenario(found, int(version) if version.isascii() and version.isdigit() else 0)
        messages.success(request, _("Skenario %(name)s dihapus.") % {"name": found.name})
        return back

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(back)


@needs(Action.ROUND_MANAGE)
@require_POST
def refigure(request: Request, pk: int) -> HttpResponse:
    """Work a scenario's figures out anew: who is held back may have changed since."""
    found = _scenario(pk)
    here = reverse("allocation:scenario", args=[pk])
    try:
        if not found.round.prepared_at:
            return _closed(request, found.round)
        services.figure_scenario(found)
        messages.success(request, _("Angkanya dihitung ulang."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(here)


@needs(Action.ROUND_MANAGE)
@require_safe
def people(request: Request, pk: int) -> HttpResponse:
    """Who a scenario would choose, who would wait and who is held back, each with the reason.

    A choice that is not frozen is nobody's yet: only those who make it see the names.
    """
    found = _scenario(pk)
    if not found.round.prepared_at:
        return _closed(request, found.round)
    prepared = prepared_of(found.round)
    groups = [(one.id, one.title) for one in prepared.policy.groups]
    form = Narrow(request.GET, places=places_of(prepared), groups=groups)
    which = request.GET.get("daftar", "")
    which = which if which in LISTS else next(iter(LISTS))
    place, group, words = form.asked()
    try:
        listed = list_of(found, which, place=place, group=group, words=words)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("allocation:scenario", args=[pk]))
    page = Paginator(listed.entries, PAGE).get_page(request.GET.get("page"))
    context = {
        "round": found.round,
        "scenario": found,
        "form": form,
        "filtered": bool(place or group or words),
        "which": which,
        "tabs": [(name, str(title), listed.counts[name]) for name, title in LISTS.items()],
        "page_obj": page,
        "rows": people_of(found.round, list(page.object_list)),
    }
    return render(request, "allocation/scenario_people.html", context)
