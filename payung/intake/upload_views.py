"""One list: its four numbers, its cards, its columns, its rows, and what is decided about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.audit.queries import history
from payung.core.errors import PayungError
from payung.core.passing_on import private
from payung.intake import forms_office as forms
from payung.intake import return_services, upload_services
from payung.intake.card_queries import general_of, kinds, title_of
from payung.intake.codes import FIELD_TITLES
from payung.intake.mapping import LIST_FIELDS
from payung.intake.models import Repair, Row, RowFault, State, Upload
from payung.intake.pages import GET_OR_POST, can, do, download, job_of, number
from payung.registry.facts import application_of

PAGE = 50
_REPAIRS = 20


@require_GET
@needs(Action.UPLOAD_READ)
def upload(request: Request, pk: int) -> HttpResponse:
    """The list at a glance, and what can be done about it."""
    return _page(request, find(Upload.objects.select_related("twin"), pk=pk))


def _page(request: Request, found: Upload, *, status: int = 200, **more: Any) -> HttpResponse:
    found_kinds = kinds(found)
    repairs = list(
        Repair.objects.filter(upload=found).defer("edits", "confirmations").order_by("-pk")[:_REPAIRS]
    )
    general = general_of(found)
    unsaved = upload_services.unsaved_count(found) if found.is_live else 0
    who = names_of([found.received_by, found.saved_by, found.verified_by, *(one.made_by for one in repairs)])
    context: dict[str, Any] = {
        "upload": found,
        "kinds": found_kinds,
        "open_kinds": [one for one in found_kinds if one.severity != "note"],
        "questions": [one for one in general if one.code in found.stops],
        "notes": [one for one in general if one.code not in found.stops],
        "repairs": [(one, title_of(one.code), who.get(one.made_by or 0, "")) for one in repairs],
        "sender": who.get(found.received_by or 0, ""),
        "saver": who.get(found.saved_by or 0, ""),
        "verifier": who.get(found.verified_by or 0, ""),
        "history": history(found, 30),
        "unsaved": unsaved,
        "why_not_undone": upload_services.why_not_undone(found),
        "job": None if found.is_current else job_of("intake.derive", found.pk),
        "superseded": Row.objects.filter(upload=found, superseded_by__isnull=False).count(),
        "can_repair": can(request, Action.UPLOAD_REPAIR) and not found.undone_at and not found.twin_id,
        "can_save": can(request, Action.UPLOAD_SAVE),
        "can_verify": can(request, Action.UPLOAD_VERIFY),
        "can_undo": can(request, Action.UPLOAD_UNDO),
        "place_form": forms.Place(initial={"place": found.given_place}),
        **more,
    }
    return render(request, "intake/upload.html", context, status=status)


@require_GET
@needs(Action.UPLOAD_READ)
def rows(request: Request, pk: int) -> HttpResponse:
    """The rows of the list, filtered by state, kind of finding and name."""
    found = find(Upload, pk=pk)
    chosen = Row.objects.filter(upload=found)
    state, code, words = (request.GET.get(name, "")[:100] for name in ("keadaan", "hal", "cari"))
    if state in State.values:
        chosen = chosen.filter(state=state)
    if code:
        chosen = chosen.filter(pk__in=RowFault.objects.filter(upload=found, code=code).values("row"))
    if words.strip():
        chosen = chosen.filter(name__icontains=words.strip())
    faults = RowFault.objects.only("row", "code", "severity").exclude(severity="note")
    chosen = chosen.order_by("pk").prefetch_related(Prefetch("fault_set", faults, "open_faults"))
    page = Paginator(chosen, PAGE).get_page(request.GET.get("page"))
    shown = [
        (one, application_of(one.said[0]), list(dict.fromkeys(title_of(f.code) for f in one.open_faults)))
        for one in page.object_list
    ]
    context = {
        "upload": found,
        "page_obj": page,
        "shown": shown,
        "states": [("", _("Semua")), *State.choices],
        "kinds": [one for one in kinds(found) if one.severity != "note"],
        "state": state,
        "code": code,
        "words": words,
    }
    return render(request, "intake/rows.html", context)


def _decide(request: Request, found: Upload, act: Callable[[], object], done: str) -> HttpResponse:
    """Do something about a list once; what is wrong is said on its page, as it stands now."""
    return do(request, act, done, reverse("intake:upload", args=[found.pk]))


@require_POST
@needs(Action.UPLOAD_REPAIR)
def accept(request: Request, pk: int) -> HttpResponse:
    """Answer a question about the whole file."""
    found, code = find(Upload, pk=pk), request.POST.get("code", "")
    version = number(request.POST.get("version"))
    return _decide(
        request, found, lambda: upload_services.accept(found, version, code), _("Jawaban Anda tersimpan.")
    )


@require_POST
@needs(Action.UPLOAD_REPAIR)
def place(request: Request, pk: int) -> HttpResponse:
    """Say for which place the list is."""
    found, form = find(Upload, pk=pk), forms.Place(request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, place_form=form)
    version, chosen = number(request.POST.get("version")), form.cleaned_data["place"]
    return _decide(
        request,
        found,
        lambda: upload_services.set_place(found, version, chosen),
        _("Tempat daftar ditetapkan."),
    )


@require_POST
@needs(Action.UPLOAD_SAVE)
def save(request: Request, pk: int) -> HttpResponse:
    """Save the good rows."""
    found = find(Upload, pk=pk)
    return _decide(
        request, found, lambda: upload_services.save_upload(found), _("Baris yang baik sudah disimpan.")
    )


@require_POST
@needs(Action.UPLOAD_VERIFY)
def verify(request: Request, pk: int) -> HttpResponse:
    """Say that the saved list is in order."""
    found = find(Upload, pk=pk)
    return _decide(
        request, found, lambda: upload_services.verify(found), _("Daftar dinyatakan terverifikasi.")
    )


@require_http_methods(GET_OR_POST)
@needs(Action.UPLOAD_UNDO)
def undo(request: Request, pk: int) -> HttpResponse:
    """Take the upload back, with a reason."""
    found, form = find(Upload, pk=pk), forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        return _decide(
            request, found, lambda: upload_services.undo_upload(found, reason), _("Unggahan dibatalkan.")
        )
    context = {"upload": found, "form": form, "why_not": upload_services.why_not_undone(found)}
    return render(request, "intake/undo.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Action.UPLOAD_READ)
def returned(request: Request, pk: int) -> HttpResponse:
    """The marked workbook; that it was taken is recorded."""
    found = find(Upload, pk=pk)
    try:
        return download(return_services.hand_back(found), return_services.MEDIA_TYPE)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("intake:upload", args=[pk]))


@require_http_methods(GET_OR_POST)
@needs(Action.UPLOAD_REPAIR)
def columns(request: Request, pk: int) -> HttpResponse:
    """How the columns are understood, with samples; changed here, it is remembered for lists of the same make."""
    found = find(Upload, pk=pk)
    if request.method == "POST":
        version, chosen = number(request.POST.get("version")), _chosen(request, found)
        return _decide(
            request,
            found,
            lambda: upload_services.set_mapping(found, version, chosen),
            _("Arti kolom tersimpan dan diingat untuk daftar sejenis dari tempat ini."),
        )
    fields = sorted(
        ((name, FIELD_TITLES.get(name, name)) for name in LIST_FIELDS - {"row_id"}), key=lambda one: one[1]
    )
    sheets = [{**one, "name": private(one["name"])} for one in _with_heads(found)]
    context = {"upload": found, "fields": fields, "sheets": sheets}
    return render(request, "intake/columns.html", context)


def _with_heads(found: Upload) -> list[dict[str, Any]]:
    """The sheets that have a header, as the page numbers them."""
    return [one for one in found.layout if one["heads"]]


def _chosen(request: Request, found: Upload) -> dict[str, Any]:
    """The mapping that was chosen: for every header of the list its field, or that it is none."""
    if request.POST.get("langkah") == "benar":
        return dict(found.mapping or {})
    columns_: dict[str, str] = {}
    ignore: list[str] = []
    for at, sheet in enumerate(_with_heads(found)):
        for column, _text, key, _field, _samples in sheet["heads"]:
            name = request.POST.get(f"kolom-{at}-{column}", "")
            if name in LIST_FIELDS and key:
                columns_[key] = name
            elif key and key not in columns_:
                ignore.append(key)
    base = next((one["mapping"] for one in found.layout if one["mapping"]), "")
    return {"columns": columns_, "ignore": sorted(set(ignore) - columns_.keys()), "base": base}


@require_http_methods(GET_OR_POST)
@needs(Action.UPLOAD_REPAIR)
def versions(request: Request, pk: int) -> HttpResponse:
    """Rows that were changed here and in the file, side by side."""
    found = find(Upload, pk=pk)
    if request.method == "POST":
        version = number(request.POST.get("version"))
        choices = {
            name.removeprefix("baris-"): str(one)
            for name, one in request.POST.items()
            if name.startswith("baris-")
        }
        return _decide(
            request,
            found,
            lambda: upload_services.decide_rows(found, version, choices),
            _("Pilihan Anda tersimpan."),
        )
    waiting = Row.objects.filter(upload=found, conflict=True).order_by("pk")
    page = Paginator(waiting, 20).get_page(request.GET.get("page"))
    context = {
        "upload": found,
        "page_obj": page,
        "pairs": upload_services.side_by_side(list(page.object_list)),
    }
    return render(request, "intake/versions.html", context)
