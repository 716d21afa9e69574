"""What every view shares: the action it needs, objects of the actor's scope, forms that count once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.cache import patch_cache_control

from payung.access.models import Once, Tenure, User
from payung.access.policy import Action, may
from payung.core.scope import required

Arguments = ParamSpec("Arguments")
View = Callable[Concatenate["Request", Arguments], HttpResponse]
Row = TypeVar("Row", bound=models.Model)


class Request(HttpRequest):
    """A request of somebody who signed in. `tenure` is the post in which they act, None where they hold none."""

    user: User
    tenure: Tenure | None


def needs(action: Action) -> Callable[[View[Arguments]], Callable[..., HttpResponse]]:
    """Only for roles that may do `action`: others are sent to sign in, or refused (403)."""

    def decorate(view: View[Arguments]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def checked(request: Request, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if request.tenure is None or not may(request.tenure.post.role, action):
                raise PermissionDenied
            response = view(request, *args, **kwargs)
            patch_cache_control(response, private=True, no_store=True)
            return response

        checked.action = action  # type: ignore[attr-defined]
        return checked

    return decorate


def public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For everybody, also without signing in: says so, so that no address is open by mistake."""
    view.action = None  # type: ignore[attr-defined]
    return view


def find(rows: type[Row] | models.QuerySet[Row], **lookup: Any) -> Row:
    """The one row of the actor's scope. Http404 for what does not exist and for what lies outside: the same."""
    found = rows._default_manager.all() if isinstance(rows, type) else rows
    try:
        return found.get(**lookup)
    except (ObjectDoesNotExist, ValueError, OverflowError):
        raise Http404 from None


def once(request: Request, act: Callable[[], str]) -> HttpResponse:
    """Do `act` (which returns the address to go to) unless this very form was sent before; then go where it led.

    The form carries a hidden field `once` (`{% once %}`). Act and mark are one transaction.
    """
    try:
        key = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        raise PermissionDenied from None
    with transaction.atomic():
        try:
            with transaction.atomic():
                mark = Once.everything.create(regency_code=required().regency, key=key, user=request.user)
        except IntegrityError:  # the other sending has been committed, or else this one would wait for it
            return see(Once.everything.get(user=request.user, key=key).location or "/")
        location = act()
        Once.everything.filter(pk=mark.pk).update(location=location)
    return see(location)


def sent_before(request: Request) -> HttpResponse | None:
    """Where this very form led when it was sent before; None for a new one.

    For forms that are no longer valid once they were acted on (a name that is taken now): ask it when they are not.
    """
    try:
        key = uuid.UUID(request.POST.get("once", ""))
    except ValueError:
        return None
    mark = Once.everything.filter(user=request.user, key=key).first()
    return see(mark.location or "/") if mark else None


def words_of(request: HttpRequest, field: str = "cari") -> str:
    """What was typed into a search box, as a database can take it: no NUL, at most 100 characters."""
    return request.GET.get(field, "").replace("\x00", "").strip()[:100]


def see(location: str) -> HttpResponse:
    """Go on at another address after a POST (303)."""
    response = HttpResponseRedirect(location)
    response.status_code = 303
    return response
