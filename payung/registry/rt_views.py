"""The list of the RTs: who heads them, and taking over the list that the office keeps."""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.core.files.base import File
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, needs, see
from payung.access.policy import Action, may
from payung.config import load
from payung.core.errors import PayungError
from payung.engine.workspace import private_workspace
from payung.registry import queries
from payung.registry.forms import RtFile
from payung.registry.masks import masked
from payung.registry.rt_services import Imported, import_rts

PAGE = 100


@require_GET
@needs(Action.BOARD_READ)
def rts(request: Request) -> HttpResponse:
    """The neighbourhoods of the actor's territory."""
    return _page(request, RtFile())


@require_POST
@needs(Action.RT_MANAGE)
def import_list(request: Request) -> HttpResponse:
    """Take over a list of RTs; the same list again changes nothing."""
    form = RtFile(request.POST, request.FILES)
    if form.is_valid():
        try:
            told = _imported(form.cleaned_data["file"])
        except PayungError as error:
            form.add_error("file", str(error))
        else:
            messages.success(
                request,
                _("%(new)s RT baru, %(changed)s diperbarui, %(same)s tetap.")
                % {"new": told.new, "changed": told.changed, "same": told.same},
            )
            for fault in told.faults:
                messages.warning(request, fault)
            return see(reverse("registry:rts"))
    return _page(request, form, status=422)


def _imported(file: File[bytes]) -> Imported:
    name = Path(str(file.name)).name
    with private_workspace(load().folder("workspace")) as workspace:
        # What a file is decides, not its name; the name is only shown.
        path = workspace / "daftar-rt"
        with path.open("wb") as out:
            for chunk in file.chunks():
                out.write(chunk)
        return import_rts(path, name)


def _page(request: Request, form: RtFile, *, status: int = 200) -> HttpResponse:
    page = Paginator(queries.rts(), PAGE).get_page(request.GET.get("page"))
    role = request.tenure.post.role if request.tenure else ""
    context = {
        "page_obj": page,
        "rows": [(one, masked("phone", one.phone)) for one in page.object_list],
        "form": form if may(role, Action.RT_MANAGE) else None,
    }
    return render(request, "registry/rts.html", context, status=status)
