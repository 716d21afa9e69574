"""Decisions as files: taken out, read in with a look at what they change."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, needs, once, see
from payung.access.policy import Action
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.screening import exchange_services as services
from payung.screening.forms_review import DecisionsFile, Why
from payung.screening.shown import names

_TYPES = {
    services.BOOK: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    services.CSV: "text/csv; charset=utf-8",
}
SHOWN = 100
"""So many changes of a file are listed; all are counted."""


@require_GET
@needs(Action.PAIR_EXCHANGE)
def exchange(request: Request) -> HttpResponse:
    """What can be taken out and read in."""
    return _page(request, DecisionsFile())


def _page(request: Request, form: DecisionsFile, why: Why | None = None, status: int = 200) -> HttpResponse:
    context = {
        "exports": services.exports(), "form": form, "why": why or Why(auto_id="alasan_%s"),
        "free": services.FREE_ROWS,
    }  # fmt: skip
    return render(request, "screening/exchange.html", context, status=status)


@require_POST
@needs(Action.PAIR_EXCHANGE)
def download(request: Request) -> HttpResponse:
    """A file, by POST because taking it out is recorded."""
    what = request.POST.get("what", "")
    try:
        name, content = services.take_export(what)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("screening:exchange"))
    response = HttpResponse(content, content_type=_TYPES[what])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_POST
@needs(Action.PAIR_EXCHANGE)
def propose(request: Request) -> HttpResponse:
    """Ask a second person to let a large file out."""
    why = Why(request.POST, auto_id="alasan_%s")
    if not why.is_valid():
        return _page(request, DecisionsFile(), why, status=422)

    def act() -> str:
        services.propose_export(request.POST.get("what", ""), reason=why.cleaned_data["reason"])
        messages.success(
            request, _("Diajukan. Setelah disetujui, berkas dapat diunduh di sini selama 7 hari.")
        )
        return reverse("screening:exchange")

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("screening:exchange"))


@require_POST
@needs(Action.PAIR_EXCHANGE)
def check(request: Request) -> HttpResponse:
    """What a file would change; nothing is saved yet."""
    form = DecisionsFile(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            found = services.preview(file, private(str(file.name)))
        except PayungError as error:
            form.add_error("file", str(error))
        else:
            context = {
                "found": found,
                "new": [(one, names(one.pair)) for one in found.new[:SHOWN]],
                "clashes": [(one, names(one.pair)) for one in found.clashes],
                "more": max(0, len(found.new) - SHOWN),
            }
            return render(request, "screening/exchange_check.html", context)
    return _page(request, form, status=422)


@require_POST
@needs(Action.PAIR_EXCHANGE)
def save(request: Request) -> HttpResponse:
    """Save what was looked at: the new ones, and of the contradictions those for which the file was chosen."""
    chosen = [
        int(name.removeprefix("pilih-"))
        for name, value in request.POST.items()
        if name.startswith("pilih-") and value == "berkas" and name.removeprefix("pilih-").isdigit()
    ]

    def act() -> str:
        count = services.save(request.POST.get("state", ""), chosen)
        messages.success(request, _("%(count)s keputusan dari berkas disimpan.") % {"count": count})
        return reverse("screening:exchange")

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("screening:exchange"))
