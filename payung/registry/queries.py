"""Registers for pages and runs: what has arrived, how old it is, what was asked. `people_queries` has the people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Q, QuerySet
from django.utils import timezone

from payung.core.errors import PayungError
from payung.core.month import Month
from payung.core.scope import required
from payung.database.models import Regency
from payung.policy.loader import local
from payung.policy.local import RegisterNeed
from payung.registry.models import Delivery, Request, Rt
from payung.registry.people_queries import household_count as household_count
from payung.registry.people_queries import people_count as people_count
from payung.registry.rules import REGISTERS, Kind, Register

_USABLE = Q(read_at__isnull=False, fault="", withdrawn_at__isnull=True)


@dataclass(frozen=True, slots=True)
class Age:
    """How a register stands on a day: `delivery` is the one that a run would use, None where there is none."""

    register: Register
    delivery: Delivery | None
    days: int | None
    """Between the day that it describes and the day asked about."""
    max_days: int | None
    """As old as the policy lets it be; None where the policy does not name it."""
    required: bool
    on: date | None = None
    """The day asked about, where that is not today."""

    @property
    def too_old(self) -> bool:
        return self.days is not None and self.max_days is not None and self.days > self.max_days

    @property
    def blocks(self) -> bool:
        """Whether a run would refuse because of it."""
        return self.required and (self.delivery is None or self.too_old)

    @property
    def status(self) -> str:
        """In one or two words."""
        if self.delivery is None:
            return "belum ada"
        return "terlalu lama" if self.too_old else "terkini"

    @property
    def tone(self) -> str:
        """The colour of the status."""
        if self.blocks:
            return "merah"
        return {"belum ada": "abu", "terlalu lama": "oranye", "terkini": "hijau"}[self.status]


def register_ages(on: date) -> list[Age]:
    """Every register with its newest delivery and its age on a day, those that the policy requires first."""
    needs, newest = policy_needs(), usable_deliveries()
    ages = []
    for register in REGISTERS.values():
        need, delivery = needs.get(register.name), newest.get(register.name)
        days = (on - delivery.as_of).days if delivery and delivery.as_of else None
        ages.append(
            Age(
                register,
                delivery,
                days,
                need.max_age_days if need else None,
                bool(need and need.required),
                on if on != timezone.localdate() else None,
            )
        )
    return sorted(ages, key=lambda one: not one.required)


def judged_on(today: date) -> date:
    """The day on which registers have to be in date: today.

    A demo plays in the time that its rules cover: there it is the first day that a screening would be asked for, that of the
    month after the office was opened.
    """
    regency = Regency.objects.get(code=required().regency)
    policy = local(regency.policy)
    if not regency.is_demo or policy.valid_from <= today < policy.valid_to:
        return today
    return Month.of(regency.opened_on).plus(1).first_day


def policy_needs() -> Mapping[str, RegisterNeed]:
    """What the policy of the actor's regency needs of registers."""
    return local(Regency.objects.get(code=required().regency).policy).registers


def usable_deliveries() -> dict[str, Delivery]:
    """The delivery of each register that a run would use: of the newest day, and of that the last received.

    An answer to what was asked about some people alone is none of them: about everybody else it is silent.
    """
    about_all = Q(request__isnull=True) | Q(request__about="")
    newest: dict[str, Delivery] = {}
    for one in Delivery.objects.filter(_USABLE, about_all).order_by("as_of", "received_at", "pk"):
        newest[one.register] = one
    return newest


def answers_to(asked: Iterable[Request]) -> list[Delivery]:
    """What can be used of the answers to these requests, in the order in which they were received."""
    known = [one for one in asked if one.code]
    # Requests about the same rows share a code, and an answer to one is an answer to all.
    same = Q(register__in={one.register for one in known}, request_code__in={one.code for one in known})
    found = Delivery.objects.filter(_USABLE, Q(request__in=known) | same, kind=Kind.ANSWER)
    return list(found.order_by("received_at", "pk"))


def deliveries(register: str) -> QuerySet[Delivery]:
    """What arrived from a register, newest first."""
    found: QuerySet[Delivery] = Delivery.objects.filter(register=register).select_related("request")
    return found.order_by("-received_at", "-pk")


def requests(register: str) -> QuerySet[Request]:
    """What a register was asked, newest first, each with the day on which an answer came (`answered_at`)."""
    answered = Max("answers__received_at", filter=Q(answers__withdrawn_at__isnull=True, answers__fault=""))
    found: QuerySet[Request] = Request.objects.filter(register=register).annotate(answered_at=answered)
    return found.order_by("-asked_at", "-pk")


def rts() -> QuerySet[Rt]:
    """The neighbourhoods of the actor's territory, by place."""
    found: QuerySet[Rt] = Rt.objects.order_by("place")
    return found


def group_titles() -> Mapping[str, str]:
    """The titles of the occupation groups by code, from the policy of the actor's regency; {} where it cannot be read."""
    try:
        policy = local(Regency.objects.get(code=required().regency).policy)
    except PayungError:
        return {}
    return {one.id: one.title for one in policy.groups}


def group_title(code: str | None) -> str:
    """What an occupation group is called; its code where the policy knows it no more, "" for none."""
    return group_titles().get(code, code) if code else ""
