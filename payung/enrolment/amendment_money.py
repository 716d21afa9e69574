"""The money that an amendment needs besides, held from when it is typeset until it is signed or given up."""

from __future__ import annotations

from collections.abc import Sequence

from payung.budget.models import Budget
from payung.budget.rules import Amount
from payung.budget.services import release, reserve
from payung.enrolment.amendment import Balance
from payung.enrolment.amendment_queries import Basis, basis_of, budget_of, root_of
from payung.enrolment.models import Decree


def hold(amendment: Decree, basis: Basis, sums: Sequence[Balance], key: str) -> None:
    """Reserve under `key` what is needed besides, in the caller's transaction; what is freed stays bound until signing.

    PayungError where a ceiling cannot bear it, and by how much.
    """
    more = [(budget_of(basis.settings.budgets, one.source), one) for one in sums if one.more != Amount(0, 0)]
    for budget, one in sorted(more, key=lambda pair: pair[0].pk):
        reserve(
            budget, one.more, key,
            person_months=one.months_more, basis=f"Perubahan {amendment.number_in_year}/{amendment.year}",
        )  # fmt: skip


def let_go(amendment: Decree) -> None:
    """Give back what is held for an amendment as it stands, if anything, in the caller's transaction."""
    key = amendment.content.get("reserved", "")
    if not key:
        return
    budgets = basis_of(root_of(amendment)).settings.budgets.values()
    for budget in Budget.objects.filter(pk__in=budgets).order_by("pk"):
        release(budget, key)
