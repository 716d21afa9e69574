"""What a screening run decided about every row of the lists."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from payung.core.decision import Outcome
from payung.database.scoped import TerritoryRow
from payung.screening.models import ScreeningRun
from payung.vault.fields import SealedJSON


class Assessment(TerritoryRow):
    """One row of the lists in one run: its outcome with every reason. Only the newest loaded run's rows are kept here;
    those of earlier runs stay in their sealed results.
    """

    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="assessments")
    row_id = models.CharField(max_length=16)
    person_id = models.CharField(max_length=16)
    """The row that stands for the person, among all rows that are the same person."""
    survives = models.BooleanField()
    name = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Outcome])
    sources = models.CharField(max_length=200, blank=True)
    """Sources of money for which the row is eligible, in the policy's order, apart by spaces."""
    codes = models.CharField(max_length=300, blank=True)
    """Codes of the reasons, apart by spaces, between spaces: to be counted and filtered."""
    reasons = SealedJSON()

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "row_id"], name="one_assessment"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "run", "outcome", "place"], name="assessments_by_outcome"),
            models.Index(fields=["regency_code", "row_id"], name="assessments_of_row"),
        ]
