"""Where the money stands: a budget line with its two ceilings, and every rupiah that moved on them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.budget.rules import Move, Programme, Sums
from payung.database.scoped import RegencyRow


class Budget(RegencyRow):
    """A sub-activity (sub-kegiatan) of an office (SKPD) in one year, for one source of money.

    `source` is the id of a source of the local policy (`apbd-kabupaten`). The two programmes have an account and a
    ceiling each.
    """

    year = models.PositiveSmallIntegerField()
    office = models.CharField(max_length=150)
    activity_code = models.CharField(max_length=40)
    activity_title = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "year", "office", "activity_code", "source"], name="one_budget"
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2199), name="budget_year"),
        ]
        ordering: ClassVar = ["-year", "source", "activity_code"]

    def __str__(self) -> str:
        return f"{self.activity_title} {self.year}"


class Ceiling(RegencyRow):
    """What may be spent on one programme's account. The sums are moved by `budget.services` alone, one UPDATE each.

    `ceiling_idr` ≥ `reserved_idr` + `committed_idr`; `committed_idr` ≥ `billed_idr` ≥ `paid_idr`; none below zero.
    Every sum equals the sum of its movements.
    """

    budget = models.ForeignKey(Budget, on_delete=models.PROTECT, related_name="ceilings")
    programme = models.CharField(max_length=3, choices=[(one.value, one.name) for one in Programme])
    account = models.CharField(max_length=40)
    ceiling_idr = models.BigIntegerField(default=0)
    reserved_idr = models.BigIntegerField(default=0)
    """Held for a frozen round that is not signed yet."""
    committed_idr = models.BigIntegerField(default=0)
    """Bound by signed decrees."""
    billed_idr = models.BigIntegerField(default=0)
    paid_idr = models.BigIntegerField(default=0)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["budget", "programme"], name="one_ceiling_a_programme"),
            models.CheckConstraint(condition=Q(reserved_idr__gte=0, paid_idr__gte=0), name="ceiling_no_debt"),
            models.CheckConstraint(
                condition=Q(ceiling_idr__gte=F("reserved_idr") + F("committed_idr")), name="ceiling_holds"
            ),
            models.CheckConstraint(condition=Q(committed_idr__gte=F("billed_idr")), name="billed_within"),
            models.CheckConstraint(condition=Q(billed_idr__gte=F("paid_idr")), name="paid_within"),
        ]

    def __str__(self) -> str:
        return f"{self.get_programme_display()} ({self.account})"

    @property
    def sums(self) -> Sums:
        """Its five sums, as they were read."""
        return Sums(self.ceiling_idr, self.reserved_idr, self.committed_idr, self.billed_idr, self.paid_idr)

    @property
    def left_idr(self) -> int:
        """What can still be reserved."""
        return self.sums.left_idr


class Reservation(RegencyRow):
    """What is still held on a ceiling under one key; those of a ceiling add up to its `reserved_idr`."""

    ceiling = models.ForeignKey(Ceiling, on_delete=models.PROTECT, related_name="reservations")
    key = models.CharField(max_length=80)
    """That of the movement which reserved it."""
    held_idr = models.BigIntegerField()
    person_months = models.IntegerField()

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ceiling", "key"], name="one_reservation"),
            models.CheckConstraint(
                condition=Q(held_idr__gte=0, person_months__gte=0), name="reservation_no_debt"
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Movement(RegencyRow):
    """One movement on a ceiling; never changed. Asked for twice under the same `key`, it happens once."""

    ceiling = models.ForeignKey(Ceiling, on_delete=models.PROTECT, related_name="movements")
    move = models.CharField(max_length=10, choices=[(one.value, one.name) for one in Move])
    amount_idr = models.BigIntegerField()
    """Signed: a ceiling that is cut, a reservation that is released, are below zero."""
    key = models.CharField(max_length=80)
    """What makes it this movement: `ronde:7:cadang`, `sk:3:ikat`, `dppa:12`."""
    basis = models.CharField(max_length=200, blank=True)
    """The document it rests on: DPA, DPPA, number of the decree."""
    person_months = models.IntegerField(default=0)
    """For how many people times months; signed like the amount."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ceiling", "move", "key"], name="one_movement"),
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "ceiling", "id"], name="movements")]
