"""Routes through a chain, for the walk through every address."""

from __future__ import annotations

from django.utils import timezone

from payung.approval import chain
from payung.approval.models import Route, Stop
from payung.policy.procedure import load_procedure
from tests.office.cast import DESA, Office
from tests.office.examples import NOBODY, PLACES, Case, Examples, by_place, example, regency_of


@example("approval:route", "approval:route_decide", "approval:route_withdraw")
def routes(office: Office) -> Examples:
    """Routes about a place, which wait for the regency's legal section."""
    stages = load_procedure("umum").chain("keputusan").stages

    def make(place: str, case: Case) -> int:
        ended = {"ended_at": timezone.now(), "outcome": "ditarik"} if case is Case.ENDED else {}
        made = Route.everything.create(
            regency_code=regency_of(place), place=DESA if case is Case.MOVED else place, kind="contoh",
            subject_type="contoh", subject_id=str(NOBODY + list(PLACES).index(case)), subject_version="1", attempt=1,
            summary="Contoh", faces=[["Orang", "3"]], stages=chain.said(stages), made_by=office.user("agus"),
            made_at=timezone.now(), **ended,
        )  # fmt: skip
        for planned in chain.plan(stages, regency_of(place), ()):
            Stop.everything.create(
                regency_code=made.regency_code, place=planned.place, route=made, position=planned.position,
                seat=planned.seat.id, title=planned.title, role=planned.seat.role, agency=planned.seat.agency,
                made_by=made.made_by_id,
            )  # fmt: skip
        if case is Case.MOVED:
            Route.everything.filter(pk=made.pk).update(place=place)
        return int(made.pk)

    return by_place(make)
