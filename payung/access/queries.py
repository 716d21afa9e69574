"""Who is who, and in which post they act."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import Q

from payung.access.models import Tenure, User
from payung.core.scope import Scope, acting_in

_TENURE, _REGENCY, _FACTOR = "payung_tenure", "payung_regency", "payung_factor"


def held_on(day: date) -> Q:
    """Tenures that are held on a day."""
    return Q(ended_at__isnull=True, valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gte=day))


def tenures_of(user: User, day: date) -> list[Tenure]:
    """The posts that a user holds on a day, in any regency, in the order in which they were given."""
    with acting_in(Scope("", (), user.pk)):
        mine = list(Tenure.everything.filter(held_on(day), user=user).order_by("valid_from", "pk"))
    found: list[Tenure] = []
    for regency in sorted({one.regency_code for one in mine}):
        with acting_in(Scope(regency, (), user.pk)):
            found += Tenure.objects.filter(pk__in=[one.pk for one in mine]).select_related("post")
    return sorted(found, key=lambda one: (one.valid_from, one.pk))


def tenure_of(user: User, session: Any, day: date) -> Tenure | None:
    """The post in which a user acts now: the one chosen in this session, else the first that they hold."""
    regency, chosen = session.get(_REGENCY), session.get(_TENURE)
    if regency and chosen:
        with acting_in(Scope(regency, (), user.pk)):
            tenure: Tenure | None = (
                Tenure.objects.filter(held_on(day), pk=chosen, user=user).select_related("post").first()
            )
        if tenure:
            return tenure
    held = tenures_of(user, day)
    if not held:
        return None
    choose(session, held[0])
    return held[0]


def choose(session: Any, tenure: Tenure) -> None:
    """Act in this post from now on, in this session."""
    session[_REGENCY], session[_TENURE] = tenure.regency_code, tenure.pk


def has_second_factor(user: User, session: Any) -> bool:
    """Whether a user has a second factor; once true, remembered for the session."""
    if session.get(_FACTOR) == user.pk:
        return True
    found: bool = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
    if found:
        session[_FACTOR] = user.pk
    return found
