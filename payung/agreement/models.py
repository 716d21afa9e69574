"""Agreements with BPJS Ketenagakerjaan: the Nota Kesepakatan of several years, the yearly PKS below it, addenda."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from payung.agreement.rules import Addendum, Content, Kind, Segment, Terms
from payung.database.scoped import RegencyRow


class Agreement(RegencyRow):
    """One agreement. Where it stands follows from its days: drafted, approved, signed, in force, ended.

    Drafted → through its chain (`approved_at`, of one version) → signed (`signed_at`). From there on the database
    refuses every change; its end stands in a table of its own.
    """

    kind = models.CharField(max_length=8, choices=[(one.value, one.name) for one in Kind])
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    """The Nota Kesepakatan of a PKS; the agreement that an addendum changes."""
    ordinal = models.PositiveSmallIntegerField(null=True)
    """Of an addendum: counted from 1 in each agreement."""
    number = models.CharField(max_length=100, blank=True)
    """Our number, blank until signing."""
    partner_number = models.CharField(max_length=100, blank=True)
    """The number of BPJS Ketenagakerjaan."""
    title = models.CharField(max_length=300)
    valid_from = models.DateField()
    """First day; of an addendum the day from which it changes the other."""
    valid_to = models.DateField()
    """Last day; of an addendum that of the other, as it is with it."""
    segments = models.JSONField(default=list)
    """`BPU` (vulnerable workers), `PU` (non-ASN)."""
    ceiling_idr = models.BigIntegerField(null=True)
    """The most that is to be paid under it; None where it names none, of an addendum where it stays."""
    content = models.JSONField(default=dict)
    """Parties, due days, clauses, annexes, as `agreement.rules.Content` reads them."""
    version = models.PositiveIntegerField(default=1)
    """Rises with every change of the draft."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()
    approved_at = models.DateTimeField(null=True)
    approved_version = models.PositiveIntegerField(null=True)
    approved_sha256 = models.CharField(max_length=64, blank=True)
    """Of the paper that went through the chain."""
    signed_on = models.DateField(null=True)
    signed_at = models.DateTimeField(null=True)
    """When the signing was recorded; from here on nothing in it changes."""
    signed_by = models.BigIntegerField(null=True)
    """Who recorded it."""
    cancelled_at = models.DateTimeField(null=True)
    """When a draft was given up."""
    cancel_reason = models.CharField(max_length=300, blank=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(valid_to__gte=F("valid_from")), name="agreement_term"),
            models.CheckConstraint(
                condition=Q(kind=Kind.NK.value, parent__isnull=True, ordinal__isnull=True)
                | Q(kind=Kind.PKS.value, parent__isnull=False, ordinal__isnull=True)
                | Q(kind=Kind.ADDENDUM.value, parent__isnull=False, ordinal__gte=1),
                name="agreement_has_its_parent",
            ),
            models.CheckConstraint(
                condition=Q(signed_at__isnull=True)
                | Q(
                    signed_on__isnull=False,
                    approved_at__isnull=False,
                    approved_version=F("version"),
                    cancelled_at__isnull=True,
                )
                & ~Q(number="")
                & ~Q(partner_number="")
                & ~Q(approved_sha256=""),
                name="agreement_signed_whole",
            ),
            models.UniqueConstraint(
                fields=["regency_code", "number"], condition=~Q(number=""), name="one_agreement_number"
            ),
            models.UniqueConstraint(
                fields=["regency_code", "partner_number"],
                condition=~Q(partner_number=""),
                name="one_partner_number",
            ),
            models.UniqueConstraint(
                fields=["parent", "ordinal"], condition=Q(cancelled_at__isnull=True), name="one_addendum"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "valid_to"], name="agreements_by_end")]
        ordering: ClassVar = ["-valid_from", "-pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def terms(self) -> Terms:
        """All that it says, without its addenda."""
        return Terms(
            self.valid_from,
            self.valid_to,
            tuple(Segment(one) for one in self.segments),
            self.ceiling_idr,
            Content.read(self.content),
        )

    @property
    def addendum(self) -> Addendum:
        """What an addendum changes."""
        assert self.ordinal is not None
        return Addendum(self.ordinal, self.valid_from, self.terms)

    @property
    def is_approved(self) -> bool:
        """Whether what stands in it now went through its chain."""
        return self.approved_at is not None and self.approved_version == self.version


class AgreementEnd(RegencyRow):
    """The end of a signed agreement before its term; never changed."""

    agreement = models.OneToOneField(Agreement, on_delete=models.PROTECT, related_name="end")
    ended_on = models.DateField()
    """The last day on which it is in force."""
    reason = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta(RegencyRow.Meta):
        pass


class AgreementFile(RegencyRow):
    """A file of an agreement, sealed: the paper that goes through the chain, the signed scan, an annex. Never changed."""

    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="files")
    version = models.PositiveIntegerField()
    """Of the agreement, to which the file belongs."""
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


class AgreementTemplate(RegencyRow):
    """The regency's own wording: a typst file in place of ours. A new text is a new row; none is ever changed."""

    part = models.CharField(max_length=12)
    """Which of ours it stands for: `nk`, `pks`, `adendum`."""
    number = models.PositiveIntegerField()
    """Counted from 1 in each part; the highest is in use."""
    text = models.TextField(blank=True)
    """Empty: ours again."""
    sha256 = models.CharField(max_length=64)
    note = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "part", "number"], name="one_agreement_template"),
        ]
