"""Decrees, their files and their wording for the walk through every address."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from payung.allocation.models import AllocationRound, Freeze
from payung.core.scope import acting_in, whole
from payung.enrolment.models import Decree, DecreeFile, DecreeTemplate
from payung.enrolment.wording import ours
from payung.screening.models import ScreeningRun
from tests.office.cast import OTHER_REGENCY, REGENCY, Office
from tests.office.examples import (
    EVERYWHERE,
    NOBODY,
    PLACES,
    Case,
    Example,
    Examples,
    by_place,
    example,
    regency_of,
)

FIGURES = {"people": 0, "jkk_idr": 0, "jkm_idr": 0, "sources": {}}


def decree_at(place: str, **facts: Any) -> Decree:
    """A decree of a regency: a draft, unless facts say more."""
    regency = regency_of(place)
    number = Decree.everything.filter(regency_code=regency).count() + 1
    made: Decree = Decree.everything.create(
        regency_code=regency, number_in_year=number, year=2022, instrument="sk", signer_title="BUPATI PASER",
        totals=FIGURES, made_at=timezone.now(), made_by=1, **facts,
    )  # fmt: skip
    return made


def signed_at(place: str) -> Decree:
    """A signed decree of a regency."""
    now = timezone.now()
    return decree_at(
        place, asked_at=now, typeset_at=now, approved_at=now, approved_version=1, signed_at=now, signed_how="basah",
        body_sha256="a" * 64, page_count=1, content={"volumes": 1, "templates": {}},
    )  # fmt: skip


def file_at(decree: Decree, place: str, kind: str) -> DecreeFile:
    """A file of a decree that lies nowhere."""
    made: DecreeFile = DecreeFile.everything.create(
        regency_code=decree.regency_code, place=place, decree=decree, version=1, kind=kind, name=f"{kind}.pdf",
        path=f"keputusan/tidak-ada.{kind}", sha256="a" * 64, size=1, made_at=timezone.now(),
    )  # fmt: skip
    return made


@example("enrolment:decree", "enrolment:state", "enrolment:paper")
def signed(office: Office) -> Examples:
    """Signed decrees are read by the whole regency, and the paper names nobody."""

    def make(place: str, case: Case) -> int:
        made = signed_at(place)
        file_at(made, made.regency_code, "keputusan")
        return int(made.pk)

    return by_place(make, wide=True)


@example(
    "enrolment:change", "enrolment:typeset", "enrolment:leave_out", "enrolment:send", "enrolment:cancel"
)  # fmt: skip
def drafts(office: Office) -> Examples:
    """Drafts."""
    return by_place(lambda place, case: int(decree_at(place).pk), wide=True)


@example("enrolment:file")
def files(office: Office) -> Examples:
    """Public volumes of signed decrees, each of its desa."""
    return by_place(lambda place, case: int(file_at(signed_at(place), place, "publik").pk))


@example("enrolment:draft", "enrolment:waive")
def rounds(office: Office) -> Examples:
    """Frozen rounds of which a decree can be drafted."""

    def make(place: str, case: Case) -> int:
        regency = regency_of(place)
        number = 4_000 + list(PLACES).index(case)
        run = ScreeningRun.everything.create(
            regency_code=regency, number=number, question={}, figures={}, loaded_at=timezone.now()
        )
        made = AllocationRound.everything.create(
            regency_code=regency, number=number, title="Contoh", run=run, policy_sha256="a" * 64, law_sha256="b" * 64,
            opened_at=timezone.now(), opened_by=1,
        )  # fmt: skip
        settings = {
            "months": "2022-10..2022-12", "budgets": {}, "ceilings": {}, "seed": "a", "quotas": [], "floors": [],
            "group_points": {}, "groups_out": [], "continuity_first": True, "partial_months": False,
        }  # fmt: skip
        freeze = Freeze.everything.create(
            regency_code=regency, round=made, number=1, settings=settings, figures=FIGURES, path="tidak-ada",
            roll_hash="c" * 64, made_at=timezone.now(),
        )  # fmt: skip
        AllocationRound.everything.filter(pk=made.pk).update(freeze=freeze, approved_at=timezone.now())
        return int(made.pk)

    return by_place(make, wide=True)


@example("enrolment:template")
def templates(office: Office) -> Examples:
    """Each regency has its own wording of the same parts."""
    return {Case.OWN: Example({"part": "keputusan"}, EVERYWHERE), Case.NOWHERE: Example({"part": "lain"})}


@example("enrolment:template_version")
def versions(office: Office) -> Examples:
    """Texts that were kept."""
    found = {}
    for case, regency, number in ((Case.OWN, REGENCY, 1), (Case.ELSEWHERE, OTHER_REGENCY, 7)):
        with acting_in(whole(regency)):
            DecreeTemplate.everything.create(
                regency_code=regency, part="petikan", number=number, text=ours("petikan"), sha256="a" * 64,
                made_at=timezone.now(), made_by=1,
            )  # fmt: skip
        found[case] = Example({"part": "petikan", "number": number}, regency, wide=True)
    return {**found, Case.NOWHERE: Example({"part": "petikan", "number": NOBODY})}
