"""The board of the RTs, and the text for each."""

from __future__ import annotations

from dataclasses import asdict

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from payung.access.http import Request, find, needs, see
from payung.access.policy import Action
from payung.core import region
from payung.core.errors import PayungError
from payung.core.scope import required, within
from payung.intake.board_queries import Line, Stand, Wanted, board, line_of, news_of
from payung.intake.board_services import take_message
from payung.intake.forms_office import desa_choices
from payung.intake.pages import can
from payung.intake.rt_text import rt_text
from payung.registry.models import Rt

PAGE = 100
TITLES = {
    Stand.NOTHING: gettext_lazy("Belum mengirim"),
    Stand.MENDING: gettext_lazy("Sedang diperbaiki"),
    Stand.DONE: gettext_lazy("Selesai"),
}


@require_GET
@needs(Action.BOARD_READ)
def rts(request: Request) -> HttpResponse:
    """Every RT of the territory with where its list stands."""
    wanted = Wanted(*(request.GET.get(name, "")[:20] for name in ("kecamatan", "desa", "keadaan")))
    found = board(wanted)
    page = Paginator(found.lines, PAGE).get_page(request.GET.get("page"))
    scope = required()
    context = {
        "page_obj": page,
        "board": found,
        "count": sum(found.stands.values()),
        "sums": [(stand, TITLES[stand], found.stands[stand]) for stand in Stand],
        "titles": {str(stand): title for stand, title in TITLES.items()},
        "wanted": asdict(wanted),
        "districts": [
            one
            for one in region.districts(scope.regency)
            if any(within(one.code, place) or within(place, one.code) for place in scope.territories)
        ],
        "villages": desa_choices(),
    }
    return render(request, "intake/board.html", context)


@require_GET
@needs(Action.BOARD_READ)
def message(request: Request, desa: str, rt: str) -> HttpResponse:
    """The text for one RT, to be copied."""
    return _message_page(request, _line(f"{desa}/{rt}"))


@require_GET
@needs(Action.BOARD_READ)
def desa_message(request: Request, desa: str) -> HttpResponse:
    """The text for a desa whose RTs are not known."""
    return _message_page(request, _line(desa))


def _message_page(request: Request, line: Line, address: str = "") -> HttpResponse:
    context = {
        "line": line,
        "text": rt_text(news_of(line)),
        "title": TITLES[line.stand],
        "can_send": line.has_phone and not address and can(request, Action.BOARD_MESSAGE),
        "address": address,
    }
    return render(request, "intake/message.html", context)


@require_POST
@needs(Action.BOARD_MESSAGE)
def whatsapp(request: Request, desa: str, rt: str) -> HttpResponse:
    """Show the link that opens WhatsApp with the text; that the phone was used is recorded first."""
    known = find(Rt, place=f"{desa}/{rt}")
    line = _line(known.place)
    try:
        return _message_page(request, line, take_message(known, rt_text(news_of(line))))
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("intake:message", args=[desa, rt]))


def _line(place: str) -> Line:
    found = line_of(place)
    if found is None:
        raise Http404(_("Tidak ada di papan"))
    return found
