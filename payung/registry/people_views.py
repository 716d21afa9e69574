"""Search, a person's page, a household's page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action, may
from payung.audit.queries import history
from payung.audit.services import record
from payung.core import nik
from payung.core.dates import age
from payung.registry import people_queries as queries
from payung.registry.forms import Search, Unmask
from payung.registry.labels import LABELS, UNMASKED
from payung.registry.masks import masked
from payung.registry.models import Household, Person
from payung.registry.panels import panels_of
from payung.registry.queries import group_titles
from payung.registry.search import SHOWN, Kind, understand

_DIFFERENCES = {
    "nik_birth_differs": _("NIK ini memuat tanggal lahir yang lain. Cocokkan dengan KTP atau KK."),
    "nik_sex_differs": _("NIK ini memuat jenis kelamin yang lain. Cocokkan dengan KTP atau KK."),
}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Action.PERSON_READ)
def search(request: Request) -> HttpResponse:
    """Find people. A number is sent by POST alone, so that it stands in no address; a name gets an address."""
    asked = request.method == "POST" or "cari" in request.GET
    form = Search((request.POST if request.method == "POST" else request.GET) if asked else None)
    found = None
    if asked and form.is_valid():
        wanted, data = understand(form.cleaned_data["cari"]), form.cleaned_data
        if request.method == "POST" and wanted.kind is Kind.NAME:
            kept = {name: value for name, value in data.items() if value}
            return see(f"{reverse('registry:search')}?{urlencode(kept)}")
        if request.method != "POST" and wanted.kind not in (Kind.NAME, Kind.NOTHING):
            messages.warning(
                request, _("Nomor tidak dicari lewat alamat. Ketik nomornya di kotak pencarian.")
            )
            return see(reverse("registry:search"))
        found = queries.search(data["cari"], desa=data["desa"], born=data["lahir"])
        if found.total == 1 and not found.more and found.kind is not Kind.NAME:
            return see(reverse("registry:person", args=[found.people[0].pk]))
    status = 422 if form.is_bound and form.errors else 200
    context = {"form": form, "found": found, "most": SHOWN}
    return render(request, "registry/search.html", context, status=status)


@require_GET
@needs(Action.PERSON_READ)
def person(request: Request, pk: int) -> HttpResponse:
    """Who somebody is, where that is known from, what was decided, and who changed what."""
    return _person_page(request, find(Person, pk=pk), Unmask())


@require_POST
@needs(Action.PERSON_UNMASK)
def unmask(request: Request, pk: int) -> HttpResponse:
    """Show one field in full, on this answer alone; who asked and why is recorded first."""
    found, form = find(Person, pk=pk), Unmask(request.POST)
    if not form.is_valid():
        return _person_page(request, found, form, status=422)
    field = form.cleaned_data["field"]
    with transaction.atomic():
        record("person.unmasked", found, detail={"field": field, "reason": form.cleaned_data["reason"]})
    return _person_page(request, found, Unmask(), shown=field)


def _person_page(
    request: Request, found: Person, form: Unmask, *, shown: str = "", status: int = 200
) -> HttpResponse:
    role = request.tenure.post.role if request.tenure else ""
    origins, changes = queries.origins_and_changes(found)
    titles = group_titles()
    today = timezone.localdate()
    number = nik.parse(found.nik)
    context: dict[str, Any] = {
        "person": found,
        "secrets": [_secret(found, field, shown) for field in UNMASKED],
        "says": nik.describe(found.nik, today) if found.nik else "",
        "questions": [
            _(_DIFFERENCES[code])
            for code in (nik.differences(number, found.birth_on, found.sex or None) if number else ())
        ],
        "age": age(found.birth_on, today) if found.birth_on else None,
        "members": [one for one in queries.members(found.household_id) if one.pk != found.pk],
        "origins": origins,
        "group": titles.get(found.group, found.group),
        "changes": [(LABELS[one.field], _named(one, titles)) for one in changes],
        "history": history(found),
        "panels": panels_of(found, role),
        "form": form if may(role, Action.PERSON_UNMASK) else None,
        "shown": LABELS.get(shown, ""),
    }
    return render(request, "registry/person.html", context, status=status)


def _named(one: queries.FieldChange, titles: Mapping[str, str]) -> queries.FieldChange:
    """A change as it is read: groups by their titles."""
    if one.field != "group":
        return one
    return replace(one, old=titles.get(one.old, one.old), new=titles.get(one.new, one.new))


def _secret(found: Person, field: str, shown: str) -> dict[str, Any]:
    value = getattr(found, field)
    return {
        "field": field,
        "label": LABELS[field],
        "value": value if field == shown else masked(field, value),
        "open": field == shown,
    }


@require_GET
@needs(Action.PERSON_READ)
def household(request: Request, pk: int) -> HttpResponse:
    """A family card and its people, as far as the actor may see them."""
    found = find(Household, pk=pk)
    people = queries.members(found.pk)
    today = timezone.localdate()
    rows = [(one, age(one.birth_on, today) if one.birth_on else None) for one in people]
    context = {"household": found, "kk": masked("kk", found.kk), "rows": rows}
    return render(request, "registry/household.html", context)
