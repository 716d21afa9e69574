"""Opening a route, deciding its stops, taking it back. Of two decisions at once exactly one is made.

Each verb takes the route's row first, so that whoever acts on the same route at the same moment waits and then sees what
was done; each change is conditional besides. A stop leads to its route: whoever may decide it acts on the whole of the
route, although it lies at the regency and its other stops in other territories (`whole_regency`).
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from payung.access.models import Tenure
from payung.access.queries import held_on
from payung.approval import chain, rules
from payung.approval.chain import Chair, Course, Halt, Step
from payung.approval.models import Route, Stop
from payung.approval.procedures import procedure_in_force
from payung.approval.route_kinds import ROUTE_KINDS
from payung.audit.services import Subject, record, subject_of
from payung.core.errors import PayungError
from payung.core.scope import Scope, required, whole_regency

_ENDED = {
    chain.APPROVED: "disetujui seluruhnya",
    chain.RETURNED: "dikembalikan",
    chain.WITHDRAWN: "ditarik",
}


def open_route(kind: str, subject: Subject, *, summary: str, faces: Sequence[tuple[str, str]]) -> Route:
    """Send a subject through its chain of the procedure in force. `faces`: what is shown of it, without NIK.

    PayungError while another route of this kind is under way for it, or where a seat would stand for nobody.
    """
    found, actor = ROUTE_KINDS[kind], required().actor
    assert actor is not None, "a route is opened by a person"
    subject_type, subject_id = subject_of(subject)
    with transaction.atomic(), whole_regency() as scope:
        stages = procedure_in_force().chain(found.chain_of(subject_id)).stages
        planned = chain.plan(stages, scope.regency, found.places(subject_id))
        same = Route.everything.filter(
            regency_code=scope.regency, kind=kind, subject_type=subject_type, subject_id=subject_id
        )
        shown: Any = [list(face) for face in faces]
        route = Route(
            regency_code=scope.regency, place=getattr(subject, "place", "") or scope.regency, kind=kind,
            subject_type=subject_type, subject_id=subject_id, subject_version=found.version(subject_id),
            attempt=same.count() + 1, summary=summary[:200], faces=shown, stages=chain.said(stages),
            made_by_id=actor, made_at=timezone.now(),
        )  # fmt: skip
        try:
            with transaction.atomic():
                route.save()
        except IntegrityError:
            raise PayungError(
                "Persetujuan ini sudah diminta dan masih berjalan.", todo="Lihat di Persetujuan."
            ) from None
        Stop.everything.bulk_create(
            Stop(
                regency_code=scope.regency, place=one.place, route=route, position=one.position, seat=one.seat.id,
                title=one.title, role=one.seat.role, agency=one.seat.agency, field=one.seat.field, made_by=actor,
            )
            for one in planned
        )  # fmt: skip
        record(
            "route.opened", route,
            detail={"kind": kind, "subject": [subject_type, subject_id], "summary": summary, "stops": len(planned)},
        )  # fmt: skip
    return route


def decide_stop(
    route: Route,
    verdict: rules.Verdict,
    reason: str = "",
    *,
    seen_version: str = "",
    seen_position: int | None = None,
) -> Route:
    """Agree in the post in which one acts (and in one's other posts whose turn it is), or send back with a reason.

    The last agreement does what was approved, in the same transaction. `seen_version` and `seen_position` are what the
    actor was shown: the subject's version and the stage. PayungError where somebody else was quicker, the subject is no
    longer what was opened or seen, the actor may not, or doing it is refused; then nothing has changed.
    """
    reason = reason.strip()
    if verdict is rules.Verdict.RETURNED and not reason:
        raise PayungError("Alasan belum ditulis.", todo="Tulis apa yang perlu diperbaiki.")
    with transaction.atomic(), whole_regency() as scope:
        held = _take(route)
        if seen_position is not None and seen_position != held.position:
            raise already_done(held)
        course, chairs = course_of(held), chairs_of(scope)
        _allow(held, course, scope, chairs)
        if verdict is rules.Verdict.APPROVED:
            _refuse_another_version(held, seen_version)
        assert scope.actor is not None
        assert chairs
        step = chain.decide(course, scope.actor, chairs[0], chairs[1:], verdict)
        _mark(held, step, scope.actor, verdict, reason)
        _go_on(held, step)
        kind = ROUTE_KINDS[held.kind]
        if step.outcome == chain.APPROVED:
            kind.finished(held.subject_id)
        elif step.outcome == chain.RETURNED:
            kind.returned(held.subject_id, reason)
        _record(held, step, reason)
        done: Route = Route.everything.get(pk=held.pk)
    return done


def withdraw_route(route: Route) -> Route:
    """Take back one's own route. PayungError for somebody else's, or one that has ended."""
    if route.made_by_id != required().actor:
        raise PayungError("Hanya yang mengajukan yang dapat menariknya.")
    with transaction.atomic(), whole_regency():
        held = _take(route)
        _end(held, chain.WITHDRAWN, held.position)
        record(
            "route.withdrawn",
            held,
            detail={"kind": held.kind, "subject": [held.subject_type, held.subject_id]},
        )
        done: Route = Route.everything.get(pk=held.pk)
    return done


def is_stale(route: Route) -> bool:
    """Whether the subject is no longer what it was when the route was opened: it can only be sent back or withdrawn."""
    with whole_regency():
        return version_now(route) != route.subject_version


def version_now(route: Route) -> str:
    """What the subject is like now; empty where its kind is not known any more."""
    kind = ROUTE_KINDS.get(route.kind)
    return kind.version(route.subject_id) if kind else ""


def course_of(route: Route) -> Course:
    """What the rules ask of a route. Read it in the whole regency: within a territory stops would be missing."""
    halts = tuple(
        Halt(one.pk, one.position, one.role, one.place, one.agency, one.decided_by_id, one.verdict)
        for one in Stop.everything.filter(route=route).defer("reason").order_by("position", "pk")
    )
    return Course(route.made_by_id, halts, route.position, route.outcome)


def chairs_of(scope: Scope) -> list[Chair]:
    """The posts that the actor holds today in this regency; first the one in which they act, none where they lost it."""
    if scope.actor is None or scope.post is None:
        return []
    tenures = Tenure.objects.filter(held_on(timezone.localdate()), user=scope.actor, user__is_active=True)
    held = sorted(
        tenures.select_related("post"), key=lambda one: (one.post_id != scope.post, one.valid_from, one.pk)
    )
    if not held or held[0].post_id != scope.post:
        return []
    return [Chair(one.pk, one.post.role, one.post.territory, one.post.agency) for one in held]


def already_done(route: Route, stops: Sequence[int] = ()) -> PayungError:
    """What the second of two reads: who was quicker (at these stops, where given), and what they did."""
    decided = Stop.everything.filter(route=route, decided_at__isnull=False).select_related("decided_by")
    if stops:
        decided = decided.filter(pk__in=stops)
    last = decided.order_by("decided_at", "pk").last()
    if last is None or route.outcome == chain.WITHDRAWN:
        who, what = route.made_by.name, _ENDED.get(route.outcome, "diajukan")
    else:
        assert last.decided_by
        who, what = last.decided_by.name, _ENDED.get(route.outcome, "disetujui")
    return PayungError(
        f"Ini sudah diproses oleh {who}: {what}.",
        todo="Muat ulang halamannya untuk melihat keadaannya sekarang.",
    )


def _take(route: Route) -> Route:
    """The route as it is now, held until the transaction ends. PayungError where it has ended.

    An UPDATE that changes nothing: both databases make everybody else who acts on this route wait for it.
    """
    open_one = Route.everything.filter(pk=route.pk, ended_at__isnull=True).update(position=F("position"))
    held: Route = Route.everything.get(pk=route.pk)
    if not open_one:
        raise already_done(held)
    return held


def _allow(route: Route, course: Course, scope: Scope, chairs: Sequence[Chair]) -> None:
    acting = chairs[0] if chairs else None
    why_not = chain.objection(course, scope.actor, acting)
    if not why_not:
        return
    mine = [one.id for one in course.halts if acting and one.is_for(acting) and one.verdict]
    if mine and scope.actor != course.made_by:
        raise already_done(route, mine)
    raise PayungError(why_not, todo="Minta pejabat yang berwenang memutusnya.")


def _refuse_another_version(route: Route, seen: str) -> None:
    if version_now(route) != route.subject_version or seen not in ("", route.subject_version):
        raise PayungError(
            "Isinya sudah diubah sejak persetujuan ini diminta.",
            todo="Kembalikan, lalu minta diajukan lagi dari keadaan yang sekarang.",
        )


def _mark(route: Route, step: Step, actor: int, verdict: rules.Verdict, reason: str) -> None:
    """Decide the stops, each in its tenure; several of one act share a mark."""
    now, act = timezone.now(), uuid.uuid4() if len(step.marks) > 1 else None
    for pk, tenure in step.marks.items():
        done = Stop.everything.filter(
            pk=pk, decided_at__isnull=True, position__lte=step.position, route__ended_at__isnull=True
        ).update(
            decided_at=now,
            decided_by_id=actor,
            tenure=tenure,
            verdict=verdict.value,
            reason=reason,
            together=act,
        )
        if not done:
            raise already_done(route)


def _go_on(route: Route, step: Step) -> None:
    if step.outcome:
        _end(route, step.outcome, step.position)
    elif not Route.everything.filter(pk=route.pk, ended_at__isnull=True).update(position=step.position):
        raise already_done(route)


def _end(route: Route, outcome: str, position: int) -> None:
    """End a route, once; approved only where no stop is left that has not agreed."""
    ending = Route.everything.filter(pk=route.pk, ended_at__isnull=True)
    if outcome == chain.APPROVED:
        against = Stop.everything.filter(route=OuterRef("pk")).exclude(verdict=chain.APPROVED)
        ending = ending.filter(~Exists(against))
    if not ending.update(position=position, ended_at=timezone.now(), outcome=outcome):
        raise already_done(route)


def _record(route: Route, step: Step, reason: str) -> None:
    action = {chain.APPROVED: "route.approved", chain.RETURNED: "route.returned"}.get(
        step.outcome, "route.agreed"
    )
    record(
        action, route,
        detail={
            "kind": route.kind, "subject": [route.subject_type, route.subject_id], "made_by": route.made_by_id,
            "stops": {str(stop): tenure for stop, tenure in step.marks.items()}, "reason": reason,
        },
    )  # fmt: skip
