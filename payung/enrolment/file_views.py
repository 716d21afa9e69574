"""The files of decrees: looking at the paper in the browser, taking a file."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action
from payung.core.errors import PayungError
from payung.enrolment import file_services, queries
from payung.enrolment.models import Decree, DecreeFile
from payung.vault.files import read_sealed
from payung.vault.stored import stored


@require_safe
@needs(Action.DECREE_READ)
def paper(request: Request, pk: int) -> HttpResponse:
    """The paper itself, as a PDF to be read in the browser; it names nobody of the roll."""
    found = find(Decree, pk=pk)
    body = next((one for one in queries.files_here(found) if one.kind == "keputusan"), None)
    if body is None:
        raise Http404
    try:
        content = read_sealed(stored(body.path))
    except PayungError as error:
        return _unreadable(request, body, error)
    return _answer(content, body.name, attachment=False)


@require_POST
@needs(Action.DECREE_READ)
def file(request: Request, pk: int) -> HttpResponse:
    """A file of a decree; a POST, because taking it is recorded."""
    found = queries.file_here(pk)
    if found is None:
        raise Http404
    try:
        content = file_services.take_file(found)
    except PayungError as error:
        return _unreadable(request, found, error)
    return _answer(content, found.name, attachment=True)


def _unreadable(request: Request, file: DecreeFile, error: PayungError) -> HttpResponse:
    messages.error(request, str(error))
    return see(reverse("enrolment:decree", args=[file.decree_id]))


def _answer(content: bytes, name: str, *, attachment: bool) -> HttpResponse:
    response = HttpResponse(content, content_type=file_services.media_type(name))
    response.headers["Content-Disposition"] = content_disposition_header(attachment, name) or "inline"
    return response
