"""A signed decree is announced, and objections to it are taken in and answered, each within its days.

How many days says the procedure of the regency; they are working days, as everywhere in the office.
"""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from payung.access.queries import names_of
from payung.approval.procedures import procedure_in_force
from payung.audit.services import record
from payung.core import calendar, region
from payung.core.dates import day
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.scope import required, whole_regency
from payung.enrolment.models import Decree, DecreeNotice, DecreeObjection

_TRIES = 5


def announce(decree: Decree, *, opens_on: date, where: str, place: str = "") -> DecreeNotice:
    """Say that a signed decree hangs out, from the first working day on, for as many as the procedure asks.

    `place`: the regency unless given; each place once. PayungError for a decree that is not signed, a day before its
    own, a place outside, and where it hangs there already.
    """
    scope = required()
    place = place or scope.regency
    if decree.signed_at is None or decree.dated is None:
        raise PayungError("Yang diumumkan adalah keputusan yang sudah ditandatangani.")
    if opens_on < decree.dated:
        raise PayungError(
            f"Pengumuman mendahului keputusannya, {day(decree.dated)}.", todo="Pilih tanggal sesudah itu."
        )  # fmt: skip
    _check_place(place)
    first = calendar.next_working_day(opens_on)
    days = procedure_in_force().terms.notice_days
    last = calendar.add_working_days(first, days - 1) if days > 1 else first
    try:
        with transaction.atomic():
            made: DecreeNotice = DecreeNotice.objects.create(
                regency_code=scope.regency, place=place, decree=decree, opens_on=first, closes_on=last,
                where=where.strip()[:300], made_at=timezone.now(), made_by=scope.actor,
            )  # fmt: skip
            record(
                "decree.announced", decree,
                detail={"place": place, "opens_on": first, "closes_on": last, "where": where.strip()},
            )  # fmt: skip
    except IntegrityError:
        raise PayungError(
            f"Keputusan ini sudah diumumkan di {name_of(place)}.", todo="Lihat daftar pengumumannya."
        ) from None
    return made


def add_objection(
    decree: Decree, *, place: str, about: str, from_name: str, text: str, today: date
) -> DecreeObjection:
    """Take in an objection to a signed decree, with the next number of the decree and the day by which it is answered.

    PayungError for a decree that is not signed, and a place outside.
    """
    if decree.signed_at is None:
        raise PayungError(
            "Keberatan dicatat atas keputusan yang sudah ditandatangani.",
            todo="Keberatan atas daftar usulan dicatat di halaman desanya.",
        )
    _check_place(place)
    due = calendar.add_working_days(today, procedure_in_force().terms.objection_days)
    for _ in range(_TRIES):
        try:
            return _numbered(decree, place, about.strip(), from_name.strip(), text.strip(), due)
        except IntegrityError:  # somebody took the number in the same moment
            continue
    raise PayungError("Nomor keberatan sedang dipakai orang lain.", todo="Kirim sekali lagi.")


def _numbered(
    decree: Decree, place: str, about: str, from_name: str, text: str, due: date
) -> DecreeObjection:
    scope = required()
    with transaction.atomic():
        # Numbers count through the whole regency, also through what the actor does not see.
        with whole_regency():
            last = DecreeObjection.objects.filter(decree=decree).aggregate(last=Max("number"))["last"] or 0
        made: DecreeObjection = DecreeObjection.objects.create(
            regency_code=scope.regency, place=place, decree=decree, number=last + 1, about=about,
            from_name=from_name, text=text, made_at=timezone.now(), made_by=scope.actor, due_on=due,
        )  # fmt: skip
        record(
            "decree.objection_added", made,
            detail={"decree": decree.pk, "number": made.number, "place": place, "due_on": due},
        )  # fmt: skip
    return made


def answer_objection(objection: DecreeObjection, *, upheld: bool, answer: str) -> None:
    """Answer an objection, with the reason; afterwards nothing in it changes. The second of two reads who was quicker."""
    with transaction.atomic():
        done = DecreeObjection.objects.filter(pk=objection.pk, answered_at__isnull=True).update(
            upheld=upheld, answer=answer.strip(), answered_at=timezone.now(), answered_by=required().actor
        )
        if not done:
            known = DecreeObjection.objects.get(pk=objection.pk)
            who = names_of([known.answered_by]).get(known.answered_by, "sistem")
            raise PayungError(f"Keberatan ini sudah dijawab oleh {who}.", todo="Muat ulang halamannya.")
        record(
            "decree.objection_answered", objection,
            detail={"number": objection.number, "upheld": upheld, "reason": answer.strip()},
        )  # fmt: skip


def _check_place(place: str) -> None:
    scope = required()
    known = place == scope.regency or region.desa(place) is not None or region.district(place) is not None
    if not known or not scope.covers(place):
        raise PayungError("Tempat itu di luar wilayah Anda.", todo="Pilih tempat dari daftar.")
