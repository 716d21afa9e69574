"""A round on the desk's screening, with money: for tests of rounds and of what comes after."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from payung.allocation.models import AllocationRound, Scenario
from payung.allocation.prepared import prepared_of
from payung.allocation.scenario import Settings, usual
from payung.allocation.services import add_scenario, open_round
from payung.budget.models import Budget, Ceiling
from payung.budget.rules import Amount
from payung.core.month import MonthSpan
from payung.screening.queries import latest_run
from tests.office.cast import REGENCY, Office

SOURCE = "apbd-kabupaten"
PRICE = Amount(10_000, 6_800)
"""A month of an ordinary worker in the last quarter of 2022."""


def budget(
    jkk_idr: int,
    jkm_idr: int,
    *,
    year: int = 2022,
    source: str = SOURCE,
    code: str = "5.1.02",
    regency: str = REGENCY,
) -> Budget:
    """A budget line with so much on its two accounts."""
    made: Budget = Budget.everything.create(
        regency_code=regency, year=year, office="Disnakertrans", activity_code=code, source=source,
        activity_title="Perlindungan pekerja rentan", opened_at=timezone.now(), opened_by=1,
    )  # fmt: skip
    for programme, most in (("jkk", jkk_idr), ("jkm", jkm_idr)):
        Ceiling.everything.create(
            regency_code=regency,
            budget=made,
            programme=programme,
            account=f"{code}.{programme}",
            ceiling_idr=most,
        )
    return made


def opened(office: Office, title: str = "Oktober–Desember 2022") -> AllocationRound:
    """A round opened by Pak Budi, its candidates ready."""
    with office.acting("budi"):
        run = latest_run()
        assert run
        made = open_round(run, title)
    office.work()
    with office.acting("budi"):
        made.refresh_from_db()
    return made


def settings(round_: AllocationRound, money: Budget, people: int, **more: Any) -> Settings:
    """Settings whose ceilings pay for so many ordinary people for three months, from this budget."""
    from dataclasses import replace

    months = len(more.get("months", MonthSpan.parse("2022-10..2022-12")))
    ceiling = Amount(PRICE.jkk_idr * months * people, PRICE.jkm_idr * months * people)
    first = usual(prepared_of(round_).terms, "benih")
    return replace(first, **{"budgets": {SOURCE: money.pk}, "ceilings": {SOURCE: ceiling}, **more})


def scenario(
    round_: AllocationRound, money: Budget, people: int, name: str = "Dasar", **more: Any
) -> Scenario:
    """A scenario with these settings, as whoever acts."""
    return add_scenario(round_, name, settings(round_, money, people, **more))
