"""Agreements with BPJS Ketenagakerjaan: the Nota Kesepakatan of several years, the yearly PKS below it, addenda."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.agreement.rules import Kind
from payung.database.scoped import RegencyRow


class Agreement(RegencyRow):
    """One agreement. Where it stands follows from its days: drafted, approved, signed, in force, ended."""

    kind = models.CharField(max_length=8, choices=[(one.value, one.name) for one in Kind])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    """The Nota Kesepakatan of a PKS; the agreement that an addendum changes."""
    number = models.CharField(max_length=100, blank=True)
    """Our number; the other party's is in `content`."""
    title = models.CharField(max_length=300)
    valid_from = models.DateField()
    valid_to = models.DateField()
    segments = models.JSONField(default=list)
    """`BPU` (vulnerable workers), `PU` (non-ASN)."""
    ceiling_idr = models.BigIntegerField(null=True)
    """The most that is to be paid under it; None where it names none."""
    content = models.JSONField(default=dict)
    """Parties, object, due days, clauses, as `agreement.rules.Content` reads them."""
    version = models.PositiveIntegerField(default=1)
    """Rises with every change of the draft."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    approved_at = models.DateTimeField(null=True)
    approved_version = models.PositiveIntegerField(null=True)
    signed_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    """When the signing was recorded; from here on nothing in it changes but its end."""
    ended_on = models.DateField(null=True)
    end_reason = models.CharField(max_length=300, blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="agreement_term"),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(signed_on__isnull=False, approved_version=F("version")) & ~Q(number=""),
                name="agreement_signed_whole",
            ),
            models.UniqueConstraint(
                fields=["regency_code", "number"], condition=~Q(number=""), name="one_agreement_number"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "valid_to"], name="agreements_by_end")]

    def __str__(self) -> str:
        return self.title


class AgreementFile(RegencyRow):
    """A file of an agreement, sealed: its draft as it was approved, the signed scan, an annex."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(max_length=10)
    """`naskah`, `pindaian`, `lampiran`."""
    name = models.CharField(max_length=200)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField(null=True)

    class Meta(RegencyRow.Meta):
        indexes: ClassVar = [models.Index(fields=["regency_code", "agreement"], name="agreement_files")]
