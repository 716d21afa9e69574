"""Two at once (trust.md R5, R6): one freeze is made, the other is told whose; a budget for one round pays for one."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError

from payung.allocation.freeze_job import freeze_round
from payung.allocation.freeze_services import ask_freeze
from payung.allocation.models import AllocationRound, Award, Freeze, NotChosen
from payung.allocation.prepared import prepared_of
from payung.core.errors import PayungError
from payung.core.scope import acting_in
from payung.work.models import Job
from payung.work.services import LeaseLostError
from tests.office.cast import Office
from tests.office.freeze_desk import PEOPLE, started, waived
from tests.office.round_desk import budget, opened, scenario
from tests.office.screening_desk import Desk, brought, desk_brought, desk_screened, done
from tests.office.test_approval_races import at_once
from tests.office.test_freeze import money

__all__ = ["brought", "desk_brought", "desk_screened", "done"]


def silent(label: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


def as_somebody(office: Office, who: str, act: Callable[[], object]) -> Callable[[], object]:
    scope = office.scope(who)

    def acting() -> object:
        with acting_in(scope):
            return act()

    return acting


def test_of_eight_who_freeze_at_once_one_is_asked_and_seven_are_told_whose_it_is(done: Desk) -> None:
    round_, one, line = started(done.office)
    asking = [
        as_somebody(done.office, "budi" if number % 2 else "wati", lambda: ask_freeze(one, one.version))
        for number in range(8)
    ]
    results = at_once(*asking)
    refused = [str(result) for result in results if isinstance(result, PayungError)]
    assert len(refused) == 7
    assert all("sedang dibekukan; diminta oleh" in words for words in refused)
    with done.office.acting("budi"):
        assert Job.objects.filter(kind="allocation.freeze").count() == 1
    done.office.work()
    with done.office.acting("budi"):
        assert Freeze.objects.filter(round=round_).count() == 1
        assert money(line) == (480_000, 326_400)


def test_a_budget_that_pays_for_one_round_is_reserved_for_one_of_two_that_freeze_at_once(done: Desk) -> None:
    rounds = [opened(done.office, title) for title in ("Satu", "Dua")]
    with done.office.acting("budi"):
        line = budget(500_000, 340_000)
    for round_ in rounds:
        waived(done.office, round_)
        with done.office.acting("budi"):
            one = scenario(round_, line, PEOPLE)
            ask_freeze(one, one.version)
    results = at_once(
        *(
            as_somebody(done.office, "budi", lambda pk=round_.pk: freeze_round(pk, silent))  # type: ignore[misc]
            for round_ in rounds
        )
    )
    assert sum(isinstance(result, PayungError) for result in results) == 1
    with done.office.acting("budi"):
        states = [AllocationRound.objects.get(pk=round_.pk) for round_ in rounds]
        [frozen] = [one for one in states if one.freeze_id]
        [other] = [one for one in states if not one.freeze_id]
        assert money(line) == (480_000, 326_400)
        assert "460.000" in other.freeze_error, other.freeze_error
        assert not Award.objects.filter(round=other).exists()
        assert Award.objects.filter(round=frozen).count() == PEOPLE


def test_two_workers_on_one_round_leave_one_whole_freeze(done: Desk) -> None:
    """As when a lease is taken over from a worker that was only slow."""
    round_, one, line = started(done.office)
    with done.office.acting("budi"):
        ask_freeze(one, one.version)

    def work() -> object:
        try:
            freeze_round(round_.pk, silent)
        except (LeaseLostError, IntegrityError) as error:
            return error
        return None

    at_once(*(as_somebody(done.office, "budi", work) for _ in range(2)))
    done.office.work()
    with done.office.acting("budi"):
        round_.refresh_from_db()
        assert round_.freeze, round_.freeze_error
        assert Freeze.objects.filter(round=round_).count() == 1
        assert money(line) == (480_000, 326_400)
        everybody = prepared_of(round_).people
        assert Award.objects.filter(round=round_).count() == PEOPLE
        assert NotChosen.objects.filter(round=round_).count() == everybody - PEOPLE
