"""How often a secret may be guessed: a fixed number of places an account, each free again after the window.

Counted by account, not by address: whoever guesses from a thousand addresses gets no more than from one. A name that
nobody has is counted alike, so that the answer tells nothing. A place is taken by one conditional statement; two
guesses at the same moment never share one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from payung.access.models import Guess

_FREE = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` guesses within `window`."""

    name: str
    count: int
    window: timedelta


PASSWORD = (Limit("sandi", 10, timedelta(minutes=15)),)
CODE = (Limit("kode", 10, timedelta(minutes=15)), Limit("kode-hari", 40, timedelta(days=1)))
"""Six digits are few: whoever knows the password may not go on for months at ten a quarter of an hour."""
LONGEST = max(limit.window for limit in (*PASSWORD, *CODE))


@dataclass(frozen=True, slots=True)
class Taken:
    """The places that one guess took."""

    places: tuple[tuple[str, int], ...]

    def give_back(self) -> None:
        """The guess was right: it does not count."""
        for key, place in self.places:
            Guess.objects.filter(key=key, place=place).update(at=_FREE)


def of_user(user_id: int) -> str:
    """The account of somebody."""
    return f"u{user_id}"


def of_name(name: str) -> str:
    """The account of a name that nobody has: one of 65.536, so that invented names fill no table."""
    return f"n{hashlib.sha256(name.lower().encode()).hexdigest()[:4]}"


def take(account: str, limits: tuple[Limit, ...]) -> Taken | None:
    """Take a place for a guess; None where the account has none left."""
    now = timezone.now()
    places: list[tuple[str, int]] = []
    for limit in limits:
        key = f"{limit.name}:{account}"
        place = _take(key, limit, now)
        if place is None:
            Taken(tuple(places)).give_back()
            return None
        places.append((key, place))
    return Taken(tuple(places))


def _take(key: str, limit: Limit, now: datetime) -> int | None:
    free_since = now - limit.window
    for _ in range(limit.count + 1):  # whoever loses a place lost it to a guess that now holds it
        places = dict(Guess.objects.filter(key=key).values_list("place", "at"))
        free = [place for place in range(limit.count) if places.get(place, _FREE) <= free_since]
        if not free:
            return None
        place = free[0]
        if place in places:
            if Guess.objects.filter(key=key, place=place, at__lte=free_since).update(at=now):
                return place
            continue
        try:
            with transaction.atomic():
                Guess.objects.create(key=key, place=place, at=now)
        except IntegrityError:
            continue
        return place
    return None


def forget_old() -> int:
    """Remove the places that have been free for long; how many."""
    return Guess.objects.filter(at__lt=timezone.now() - LONGEST).delete()[0]
