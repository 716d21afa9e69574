"""Chairs: who holds them, what waits for them, and handing them over in one screen."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from payung.access import forms as access_forms
from payung.access import queries as people
from payung.access.account_services import open_account
from payung.access.http import Request, find, needs, once, sent_before, words_of
from payung.access.models import Post, Tenure
from payung.access.policy import Action
from payung.access.queues import waiting_for
from payung.approval import forms
from payung.approval.post_services import (
    chair_of,
    propose_end,
    propose_factor_reset,
    propose_handover,
    title_of,
)
from payung.core.errors import PayungError

PAGE = 50
GET_OR_POST = ("GET", "HEAD", "POST")


@require_GET
@needs(Action.USER_READ)
def posts(request: Request) -> HttpResponse:
    """Every chair with who sits on it today."""
    words = words_of(request)
    page = Paginator(people.search_posts(words), PAGE).get_page(request.GET.get("page"))
    held = people.holders_now([post.pk for post in page], timezone.localdate())
    rows = [(post, held.get(post.pk, [])) for post in page]
    return render(request, "approval/posts.html", {"page_obj": page, "rows": rows, "words": words})


@require_GET
@needs(Action.USER_READ)
def post(request: Request, pk: int) -> HttpResponse:
    """A chair: its holders over time, and what waits for it."""
    found = find(Post, pk=pk)
    return render(request, "approval/post.html", _of(found))


def _of(found: Post) -> dict[str, object]:
    today = timezone.localdate()
    holders = people.holders_of(found)
    return {
        "post": found,
        "title": title_of(chair_of(found)),
        "holders": [(one, one.holds_on(today), _may_end(one)) for one in holders],
        "waiting": waiting_for(found.regency_code, found.role, found.territory, post=found.pk),
    }


def _may_end(tenure: Tenure) -> bool:
    return tenure.ended_at is None and (tenure.valid_to is None or tenure.valid_to >= timezone.localdate())


@require_http_methods(GET_OR_POST)
@needs(Action.POST_PROPOSE)
def hand_over(request: Request, pk: int) -> HttpResponse:
    """Hand a chair over: who, as what, from when to when, and what happens to whoever sits on it."""
    found = find(Post, pk=pk)
    form = forms.HandOver(request.POST or None, chair=chair_of(found), today=timezone.localdate())
    return _propose(request, form, _of(found))


@require_http_methods(GET_OR_POST)
@needs(Action.POST_PROPOSE)
def new_chair(request: Request) -> HttpResponse:
    """Fill a chair that nobody held before."""
    form = forms.NewChair(request.POST or None, chair=None, today=timezone.localdate())
    return _propose(request, form, {})


def _propose(request: Request, form: forms.HandOver, context: dict[str, object]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            data = form.cleaned_data
            user = form.user or open_account(data["username"], data["name"])
            made = propose_handover(form.wish(user.pk), form.today)
            return reverse("approval:proposal", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    elif request.method == "POST" and (done := sent_before(request)):
        return done
    status = 422 if form.errors else 200
    return render(request, "approval/hand_over.html", {**context, "form": form}, status=status)


@require_http_methods(GET_OR_POST)
@needs(Action.POST_PROPOSE)
def end_tenure(request: Request, pk: int) -> HttpResponse:
    """Propose the end of a tenure without a successor."""
    tenure = find(Tenure.objects.select_related("post", "user"), pk=pk)
    form = forms.End(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = propose_end(tenure, form.cleaned_data["last_day"], form.cleaned_data["basis"])
            return reverse("approval:proposal", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"form": form, "tenure": tenure, "title": title_of(chair_of(tenure.post))}
    return render(request, "approval/end_tenure.html", context, status=422 if form.errors else 200)


@require_http_methods(GET_OR_POST)
@needs(Action.FACTOR_PROPOSE)
def factor_reset(request: Request, pk: int) -> HttpResponse:
    """Propose to take away the second factor of somebody who lost it."""
    user = find(people.people_here(), pk=pk)
    form = access_forms.Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            made = propose_factor_reset(user, form.cleaned_data["reason"])
            return reverse("approval:proposal", args=[made.pk])

        try:
            return once(request, act)
        except PayungError as error:
            form.add_error(None, str(error))
    context = {"form": form, "person": user}
    return render(request, "approval/factor_reset.html", context, status=422 if form.errors else 200)
