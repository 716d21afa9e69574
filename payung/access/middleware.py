"""In which post the signed-in user acts, and the scope that follows from it for the whole request."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import resolve
from django.utils import timezone

from payung.access.models import Tenure, User
from payung.access.policy import second_factor
from payung.access.queries import has_second_factor, tenure_of
from payung.core.scope import Scope, acting_in

_WITHOUT_FACTOR = frozenset({"account_logout", "account_reauthenticate", "set_language"})


class ActingPost:
    """Puts `tenure` on the request and runs the view in its scope."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.tenure = None  # type: ignore[attr-defined]
        user = request.user
        if not isinstance(user, User):
            with acting_in(None):
                return self.get_response(request)
        tenure = tenure_of(user, request.session, timezone.localdate())
        request.tenure = tenure  # type: ignore[attr-defined]
        with acting_in(scope_of(user, tenure)):
            if tenure and second_factor(tenure.post.role) and not self._may_pass(request, user):
                return redirect("mfa_activate_totp")
            return self.get_response(request)

    def _may_pass(self, request: HttpRequest, user: User) -> bool:
        if has_second_factor(user, request.session):
            return True
        name = resolve(request.path_info).url_name or ""
        return name.startswith("mfa_") or name in _WITHOUT_FACTOR


def scope_of(user: User, tenure: Tenure | None) -> Scope:
    """What a user may see in a post; without one, nothing but their own."""
    if tenure is None:
        return Scope("", (), user.pk)
    return Scope(tenure.regency_code, (tenure.post.territory,), user.pk, tenure.post.role, tenure.post_id)
