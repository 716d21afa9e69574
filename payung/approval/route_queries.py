"""Routes: which wait for a post, which one may see, how one went, and what differs from what a seat approved last.

Whoever sees a subject, or sits on a stop, sees the whole of its route: it lies at the regency, and its stops in several
territories. So the wall settles which rows somebody has a right to, and these are then read in `whole_regency`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.utils import timezone

from payung.access.models import Post, Tenure
from payung.access.queries import held_on
from payung.approval import chain
from payung.approval.chain import Chair, Difference, Halt
from payung.approval.models import Route, Stop
from payung.approval.route_services import chairs_of, course_of, is_stale
from payung.approval.rules import Verdict
from payung.core.scope import Scope, acting_in, current, required, whole_regency
from payung.database.scoped import in_territory


@dataclass(frozen=True, slots=True)
class StopLine:
    """A stop as it is shown: who decided it on what ground (`Plt.` and the like), or who may."""

    stop: Stop
    ground: str
    """Empty for a definitive holder."""
    holders: tuple[str, ...]
    """Who may decide it today; of a stop that is open."""


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage as it is shown. `state`: `done`, `open`, `ahead`, or `left` where the route ended before it was done."""

    title: str
    state: str
    since: datetime | None
    """Since when it is open, where it is."""
    stops: tuple[StopLine, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """What a seat approved last, and what is different now; nothing different where it is the same."""

    stop: Stop
    differences: tuple[Difference, ...]

    @property
    def route(self) -> Route:
        """The earlier route."""
        return self.stop.route


@dataclass(frozen=True, slots=True)
class Part:
    """What somebody who looks at a route has to do with it."""

    objection: str
    """Why they decide nothing now; empty where they may."""
    stops: tuple[Stop, ...]
    """What one agreement of theirs would decide, in order."""
    stale: bool
    """Whether the subject is no longer what was opened."""
    compared: Compared | None


def route_of(subject_type: str, subject_id: object) -> Route | None:
    """The newest route of a subject that the caller has shown to be seen; None where it never had one."""
    with whole_regency():
        found: Route | None = (
            Route.objects.filter(subject_type=subject_type, subject_id=str(subject_id))
            .select_related("made_by")
            .order_by("-pk")
            .first()
        )
    return found


def waiting_routes() -> list[Route]:
    """Routes with an open stop of the post in which one acts, oldest first.

    Asked for a chair (a scope without actor), whoever sits on it.
    """
    scope = current()
    if scope is None or not scope.regency:
        return []
    stops = waiting_stops(scope)
    with whole_regency():
        return list(_listed().filter(pk__in={one.route_id for one in stops}).order_by("made_at", "pk"))


def waiting_count() -> int:
    """How many routes wait for the post in which one acts."""
    scope = current()
    return len({one.route_id for one in waiting_stops(scope)}) if scope and scope.regency else 0


def waiting_stops(scope: Scope) -> list[Stop]:
    """The open stops that a post may decide, without those of routes that its holder has made."""
    with acting_in(scope):
        inside = in_territory()
        if inside is None or scope.post is None:
            return []
        with whole_regency():
            agency = Post.objects.filter(pk=scope.post).values(key=Lower("agency"))
            found = Stop.objects.filter(
                inside, decided_at__isnull=True, role=scope.role, position=F("route__position"),
                route__ended_at__isnull=True,
            )  # fmt: skip
            found = found.annotate(key=Lower("agency")).filter(Q(agency="") | Q(key__in=agency))
            if scope.actor is not None:
                found = found.exclude(made_by=scope.actor)
            return list(found.defer("reason").order_by("route_id", "pk"))


def waiting_in_other_posts() -> list[tuple[Post, int]]:
    """The actor's other posts of this regency for which routes wait, with how many."""
    scope = required()
    others = [chair.tenure for chair in chairs_of(scope)[1:]]
    found = []
    for tenure in Tenure.objects.filter(pk__in=others).select_related("post").order_by("pk"):
        post = tenure.post
        there = replace(scope, territories=(post.territory,), role=post.role, post=post.pk)
        count = len({one.route_id for one in waiting_stops(there)})
        if count:
            found.append((post, count))
    return found


def seen_routes() -> QuerySet[Route]:
    """Routes of the actor's territory, and those on which a post of their role and territory sits.

    Built within the actor's walls, to be read in `whole_regency`.
    """
    inside, scope = in_territory(), current()
    if inside is None or scope is None:
        return Route.objects.none()
    mine = Stop.everything.filter(inside, route=OuterRef("pk"), role=scope.role)
    with whole_regency():
        return Route.objects.select_related("made_by").filter(inside | Exists(mine))


def under_way(routes: QuerySet[Route]) -> QuerySet[Route]:
    """Those that have not ended, oldest first."""
    return routes.defer("faces").filter(ended_at__isnull=True).order_by("made_at", "pk")


def ended(routes: QuerySet[Route]) -> QuerySet[Route]:
    """Those that have ended, latest first."""
    return routes.defer("faces").filter(ended_at__isnull=False).order_by("-ended_at", "-pk")


def timeline(route: Route) -> tuple[StageLine, ...]:
    """All stages of a route with their stops: who decided what when, who may decide what is open, what lies ahead."""
    with whole_regency():
        stops = list(
            Stop.objects.filter(route=route).select_related("decided_by").order_by("position", "place", "pk")
        )
        grounds = _grounds(stops)
        holders = _holders(route, [one for one in stops if _is_open(route, one)])
    lines, since = [], route.made_at
    for position, stage in enumerate(chain.read(route.stages)):
        own = [one for one in stops if one.position == position]
        state = _state(route, position, own)
        lines.append(
            StageLine(
                stage.title,
                state,
                since if state == "open" else None,
                tuple(
                    StopLine(one, grounds.get(one.tenure or 0, ""), holders.get(one.pk, ())) for one in own
                ),
            )
        )
        since = max((one.decided_at for one in own if one.decided_at), default=since)
    return tuple(lines)


def compared(route: Route, stops: Sequence[Stop]) -> Compared | None:
    """What differs from what the first of these stops' seats approved last; None where it never approved such a thing.

    Of the same subject where it went round before, else of the same kind.
    """
    if not stops:
        return None
    with whole_regency():
        before = Stop.objects.filter(
            route__kind=route.kind, seat=stops[0].seat, place=stops[0].place, verdict=chain.APPROVED
        ).exclude(route=route)
        same = Q(route__subject_type=route.subject_type, route__subject_id=route.subject_id)
        newest = before.select_related("route", "decided_by").order_by("-decided_at", "-pk")
        last = newest.filter(same).first() or newest.first()
        return Compared(last, chain.differences(last.route.faces, route.faces)) if last else None


def part_in(route: Route) -> Part:
    """What the actor, in the post in which they act, has to do with a route."""
    with whole_regency() as scope:
        course, chairs = course_of(route), chairs_of(scope)
        objection = chain.objection(course, scope.actor, chairs[0] if chairs else None)
        stale = route.ended_at is None and is_stale(route)
        if objection or scope.actor is None:
            return Part(objection, (), stale, None)
        marks = chain.decide(course, scope.actor, chairs[0], chairs[1:], Verdict.APPROVED).marks
        stops = tuple(Stop.objects.filter(pk__in=marks).order_by("position", "pk"))
        return Part("", stops, stale, compared(route, stops))


def _listed() -> QuerySet[Route]:
    """Without what is sealed: a list shows none of it."""
    found: QuerySet[Route] = Route.objects.select_related("made_by").defer("faces")
    return found


def _is_open(route: Route, stop: Stop) -> bool:
    return route.ended_at is None and stop.position == route.position and stop.decided_at is None


def _state(route: Route, position: int, stops: Iterable[Stop]) -> str:
    if all(one.verdict == chain.APPROVED for one in stops):
        return "done"
    if route.ended_at is not None:
        return "left"
    return "open" if position == route.position else "ahead"


def _grounds(stops: Iterable[Stop]) -> Mapping[int, str]:
    """On what ground each tenure was held, where it was not definitive."""
    found = Tenure.objects.filter(pk__in={one.tenure for one in stops if one.tenure})
    return {one.pk: str(Tenure.Kind(one.kind).label) for one in found if one.kind != Tenure.Kind.DEFINITIVE}


def _holders(route: Route, stops: Sequence[Stop]) -> Mapping[int, tuple[str, ...]]:
    """Who may decide each of these stops today, by name; nobody where its chair is empty or the maker's own."""
    if not stops:
        return {}
    held = Tenure.objects.filter(
        held_on(timezone.localdate()), post__role__in={one.role for one in stops}, user__is_active=True
    ).exclude(user=route.made_by_id)
    chairs = [
        (Chair(one.pk, one.post.role, one.post.territory, one.post.agency), one.user.name)
        for one in held.select_related("post", "user").order_by("user__name", "pk")
    ]
    return {
        one.pk: tuple(
            dict.fromkeys(
                name
                for chair, name in chairs
                if Halt(one.pk, one.position, one.role, one.place, one.agency).is_for(chair)
            )
        )
        for one in stops
    }
