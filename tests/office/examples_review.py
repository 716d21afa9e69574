"""Pairs and questions for the walk through every address."""

from __future__ import annotations

from payung.screening import question_services, services
from payung.screening.models import ScreeningRun
from payung.screening.rules import Verdict
from tests.office.cast import Office
from tests.office.examples import Case, Example, Examples, by_place, example
from tests.office.review_rows import mark, pair, run


@example("screening:decide", "screening:undo", "screening:unmask", "screening:ask")
def pairs(office: Office) -> Examples:
    """Pairs belong to the whole regency, wherever the two live."""

    def make(place: str, case: Case) -> int:
        now = ScreeningRun.objects.filter(number=901).first() or run(901)
        number = 900 + list(Case).index(case)
        return int(
            pair(now, number, place_l=place, place_r=place, marks=(mark(f"{case}"), mark(f"{place}"))).pk
        )

    return by_place(make, wide=True)


@example("question")
def questions(office: Office) -> Examples:
    """A link opens for whoever holds it; a wrong one for nobody."""
    with office.acting("budi"):
        one = pair(run(902), 990, marks=(mark("tanya"), mark("rt")))
        services.decide(one, Verdict.ASK_RT, version=1)
        asked = question_services.ask(one, place=one.place_l)
    return {
        Case.OWN: Example({"token": asked.token}, "*"),
        Case.NOWHERE: Example({"token": "6401" + "A" * 22}),
    }
