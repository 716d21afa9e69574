"""Who sits on which chair: applied at once, in the caller's transaction, when two people have agreed (`approval`)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from payung.access.models import Post, Tenure, User
from payung.access.queries import unended
from payung.access.rules import Handover, Held, Plan, plan, problems_of_chair
from payung.audit.services import record
from payung.core.errors import PayungError
from payung.core.scope import required


@dataclass(frozen=True, slots=True)
class Chair:
    """A chair by what it is, whether or not its post exists already."""

    role: str
    territory: str
    agency: str = ""

    def post(self) -> Post | None:
        """Its post in the current scope's regency."""
        found: Post | None = Post.objects.filter(
            role=self.role, territory=self.territory, agency=self.agency
        ).first()
        return found


def preview(chair: Chair, new: Handover, today: date) -> Plan:
    """What a handover would end, and what stands against it."""
    found = problems_of_chair(chair.role, chair.territory, required().regency)
    if found:
        return Plan({}, found)
    post = chair.post()
    return plan(_held(unended(post, today)) if post else [], new, today)


def version_of(post: Post | None) -> str:
    """Changes whenever somebody gets the post or their time on it changes; empty for a chair without a post."""
    if post is None:
        return ""
    rows = Tenure.objects.filter(post=post).order_by("pk").values_list("pk", "valid_to", "ended_at")
    return hashlib.sha256(repr([(pk, str(to), str(at)) for pk, to, at in rows]).encode()).hexdigest()


def hand_over(chair: Chair, new: Handover, basis: str, today: date) -> Tenure:
    """Seat `new.user`, from today at the earliest, and end what has to end. PayungError where it cannot be."""
    begins = max(new.valid_from, today)
    new = Handover(new.user, new.kind, begins, new.valid_to, new.old)
    regency, now = required().regency, timezone.now()
    with transaction.atomic():
        _refuse(problems_of_chair(chair.role, chair.territory, regency))
        post, _made = Post.everything.get_or_create(
            regency_code=regency, role=chair.role, territory=chair.territory, agency=chair.agency
        )
        Post.objects.select_for_update().get(pk=post.pk)  # two handovers of one chair go one by one
        wanted = plan(_held(unended(post, today)), new, today)
        _refuse(wanted.problems)
        user = User.objects.get(pk=new.user)
        if not user.is_active:
            raise PayungError(f"Akun {user.username} ditutup.", todo="Buka kembali akunnya dahulu.")
        for tenure in Tenure.objects.filter(pk__in=wanted.ends, ended_at__isnull=True):
            _end(tenure, wanted.ends[tenure.pk], now, today)
        try:
            with transaction.atomic():
                given: Tenure = Tenure.everything.create(
                    regency_code=regency, user=user, post=post, kind=new.kind, basis=basis,
                    valid_from=begins, valid_to=new.valid_to,
                )  # fmt: skip
        except IntegrityError:
            raise PayungError("Jabatan ini baru saja diisi orang lain.", todo="Muat ulang halaman.") from None
        record(
            "post.handed_over" if wanted.ends else "post.given", given,
            detail={
                "user": user.pk, "role": chair.role, "territory": chair.territory, "agency": chair.agency,
                "kind": new.kind, "from": begins, "to": new.valid_to, "basis": basis,
                "ended": {str(pk): last for pk, last in wanted.ends.items()},
            },
        )  # fmt: skip
    return given


def end_tenure(tenure: Tenure, last_day: date | None, basis: str, today: date) -> None:
    """End a tenure without a successor: on a day, or at once (None, or a day that has passed)."""
    with transaction.atomic():
        mine = Tenure.objects.select_for_update().get(pk=tenure.pk)
        if mine.ended_at or (mine.valid_to and mine.valid_to < today):
            raise PayungError("Masa jabatan ini sudah berakhir.")
        if last_day and (last_day < max(today, mine.valid_from)):
            last_day = None
        _end(mine, last_day, timezone.now(), today)
        record("post.ended", mine, detail={"last_day": last_day, "basis": basis})


def _refuse(problems: Sequence[str]) -> None:
    if problems:
        raise PayungError(" ".join(problems), todo="Kembalikan usulan ini untuk diperbaiki.")


def _end(tenure: Tenure, last_day: date | None, now: datetime, today: date) -> None:
    if last_day is None:
        last_day = max(today, tenure.valid_from)  # the day of the end itself still counts as held
        tenure.ended_at = now
    tenure.valid_to = min(last_day, tenure.valid_to) if tenure.valid_to else last_day
    tenure.save(update_fields=["valid_to", "ended_at"])


def _held(tenures: list[Tenure]) -> list[Held]:
    return [Held(one.pk, one.user_id, one.kind, one.valid_from, one.valid_to) for one in tenures]
