"""The pages of the ledger: everything that was done, one entry in full, and the check."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core import signing
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from payung.access.http import Request, find, needs
from payung.access.policy import Action
from payung.audit import queries
from payung.audit.checking import Progress, begin, go_on
from payung.audit.forms import FilterForm
from payung.audit.services import record
from payung.audit.verify import Verdict
from payung.core.scope import required

_SALT = "payung.audit.check"
_BIGGEST = 2**62


@needs(Action.AUDIT_READ)
@require_safe
def entries(request: Request) -> HttpResponse:
    """All entries of the regency, newest first, filtered."""
    form = FilterForm(request.GET)
    page = queries.search(form.filters(), _number(request.GET.get("sebelum")))
    kept = request.GET.copy()
    kept.pop("sebelum", None)
    newest = f"?{kept.urlencode()}"
    kept["sebelum"] = str(page.older)
    values = {
        "form": form,
        "page": page,
        "newest": newest if "sebelum" in request.GET else "",
        "older": f"?{kept.urlencode()}" if page.older else "",
        "filtered": any(request.GET.get(name) for name in form.fields),
        "head": queries.last_head(),
        "last": queries.tip_of(required().regency)[0],
    }
    return render(request, "audit/entries.html", values, status=422 if form.errors else 200)


@needs(Action.AUDIT_READ)
@require_safe
def entry(request: Request, seq: int) -> HttpResponse:
    """One entry in full, its detail masked."""
    event = find(queries.one(seq))
    return render(request, "audit/entry.html", {"row": queries.row_of(event), "event": event})


@needs(Action.AUDIT_READ)
@require_POST
def check(request: Request) -> HttpResponse:
    """The next piece of a check of the whole ledger; the page asks for piece after piece by itself."""
    so_far = _progress(request.POST.get("sampai", "")) or begin(required().regency)
    step = go_on(so_far)
    values: dict[str, Any] = {"head": queries.last_head()}
    if isinstance(step, Verdict):
        with transaction.atomic():
            found = {
                "whole": step.whole,
                "count": step.entries,
                "proven": step.proven,
                "said": step.in_words(),
            }
            record("ledger.checked", ("audit.ledger", so_far.regency), detail=found)
        values |= {"verdict": step}
    else:
        values |= {"progress": step, "state": signing.dumps(asdict(step), salt=_SALT)}
    part = "audit/check_step.html" if request.headers.get("HX-Request") else "audit/check.html"
    return render(request, part, values)


def _progress(text: str) -> Progress | None:
    """How far a check is, as our own page sent it back. PermissionDenied for what we never wrote."""
    if not text:
        return None
    try:
        values = signing.loads(text, salt=_SALT, max_age=86400)
    except signing.BadSignature:
        raise PermissionDenied from None
    if values["regency"] != required().regency:
        raise PermissionDenied
    return Progress(**{**values, "peaks": tuple(values["peaks"])})


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and int(text) < _BIGGEST else None
