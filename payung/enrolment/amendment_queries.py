"""The roll of a decree as it stands, its amendments, and what an amendment's rows say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import QuerySet

from payung.allocation import held_back
from payung.allocation.candidates import Limits
from payung.allocation.files import Prepared
from payung.allocation.freezing import entry_of
from payung.allocation.held_queries import held_now
from payung.allocation.models import AllocationRound, NotChosen
from payung.allocation.pipeline import limits_of
from payung.allocation.prepared import applications_of, prepared_of
from payung.allocation.roll import RollEntry, Totals, roll_hash
from payung.allocation.scenario import Settings
from payung.budget.models import Budget, Ceiling
from payung.budget.rules import Amount, Programme
from payung.core.errors import PayungError
from payung.core.portions import portions
from payung.enrolment.amendment import Change, Key, Kind, remaining, totals
from payung.enrolment.amendment_waiting import Waiting
from payung.enrolment.models import Decree, DecreeRow

_READ_AHEAD = 200
"""People of the waiting list whose data is opened at a time."""


@dataclass(frozen=True)
class Roll:
    """A roll as it stands: entries by the key of the decree's row that says so last."""

    entries: Mapping[Key, RollEntry]

    @cached_property
    def hash(self) -> str:
        """What stands on the pages of a decree with this roll."""
        return roll_hash(entry.row for entry in self.entries.values())

    @property
    def totals(self) -> Mapping[str, Totals]:
        """People and rupiah by source."""
        return totals(self.entries.values())

    @property
    def total(self) -> Totals:
        """All people and rupiah."""
        return Totals.of(self.entries.values())


def root_of(decree: Decree) -> Decree:
    """The first decree that an amendment changes; a first decree itself."""
    if decree.amends_id is None:
        return decree
    found: Decree = Decree.objects.select_related("round__freeze").get(pk=decree.amends_id)
    return found


def amendments(root: Decree) -> QuerySet[Decree]:
    """The amendments of a decree that were not given up, in the order in which they were made."""
    found: QuerySet[Decree] = Decree.objects.filter(amends=root, cancelled_at__isnull=True)
    return found.order_by("pk")


def open_amendment(root: Decree) -> Decree | None:
    """The amendment that is being prepared; there is one at most."""
    return amendments(root).filter(signed_at__isnull=True).first()


def roll_in_force(root: Decree, *, by: Decree | None = None) -> Roll:
    """The roll of a decree changed by its signed amendments; with `by`, by that one too, signed or not."""
    counted = [root.pk, *amendments(root).filter(signed_at__isnull=False).values_list("pk", flat=True)]
    if by is not None and by.pk not in counted:
        counted.append(by.pk)
    said: dict[Key, tuple[RollEntry, str, Key | None]] = {}
    rows = DecreeRow.objects.filter(decree__in=counted).order_by("pk")
    columns = ("pk", "change", "replaces_id", "roll", "months", "jkk_idr", "jkm_idr")
    for pk, change, replaces, roll, months, jkk, jkm in rows.values_list(*columns).iterator(chunk_size=2_000):
        entry = entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=False)
        said[pk] = entry, change, replaces
    followed = {replaces for _, change, replaces in said.values() if replaces and change != Kind.ENTERS}
    standing = ((key, _effective(key, said)) for key in said if key not in followed)
    return Roll({key: entry for key, entry in standing if entry is not None})


def _effective(key: Key, said: Mapping[Key, tuple[RollEntry, str, Key | None]]) -> RollEntry | None:
    """What a row comes to: of who leaves, what is left of the row before."""
    entry, change, replaces = said[key]
    if change != Kind.LEAVES or replaces is None:
        return entry
    before = _effective(replaces, said)
    return remaining(before, entry) if before else None


def entries_of_rows(rows: QuerySet[DecreeRow]) -> Iterator[RollEntry]:
    """What rows say, each as an entry of a roll."""
    columns = ("roll", "months", "jkk_idr", "jkm_idr")
    for roll, months, jkk, jkm in rows.values_list(*columns).iterator(chunk_size=2_000):
        yield entry_of(roll, months, jkk_idr=jkk, jkm_idr=jkm, continuity=False)


def changes_of(amendment: Decree, standing: Mapping[Key, RollEntry]) -> dict[Key, Change]:
    """The changes that an amendment's rows say, by the rows' keys; `standing` is the roll without them."""
    found: dict[Key, Change] = {}
    for row in DecreeRow.objects.filter(decree=amendment).order_by("pk"):
        entry = entry_of(row.roll, row.months, jkk_idr=row.jkk_idr, jkm_idr=row.jkm_idr, continuity=False)
        old = standing.get(row.replaces_id) if row.replaces_id else None
        kind = Kind(row.change)
        if kind is Kind.ENTERS:
            found[row.pk] = Change(kind, row.why, entry, new=entry, replaces=row.replaces_id)
        elif kind is Kind.LEAVES:
            new = remaining(old, entry) if old else None
            found[row.pk] = Change(kind, row.why, entry, row.replaces_id, old, new)
        else:
            found[row.pk] = Change(kind, row.why, entry, row.replaces_id, old, entry)
    return found


@dataclass(frozen=True)
class Basis:
    """What an amendment is made on: the round of the first decree, its settings, rules and limits."""

    round: AllocationRound
    settings: Settings
    prepared: Prepared

    @property
    def quotas(self) -> Limits:
        """How many people at most, as the round was frozen."""
        return limits_of(self.prepared.policy, self.settings.quotas, ()).quotas


def basis_of(root: Decree) -> Basis:
    """PayungError for a decree that does not come from a frozen round."""
    if root.round is None or root.round.freeze is None:
        raise PayungError(
            "Keputusan ini tidak berasal dari putaran di aplikasi ini.",
            todo="Perubahannya disusun di luar aplikasi.",
        )
    return Basis(root.round, Settings.read(root.round.freeze.settings), prepared_of(root.round))


def waiting_list(basis: Basis, source: str) -> Iterator[Waiting]:
    """Who waits for a source, in the list's order, for the months of the round."""
    months = basis.settings.months
    candidates = {
        one.row_id: replace(one, monthly=tuple(price for price in one.monthly if price[0] in months))
        for one in basis.prepared.candidates.get(source, ())
    }
    rows = NotChosen.objects.filter(round=basis.round, source=source, standing__isnull=False)
    ordered = [
        row for row in rows.order_by("standing", "pk").values_list("row_id", flat=True) if row in candidates
    ]
    for some in portions(ordered, _READ_AHEAD):
        people = applications_of(basis.round, some)
        for row_id in some:
            yield Waiting(row_id, people[row_id], candidates[row_id])


def barred(basis: Basis) -> dict[str, str]:
    """Who cannot be chosen now, by row id, and why."""
    return {row_id: hold.message for row_id, hold in held_now(basis.round, basis.settings).barred.items()}


GONE = frozenset({held_back.DEAD, held_back.REMOVED})
"""What is known of somebody who cannot be granted anything any more: died, or taken off the registry's list."""


def gone_among(root: Decree, rows: QuerySet[DecreeRow]) -> list[str]:
    """Names of those who are known by now to have died or to have been taken off the list."""
    basis = basis_of(root)
    known = held_now(basis.round, basis.settings).known
    return [
        name
        for row_id, name in rows.values_list("row_id", "name")
        if row_id in known and known[row_id].code in GONE
    ]


def budget_of(budgets: Mapping[str, int], source: str) -> Budget:
    """The budget line from which a source pays. PayungError where the round had none."""
    found: Budget | None = Budget.objects.filter(pk=budgets.get(source)).first()
    if found is None:
        raise PayungError(
            f"Sumber dana {source} tidak mempunyai pagu pada putarannya.", todo="Periksa halaman Anggaran."
        )
    return found


def left_on(budget: Budget) -> Amount:
    """What can still be reserved on both accounts."""
    left = {one.programme: one.left_idr for one in Ceiling.objects.filter(budget=budget)}
    return Amount(left.get(Programme.JKK, 0), left.get(Programme.JKM, 0))
