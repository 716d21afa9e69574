"""What is to be done from time to time, in every regency: registered by the steps, run by the worker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import structlog
from django.db.models import F
from django.utils import timezone

from payung.core.scope import Scope, acting_in
from payung.database.models import Regency
from payung.work.models import Tick


@dataclass(frozen=True, slots=True)
class Regular:
    """A piece of regular work: it must be able to run twice."""

    name: str
    every: timedelta
    act: Callable[[], None]


REGULAR: dict[str, Regular] = {}
AGAIN = timedelta(minutes=10)
"""When something that broke is tried again, if it is not due sooner."""
log = structlog.get_logger(__name__)


def every(interval: timedelta, name: str) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Let a function run once an interval in the scope of each regency, by whichever worker comes first."""

    def register(act: Callable[[], None]) -> Callable[[], None]:
        REGULAR[name] = Regular(name, interval, act)
        return act

    return register


def run_due() -> None:
    """Run what is due; one conditional update decides which worker does it."""
    now = timezone.now()
    for regency in list(Regency.objects.order_by("code")):
        with acting_in(Scope(regency.code, (regency.code,))):
            known = {tick.name: tick for tick in Tick.objects.all()}
            for regular in REGULAR.values():
                tick = known.get(regular.name)
                if tick and tick.next_at > now:
                    continue
                if tick is None:
                    Tick.everything.bulk_create(
                        [Tick(regency_code=regency.code, name=regular.name, next_at=now)],
                        ignore_conflicts=True,
                    )
                taken = Tick.objects.filter(name=regular.name, next_at__lte=now).update(
                    next_at=now + regular.every, ran_count=F("ran_count") + 1
                )
                if taken:
                    _act(regular)


def _act(regular: Regular) -> None:
    """Do it. What breaks is tried again soon, and keeps neither the worker nor the other work from going on."""
    try:
        regular.act()
    except Exception as error:
        # The text of an unforeseen error may quote somebody's data: its kind must do.
        log.error("tick_broke", tick=regular.name, error=type(error).__name__)
        soon = timezone.now() + min(regular.every, AGAIN)
        Tick.objects.filter(name=regular.name).update(next_at=soon)
