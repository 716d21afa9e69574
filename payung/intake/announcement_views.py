"""A desa's page, its announcements, and the objections against its list."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access.http import Request, find, needs, once, see
from payung.access.policy import Action
from payung.access.queries import names_of
from payung.audit.queries import history
from payung.core import region
from payung.core.errors import PayungError
from payung.core.region import Desa
from payung.core.scope import required
from payung.intake import announcement_services as services
from payung.intake import forms_office as forms
from payung.intake.models import Announcement, Objection, Row, State
from payung.intake.pages import GET_OR_POST, can, do, download
from payung.intake.queries import live_uploads
from payung.registry.masks import masked

PAGE = 50


def _desa(code: str) -> Desa:
    """A desa of the territory. Http404 for any other."""
    found = region.desa(code) if required().covers(code) else None
    if found is None or found.code != code:
        raise Http404
    return found


@require_GET
@needs(Action.UPLOAD_READ)
def desa(request: Request, code: str) -> HttpResponse:
    """Where a desa's lists stand, its announcements, its objections."""
    place = _desa(code)
    lists = live_uploads().filter(place__startswith=code).defer("general", "layout")
    page = Paginator(lists.order_by("-received_at"), PAGE).get_page(request.GET.get("page"))
    hanging = Announcement.objects.filter(place=code).defer("meeting").order_by("-made_at")[:10]
    told = Row.objects.filter(live=True, place__startswith=code).aggregate(
        good=Count("pk", filter=Q(state=State.GOOD)), to_fix=Count("pk", filter=Q(state=State.TO_FIX))
    )
    context = {
        "desa": place,
        "page_obj": page,
        "rows": told,
        "announcements": list(hanging),
        "hanging": any(one.opened_at and not one.closed_at for one in hanging),
        "objections": list(Objection.objects.filter(place__startswith=code).order_by("-pk")[:10]),
        "today": timezone.localdate(),
        "can_announce": can(request, Action.ANNOUNCE),
        "can_object": can(request, Action.OBJECTION_ADD),
    }
    return render(request, "intake/desa.html", context)


@require_http_methods(GET_OR_POST)
@needs(Action.ANNOUNCE)
def meeting(request: Request, code: str) -> HttpResponse:
    """The facts of the meeting; sent, the minutes and the notice are printed."""
    place = _desa(code)
    form = forms.Meeting(request.POST or None, initial={"announced_from": timezone.localdate()})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = services.prepare(code, form.cleaned_data)
            return reverse("intake:announcement", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    return render(
        request, "intake/meeting.html", {"desa": place, "form": form}, status=422 if form.errors else 200
    )


@require_GET
@needs(Action.UPLOAD_READ)
def announcement(request: Request, pk: int) -> HttpResponse:
    """One announcement: its papers, its days, its objections."""
    one = find(Announcement, pk=pk)
    context = {
        "one": one,
        "desa": region.desa(one.place),
        "today": timezone.localdate(),
        "objections": list(Objection.objects.filter(announcement=one).order_by("number")),
        "history": history(one, 20),
        "can_announce": can(request, Action.ANNOUNCE),
        "can_object": can(request, Action.OBJECTION_ADD),
    }
    return render(request, "intake/announcement.html", context)


@require_POST
@needs(Action.ANNOUNCE)
def hang_out(request: Request, pk: int) -> HttpResponse:
    """Say that the list hangs out."""
    one = find(Announcement, pk=pk)
    return do(
        request,
        lambda: services.open_announcement(one),
        _("Daftar ditandai sedang diumumkan."),
        reverse("intake:announcement", args=[pk]),
    )


@require_POST
@needs(Action.ANNOUNCE)
def take_down(request: Request, pk: int) -> HttpResponse:
    """Say that the days are over."""
    one = find(Announcement, pk=pk)
    return do(
        request,
        lambda: services.close_announcement(one, timezone.localdate()),
        _("Pengumuman ditutup."),
        reverse("intake:announcement", args=[pk]),
    )


@require_POST
@needs(Action.ANNOUNCE)
def paper(request: Request, pk: int, part: str) -> HttpResponse:
    """The minutes or the notice as PDF; that it was taken is recorded."""
    one = find(Announcement, pk=pk)
    if part not in ("berita-acara", "pengumuman"):
        raise Http404
    try:
        return download(services.take_paper(one, part), "application/pdf")
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("intake:announcement", args=[pk]))


@require_GET
@needs(Action.OBJECTION_ADD)
def objections(request: Request) -> HttpResponse:
    """Objections of the territory: the open ones first, by the day on which they are due."""
    state = request.GET.get("keadaan", "terbuka")
    found = Objection.objects.order_by("answered_at", "due_on", "number")
    if state == "terbuka":
        found = found.filter(answered_at__isnull=True)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page_obj": page, "state": state, "today": timezone.localdate()}
    return render(request, "intake/objections.html", context)


@require_http_methods(GET_OR_POST)
@needs(Action.OBJECTION_ADD)
def objection_new(request: Request, code: str) -> HttpResponse:
    """Key in an objection at the desk."""
    place, today = _desa(code), timezone.localdate()
    form = forms.ObjectionForm(request.POST or None, initial={"received_on": today})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = services.add_objection(code, form.cleaned_data, today)
            messages.success(
                request, _("Keberatan tercatat dengan nomor %(number)s.") % {"number": made.title}
            )
            return reverse("intake:objection", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"desa": place, "form": form, "days": services.ANSWER_WITHIN}
    return render(request, "intake/objection_new.html", context, status=422 if form.errors else 200)


@require_GET
@needs(Action.OBJECTION_ADD)
def objection(request: Request, pk: int) -> HttpResponse:
    """One objection and its answer."""
    return _objection_page(request, find(Objection, pk=pk), forms.Answer())


@require_POST
@needs(Action.OBJECTION_ANSWER)
def answer(request: Request, pk: int) -> HttpResponse:
    """Answer an objection, with the reason."""
    one, form = find(Objection, pk=pk), forms.Answer(request.POST)
    if not form.is_valid():
        return _objection_page(request, one, form, status=422)
    said = form.cleaned_data
    return do(
        request,
        lambda: services.answer_objection(one, said["outcome"], said["answer"]),
        _("Jawaban tersimpan."),
        reverse("intake:objection", args=[pk]),
    )


def _objection_page(
    request: Request, one: Objection, form: forms.Answer, *, status: int = 200
) -> HttpResponse:
    who = names_of([one.made_by, one.answered_by])
    context = {
        "one": one,
        "form": form if can(request, Action.OBJECTION_ANSWER) and not one.answered_at else None,
        "phone": masked("phone", one.by_phone),
        "made_by": who.get(one.made_by or 0, ""),
        "answered_by": who.get(one.answered_by or 0, ""),
        "late": _late(one, timezone.localdate()),
    }
    return render(request, "intake/objection.html", context, status=status)


def _late(one: Objection, today: date) -> bool:
    return one.answered_at is None and one.due_on < today
