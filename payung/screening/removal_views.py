"""People who are recorded twice: proposed to leave by one, joined when a second person agrees."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, needs, once, see
from payung.access.policy import Action, may
from payung.core.errors import PayungError
from payung.screening import removal_services as services
from payung.screening.forms_review import Why
from payung.screening.models import Pair

MOST = 100
"""So many are shown and proposed at once."""


@require_GET
@needs(Action.PAIR_READ)
def removals(request: Request) -> HttpResponse:
    """Pairs that were called the same and still are two people of the registry."""
    return _page(request, Why())


def _page(request: Request, form: Why, status: int = 200) -> HttpResponse:
    role = request.tenure.post.role if request.tenure else ""
    found = services.removals(MOST)
    context = {
        "open": [one for one in found if not one.open_proposal],
        "waiting": [one for one in found if one.open_proposal],
        "form": form,
        "may_remove": may(role, Action.REMOVAL_PROPOSE),
        "chosen": request.POST.getlist("pair"),
    }
    return render(request, "screening/removals.html", context, status=status)


@require_POST
@needs(Action.REMOVAL_PROPOSE)
def propose(request: Request) -> HttpResponse:
    """Propose all that were ticked, each with who leaves; all or none."""
    form, chosen = Why(request.POST), request.POST.getlist("pair")[:MOST]
    if form.is_valid() and not chosen:
        form.add_error(None, _("Centang paling sedikit satu pasangan."))
    if not form.is_valid():
        return _page(request, form, status=422)

    def act() -> str:
        found = {str(one.pair.pk): one for one in services.removals(MOST)}
        with transaction.atomic():
            for pk in chosen:
                one = found.get(pk)
                if one is None:
                    raise PayungError(
                        _("Salah satu pasangan sudah berubah."), todo=_("Muat ulang halamannya.")
                    )
                leaves = next(
                    (
                        each
                        for each in (one.left, one.right)
                        if str(each.pk) == request.POST.get(f"keluar-{pk}")
                    ),
                    one.leaves,
                )
                pair: Pair = one.pair
                services.propose_removal(pair, leaves, reason=form.cleaned_data["reason"])
        messages.success(
            request, _("%(count)s usulan dikirim dan menunggu orang kedua.") % {"count": len(chosen)}
        )
        return reverse("screening:removals")

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("screening:removals"))
