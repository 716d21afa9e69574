"""Handing over posts and taking away second factors: asked for by one, applied when another has approved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from django.utils import timezone

from payung.access import post_services
from payung.access.account_services import reset_factor
from payung.access.models import Post, Tenure, User
from payung.access.policy import TITLES, Action, Role
from payung.access.post_services import Chair
from payung.access.queries import people_here
from payung.access.rules import Handover, Old
from payung.approval.kinds import kind
from payung.approval.models import Proposal
from payung.approval.services import Change, propose
from payung.core.errors import PayungError
from payung.core.places import name_of

GIVE, END, FACTOR = "post.give", "post.end", "factor.reset"


@dataclass(frozen=True, slots=True)
class Wish:
    """A handover as the form gives it."""

    chair: Chair
    handover: Handover
    basis: str


def title_of(chair: Chair) -> str:
    """`Petugas desa/kelurahan Janju`."""
    return " ".join(f"{TITLES[Role(chair.role)]} {chair.agency}".split()) + f" · {name_of(chair.territory)}"


def chair_of(post: Post) -> Chair:
    """The chair of a post."""
    return Chair(post.role, post.territory, post.agency)


def propose_handover(wish: Wish, today: date) -> Proposal:
    """Ask for a handover. PayungError where it could not be applied as things stand."""
    new, chair = wish.handover, wish.chair
    wanted = post_services.preview(chair, new, today)
    if wanted.problems:
        raise PayungError(" ".join(wanted.problems))
    user = people_here().get(pk=new.user)
    title, post = title_of(chair), chair.post()
    return propose(
        GIVE,
        ("access.chair", f"{chair.role} {chair.territory} {chair.agency}".strip()[:80]),
        {
            "chair": asdict(chair), "user": user.pk, "kind": new.kind, "basis": wish.basis, "old": new.old.value,
            "from": new.valid_from.isoformat(), "to": new.valid_to.isoformat() if new.valid_to else None,
        },
        summary=f"{title}: {Tenure.Kind(new.kind).label} {user.name} mulai {_day(new.valid_from)}",
        reason=wish.basis,
        changes=_changes(wish, user, post, wanted.ends),
        about=[user.pk],
    )  # fmt: skip


def _changes(wish: Wish, user: User, post: Post | None, ends: Mapping[int, date | None]) -> list[Change]:
    new = wish.handover
    old = list(Tenure.objects.filter(pk__in=ends).select_related("user").order_by("pk")) if post else []
    changes: list[Change] = [
        ("Jabatan", title_of(wish.chair) if post else "belum ada", title_of(wish.chair)),
        ("Pejabat", ", ".join(one.user.name for one in old) or "–", user.name),
        ("Sebagai", ", ".join(one.get_kind_display() for one in old) or "–", Tenure.Kind(new.kind).label),
        ("Mulai", "–", _day(new.valid_from)),
        ("Hari terakhir", "–", _day(new.valid_to) if new.valid_to else "sampai ada pengganti"),
        ("Dasar", "–", wish.basis),
    ]
    for one in old:
        last, until = ends[one.pk], _day(one.valid_to) if one.valid_to else "sampai ada pengganti"
        changes.append((f"Hari terakhir {one.user.name}", until, _day(last) if last else "saat disetujui"))
    return changes


def propose_end(tenure: Tenure, last_day: date | None, basis: str) -> Proposal:
    """Ask for the end of a tenure without a successor, on a day or (None) when it is approved."""
    title, day = title_of(chair_of(tenure.post)), _day(last_day) if last_day else "saat disetujui"
    before = _day(tenure.valid_to) if tenure.valid_to else "sampai ada pengganti"
    return propose(
        END,
        tenure,
        {"last_day": last_day.isoformat() if last_day else None, "basis": basis},
        summary=f"{title}: masa jabatan {tenure.user.name} berakhir {day}",
        reason=basis,
        changes=[("Jabatan", title, title), (f"Hari terakhir {tenure.user.name}", before, day)],
        about=[tenure.user_id],
    )


def propose_factor_reset(user: User, reason: str) -> Proposal:
    """Ask that the second factor of somebody who lost it be taken away."""
    return propose(
        FACTOR,
        user,
        {},
        summary=f"Kode masuk {user.name} ({user.username}) dicabut",
        reason=reason,
        changes=[("Kode masuk", "terpasang", "dipasang lagi saat masuk berikutnya")],
        about=[user.pk],
    )


def _chair_version(subject_id: str, payload: Mapping[str, Any]) -> str:
    return post_services.version_of(Chair(**payload["chair"]).post())


@kind(GIVE, "Serah terima jabatan", Action.POST_CHECK, _chair_version)
def _give(subject_id: str, payload: Mapping[str, Any]) -> None:
    until = date.fromisoformat(payload["to"]) if payload["to"] else None
    new = Handover(
        payload["user"], payload["kind"], date.fromisoformat(payload["from"]), until, Old(payload["old"])
    )
    post_services.hand_over(Chair(**payload["chair"]), new, payload["basis"], timezone.localdate())


def _tenure_version(subject_id: str, payload: Mapping[str, Any]) -> str:
    tenure = Tenure.objects.filter(pk=subject_id).first()
    return f"{tenure.valid_from} {tenure.valid_to} {tenure.ended_at is None}" if tenure else ""


@kind(END, "Akhir masa jabatan", Action.POST_CHECK, _tenure_version)
def _end(subject_id: str, payload: Mapping[str, Any]) -> None:
    last = date.fromisoformat(payload["last_day"]) if payload["last_day"] else None
    tenure = Tenure.objects.get(pk=subject_id)
    post_services.end_tenure(tenure, last, payload["basis"], timezone.localdate())


def _factor_version(subject_id: str, payload: Mapping[str, Any]) -> str:
    user = people_here().filter(pk=subject_id).first()
    return f"{user.sessions_ended_count} {user.is_active}" if user else ""


@kind(FACTOR, "Pencabutan kode masuk", Action.FACTOR_CHECK, _factor_version)
def _reset(subject_id: str, payload: Mapping[str, Any]) -> None:
    reset_factor(people_here().get(pk=subject_id), "disetujui dua orang")


def _day(day: date) -> str:
    return f"{day:%d-%m-%Y}"
