"""Reading the ledger, in the current scope's regency."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone

from payung.audit.chain import START, Line
from payung.audit.models import Detail, Event, Head, Tip
from payung.audit.rules import Shown, shown

CHUNK = 5000
PAGE = 50
_MANY_ACTORS = 200
_MACHINE = "sistem"


@dataclass(frozen=True, slots=True)
class Row:
    """An entry for the screen: who, in which capacity, and what was done, masked. `erased`: the detail is gone."""

    event: Event
    who: str
    role: str
    said: Shown
    erased: bool


@dataclass(frozen=True, slots=True)
class Filters:
    """What to look for; None and "" for everything. Days are the office's own, both included."""

    since: date | None = None
    until: date | None = None
    action: str = ""
    actor: str = ""
    """Part of a user's name or login name, or `sistem`."""
    subject_type: str = ""
    subject_id: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """Entries, newest first. `older` is the number to ask below for the next page, None at the end."""

    rows: list[Row]
    older: int | None


def history(subject: models.Model | tuple[str, str | int], limit: int = PAGE) -> list[Row]:
    """What happened to one subject, newest first: "siapa mengubah ini?". The caller has the right to see it."""
    kind, number = (
        (subject._meta.label_lower, str(subject.pk))
        if isinstance(subject, models.Model)
        else (subject[0], str(subject[1]))
    )
    return _rows(Event.objects.filter(subject_type=kind, subject_id=number).order_by("-seq")[:limit])


def by_actor(actor: int, limit: int = PAGE) -> list[Row]:
    """What one user did, newest first."""
    return _rows(Event.objects.filter(actor=actor).order_by("-seq")[:limit])


def search(filters: Filters, below: int | None = None, size: int = PAGE) -> Page:
    """A page of entries. Three queries, whatever the page's and the ledger's length."""
    found = Event.objects.filter(_condition(filters)).order_by("-seq")
    if below:
        found = found.filter(seq__lt=below)
    events = list(found.select_related("detail")[: size + 1])
    rows = _rows(events[:size])
    return Page(rows, events[size - 1].seq if len(events) > size else None)


def one(seq: int) -> QuerySet[Event]:
    """The entry of a number, with its detail."""
    return Event.objects.filter(seq=seq).select_related("detail")


def row_of(event: Event) -> Row:
    """An entry for the screen."""
    return _rows([event])[0]


def lines(regency: str, after: int = 0, until: int | None = None) -> Iterator[Line]:
    """The entries `after + 1` to `until` (None: the last one) in order, a few thousand at a time."""
    while until is None or after < until:
        upto = after + CHUNK if until is None else min(after + CHUNK, until)
        chunk = list(Event.objects.filter(regency_code=regency, seq__gt=after, seq__lte=upto).order_by("seq"))
        yield from (event.line for event in chunk)
        if until is None and not chunk:
            return
        after = upto


def details(regency: str, first: int, last: int) -> QuerySet[Detail]:
    """The details of entries that are not erased."""
    return (
        Detail.objects.filter(regency_code=regency, event__seq__gte=first, event__seq__lte=last)
        .select_related("event")
        .order_by("event__seq")
    )


def details_until(regency: str, last: int) -> Iterator[Detail]:
    """The details of the first `last` entries, a few thousand at a time."""
    for after in range(0, last, CHUNK):
        yield from details(regency, after + 1, min(after + CHUNK, last))


def erased(regency: str) -> set[int]:
    """Numbers of the entries whose detail was erased, and the erasing recorded."""
    found = Event.objects.filter(regency_code=regency, action="detail.erased", subject_type="audit.event")
    return {int(number) for number in found.values_list("subject_id", flat=True)}


def tip_of(regency: str) -> tuple[int, str]:
    """Number and hash of the last entry, as the chain's tip holds them."""
    tip = Tip.objects.filter(regency_code=regency).first()
    return (tip.last_seq, tip.last_hash) if tip else (0, START)


def last_head() -> Head | None:
    """The newest signed head."""
    head: Head | None = Head.objects.order_by("-size", "-day").first()
    return head


def used_actions() -> list[str]:
    """The actions that occur in the ledger."""
    return sorted(Event.objects.order_by().values_list("action", flat=True).distinct())


def _condition(filters: Filters) -> Q:
    wanted = Q()
    if filters.since:
        wanted &= Q(at__gte=_midnight(filters.since))
    if filters.until:
        wanted &= Q(at__lt=_midnight(filters.until + timedelta(days=1)))
    if filters.action:
        wanted &= Q(action=filters.action)
    if filters.subject_type:
        wanted &= Q(subject_type=filters.subject_type, subject_id=filters.subject_id)
    if filters.actor == _MACHINE:
        wanted &= Q(actor__isnull=True)
    elif filters.actor:
        wanted &= Q(actor__in=_actors(filters.actor))
    return wanted


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _actors(text: str) -> list[int]:
    users = get_user_model()._default_manager.filter(Q(username__iexact=text) | Q(name__icontains=text))
    return list(users.order_by("pk").values_list("pk", flat=True)[:_MANY_ACTORS])


def _rows(events: Iterable[Event]) -> list[Row]:
    found = list(events.select_related("detail") if isinstance(events, QuerySet) else events)
    names = _names({event.actor for event in found if event.actor is not None})
    titles = _role_titles()
    rows = []
    for event in found:
        detail = getattr(event, "detail", None)
        rows.append(
            Row(
                event,
                names.get(event.actor, f"pengguna {event.actor}") if event.actor is not None else _MACHINE,
                titles.get(event.actor_role, event.actor_role),
                shown(detail.said) if detail else Shown(),
                bool(event.commitment) and detail is None,
            )
        )
    return rows


def _names(actors: set[Any]) -> dict[int, str]:
    if not actors:
        return {}
    return dict(get_user_model()._default_manager.filter(pk__in=actors).values_list("pk", "name"))


def _role_titles() -> dict[str, str]:
    """Titles of roles, from the table of posts: the ledger lies below the step that knows them."""
    choices: Sequence[tuple[str, str]] = apps.get_model("access", "Post")._meta.get_field("role").flatchoices
    return dict(choices)
