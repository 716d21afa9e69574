"""Decrees: what was typeset for signing, what was signed, and the people in it. After signing nothing in it changes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.agreement.models import Agreement
from payung.allocation.models import AllocationRound
from payung.database.scoped import RegencyRow, TerritoryRow
from payung.vault.fields import SealedJSON, SealedText


class DecreeTemplate(RegencyRow):
    """The regency's own wording: a typst file in place of ours. A new text is a new row; none is ever changed."""

    part = models.CharField(max_length=12)
    """Which of ours it stands for, as `enrolment.wording.PARTS` names them."""
    number = models.PositiveIntegerField()
    """Counted from 1 for each part; the highest is in use."""
    text = models.TextField(blank=True)
    """Empty where ours is in use again."""
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "part", "number"], name="one_template"),
        ]


class Decree(RegencyRow):
    """A decree (SK), its amendment, or another instrument by which people come in, go out or are changed.

    Drafted → typeset (files and roll stand) → through its chain (`approved_at`) → signed (`signed_at`). From there on
    the database refuses every change; what follows (scan, announcement, amendment) stands in tables of its own.
    """

    number_in_year = models.PositiveIntegerField()
    """Ours, counted from 1 in each regency and year; `number` is that of the regency's register, blank until signing."""
    year = models.PositiveSmallIntegerField()
    instrument = models.CharField(max_length=20)
    """Id of the instrument in the procedure: `sk`, `sk-perubahan`, `keputusan-kadis`, `berita-acara`."""
    number = models.CharField(max_length=100, blank=True)
    dated = models.DateField(null=True)
    round = models.ForeignKey(AllocationRound, null=True, on_delete=models.PROTECT, related_name="decrees")
    amends = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="amendments")
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT, related_name="decrees")
    waiver = SealedText(blank=True)
    """Why it is issued without an agreement in force or a budget."""
    signer_title = models.CharField(max_length=150)
    signer_name = models.CharField(max_length=150, blank=True)
    paper = models.CharField(max_length=2, default="f4")
    roll_hash = models.CharField(max_length=64, blank=True)
    """Of the roll as it stands after this decree."""
    totals = models.JSONField(default=dict)
    """`people`, `jkk_idr`, `jkm_idr`, by source; of what the decree grants."""
    content = models.JSONField(default=dict)
    """What the templates were given besides the roll: registers, ceilings, templates by hash."""
    version = models.PositiveIntegerField(default=1)
    """Rises each time it is typeset."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    asked_at = models.DateTimeField(null=True)
    """When the typesetting was asked for."""
    typeset_at = models.DateTimeField(null=True)
    typeset_error = models.TextField(blank=True)
    body_sha256 = models.CharField(max_length=64, blank=True)
    page_count = models.PositiveSmallIntegerField(null=True)
    """Pages of the body, each with its own QR."""
    approved_at = models.DateTimeField(null=True)
    approved_version = models.PositiveIntegerField(null=True)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.BigIntegerField(null=True)
    """Who recorded the signature."""
    signed_how = models.CharField(max_length=10, blank=True)
    """`basah` (a scan that was checked), `pades`, `layanan` (a signing service)."""
    signature = models.JSONField(default=dict)
    """What was checked of the signature: pages and QRs of the scan, or certificate and time."""
    cancelled_at = models.DateTimeField(null=True)
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "year", "number_in_year"], name="one_decree"),
            models.UniqueConstraint(
                fields=["regency_code", "number"],
                condition=~Q(number="") & Q(cancelled_at__isnull=True),
                name="one_decree_number",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(cancelled_at__isnull=True, amends__isnull=True, round__isnull=False),
                name="one_decree_a_round",
            ),
            models.UniqueConstraint(
                fields=["amends"],
                condition=Q(amends__isnull=False, signed_at__isnull=True, cancelled_at__isnull=True),
                name="one_open_amendment",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(
                    approved_version=F("version"),
                    approved_at__isnull=False,
                    typeset_at__isnull=False,
                    cancelled_at__isnull=True,
                    signed_how__in=["basah", "pades", "layanan"],
                ),
                name="decree_signed_whole",
            ),
        ]
        ordering: ClassVar = ["-year", "-number_in_year"]

    def __str__(self) -> str:
        return (
            f"Keputusan {self.number}"
            if self.number
            else f"Rancangan keputusan {self.number_in_year}/{self.year}"
        )


class DecreeRow(TerritoryRow):
    """Somebody on a decree's roll. While the decree is a draft rows are made anew; afterwards never changed."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="rows")
    row_id = models.CharField(max_length=64)
    nik_index = models.CharField(max_length=32)
    name = models.CharField(max_length=300)
    source = models.CharField(max_length=60)
    group = models.CharField(max_length=60)
    months = models.CharField(max_length=500)
    jkk_idr = models.BigIntegerField()
    jkm_idr = models.BigIntegerField()
    roll = SealedJSON()
    """The canonical row, by column, and what annexes need beside it."""
    change = models.CharField(max_length=8, blank=True)
    """Of an amendment: `masuk`, `keluar`, `ubah`; empty in a first decree."""
    why = models.CharField(max_length=300, blank=True)
    replaces = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="replaced_by")
    """The row of the earlier decree that goes out, or is changed."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree", "nik_index", "change"], name="one_row_a_decree"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "decree", "place", "name"], name="decree_rows_by_place"),
            models.Index(fields=["regency_code", "nik_index"], name="decree_rows_of_person"),
            models.Index(fields=["regency_code", "row_id"], name="decree_rows_of_row"),
        ]


class DecreeFile(TerritoryRow):
    """A file of a decree, sealed; `place` is the desa of a volume or petikan, else the regency."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="files")
    version = models.PositiveIntegerField()
    """Of the decree when it was made."""
    kind = models.CharField(max_length=12)
    """`keputusan`, `terbatas`, `publik`, `petikan`, `salinan`, `pindaian`, `bertanda`, `sidik`."""
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree", "version", "kind", "name"], name="one_decree_file"),
        ]


class DecreeNotice(TerritoryRow):
    """The announcement (Diumumkan) of a signed decree: from when to when, where it hangs."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="notices")
    opens_on = models.DateField()
    closes_on = models.DateField()
    where = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="notice_days"),
            models.UniqueConstraint(fields=["decree", "place"], name="one_notice_a_place"),
        ]


class DecreeObjection(TerritoryRow):
    """An objection to a signed decree: it has a number, a term and an answer."""

    decree = models.ForeignKey(Decree, on_delete=models.PROTECT, related_name="objections")
    number = models.PositiveIntegerField()
    """Counted from 1 in each decree."""
    about = SealedText()
    """Whom or what it concerns."""
    from_name = SealedText()
    text = SealedText()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    due_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)
    upheld = models.BooleanField(null=True)
    answer = SealedText(blank=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["decree", "number"], name="one_objection_number"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | Q(answered_by__isnull=False, upheld__isnull=False),
                name="objection_answered_whole",
            ),
        ]
