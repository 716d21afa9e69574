"""The money of a signature: what a first decree binds of what was reserved, what an amendment binds and frees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from payung.allocation.freeze_job import budget_key
from payung.allocation.scenario import Settings
from payung.budget.models import Budget
from payung.budget.rules import Amount
from payung.budget.services import commit, release, uncommit
from payung.core.errors import PayungError
from payung.enrolment.amendment import Kind
from payung.enrolment.amendment_queries import budget_of, root_of
from payung.enrolment.models import Decree, DecreeRow


@dataclass(frozen=True, slots=True)
class _Sum:
    """What rows of one source come to."""

    amount: Amount
    months: int


def _sums(decree: Decree, *changes: str) -> dict[str, _Sum]:
    """Rupiah and months of people of its rows, by source."""
    jkk: Counter[str] = Counter()
    jkm: Counter[str] = Counter()
    months: Counter[str] = Counter()
    rows = DecreeRow.objects.filter(decree=decree, change__in=changes)
    for source, one, other, said in rows.values_list("source", "jkk_idr", "jkm_idr", "months").iterator():
        jkk[source] += one
        jkm[source] += other
        months[source] += len(said.split())
    return {source: _Sum(Amount(jkk[source], jkm[source]), months[source]) for source in sorted(jkk)}


def bind(decree: Decree, number: str) -> None:
    """Move the money in the caller's transaction: of a first decree from what its round reserved, of an amendment the
    difference. PayungError where it is not there.
    """
    root = root_of(decree)
    if root.round is None or root.round.freeze is None:
        raise PayungError(
            "Keputusan ini tidak berasal dari putaran yang dibekukan.", todo="Susun dari putaran yang disetujui."
        )  # fmt: skip
    freeze, basis = root.round.freeze, f"Keputusan {number}"
    budgets = Settings.read(freeze.settings).budgets
    if decree.amends_id is None:
        granted = _sums(decree, "")
        for budget, source in _in_order(budgets, budgets.keys() | granted.keys()):
            if one := granted.get(source):
                commit(
                    budget, one.amount, f"sk:{decree.pk}",
                    reserved_key=budget_key(freeze), person_months=one.months, basis=basis,
                )  # fmt: skip
            release(budget, budget_key(freeze))
        return
    needed, freed = _sums(decree, Kind.ENTERS), _sums(decree, Kind.LEAVES)
    nothing = _Sum(Amount(0, 0), 0)
    for budget, source in _in_order(budgets, needed.keys() | freed.keys()):
        _bind_difference(decree, budget, needed.get(source, nothing), freed.get(source, nothing), basis)


def _in_order(budgets: Mapping[str, int], sources: Iterable[str]) -> list[tuple[Budget, str]]:
    """The budget lines of sources, by their id, so that two signatures never wait for each other."""
    return sorted(((budget_of(budgets, source), source) for source in sources), key=lambda one: one[0].pk)


def _bind_difference(decree: Decree, budget: Budget, more: _Sum, less: _Sum, basis: str) -> None:
    """Free what is left over and bind what is needed besides, each account by itself."""
    net, months = more.amount - less.amount, more.months - less.months
    up = Amount(max(0, net.jkk_idr), max(0, net.jkm_idr))
    down = Amount(max(0, -net.jkk_idr), max(0, -net.jkm_idr))
    if down != Amount(0, 0):
        uncommit(budget, down, f"sk:{decree.pk}:bebas", person_months=max(0, -months), basis=basis)
    if up != Amount(0, 0):
        reserved = decree.content.get("reserved", "")
        commit(
            budget, up, f"sk:{decree.pk}", reserved_key=reserved, person_months=max(0, months), basis=basis
        )
        release(budget, reserved)
