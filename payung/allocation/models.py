"""Rounds: from a screened list to those who are chosen, frozen with everything that the choice rests on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payung.core.month import Month, MonthSpan
from payung.database.scoped import RegencyRow, TerritoryRow
from payung.screening.models import ScreeningRun
from payung.vault.fields import SealedJSON, SealedText


class AllocationRound(RegencyRow):
    """A round (putaran) of choosing, from one loaded screening run. Scenarios are tried; one of them is frozen.

    Opened → prepared → (scenarios) → frozen (`freeze`: awards, roll, reservation) → approved → on a decree; or cancelled.
    Law and policy are those of the run: their hashes are kept, and a round whose policy has changed meanwhile keeps its
    own (its text is sealed with the candidates).
    """

    number = models.PositiveIntegerField()
    """Counted from 1 in each regency."""
    title = models.CharField(max_length=200)
    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="rounds")
    policy_sha256 = models.CharField(max_length=64)
    law_sha256 = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    opened_by = models.BigIntegerField()
    outdated = models.JSONField(default=list)
    """Sentences: why the screening was outdated when the round was opened on it all the same."""
    outdated_reason = models.CharField(max_length=300, blank=True)
    """Why it was opened all the same."""
    prepared_at = models.DateTimeField(null=True)
    """When the candidates lay ready; before that nothing can be tried."""
    candidates_file = models.CharField(max_length=200, blank=True)
    """Sealed: candidates of every source, and the text of policy and law that they were priced by."""
    candidates_hash = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    """Counts of candidates by source, set when they were prepared."""
    asked_scenario = models.ForeignKey("Scenario", null=True, on_delete=models.PROTECT, related_name="+")
    """The scenario that somebody asked to freeze; the work goes on in the background."""
    asked_at = models.DateTimeField(null=True)
    asked_by = models.BigIntegerField(null=True)
    asked_version = models.PositiveIntegerField(null=True)
    """The version of the scenario that whoever asked had before them."""
    freeze_error = models.TextField(blank=True)
    freeze = models.ForeignKey("Freeze", null=True, on_delete=models.PROTECT, related_name="+")
    """The freeze in force; awards and those not chosen are of it. Taken back, it is None again and they are gone."""
    approved_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "number"], name="one_round_number"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(freeze__isnull=False), name="round_frozen_first"
            ),
        ]
        ordering: ClassVar = ["-number"]

    def __str__(self) -> str:
        return f"Putaran {self.number}"


class Freeze(RegencyRow):
    """One freezing of a round: settings, sums, roll, and all that the selection can be made again from. Never changed."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="freezes")
    number = models.PositiveIntegerField()
    """Counted from 1 in each round."""
    settings = models.JSONField()
    """Of the scenario, with the seed."""
    figures = models.JSONField()
    """Sums and counts: people, JKK, JKM, by source, kecamatan, desa and group; waiting, held back; the bound."""
    path = models.CharField(max_length=200)
    """Sealed: candidates, settings, who was held back, the canonical roll."""
    roll_hash = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["round", "number"], name="one_freeze")]

    def __str__(self) -> str:
        return f"beku {self.number}"


class Scenario(RegencyRow):
    """One way to choose: months, ceilings, quotas, floors, points, groups. Its figures follow from its settings."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=80)
    settings = models.JSONField(default=dict)
    """As `allocation.scenario.Settings` reads them."""
    version = models.PositiveIntegerField(default=1)
    """Rises with every change of the settings."""
    figures = models.JSONField(default=dict)
    """What came of the settings of `figured_version`."""
    figured_version = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    removed_at = models.DateTimeField(null=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "name"], condition=Q(removed_at__isnull=True), name="one_scenario_name"
            ),
        ]
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class Precheck(RegencyRow):
    """The question to BPJS (uji padan) about those whom a round would choose: asked and answered, or waived."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="prechecks")
    scenario = models.ForeignKey(Scenario, null=True, on_delete=models.PROTECT, related_name="+")
    request = models.ForeignKey("registry.Request", null=True, on_delete=models.PROTECT, related_name="+")
    delivery = models.ForeignKey("registry.Delivery", null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField()
    answered_at = models.DateTimeField(null=True)
    figures = models.JSONField(default=dict)
    """Rows asked, answered, unanswered, and how many answers block."""
    waived_at = models.DateTimeField(null=True)
    waived_by = models.BigIntegerField(null=True)
    reason = SealedText(blank=True)
    """Why it was waived."""

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(waived_at__isnull=True) | Q(waived_by__isnull=False), name="precheck_waived_whole"
            ),
        ]


class Award(TerritoryRow):
    """Somebody chosen by a frozen round. Never changed: who leaves or comes later stands in a decree's changes."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="awards")
    row_id = models.CharField(max_length=64)
    nik_index = models.CharField(max_length=32)
    name = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    rank = models.PositiveIntegerField()
    continuity = models.BooleanField()
    by_floor = models.CharField(max_length=80, blank=True)
    """The floor that brought the person in, `desa 64.01.04.2002`; empty for those chosen by order."""
    months = models.CharField(max_length=500)
    """Months of cover, apart by spaces."""
    jkk_idr = models.BigIntegerField()
    jkm_idr = models.BigIntegerField()
    roll = SealedJSON()
    """The canonical row of the roll, by column, and what annexes need beside it."""
    why = models.TextField(blank=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "row_id"], name="one_award_a_row"),
            models.UniqueConstraint(fields=["round", "nik_index"], name="one_award_a_person"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "round", "place", "name"], name="awards_by_place"),
            models.Index(fields=["regency_code", "row_id"], name="awards_of_row"),
            models.Index(fields=["regency_code", "nik_index"], name="awards_of_person"),
        ]

    @property
    def total_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr

    @property
    def span(self) -> MonthSpan:
        """From the first month of cover to the last; months between may be left out."""
        months = self.months.split()
        return MonthSpan(Month.parse(months[0]), Month.parse(months[-1]))


class NotChosen(TerritoryRow):
    """Somebody eligible whom a frozen round did not choose: on the waiting list, or held back until something is clear."""

    round = models.ForeignKey(AllocationRound, on_delete=models.PROTECT, related_name="not_chosen")
    row_id = models.CharField(max_length=64)
    name = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    standing = models.PositiveIntegerField(null=True)
    """Place on the waiting list of the source; None for who is held back."""
    code = models.CharField(max_length=40)
    """`ceiling`, `quota`, `covered_until`; or what holds the person back: `open_review`, `precheck`, `dead`, …"""
    why = models.TextField()
    change = models.TextField(blank=True)
    """What would change it."""
    who = SealedJSON()
    """NIK, birth date, address as they were, for letters and annexes."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "row_id"], name="one_standing_a_row"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "round", "source", "standing"], name="waiting_list"),
            models.Index(fields=["regency_code", "round", "place", "name"], name="not_chosen_by_place"),
            models.Index(fields=["regency_code", "row_id"], name="not_chosen_rows"),
        ]
