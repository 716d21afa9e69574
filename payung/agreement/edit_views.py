"""The editor of a draft, part by part: main facts, parties, data, articles, annexes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from payung.access.http import Request, needs, once, see, sent_before
from payung.access.policy import Action
from payung.agreement import forms, queries, services
from payung.agreement.checks import Part
from payung.agreement.models import Agreement
from payung.agreement.rules import KIND_TITLES, Kind
from payung.agreement.views import GET_OR_POST, agreement_here
from payung.agreement.wording import PLACEHOLDERS, USUAL
from payung.core.errors import PayungError

TITLES = {
    Part.MAIN: gettext_lazy("Pokok"),
    Part.PARTIES: gettext_lazy("Para pihak"),
    Part.DATA: gettext_lazy("Pertukaran data"),
    Part.CLAUSES: gettext_lazy("Pasal-pasal"),
    Part.ANNEXES: gettext_lazy("Lampiran"),
}
_FORMS: dict[Part, type[forms.Part]] = {
    Part.MAIN: forms.Main,
    Part.PARTIES: forms.Parties,
    Part.DATA: forms.Exchange,
    Part.CLAUSES: forms.Clauses,
}


@require_http_methods(GET_OR_POST)
@needs(Action.AGREEMENT_MANAGE)
def edit(request: Request, pk: int, part: str) -> HttpResponse:
    """One part of a draft; what was saved is the next version, and leads to the next part that lacks something."""
    one, which = _draft(pk), _part(part)
    if which is Part.ANNEXES:
        return _annex_page(request, one, forms.AddAnnex(initial={"version": one.version}))
    form = _form(one, which, request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            services.change_agreement(one, form.cleaned_data["version"], which.value, form.changed)
            messages.success(request, _("Tersimpan."))
            return reverse("agreement:page", args=[pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    elif request.method == "POST" and (done := sent_before(request)):
        return done
    context = _shared(one, which) | {"form": form, "usual": _usual(one) if which is Part.CLAUSES else {}}
    return render(request, "agreement/edit.html", context, status=422 if form.errors else 200)


def _form(one: Agreement, which: Part, data: Any) -> forms.Part:
    kind, terms = Kind(one.kind), one.terms
    made = _FORMS[which]
    if kind is Kind.ADDENDUM and which is Part.MAIN:
        made = forms.Changes
    initial = {"version": one.version, **made.initial_of(one.title, terms)}
    if kind is not Kind.ADDENDUM:
        return made(data, kind=kind, initial=initial)
    assert one.parent is not None
    base = queries.standing_of(one.parent).terms.content.clauses
    base_kind = Kind(one.parent.kind)
    if which is Part.CLAUSES:
        shown = {section.value: text for section, text in base.items()} | initial
        return forms.Clauses(data, kind=base_kind, base=base, initial=shown)
    return made(data, kind=base_kind if which is Part.MAIN else kind, initial=initial)


def _usual(one: Agreement) -> dict[str, str]:
    """Our own wording of the articles that say something else now."""
    now = one.terms.content.clauses
    usual = USUAL[Kind(one.kind)]
    return {section.value: text for section, text in usual.items() if now.get(section, "") != text}


@require_POST
@needs(Action.AGREEMENT_MANAGE)
def add_annex(request: Request, pk: int) -> HttpResponse:
    """Add an annex to a draft."""
    one, form = _draft(pk), forms.AddAnnex(request.POST, request.FILES)
    if form.is_valid():
        said = form.cleaned_data

        def act() -> str:
            file = said["file"]
            services.add_annex(
                one, said["version"], said["title"], file.file if file else None, file.name if file else ""
            )
            messages.success(request, _("Lampiran ditambahkan."))
            return reverse("agreement:edit", args=[pk, Part.ANNEXES.value])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    return _annex_page(request, one, form, status=422)


@require_POST
@needs(Action.AGREEMENT_MANAGE)
def remove_annex(request: Request, pk: int, place: int) -> HttpResponse:
    """Take an annex off a draft; `place` is counted from 1."""
    one, here = _draft(pk), reverse("agreement:edit", args=[pk, Part.ANNEXES.value])
    version = request.POST.get("version", "")

    def act() -> str:
        services.remove_annex(one, int(version), place)
        messages.success(request, _("Lampiran dilepas dari naskah."))
        return here

    try:
        if not version.isdecimal():
            raise services.stale(one)
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)


def _annex_page(request: Request, one: Agreement, form: forms.AddAnnex, *, status: int = 200) -> HttpResponse:
    kept = {file.sha256: file for file in queries.files_of(one) if file.kind == "lampiran"}
    annexes = [(annex, kept.get(annex.sha256)) for annex in one.terms.content.annexes]
    context = _shared(one, Part.ANNEXES) | {"form": form, "annexes": annexes}
    return render(request, "agreement/annexes.html", context, status=status)


def _shared(one: Agreement, which: Part) -> dict[str, Any]:
    found = queries.faults_of(one)
    return {
        "one": one,
        "kind_title": KIND_TITLES[Kind(one.kind)],
        "part": which.value,
        "part_title": TITLES[which],
        "parts": [(part.value, TITLES[part], sum(one.part is part for one in found)) for part in Part],
        "faults": [fault for fault in found if fault.part is which],
        "placeholders": PLACEHOLDERS.items(),
        "under_way": queries.route_under_way(one),
        "is_addendum": one.kind == Kind.ADDENDUM,
    }


def _draft(pk: int) -> Agreement:
    """A draft that can be changed. Http404 for one that is signed or given up."""
    one = agreement_here(pk)
    if one.signed_at or one.cancelled_at:
        raise Http404
    return one


def _part(name: str) -> Part:
    try:
        return Part(name)
    except ValueError:
        raise Http404 from None
