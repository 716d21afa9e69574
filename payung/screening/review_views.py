"""The duplicates screen: a queue, two records side by side, one key a decision. Works as plain forms without scripts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action, may
from payung.access.queries import names_of
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required
from payung.screening import queries, services
from payung.screening.forms_review import Decide, Version, Why
from payung.screening.models import Pair, PairVerdict
from payung.screening.question_services import answers_of, places_of
from payung.screening.removal_services import removal_of
from payung.screening.rules import Verdict
from payung.screening.shown import names, show


@require_GET
@needs(Action.PAIR_READ)
def review(request: Request) -> HttpResponse:
    """The pair that is looked at, or the first of its list; htmx gets the working part alone."""
    name = _list_of(request.GET.get("daftar", ""))
    asked = request.GET.get("p", "")
    run = queries.latest_run()
    pair = find(Pair, pk=asked) if asked else queries.queue_order(queries.listed(name, run)).first()
    return _page(request, name, pair)


def _page(
    request: Request, name: str, pair: Pair | None, *, unmasked: bool = False, form: Why | None = None
) -> HttpResponse:
    run = queries.latest_run()
    role = request.tenure.post.role if request.tenure else ""
    context: dict[str, Any] = {
        "run": run,
        "counts": queries.counts(run),
        "list": name,
        "pattern": name.removeprefix("pola:") if name.startswith("pola:") else "",
        "may_decide": may(role, Action.PAIR_DECIDE),
        "may_remove": may(role, Action.REMOVAL_PROPOSE),
        "last": _last(),
        "tabs": _tabs(name),
        "why": form or Why(),
        "unmasked": unmasked,
    }
    if pair is not None:
        context |= _about(pair, name, run, unmasked)
    is_part = "HX-Request" in request.headers
    template = "screening/workbench.html" if is_part else "screening/review.html"
    response = render(request, template, context, status=422 if form and form.errors else 200)
    if is_part:
        response["HX-Replace-Url"] = address(name, pair)
    return response


def _about(pair: Pair, name: str, run: Any, unmasked: bool) -> dict[str, Any]:
    listed = queries.listed(name, run)
    place = queries.around(listed, pair)
    rows = (pair.row_id_l, "" if pair.register else pair.row_id_r)
    saved = queries.saved_of(rows)
    held = PairVerdict.objects.filter(pair=pair, undone_at__isnull=True).first() if pair.verdict else None
    asked = answers_of(pair)
    who = names_of(
        [
            held.made_by if held else None,
            *(one.saved_by for one in saved.values()),
            *(q.asked_by for q in asked),
        ]
    )
    queue = [
        (one, names(one), address(name, one), one.pk == pair.pk)
        for one in (*place.before, pair, *place.after)
    ]
    return {
        "shown": show(pair, unmasked=unmasked),
        "pair": pair,
        "queue": queue,
        "previous": address(name, place.previous) if place.previous else "",
        "following": address(name, place.next) if place.next else "",
        "next": place.next.pk if place.next else "",
        "saved": [_saved(saved.get(row), who) for row in rows],
        "register_day": (run.register_days.get(pair.register, "") if run and pair.register else ""),
        "held": held,
        "held_by": who.get(held.made_by, _("sistem")) if held else "",
        "asked": [(one, who.get(one.asked_by, "")) for one in asked],
        "answered": next((one for one in asked if one.answered_at), None),
        "places": places_of(pair),
        "removal": removal_of(pair) if pair.verdict == Verdict.SAME else None,
    }


def _saved(found: Any, who: dict[int | None, str]) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "person": found.person.merged_into or found.person,
        "by": who.get(found.saved_by, ""),
        "at": found.saved_at,
    }


def _last() -> dict[str, Any] | None:
    """What the actor decided last, to be seen and undone."""
    made = queries.my_last(required().actor)
    return {"verdict": made.verdict, "pair": made.pair, "names": names(made.pair)} if made else None


def _tabs(name: str) -> list[tuple[str, str, bool]]:
    words = {
        "buka": _("Belum diputus"), "jawab": _("RT sudah menjawab"), "tanya": _("Menunggu RT"),
        "putus": _("Sudah diputus"),
    }  # fmt: skip
    return [(label, address(one, None), one == name) for one, label in words.items()]


@require_POST
@needs(Action.PAIR_DECIDE)
def decide(request: Request, pk: int) -> HttpResponse:
    """Save one decision and go on to the next pair. The second of two people reads who was quicker."""
    pair, name = find(Pair, pk=pk), _list_of(request.POST.get("daftar", ""))
    form = Decide(request.POST)
    if not form.is_valid():
        messages.error(request, _("Keputusan tidak dikenal; belum ada yang disimpan."))
        return see(address(name, pair))
    data = form.cleaned_data

    def act() -> str:
        services.decide(
            pair, Verdict(data["verdict"]), version=data["version"], way=data["way"] or services.ONE,
            note=data["note"],
        )  # fmt: skip
        return address(name, _following(request, name, pair))

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(address(name, pair))


def _following(request: Request, name: str, pair: Pair) -> Pair | None:
    """The next open pair of the list after this one, as it is now; else the first of what is left."""
    listed = queries.listed(name, queries.latest_run()).exclude(pk=pair.pk)
    return queries.around(listed, pair).next or queries.queue_order(listed).first()


@require_POST
@needs(Action.PAIR_DECIDE)
def undo(request: Request, pk: int) -> HttpResponse:
    """Take a decision back; leads to the pair, which waits again."""
    pair, form = find(Pair, pk=pk), Version(request.POST)
    here = address("buka" if pair.outcome != "certain" else f"pola:{pair.pattern}", pair)

    def act() -> str:
        services.undo(pair, version=form.cleaned_data["version"])
        messages.success(request, _("Keputusan dibatalkan; pasangan ini menunggu lagi."))
        return here

    try:
        if not form.is_valid():
            raise PayungError(_("Halaman ini tidak utuh."), todo=_("Muat ulang halamannya."))
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)


@require_POST
@needs(Action.PAIR_DECIDE)
def unmask(request: Request, pk: int) -> HttpResponse:
    """Show both records' numbers in full, on this answer alone; who asked and why is recorded first."""
    pair, name, form = find(Pair, pk=pk), _list_of(request.POST.get("daftar", "")), Why(request.POST)
    if not form.is_valid():
        return _page(request, name, pair, form=form)
    with transaction.atomic():
        record(
            "person.unmasked", pair, detail={"field": "nik, kk, phone", "reason": form.cleaned_data["reason"]}
        )
    return _page(request, name, pair, unmasked=True)


def address(name: str, pair: Pair | None) -> str:
    """The screen on one pair of a list."""
    query = {"daftar": name} if name != "buka" else {}
    if pair is not None:
        query["p"] = str(pair.pk)
    here = reverse("screening:review")
    return f"{here}?{urlencode(query)}" if query else here


def _list_of(name: str) -> str:
    return name if name in queries.LISTS or name.startswith("pola:") else "buka"
