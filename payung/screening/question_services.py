"""One-tap questions to an RT: a link that carries no number of anybody, good for two weeks and one answer.

The token is the only key to the page. Its hash alone is kept, so that the link can be shown once, when it is made.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from payung.access.throttle import Limit, Taken, of_name, take
from payung.audit.services import record
from payung.core.dates import long_day
from payung.core.errors import PayungError
from payung.core.places import name_of
from payung.core.scope import acting_in, required, whole
from payung.registry.models import Rt
from payung.screening.models import Pair, Question
from payung.screening.rules import Verdict
from payung.screening.sides import LEFT, RIGHT, Record, read

GOOD_FOR = timedelta(days=14)
SAME, DIFFERENT, UNKNOWN = "sama", "beda", "tidak tahu"
ANSWERS = (SAME, DIFFERENT, UNKNOWN)
_TOKEN = re.compile(r"\d{4}[A-Za-z0-9_-]{22}")
_WRONG = (Limit("tautan", 30, timedelta(minutes=15)),)
"""Wrong links an address may try; a token has 128 random bits, so that this is only against noise."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question just made: its link can be shown now and never again."""

    question: Question
    token: str


@dataclass(frozen=True, slots=True)
class Who:
    """What an RT is shown of one of the two: never a NIK, KK, phone or mother's name."""

    name: str
    year: str
    place: str
    street: str


def ask(pair: Pair, *, place: str) -> Asked:
    """Ask the RT (or desa) at `place` about a pair that is put to the RT; an earlier open link ends.

    PayungError for a pair that is decided by now, or for a place that is not one of the pair's.
    """
    if place not in places_of(pair):
        raise PayungError("Tempat ini bukan tempat kedua orang itu.", todo="Pilih RT yang tercantum.")
    scope, now = required(), timezone.now()
    token = scope.regency.replace(".", "") + secrets.token_urlsafe(16)
    with transaction.atomic():
        if not Pair.objects.filter(pk=pair.pk, verdict=Verdict.ASK_RT).update(verdict=Verdict.ASK_RT):
            raise PayungError("Pasangan ini tidak sedang ditanyakan ke RT.", todo="Pilih “tanya RT” dahulu.")
        Question.objects.filter(pair=pair, answered_at__isnull=True, expires_at__gt=now).update(
            expires_at=now, asked_at=F("asked_at")
        )
        question = Question.objects.create(
            regency_code=scope.regency, place=place, pair=pair, token_hash=_hashed(token),
            asked_by=scope.actor, expires_at=now + GOOD_FOR,
        )  # fmt: skip
        record("pair.asked", pair, detail={"place": place, "until": question.expires_at})
    return Asked(question, token)


def places_of(pair: Pair) -> list[str]:
    """Where the two live, as far as is known within the regency; the places whose RT can be asked."""
    found = dict.fromkeys(
        place for place in (pair.place_l, pair.place_r) if place.startswith(pair.regency_code) and place
    )
    return list(found) or [pair.regency_code]


def message(asked: Asked, link: str) -> str:
    """The WhatsApp text with the link: names, RT and birth year at most."""
    one, other = people_in(asked.question.pair)
    place = asked.question.place
    head = Rt.objects.filter(place=place).values_list("head_name", flat=True).first() or ""
    lines = (
        _("Yth. Ketua %(place)s%(name)s,") % {"place": name_of(place), "name": f" ({head})" if head else ""},
        _("mohon bantuannya: apakah dua nama ini orang yang sama?"),
        f"1. {_line(one)}",
        f"2. {_line(other)}",
        _("Jawab dengan sekali ketuk di sini, berlaku sampai %(day)s:")
        % {"day": long_day(timezone.localdate(asked.question.expires_at))},
        link,
        _("Tautan ini hanya untuk Bapak/Ibu; jangan diteruskan."),
    )
    return "\n".join(lines)


def _line(who: Who) -> str:
    born = _("lahir %(year)s") % {"year": who.year} if who.year else ""
    return ", ".join(part for part in (who.name[:60], who.place, born) if part)


def people_in(pair: Pair) -> tuple[Who, Who]:
    """The two of a pair, as an RT may see them."""
    return (
        _who(read(pair.sides, LEFT), pair.place_l),
        _who(read(pair.sides, RIGHT), pair.place_r),
    )


def _who(one: Record, place: str) -> Who:
    where = f"RT {one.rt}" if one.rt else name_of(place) if place else one.desa
    return Who(one.name, one.year, where, re.sub(r"\d{6,}", "…", one.address)[:80])


def open_question(token: str) -> Question | None:
    """The question behind a link, with its pair; None for a link that is wrong, too old, or answered."""
    if not _TOKEN.fullmatch(token):
        return None
    with acting_in(whole(regency_of(token))):
        found: Question | None = (
            Question.objects.filter(
                token_hash=_hashed(token), answered_at__isnull=True, expires_at__gt=timezone.now()
            )
            .select_related("pair")
            .first()
        )
    return found


def answer(token: str, said: str, note: str = "") -> bool:
    """Keep an RT's answer; False for a link that is wrong, too old, or answered. It decides nothing by itself."""
    question = open_question(token)
    if question is None or said not in ANSWERS:
        return False
    with acting_in(whole(question.regency_code)), transaction.atomic():
        kept = Question.objects.filter(
            pk=question.pk, answered_at__isnull=True, expires_at__gt=timezone.now()
        ).update(answered_at=timezone.now(), answer=said, answer_note=note[:300])
        if kept:
            record("pair.answered", question.pair, detail={"answer": said, "place": question.place})
    return bool(kept)


def may_try(address: str) -> Taken | None:
    """A place among the wrong links that an address may try, to be given back when the link was right."""
    return take(of_name(f"tautan {address}"), _WRONG)


def regency_of(token: str) -> str:
    """`64.01` of a token."""
    return f"{token[:2]}.{token[2:4]}"


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def answers_of(pair: Pair) -> list[Question]:
    """What was asked about a pair, newest first."""
    return list(Question.objects.filter(pair=pair).order_by("-pk")[:5])


def still_open(question: Question, now: datetime) -> bool:
    """Whether an answer is still waited for."""
    return question.answered_at is None and question.expires_at > now
