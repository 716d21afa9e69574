"""Reports for the walk through every address."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from payung.allocation.models import AllocationRound, Freeze
from payung.core.scope import acting_in, whole
from payung.screening.models import ScreeningRun
from tests.office.cast import Office
from tests.office.examples import EVERYWHERE, NOBODY, PLACES, Case, Example, Examples, example, regency_of
from tests.office.screening_desk import QUESTION

_SUMS = {"people": 0, "person_months": 0, "jkk_idr": 0, "jkm_idr": 0}


def _round(place: str, case: Case) -> int:
    number = 700 + list(PLACES).index(case)
    regency = regency_of(place)
    known = AllocationRound.everything.filter(regency_code=regency, number=number).first()
    if known:  # several addresses show the same rounds
        return int(known.pk)
    run, _ = ScreeningRun.everything.get_or_create(
        regency_code=regency, number=number,
        defaults={"question": QUESTION.said(), "loaded_at": timezone.now(), "figures": {"rows": 0}},
    )  # fmt: skip
    round_ = AllocationRound.everything.create(
        regency_code=regency, number=number, title="Contoh", run=run, policy_sha256="0" * 64, law_sha256="0" * 64,
        opened_at=timezone.now(), opened_by=1,
    )  # fmt: skip
    figures: dict[str, Any] = {**_SUMS, "sources": {}, "held_back": {}, "waiting": 0}
    freeze = Freeze.everything.create(
        regency_code=regency, round=round_, number=1, settings={"months": "2022-10..2022-12"}, figures=figures,
        path="-", roll_hash="0" * 64, made_at=timezone.now(),
    )  # fmt: skip
    AllocationRound.everything.filter(pk=round_.pk).update(freeze=freeze)
    return int(round_.pk)


@example("reporting:round", "reporting:round_file", "reporting:letters")
def frozen_rounds(office: Office) -> Examples:
    """Rounds of the whole regency; whose letters they list is another matter."""
    found = {}
    for case, place in PLACES.items():
        with acting_in(whole(regency_of(place))):
            found[case] = Example({"pk": _round(place, case)}, regency_of(place), wide=True)
    return {**found, Case.NOWHERE: Example({"pk": NOBODY})}


@example("reporting:letter_file")
def letters(office: Office) -> Examples:
    """The letters of a desa, for whoever's territory holds it."""
    found = {}
    for case, place in PLACES.items():
        if len(place) < 13:
            continue
        with acting_in(whole(regency_of(place))):
            found[case] = Example({"pk": _round(place, case), "code": place}, place)
    return {**found, Case.NOWHERE: Example({"pk": NOBODY, "code": PLACES[Case.OWN]})}


@example("reporting:achievement_file")
def achievement(office: Office) -> Examples:
    """Each regency has its own Capaian."""
    return {Case.OWN: Example({"form": "xlsx"}, EVERYWHERE), Case.NOWHERE: Example({"form": "docx"})}
