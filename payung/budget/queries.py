"""Budgets for pages and for other steps: which there are, how each stands, and what a month costs its source."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet, Sum

from payung.approval.models import Proposal
from payung.budget.models import Budget, Ceiling, Movement, Reservation
from payung.budget.rules import Amount, Move, Programme, Sums
from payung.budget.standing import Standing
from payung.core.errors import PayungError
from payung.core.month import Month
from payung.eligibility.gathering import rules_in_force
from payung.eligibility.terms import Rules
from payung.policy.law import Price
from payung.policy.local import LocalPolicy, Source

SECTOR = "non_transport"
"""What a month is priced by where nobody says otherwise; a regency's own money pays the same for both sectors."""


def budgets(year: int | None = None) -> QuerySet[Budget]:
    """The budgets of a year, or of all, newest year first; their ceilings are at hand."""
    ceilings = Prefetch("ceilings", Ceiling.objects.order_by("programme"))
    found: QuerySet[Budget] = Budget.objects.prefetch_related(ceilings)
    if year is not None:
        found = found.filter(year=year)
    return found.order_by("-year", "source", "activity_code", "pk")


def budgets_for(source: str, year: int) -> QuerySet[Budget]:
    """The budgets from which a source of money can pay months of a year."""
    return budgets(year).filter(source=source)


def years() -> list[int]:
    """The years that have a budget, newest first."""
    return list(Budget.objects.order_by("-year").values_list("year", flat=True).distinct())


def standing(budget: Budget) -> Standing:
    """How a budget stands now: two statements."""
    found = {one.programme: one.sums for one in Ceiling.objects.filter(budget=budget)}
    months = dict(
        Movement.objects.filter(ceiling__budget=budget, ceiling__programme=Programme.JKK)
        .values_list("move")
        .annotate(n=Sum("person_months"))
    )
    return Standing(
        budget.year,
        found.get(Programme.JKK, Sums()),
        found.get(Programme.JKM, Sums()),
        months.get(Move.RESERVE, 0),
        months.get(Move.COMMIT, 0),
    )


def standing_of(budget: Budget) -> Standing:
    """How a budget of `budgets` stood when it was read: nothing is asked anew, and months of people are not known."""
    found = {one.programme: one.sums for one in budget.ceilings.all()}
    return Standing(budget.year, found.get(Programme.JKK, Sums()), found.get(Programme.JKM, Sums()))


def movements(budget: Budget) -> QuerySet[Movement]:
    """Every movement of a budget, newest first."""
    found: QuerySet[Movement] = Movement.objects.filter(ceiling__budget=budget)
    return found.select_related("ceiling").order_by("-pk")


def reservations(budget: Budget) -> list[tuple[str, Amount]]:
    """What is still reserved, under which key, oldest first."""
    rows = Reservation.objects.filter(ceiling__budget=budget, held_idr__gt=0).order_by("pk")
    found: dict[str, Amount] = {}
    for one in rows.select_related("ceiling"):
        more = Amount(one.held_idr, 0) if one.ceiling.programme == Programme.JKK else Amount(0, one.held_idr)
        found[one.key] = found.get(one.key, Amount(0, 0)) + more
    return list(found.items())


@dataclass(frozen=True, slots=True)
class Payer:
    """A source of money of the local policy, or another payer that it knows; `source` only where it is priced."""

    id: str
    title: str
    source: Source | None = None


def payers(policy: LocalPolicy) -> list[Payer]:
    """Everybody from whose money a budget can be, the policy's sources first."""
    known = [Payer(one.id, one.title, one) for one in policy.sources]
    return known + [Payer(one.id, one.title) for one in policy.other_payers]


def source_titles() -> Mapping[str, str]:
    """What each source is called, by id; none where the policy cannot be read."""
    try:
        return {one.id: one.title for one in payers(rules_in_force().policy)}
    except PayungError:
        return {}


def price(rules: Rules, source_id: str, month: Month, sector: str = SECTOR) -> Price | None:
    """What one person costs this source for a month; None for who is no source of the policy, or a month without law."""
    source = next((one for one in rules.policy.sources if one.id == source_id), None)
    if source is None:
        return None
    try:
        return rules.law.price(
            month, payer=source.payer, segment=source.segment, sector=sector, base_idr=source.base_idr
        )
    except PayungError:
        return None


def price_of(budget: Budget, month: Month) -> Amount | None:
    """What one person costs this budget for a month, where the rules in force say so."""
    try:
        found = price(rules_in_force(), budget.source, month)
    except PayungError:
        return None
    return Amount(found.jkk_idr, found.jkm_idr) if found else None


def proposals_of(budget: Budget) -> QuerySet[Proposal]:
    """What was proposed about a budget since it was opened, newest first."""
    found: QuerySet[Proposal] = Proposal.objects.filter(
        subject_type=Budget._meta.label_lower, subject_id=str(budget.pk)
    )
    return found.select_related("made_by", "decided_by").order_by("-pk")
