"""Accounts: the list, one person's page, opening and closing; and who may do what."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from payung.access import account_services as services
from payung.access import forms, queries
from payung.access.factors import has_factor
from payung.access.http import Request, find, needs, once, public, see, sent_before, words_of
from payung.access.models import Tenure, User
from payung.access.policy import MATRIX, TITLES, WORDS, Action, may
from payung.audit.queries import by_actor
from payung.core.errors import PayungError

PAGE = 50
GET_OR_POST = ("GET", "HEAD", "POST")


@require_GET
@needs(Action.USER_READ)
def people(request: Request) -> HttpResponse:
    """Everybody who works or worked here, found by name."""
    words = words_of(request)
    page = Paginator(queries.search_people(words), PAGE).get_page(request.GET.get("page"))
    held = queries.held_now([user.pk for user in page], timezone.localdate())
    rows = [(user, held.get(user.pk, [])) for user in page]
    return render(request, "access/people.html", {"page_obj": page, "rows": rows, "words": words})


@require_GET
@needs(Action.USER_READ)
def person(request: Request, pk: int) -> HttpResponse:
    """Somebody's posts over time, their last sign-in, and what they did."""
    return _person(request, find(queries.people_here(), pk=pk))


def _person(request: Request, user: User, link: str = "") -> HttpResponse:
    today = timezone.localdate()
    tenures = Tenure.objects.filter(user=user).select_related("post").order_by("-valid_from", "-pk")
    return render(
        request,
        "access/person.html",
        {
            "person": user,
            "tenures": [(one, one.holds_on(today)) for one in tenures],
            "factor": has_factor(user),
            "did": by_actor(user.pk, 30),
            "link": link,
            "hours": int(services.INVITATION.total_seconds() // 3600),
            "self": user.pk == request.user.pk,
        },
    )


@require_http_methods(GET_OR_POST)
@needs(Action.USER_MANAGE)
def person_new(request: Request) -> HttpResponse:
    """Open an account."""
    form = forms.Account(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            user = services.open_account(form.cleaned_data["username"], form.cleaned_data["name"])
            return reverse("access:person", args=[user.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error("username", str(error))
    elif request.method == "POST" and (done := sent_before(request)):
        return done
    return render(request, "access/person_new.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@needs(Action.USER_MANAGE)
def invite(request: Request, pk: int) -> HttpResponse:
    """Make a link by which somebody sets their password; it is shown this once."""
    user = find(queries.people_here(), pk=pk)
    try:
        token = services.invite(user)
    except PayungError as error:
        messages.error(request, str(error))
        return see(reverse("access:person", args=[pk]))
    assert request.tenure
    path = reverse("accept_invitation", args=[request.tenure.regency_code, token])
    return _person(request, user, request.build_absolute_uri(path))


@require_http_methods(GET_OR_POST)
@needs(Action.USER_MANAGE)
def person_close(request: Request, pk: int) -> HttpResponse:
    """Close an account."""
    return _switch(request, find(queries.people_here(), pk=pk), opening=False)


@require_http_methods(GET_OR_POST)
@needs(Action.USER_MANAGE)
def person_reopen(request: Request, pk: int) -> HttpResponse:
    """Open a closed account again."""
    return _switch(request, find(queries.people_here(), pk=pk), opening=True)


def _switch(request: Request, user: User, *, opening: bool) -> HttpResponse:
    form, page = forms.Reason(request.POST or None), reverse("access:person", args=[user.pk])
    if request.method == "POST" and form.is_valid():
        change = services.reopen_account if opening else services.close_account

        def act() -> str:
            change(user, form.cleaned_data["reason"])
            return page

        try:
            return once(request, act)
        except PayungError as error:
            messages.error(request, str(error))
            return see(page)
    context = {"form": form, "person": user, "opening": opening}
    return render(request, "access/person_switch.html", context, status=422 if form.errors else 200)


@require_GET
@needs(Action.SELF)
def permissions(request: Request) -> HttpResponse:
    """Who may do what."""
    rows = [(WORDS[action], [may(role, action) for role in TITLES]) for action in MATRIX]
    return render(request, "access/permissions.html", {"roles": TITLES.values(), "rows": rows})


@public
@require_http_methods(GET_OR_POST)
@never_cache
@sensitive_post_parameters()
def accept_invitation(request: HttpRequest, regency: str, token: str) -> HttpResponse:
    """Set one's password by the link from the administrator; a look at it does not use it up."""
    invitation = services.invited(regency, token)
    if invitation is None:
        return render(request, "access/invitation_gone.html", status=404)
    form = forms.NewPassword(request.POST or None, user=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            services.accept(invitation, form.cleaned_data["password1"])
        except PayungError:
            return render(request, "access/invitation_gone.html", status=404)
        messages.success(request, _("Kata sandi tersimpan. Masuk dengan nama pengguna dan kata sandi itu."))
        return see(reverse("account_login"))
    context = {"form": form, "person": invitation.user}
    return render(request, "access/invitation.html", context, status=422 if form.errors else 200)
