"""Who is who, and in which post they act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from payung.access.models import Post, Tenure, User
from payung.access.policy import TITLES
from payung.core.scope import Scope, acting_in, required
from payung.database.models import Regency

_TENURE, _REGENCY = "payung_tenure", "payung_regency"


class EndedError(Exception):
    """The post in which a session acted is no longer held."""


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


def regencies_elsewhere(user: User, regency: str, day: date) -> list[str]:
    """Names of the other regencies in which a user holds a post now or later."""
    with acting_in(Scope("", (), user.pk)):
        held = Tenure.everything.filter(user=user, ended_at__isnull=True).exclude(regency_code=regency)
        codes = held.exclude(valid_to__lt=day).values_list("regency_code", flat=True).distinct()
        return list(Regency.objects.filter(code__in=list(codes)).values_list("name", flat=True))


def people_here() -> QuerySet[User]:
    """Users of the current scope's regency: who ever held a post here, or whose account was opened here."""
    here = Q(pk__in=Tenure.objects.values("user_id")) | Q(opened_in=required().regency)
    return User.objects.filter(here)


def search_people(words: str) -> QuerySet[User]:
    """Users here whose name or login name holds each of the words, by name."""
    found = people_here()
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(username__icontains=word))
    return found.order_by("name", "pk")


def held_now(users: Sequence[int], day: date) -> dict[int, list[Tenure]]:
    """The posts that each of these users holds here on a day. One query."""
    found: dict[int, list[Tenure]] = {}
    tenures = Tenure.objects.filter(held_on(day), user__in=users).select_related("post")
    for tenure in tenures.order_by("valid_from", "pk"):
        found.setdefault(tenure.user_id, []).append(tenure)
    return found


def holders_now(posts: Sequence[int], day: date) -> dict[int, list[Tenure]]:
    """Who holds each of these posts on a day. One query."""
    found: dict[int, list[Tenure]] = {}
    tenures = Tenure.objects.filter(held_on(day), post__in=posts).select_related("user")
    for tenure in tenures.order_by("valid_from", "pk"):
        found.setdefault(tenure.post_id, []).append(tenure)
    return found


def holders_of(post: Post) -> list[Tenure]:
    """Everybody who held, holds or will hold a post, latest first, with their names."""
    return list(Tenure.objects.filter(post=post).select_related("user").order_by("-valid_from", "-pk"))


def unended(post: Post, day: date) -> list[Tenure]:
    """Tenures of a post that are held on a day or later."""
    found = Tenure.objects.filter(post=post, ended_at__isnull=True).exclude(valid_to__lt=day)
    return list(found.select_related("user").order_by("valid_from", "pk"))


def search_posts(words: str) -> QuerySet[Post]:
    """Posts here: each of the words is in the role's title, the agency, the territory, or a holder's name."""
    found = Post.objects.all()
    for word in words.split():
        roles = [role.value for role, title in TITLES.items() if word.lower() in title.lower()]
        holders = Tenure.objects.filter(held_on(timezone.localdate()), user__name__icontains=word)
        found = found.filter(
            Q(role__in=roles) | Q(territory__startswith=word) | Q(agency__icontains=word)
            | Q(pk__in=holders.values("post_id"))
        )  # fmt: skip
    return found.order_by("role", "territory", "agency")


def tenure_of(user: User, session: Any, day: date) -> Tenure | None:
    """The post in which a user acts now: the one chosen in this session, else the first that they hold.

    EndedError where the one that was chosen is held no longer.
    """
    regency, chosen = session.get(_REGENCY), session.get(_TENURE)
    if regency and chosen:
        with acting_in(Scope(regency, (), user.pk)):
            tenure: Tenure | None = (
                Tenure.objects.filter(held_on(day), pk=chosen, user=user).select_related("post").first()
            )
        if tenure is None:
            raise EndedError
        return tenure
    held = tenures_of(user, day)
    if not held:
        return None
    choose(session, held[0])
    return held[0]


def choose(session: Any, tenure: Tenure) -> None:
    """Act in this post from now on, in this session."""
    session[_REGENCY], session[_TENURE] = tenure.regency_code, tenure.pk


def names_of(users: Iterable[int | None]) -> dict[int | None, str]:
    """The names of users by id, in one query; None has none."""
    wanted = {one for one in users if one is not None}
    return dict(User.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
