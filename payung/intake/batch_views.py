"""Sending lists in, and what became of everything that was sent at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, Sum
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.config import load
from payung.core.errors import PayungError, cannot_write
from payung.intake import forms_office as forms
from payung.intake import return_services, upload_services
from payung.intake.models import Batch, Upload
from payung.intake.pages import GET_OR_POST, can, download, job_of
from payung.intake.queries import live_uploads
from payung.intake.receiving import bounded, refused
from payung.work.services import enqueue

PAGE = 50


@require_GET
@needs(Action.UPLOAD_READ)
def uploads(request: Request) -> HttpResponse:
    """The lists of the territory, newest first, filtered by their state and name."""
    found = live_uploads().defer("general", "layout")
    state, words = request.GET.get("keadaan", ""), request.GET.get("cari", "").strip()[:100]
    if state in _STATES:
        found = found.filter(_STATES[state])
    if words:
        found = found.filter(file__icontains=words)
    page = Paginator(found.order_by("-received_at", "-pk"), PAGE).get_page(request.GET.get("page"))
    context = {
        "page_obj": page,
        "who": names_of(one.received_by for one in page.object_list),
        "states": [("", _("Semua")), *_TITLES.items()],
        "state": state,
        "words": words,
        "can_add": can(request, Action.UPLOAD_ADD),
    }
    return render(request, "intake/uploads.html", context)


_STATES = {
    "perbaiki": Q(to_fix__gt=0),
    "tanya": ~Q(stops=[]) & Q(failure=""),
    "simpan": Q(saved_at__isnull=True, good__gt=0, stops=[], failure=""),
    "tersimpan": Q(saved_at__isnull=False),
    "gagal": ~Q(failure=""),
}
_TITLES = {
    "perbaiki": gettext_lazy("Perlu diperbaiki"),
    "tanya": gettext_lazy("Perlu jawaban"),
    "simpan": gettext_lazy("Belum disimpan"),
    "tersimpan": gettext_lazy("Tersimpan"),
    "gagal": gettext_lazy("Tidak terbaca"),
}


@csrf_exempt  # the token stands in the body, which must not be read before its bounds are set: checked below
@require_http_methods(GET_OR_POST)
@needs(Action.UPLOAD_ADD)
def send(request: Request) -> HttpResponse:
    """Send one file, several, or zips of them; what was sent is kept at once and read in the background."""
    if request.method == "POST" and not bounded(request):
        form = forms.Place()
        said = _("Semua berkas bersama-sama terlalu besar. Kirim dalam beberapa bagian.")
        return _send_page(request, form, said, 413)
    return _send(request)


@csrf_protect
def _send(request: Request) -> HttpResponse:
    if request.method != "POST":
        return _send_page(request, forms.Place())
    try:
        form = forms.Place(request.POST)
        files = [(str(one.name), one) for one in request.FILES.getlist("files")]
    except OSError as error:
        return _send_page(request, forms.Place(), str(cannot_write("Kiriman Anda", error)), 507)
    if not form.is_valid():
        return _send_page(request, form, status=422)

    def act() -> str:
        batch = upload_services.receive(files, form.cleaned_data["place"], refused(request))  # type: ignore[arg-type]
        return reverse("intake:batch", args=[batch.pk])

    try:
        return once(request, act)
    except PayungError as error:
        return _send_page(request, form, str(error), 422)


def _send_page(request: Request, form: forms.Place, problem: str = "", status: int = 200) -> HttpResponse:
    recent = list(Batch.objects.order_by("-made_at")[:10])
    context = {
        "form": form,
        "problem": problem,
        "limit_mb": load().limits.upload_mb,
        "recent": recent,
        "who": names_of(one.made_by for one in recent),
    }
    return render(request, "intake/send.html", context, status=status)


@require_GET
@needs(Action.UPLOAD_READ)
def batch(request: Request, pk: int) -> HttpResponse:
    """Everything that was sent at once, and how far its reading is."""
    found = find(Batch, pk=pk)
    return render(request, "intake/batch.html", _batch(request, found))


@require_GET
@needs(Action.UPLOAD_READ)
def batch_progress(request: Request, pk: int) -> HttpResponse:
    """The part of the page that renews itself while something is done in the background."""
    return render(request, "intake/batch_state.html", _batch(request, find(Batch, pk=pk)))


def _batch(request: Request, found: Batch) -> dict[str, Any]:
    lists = Upload.objects.filter(batch=found).defer("general", "layout").select_related("twin")
    sums = lists.filter(undone_at__isnull=True, twin__isnull=True).aggregate(
        good=Sum("good"), to_fix=Sum("to_fix"), already=Sum("already"), not_person=Sum("not_person")
    )
    jobs = {kind: job_of(f"intake.{kind}", found.pk) for kind in ("read", "save", "pack")}
    page = Paginator(lists.order_by("file"), PAGE).get_page(request.GET.get("page"))
    unsaved = len(upload_services.to_save(found)) if found.read_at else 0
    return {
        "batch": found,
        "page_obj": page,
        "sums": {name: count or 0 for name, count in sums.items()},
        "rows": sum(count or 0 for count in sums.values()),
        "who": names_of([found.made_by]).get(found.made_by or 0, ""),
        "jobs": jobs,
        "running": {kind: job for kind, job in jobs.items() if job and not job.finished_at},
        "broken": jobs["read"] if jobs["read"] and jobs["read"].failed and not found.read_at else None,
        "unsaved": unsaved,
        "can_save": can(request, Action.UPLOAD_SAVE),
        "can_add": can(request, Action.UPLOAD_ADD),
    }


@require_POST
@needs(Action.UPLOAD_ADD)
def batch_again(request: Request, pk: int) -> HttpResponse:
    """Let the reading that broke off go on."""
    found = find(Batch, pk=pk)
    upload_services.read_again(found)
    return see(reverse("intake:batch", args=[pk]))


@require_POST
@needs(Action.UPLOAD_SAVE)
def batch_save(request: Request, pk: int) -> HttpResponse:
    """Save the good rows of all lists of the batch, in the background."""
    found = find(Batch, pk=pk)
    if upload_services.to_save(found):
        enqueue("intake.save", found.pk)
    return see(reverse("intake:batch", args=[pk]))


@require_POST
@needs(Action.UPLOAD_READ)
def batch_pack(request: Request, pk: int) -> HttpResponse:
    """Let all marked workbooks be put into one zip, in the background."""
    return_services.ask_for_pack(find(Batch, pk=pk))
    return see(reverse("intake:batch", args=[pk]))


@require_POST
@needs(Action.UPLOAD_READ)
def batch_zip(request: Request, pk: int) -> HttpResponse:
    """Take the zip of marked workbooks along; recorded."""
    found = find(Batch, pk=pk)
    try:
        return download(return_services.take_pack(found), "application/zip")
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("intake:batch", args=[pk]))
