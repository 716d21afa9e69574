"""Certain pairs, confirmed by pattern: all, none, or one by one; undone together."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, needs, once, see
from payung.access.policy import Action, may
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.screening import queries, services
from payung.screening.forms_review import DecidePattern, Why
from payung.screening.review import where
from payung.screening.review_views import address
from payung.screening.rules import EVIDENCE, Verdict
from payung.screening.shown import show


@require_GET
@needs(Action.PAIR_READ)
def patterns(request: Request) -> HttpResponse:
    """Every pattern with its count and samples."""
    return _page(request)


def _page(request: Request, *, opened: str = "", form: Why | None = None) -> HttpResponse:
    role = request.tenure.post.role if request.tenure else ""
    since = timezone.now() - services.UNDO + timedelta(minutes=1)
    rows: list[dict[str, Any]] = [
        {
            "code": one.code,
            "why": _words(one.code),
            "count": one.count,
            "where": [(where(register), n) for register, n in one.registers],
            "samples": [show(pair, unmasked=one.code == opened) for pair in one.samples],
            "one_by_one": address(f"pola:{one.code}", None),
            "opened": one.code == opened,
            "form": form if form and request.POST.get("pattern") == one.code else Why(auto_id=False),
        }
        for one in queries.patterns(queries.latest_run())
    ]
    done = [(one, [_words(code) for code in one.patterns]) for one in queries.batches(since)]
    context = {"rows": rows, "done": done, "may_decide": may(role, Action.PAIR_DECIDE), "form": form}
    return render(request, "screening/patterns.html", context, status=422 if form and form.errors else 200)


def _words(code: str) -> str:
    """`nik:swap name:same` in words."""
    return ", ".join(_parts(code)) or code


def _parts(code: str) -> Iterable[str]:
    for part in code.split():
        field, _colon, value = part.partition(":")
        said = EVIDENCE.get(f"ev_{field}", {}).get(value)
        if said and value != "missing":
            yield said


@require_POST
@needs(Action.PAIR_DECIDE)
def decide(request: Request) -> HttpResponse:
    """Confirm or refuse all open pairs of a pattern."""
    here, form = reverse("screening:patterns"), DecidePattern(request.POST)

    def act() -> str:
        data = form.cleaned_data
        batch = services.decide_pattern(data["pattern"], Verdict(data["verdict"]), count=data["count"])
        if batch is None:
            messages.info(request, _("Pola ini sudah diputus; tidak ada lagi yang menunggu."))
        else:
            messages.success(
                request,
                _("%(count)s pasangan diputus %(verdict)s. Dapat dibatalkan di bawah selama 30 hari.")
                % {"count": data["count"], "verdict": data["verdict"]},
            )
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
def undo(request: Request) -> HttpResponse:
    """Take a whole pattern's, or a whole file's, decisions back."""
    here = reverse("screening:patterns")

    def act() -> str:
        count = services.undo_batch(UUID(request.POST.get("batch", "")))
        messages.success(request, _("%(count)s keputusan dibatalkan.") % {"count": count})
        return here

    try:
        return once(request, act)
    except ValueError:
        messages.error(request, _("Halaman ini tidak utuh. Muat ulang halamannya."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(here)


@require_POST
@needs(Action.PAIR_DECIDE)
def unmask(request: Request) -> HttpResponse:
    """Show the numbers of a pattern's samples in full, on this answer alone; recorded first."""
    code, form = request.POST.get("pattern", ""), Why(request.POST)
    if not form.is_valid():
        return _page(request, form=form)
    samples = next((one.samples for one in queries.patterns(queries.latest_run()) if one.code == code), ())
    with transaction.atomic():
        record(
            "person.unmasked", ("screening.pattern", code[:80]),
            detail={"pairs": [one.pk for one in samples], "reason": form.cleaned_data["reason"]},
        )  # fmt: skip
    return _page(request, opened=code)
