"""What a screening run decided about every row of the lists, and the lists that were taken out."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payung.core.decision import Outcome
from payung.database.scoped import TerritoryRow
from payung.screening.models import ScreeningRun
from payung.vault.fields import SealedJSON


class Assessment(TerritoryRow):
    """One row of the lists in one run: its outcome with every reason.

    All rows of the newest loaded run are here. Of earlier runs only those stay whose decision was another one than
    the next: so that a row's rows, newest first, are the course of its decisions. The rest stays in sealed results.
    """

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="assessments")
    since = models.PositiveIntegerField()
    """The number of the run from which on the decision and its reasons have been these."""
    row_id = models.CharField(max_length=64)
    person_id = models.CharField(max_length=64)
    """The row that stands for the person, among all rows that are the same person."""
    survives = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Outcome])
    sources = models.CharField(max_length=200, blank=True)
    """Sources of money for which the row is eligible, in the policy's order, apart by spaces."""
    codes = models.CharField(max_length=600, blank=True)
    """Codes of the reasons, apart by spaces, between spaces: to be counted and filtered."""
    digest = models.CharField(max_length=32)
    """Hash of outcome, sources and codes of the reasons, to know the same decision again."""
    reasons = SealedJSON()
    """`[code, outcome, message, evidence, remedy]` of each reason."""
    who = SealedJSON()
    """`{"nik": …, "birth_on": …, "sex": …, "rt": …, "group": …}` of the row as it was screened."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "row_id"], name="one_assessment"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "run", "outcome", "place"], name="assessments_by_outcome"),
            models.Index(fields=["regency_code", "run", "place", "name"], name="assessments_by_place"),
            models.Index(fields=["regency_code", "row_id"], name="assessments_of_row"),
        ]

    def __str__(self) -> str:
        return self.name or self.row_id


class ListExport(TerritoryRow):
    """A screened list that somebody takes out as a file. `place` is the territory in which it was asked for.

    A short one is written at once; a long one when a second person has allowed it (`allowed_at`).
    """

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="exports")
    form = models.CharField(max_length=4, choices=[("xlsx", "xlsx"), ("csv", "csv")])
    filters = models.JSONField(default=dict)
    row_count = models.PositiveIntegerField()
    asked_by = models.BigIntegerField()
    asked_at = models.DateTimeField(auto_now_add=True)
    allowed_at = models.DateTimeField(null=True)
    written_at = models.DateTimeField(null=True)
    path = models.CharField(max_length=200, blank=True)
    """The sealed file, below the folder of stored files."""
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta(TerritoryRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "asked_by", "-asked_at"], name="exports_newest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(written_at__isnull=True) | Q(allowed_at__isnull=False),
                name="export_allowed_first",
            )
        ]

    def __str__(self) -> str:
        return f"hasil penyaringan {self.run_id}, {self.row_count} baris"
