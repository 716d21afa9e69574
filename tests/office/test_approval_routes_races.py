"""Two at once at a stop of a chain (trust.md R5): exactly one wins, the other reads who was quicker; no stage is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from payung.access.models import Tenure
from payung.approval.models import Route, Stop
from payung.approval.route_services import decide_stop, withdraw_route
from payung.approval.rules import Verdict
from payung.audit.models import Event
from payung.core.errors import PayungError
from payung.core.scope import acting_in, whole
from tests.office.cast import DESA, REGENCY, Office
from tests.office.route_desk import PUTARAN, Renaming, agree, deputise, opened, renaming, scope_in
from tests.office.test_approval_races import Act, at_once


@pytest.fixture
def kind() -> Iterator[Renaming]:
    """A kind of route through the chain of a round, with people of one kecamatan."""
    with renaming(places=(DESA,)) as made:
        yield made


def deciding(tenure: Tenure, route: Route, verdict: Verdict = Verdict.APPROVED) -> Act:
    scope = scope_in(tenure)

    def act() -> object:
        with acting_in(scope):
            return decide_stop(route, verdict, "alasan")

    return act


def now(route: Route) -> Route:
    with acting_in(whole(REGENCY)):
        found: Route = Route.objects.get(pk=route.pk)
    return found


def told(route: Route) -> int:
    """How many decisions the ledger tells of a route."""
    with acting_in(whole(REGENCY)):
        return Event.objects.filter(
            action__in=["route.agreed", "route.approved", "route.returned"], subject_id=str(route.pk)
        ).count()


def test_of_eight_decisions_at_once_at_one_stop_exactly_one_wins(office: Office, kind: Renaming) -> None:
    route = opened(office, kind)
    holders = [
        office.tenure("camat"),
        *(deputise(office, who, of="camat") for who in ("wati", "rina", "laila")),
    ]
    acts = [deciding(one, route) for one in holders]
    acts += [deciding(one, route, Verdict.RETURNED) for one in holders]
    results = at_once(*acts)
    won = [one for one in results if isinstance(one, Route)]
    lost = [str(one) for one in results if isinstance(one, PayungError)]
    assert (len(won), len(lost)) == (1, 7)
    with acting_in(whole(REGENCY)):
        (done,) = Stop.objects.filter(route=route, decided_at__isnull=False).select_related("decided_by")
    assert done.decided_by
    assert all(f"sudah diproses oleh {done.decided_by.name}" in words for words in lost), lost
    after = now(route)
    assert (after.position, after.outcome) == ((1, "") if done.verdict == "setuju" else (0, "dikembalikan"))
    assert told(route) == 1


def test_a_double_click_at_the_last_stop_does_what_was_approved_once(office: Office, kind: Renaming) -> None:
    route = agree(office, opened(office, kind), *(who for who in PUTARAN[:-1] if who != "cici"))
    kpa = office.tenure("kpa")
    results = at_once(*[deciding(kpa, route)] * 8)
    assert sum(isinstance(one, Route) for one in results) == 1
    assert all("sudah diproses oleh Pak Kuasa" in str(one) for one in results if isinstance(one, PayungError))
    assert office.user("tamu").name == "Tamu!"


def test_seats_of_one_stage_that_agree_at_once_all_count_and_open_the_next(
    office: Office, kind: Renaming
) -> None:
    """None of them sees the others' agreement before it is committed: the last must not leave the stage open."""
    for _again in range(3):
        route = agree(office, opened(office, kind), "camat")
        results = at_once(*(deciding(office.tenure(who), route) for who in ("capil", "sdm", "sosi")))
        assert all(isinstance(one, Route) for one in results), results
        assert now(route).position == 2
        assert told(route) == 4
        agree(office, route, "kpa")


def test_a_withdrawal_and_the_last_agreement_at_once_end_in_one_of_them(
    office: Office, kind: Renaming
) -> None:
    marks = 0
    for _again in range(4):
        route = agree(office, opened(office, kind), *(who for who in PUTARAN[:-1] if who != "cici"))

        def take_back(route: Route = route) -> object:
            with office.acting("budi"):
                return withdraw_route(route)

        results = at_once(take_back, deciding(office.tenure("kpa"), route))
        assert sum(isinstance(one, PayungError) for one in results) == 1
        marks += now(route).outcome == "setuju"
        assert office.user("tamu").name == f"Tamu{'!' * marks}"
        assert now(route).outcome in ("setuju", "ditarik")


def test_two_that_open_the_same_at_once_leave_one_route(office: Office, kind: Renaming) -> None:
    results = at_once(*[lambda: opened(office, kind)] * 6)
    assert sum(isinstance(one, Route) for one in results) == 1
    assert all("masih berjalan" in str(one) for one in results if isinstance(one, PayungError))
    with acting_in(whole(REGENCY)):
        assert Stop.objects.count() == 5
