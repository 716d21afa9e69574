"""From which budget lines the sources of a round can pay, and what is left on their two accounts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from payung.allocation.scenario import Settings
from payung.budget.models import Budget
from payung.budget.rules import Amount, Programme
from payung.core.errors import Exit, PayungError
from payung.core.month import MonthSpan
from payung.core.rupiah import rupiah
from payung.policy.local import Source


@dataclass(frozen=True, slots=True)
class Line:
    """A budget line with what can still be reserved on it."""

    budget: Budget
    left: Amount


def lines(sources: Iterable[Source], months: MonthSpan) -> dict[str, list[Line]]:
    """The budget lines of each source in the years of these months, by code; two queries."""
    asked = [one.id for one in sources]
    found: dict[str, list[Line]] = {source: [] for source in asked}
    budgets = Budget.objects.filter(source__in=asked, year__gte=months.first.year, year__lte=months.last.year)
    for budget in budgets.order_by("year", "activity_code", "pk").prefetch_related("ceilings"):
        found[budget.source].append(Line(budget, _left(budget)))
    return found


def _left(budget: Budget) -> Amount:
    left = {one.programme: one.left_idr for one in budget.ceilings.all()}
    return Amount(left.get(Programme.JKK, 0), left.get(Programme.JKM, 0))


def check_money(settings: Settings) -> None:
    """PayungError unless each source pays from a line of its own in the year of the months, and no more than is left.

    It says which account is short, and by how much.
    """
    for source, pk in sorted(settings.budgets.items()):
        budget = Budget.objects.filter(pk=pk).prefetch_related("ceilings").first()
        if budget is None or budget.source != source:
            raise _refused(
                f"Anggaran yang dipilih bukan milik sumber dana {source}.", "Pilih anggaran dari daftar."
            )
        if not budget.year == settings.months.first.year == settings.months.last.year:
            raise _refused(
                f"{budget} tidak dapat membayar {settings.months.in_words}: anggaran berlaku satu tahun.",
                "Pilih bulan di dalam tahun anggaran itu, atau anggaran tahun yang lain.",
            )
        asked, left = settings.ceilings[source], _left(budget)
        for name, wanted, rest in (
            ("JKK", asked.jkk_idr, left.jkk_idr),
            ("JKM", asked.jkm_idr, left.jkm_idr),
        ):
            if wanted > rest:
                raise _refused(
                    f"Pagu {name} yang diminta dari {budget} ({rupiah(wanted)}) melebihi sisanya ({rupiah(rest)}): "
                    f"kurang {rupiah(wanted - rest)}.",
                    "Turunkan pagunya, kosongkan untuk memakai semua sisa, atau naikkan anggarannya.",
                )


def _refused(message: str, todo: str) -> PayungError:
    return PayungError(message, todo=todo, exit_code=Exit.MONEY)
