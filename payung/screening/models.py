"""Screening runs, the pairs that a person must look at, what was decided about them, and what was asked of an RT."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.database.scoped import RegencyRow, TerritoryRow
from payung.screening.rules import LinkOutcome, Verdict
from payung.vault.fields import SealedJSON, SealedText


class ScreeningRun(RegencyRow):
    """One screening: a frozen set of inputs with a hash, and what came of it.

    Asked for (`asked_at`) → frozen (`inputs_hash`, sealed bundle) → screened (`screened_hash`, sealed results) →
    loaded into the tables (`loaded_at`: only then is it the current one), or failed. A run that is superseded keeps its
    files and figures.
    """

    number = models.PositiveIntegerField()
    """Counted from 1 in each regency."""
    asked_at = models.DateTimeField(auto_now_add=True)
    asked_by = models.BigIntegerField(null=True)
    question = models.JSONField(default=dict)
    """Months, sources, day, waived registers: what makes the terms besides the policy."""
    frozen_at = models.DateTimeField(null=True)
    inputs_hash = models.CharField(max_length=64, blank=True)
    parts = models.JSONField(default=dict)
    """The hashes of the inputs' parts, to tell what has changed since."""
    register_days = models.JSONField(default=dict)
    """Register to the day that it describes, ISO."""
    marks = models.JSONField(default=dict)
    """What the inputs looked like when they were frozen, part by part, to see cheaply whether they still do."""
    notes = models.JSONField(default=list)
    """Sentences about registers that were left out, are missing or too old."""
    inputs_file = models.CharField(max_length=200, blank=True)
    """Sealed bundle below the uploads folder."""
    screened_at = models.DateTimeField(null=True)
    screened_hash = models.CharField(max_length=64, blank=True)
    figures = models.JSONField(default=dict)
    """Counts of the result record: rows, persons, outcomes, decided."""
    results_file = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    todo = models.TextField(blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "number"], name="one_run_number"),
            models.UniqueConstraint(
                fields=["regency_code"],
                condition=Q(loaded_at__isnull=True, failed_at__isnull=True),
                name="one_open_run",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "-loaded_at"], name="latest_run")]

    def __str__(self) -> str:
        return f"Penyaringan {self.number}"

    @property
    def is_open(self) -> bool:
        """It was asked for, and has neither been loaded nor failed."""
        return self.loaded_at is None and self.failed_at is None


class Pair(RegencyRow):
    """Two rows that may be one person, of the newest run that found them; the right one may stand in a register.

    A pair is known by its two fingerprints (`key_index`, blind): it stays the same pair, with its decision, in later
    runs as long as no identifying field changes. `place_l` and `place_r` are where the two live, as far as is known.
    """

    key_index = models.CharField(max_length=32)
    fingerprint_l = SealedText()
    fingerprint_r = SealedText()
    run = models.ForeignKey(ScreeningRun, on_delete=models.PROTECT, related_name="pairs")
    """The last run in which the pair was found."""
    row_id_l = models.CharField(max_length=64)
    row_id_r = models.CharField(max_length=64)
    register = models.CharField(max_length=20, blank=True)
    """Empty for two rows of the lists."""
    place_l = models.CharField(max_length=20, blank=True)
    place_r = models.CharField(max_length=20, blank=True)
    outcome = models.CharField(max_length=10, choices=[(one.value, one.value) for one in LinkOutcome])
    score_milli = models.IntegerField()
    pattern = models.CharField(max_length=80, blank=True)
    """What certain pairs of one kind share in their evidence: confirmed together."""
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)
    sides = SealedJSON()
    """Both records as they were written, with their households: `payung.screening.sides.written`."""
    stake_idr = models.BigIntegerField(default=0)
    """Money that hangs on the answer; the queue is ordered by it and by the doubt (`priority`)."""
    priority = models.BigIntegerField(default=0)
    is_test = models.BooleanField(default=False)
    """A known pair, shown to measure how well people agree; it decides nothing."""
    known = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in Verdict])
    """What is known of a test pair; empty where that is no longer in force, and then it measures nothing."""
    verdict = models.CharField(max_length=10, blank=True, choices=[(one.value, one.value) for one in Verdict])
    """The decision in force; kept here so that the queue is one indexed read."""
    version = models.PositiveIntegerField(default=1)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "key_index", "register"], name="one_pair"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "run", "verdict", "-priority", "id"],
                name="open_pairs",
            ),
            models.Index(
                fields=["regency_code", "run", "outcome", "verdict", "pattern"], name="pairs_by_pattern"
            ),
            models.Index(fields=["regency_code", "row_id_l"], name="pairs_of_row"),
        ]


class PairVerdict(RegencyRow):
    """One decision of one person about one pair; later ones supersede it, undoing closes it. Never edited otherwise."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="verdicts")
    verdict = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Verdict])
    made_by = models.BigIntegerField(null=True)
    made_at = models.DateTimeField(auto_now_add=True)
    way = models.CharField(max_length=10, default="satu")
    """`satu` one by one, `pola` by pattern, `berkas` from a file, `rt` from the RT's answer."""
    batch = models.UUIDField(null=True)
    """Shared by the decisions that were made together, and can be undone together."""
    note = SealedText(blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)

    class Meta(RegencyRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["pair", "-id"], name="verdicts_of_pair"),
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="verdicts_of_batch"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pair"], condition=Q(undone_at__isnull=True), name="one_verdict_in_force"
            ),
        ]


class Question(TerritoryRow):
    """What the RT is asked about a pair: a link that carries no NIK, answered with one tap, good for a time."""

    pair = models.ForeignKey(Pair, on_delete=models.PROTECT, related_name="questions")
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.BigIntegerField(null=True)
    asked_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=10, blank=True)
    answer_note = SealedText(blank=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("asked_at")), name="question_term"),
        ]
