"""Registers: how old each is, what arrived, what was asked."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action, may
from payung.access.queries import names_of
from payung.core.errors import PayungError
from payung.registry import queries, register_services
from payung.registry.forms import Reason, Receive
from payung.registry.models import Delivery
from payung.registry.models import Request as Asked
from payung.registry.rules import REGISTERS, Register
from payung.work.models import Job

PAGE = 25
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_GET
@needs(Action.REGISTER_READ)
def registers(request: Request) -> HttpResponse:
    """Every register: its last answer, how old that is, and how old it may be."""
    return render(
        request,
        "registry/registers.html",
        {"ages": queries.register_ages(queries.judged_on(timezone.localdate()))},
    )


@require_GET
@needs(Action.REGISTER_READ)
def register(request: Request, name: str) -> HttpResponse:
    """What arrived from one register, and what it was asked."""
    return _register_page(request, _known(name), Receive())


@require_POST
@needs(Action.REGISTER_ADD)
def receive(request: Request, name: str) -> HttpResponse:
    """Take a register's file in; a file that is here already, or is none, is said at the form."""
    known, form = _known(name), Receive(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            return once(request, lambda: _received(known, file, form))
        except PayungError as error:
            form.add_error("file", str(error))
    return _register_page(request, known, form, status=422)


def _received(known: Register, file: object, form: Receive) -> str:
    name = str(getattr(file, "name", ""))
    made = register_services.receive_register(known.name, file, name, form.cleaned_data["as_of"])  # type: ignore[arg-type]
    return reverse("registry:delivery", args=[made.pk])


def _register_page(request: Request, known: Register, form: Receive, *, status: int = 200) -> HttpResponse:
    page = Paginator(queries.deliveries(known.name), PAGE).get_page(request.GET.get("page"))
    asked = list(queries.requests(known.name)[:PAGE])
    [age] = [
        one
        for one in queries.register_ages(queries.judged_on(timezone.localdate()))
        if one.register.name == known.name
    ]
    jobs = _jobs("registry.ask", [one.pk for one in asked if one.written_at is None])
    who = names_of([*(one.received_by for one in page.object_list), *(one.asked_by for one in asked)])
    context = {
        "register": known,
        "age": age,
        "page_obj": page,
        "arrived": [(one, who.get(one.received_by or 0, "")) for one in page.object_list],
        "asked": [(one, jobs.get(str(one.pk)), who.get(one.asked_by or 0, "")) for one in asked],
        "can_add": _can_add(request),
        "form": form,
    }
    return render(request, "registry/register.html", context, status=status)


@require_POST
@needs(Action.REGISTER_ADD)
def ask(request: Request, name: str) -> HttpResponse:
    """Let the workbook that asks the register's owner be written."""
    here = reverse("registry:register", args=[_known(name).name])

    def act() -> str:
        register_services.ask_register(name)
        messages.success(request, _("Berkas permintaan sedang dibuat. Muat ulang halaman ini sebentar lagi."))
        return here

    try:
        return once(request, act)
    except PayungError as error:
        messages.error(request, str(error))
        return see(here)


@require_POST
@needs(Action.REGISTER_ADD)
def request_file(request: Request, pk: int) -> HttpResponse:
    """The workbook of a request, to be sent; a POST, because taking it out is recorded."""
    found = find(Asked, pk=pk)
    try:
        content = register_services.take_request(found)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("registry:register", args=[found.register]))
    response = HttpResponse(content, content_type=_WORKBOOK)
    response["Content-Disposition"] = f'attachment; filename="permintaan-{found.register}-{found.code}.xlsx"'
    return response


@require_GET
@needs(Action.REGISTER_READ)
def delivery(request: Request, pk: int) -> HttpResponse:
    """One file that arrived: how far its reading is, what it holds, what is to be known about it."""
    found = find(Delivery, pk=pk)
    return _delivery_page(request, found, Reason())


@require_GET
@needs(Action.REGISTER_READ)
def delivery_progress(request: Request, pk: int) -> HttpResponse:
    """The part of a delivery's page that changes while it is being read."""
    return render(request, "registry/delivery_state.html", _state(find(Delivery, pk=pk)))


@require_POST
@needs(Action.REGISTER_ADD)
def withdraw(request: Request, pk: int) -> HttpResponse:
    """Use a delivery no more."""
    found, form = find(Delivery, pk=pk), Reason(request.POST)
    if not form.is_valid():
        return _delivery_page(request, found, form, status=422)
    try:
        register_services.withdraw_delivery(found, reason=form.cleaned_data["reason"])
        messages.success(request, _("Kiriman ditarik dan tidak dipakai lagi."))
    except PayungError as error:
        messages.error(request, str(error))
    return see(reverse("registry:delivery", args=[pk]))


def _delivery_page(request: Request, found: Delivery, form: Reason, *, status: int = 200) -> HttpResponse:
    who = names_of([found.received_by, found.withdrawn_by])
    context = _state(found) | {
        "form": form,
        "register": REGISTERS[found.register],
        "receiver": who.get(found.received_by or 0, ""),
        "withdrawer": who.get(found.withdrawn_by or 0, ""),
        "can_add": _can_add(request),
    }
    return render(request, "registry/delivery.html", context, status=status)


def _state(found: Delivery) -> dict[str, object]:
    job = None if found.read_at else _jobs("registry.read", [found.pk]).get(str(found.pk))
    return {"delivery": found, "job": job}


def _jobs(kind: str, subjects: list[int]) -> dict[str, Job]:
    """The last job of each of these subjects, in one query."""
    if not subjects:
        return {}
    found = Job.objects.filter(kind=kind, subject__in=[str(one) for one in subjects]).order_by("pk")
    return {one.subject: one for one in found}


def _can_add(request: Request) -> bool:
    return bool(request.tenure and may(request.tenure.post.role, Action.REGISTER_ADD))


def _known(name: str) -> Register:
    if name not in REGISTERS:
        raise Http404
    return REGISTERS[name]


@require_http_methods(["GET", "HEAD"])
@needs(Action.REGISTER_READ)
def request_state(request: Request, pk: int) -> HttpResponse:
    """The part of a request's line that changes while its workbook is being written."""
    found = find(Asked, pk=pk)
    job = None if found.written_at else _jobs("registry.ask", [found.pk]).get(str(found.pk))
    return render(
        request, "registry/request_state.html", {"asked": found, "job": job, "can_add": _can_add(request)}
    )
