"""What every page knows: `frame`, read from the database only by pages that show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

import payung
from payung.access.models import Tenure, User
from payung.access.queries import tenures_of
from payung.database.models import Regency
from payung.web import navigation
from payung.web.words import tempat


@dataclass(frozen=True, slots=True)
class PostChoice:
    """A post that the user holds; `id` is its tenure's, as text."""

    id: str
    title: str
    place: str
    active: bool


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame around a page. Everything is empty for somebody who did not sign in."""

    version: str = payung.__version__
    regency: str = ""
    is_demo: bool = False
    user: str = ""
    post: str = ""
    place: str = ""
    posts: tuple[PostChoice, ...] = ()
    """All posts of the user when there are several."""
    navigation: tuple[navigation.NavLink, ...] = ()


def page(request: HttpRequest) -> dict[str, Any]:
    """The context processor: `frame`, made when a template first asks for it."""
    return {"frame": SimpleLazyObject(lambda: frame(request))}


def frame(request: HttpRequest) -> Frame:
    """The frame of the page that was asked for."""
    user, tenure = getattr(request, "user", None), getattr(request, "tenure", None)
    if not isinstance(user, User) or not user.is_authenticated:
        return Frame()
    if tenure is None:
        return Frame(user=user.name)
    regency = Regency.objects.filter(pk=tenure.regency_code).first()
    choices = tuple(_choice(one, tenure) for one in tenures_of(user, timezone.localdate()))
    return Frame(
        regency=regency.name if regency else tempat(tenure.regency_code),
        is_demo=bool(regency and regency.is_demo),
        user=user.name,
        post=title(tenure),
        place=tempat(tenure.post.territory),
        posts=choices if len(choices) > 1 else (),
        navigation=navigation.links(tenure.post.role, request.path),
    )


def title(tenure: Tenure) -> str:
    """`Plt. Verifikator`: the post, and on what ground it is held where that is not for good."""
    kinds = {Tenure.Kind.ACTING: "Plt. ", Tenure.Kind.DAILY: "Plh. ", Tenure.Kind.DEPUTY: "Wakil "}
    return f"{kinds.get(Tenure.Kind(tenure.kind), '')}{tenure.post}"


def _choice(one: Tenure, active: Tenure) -> PostChoice:
    return PostChoice(str(one.pk), title(one), tempat(one.post.territory), one.pk == active.pk)
