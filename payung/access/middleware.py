"""In which post the signed-in user acts, and the scope that follows from it for the whole request."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from payung.access.factors import SESSION_KEY, has_factor
from payung.access.models import Tenure, User
from payung.access.policy import second_factor
from payung.access.queries import EndedError, tenure_of
from payung.core.scope import Scope, acting_in

_WITHOUT_FACTOR = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "mfa_reauthenticate",
        "mfa_activate_totp",
        "set_language",
    }
)


class ActingPost:
    """Puts `tenure` on the request and runs the view in its scope.

    A session ends with the post that was chosen in it. Above the RT nothing opens before the second factor was shown
    in this very session: that the user has one somewhere else is not enough.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.tenure = None  # type: ignore[attr-defined]
        user = request.user
        if not isinstance(user, User):
            with acting_in(None):
                return self.get_response(request)
        try:
            tenure = tenure_of(user, request.session, timezone.localdate())
        except EndedError:
            with acting_in(Scope("", (), user.pk)):
                return _end_session(request)
        request.tenure = tenure  # type: ignore[attr-defined]
        with acting_in(scope_of(user, tenure)):
            missing = _missing_factor(request, user, tenure)
            return missing or self.get_response(request)


def scope_of(user: User, tenure: Tenure | None) -> Scope:
    """What a user may see in a post; without one, nothing but their own."""
    if tenure is None:
        return Scope("", (), user.pk)
    return Scope(tenure.regency_code, (tenure.post.territory,), user.pk, tenure.post.role, tenure.post_id)


def _missing_factor(request: HttpRequest, user: User, tenure: Tenure | None) -> HttpResponse | None:
    """Where to go for the second factor; None where it has been shown or is not needed."""
    if request.session.get(SESSION_KEY) == user.pk:
        return None
    has_one = has_factor(user)
    if not has_one and not (tenure and second_factor(tenure.post.role)):
        return None
    try:
        name = resolve(request.path_info).url_name
    except Resolver404:
        return None  # the same answer as for everybody: there is no such page
    if name in _WITHOUT_FACTOR:
        return None
    if has_one:
        return redirect_to_login(request.get_full_path(), reverse("mfa_reauthenticate"))
    return redirect("mfa_activate_totp")


def _end_session(request: HttpRequest) -> HttpResponse:
    logout(request)
    messages.info(
        request, _("Jabatan yang Anda pakai sudah berakhir. Masuk lagi untuk jabatan Anda yang lain.")
    )
    return redirect("account_login")
