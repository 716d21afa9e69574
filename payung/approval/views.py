"""What waits for a second person: the queue, one proposal with what it would change, the decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action
from payung.approval import queries, rules, services
from payung.approval.forms import Decision
from payung.approval.kinds import KINDS
from payung.approval.models import Proposal
from payung.approval.rules import Verdict
from payung.core.errors import PayungError
from payung.core.scope import required

PAGE = 50
GET_OR_POST = ("GET", "HEAD", "POST")


@require_GET
@needs(Action.APPROVAL_READ)
def proposals(request: Request) -> HttpResponse:
    """What waits for me, what I have proposed, what was decided."""
    page = Paginator(queries.decided(), PAGE).get_page(request.GET.get("page"))
    first = Paginator(queries.waiting(), PAGE).get_page(request.GET.get("menunggu"))
    context = {"waiting": first, "mine": queries.mine()[:PAGE], "page_obj": page}
    return render(request, "approval/list.html", context)


@require_http_methods(GET_OR_POST)
@needs(Action.APPROVAL_READ)
def proposal(request: Request, pk: int) -> HttpResponse:
    """One proposal, before and after; decided by POST. The second of two decisions reads who was quicker."""
    found = find(queries.visible(), pk=pk)
    form = Decision(request.POST or None)
    if request.method == "POST" and form.is_valid():
        here = reverse("approval:proposal", args=[pk])
        try:
            verdict = Verdict(form.cleaned_data["verdict"])
            services.decide(found, verdict, form.cleaned_data["reason"])
        except PayungError as error:
            messages.error(request, str(error))
            return see(here)
        if verdict is Verdict.APPROVED:
            messages.success(request, _("Disetujui dan berlaku."))
        else:
            messages.success(request, _("Dikembalikan kepada pengusul."))
        return see(here)
    return render(
        request, "approval/proposal.html", _context(found, form), status=422 if form.errors else 200
    )


def _context(found: Proposal, form: Decision) -> dict[str, object]:
    scope = required()
    return {
        "proposal": found,
        "title": KINDS[found.kind].title if found.kind in KINDS else found.kind,
        "form": form,
        "objection": rules.objection(found.case, scope) if found.is_open else "",
        "stale": found.is_open and services.is_stale(found),
        "own": found.made_by_id == scope.actor,
    }


@require_POST
@needs(Action.APPROVAL_READ)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Take back one's own proposal."""
    found = find(queries.visible(), pk=pk)
    try:
        services.withdraw(found)
        messages.success(request, _("Usulan ditarik."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(reverse("approval:proposal", args=[pk]))
