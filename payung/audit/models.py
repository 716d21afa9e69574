"""The ledger's tables: entries and signed heads that never change, details that can be erased, one tip a regency."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from payung.audit import signing
from payung.audit.actions import title_of
from payung.audit.chain import Entry, Line, instant
from payung.database.scoped import RegencyRow
from payung.vault.fields import SealedJSON


class Event(RegencyRow):
    """One entry: who did what to what, without any data about a person.

    `actor` and `post` are ids without a foreign key, so that the ledger outlives what it tells about.
    """

    seq = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.BigIntegerField(null=True)
    actor_role = models.CharField(max_length=20, blank=True)
    post = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    commitment = models.CharField(max_length=64, blank=True)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "seq"], name="one_entry_a_number"),
            models.CheckConstraint(condition=Q(seq__gte=1), name="entries_count_from_one"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "subject_type", "subject_id", "seq"], name="audit_by_subject"
            ),
            models.Index(fields=["regency_code", "actor", "seq"], name="audit_by_actor"),
            models.Index(fields=["regency_code", "action", "seq"], name="audit_by_action"),
            models.Index(fields=["regency_code", "at"], name="audit_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.regency_code} #{self.seq} {self.action}"

    @property
    def title(self) -> str:
        """What was done, in Indonesian; the code itself where it is not known any more."""
        return title_of(self.action)

    @property
    def line(self) -> Line:
        """The entry as it is hashed and exported."""
        entry = Entry(
            self.regency_code, self.seq, instant(self.at), self.actor, self.actor_role, self.post, self.action,
            self.subject_type, self.subject_id, self.commitment, self.prev_hash,
        )  # fmt: skip
        return Line(entry, self.hash)


class Detail(RegencyRow):
    """What an entry is about in full (old and new values, the reason), sealed; can be erased, its entry stays.

    The salt lies under the seal too: who has the database alone must not be able to try values against a commitment.
    """

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    content: models.Field[Any, Any] = SealedJSON()
    """`{"salt": …, "detail": …}`"""

    def __str__(self) -> str:
        return str(self.event_id)

    @property
    def salt(self) -> str:
        return str(self.content["salt"])

    @property
    def said(self) -> Any:
        """The detail as it was recorded, unmasked."""
        return self.content["detail"]


class Tip(RegencyRow):
    """Where a regency's chain ends. Whoever writes an entry takes this row first, so that writers go one by one."""

    last_seq = models.PositiveBigIntegerField(default=0)
    last_hash = models.CharField(max_length=64)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [models.UniqueConstraint(fields=["regency_code"], name="one_tip_a_regency")]

    def __str__(self) -> str:
        return f"{self.regency_code} #{self.last_seq}"


class Head(RegencyRow):
    """The ledger as it stood at the end of a day, signed. `peaks` are those of its tree, to go on from."""

    day = models.DateField()
    size = models.PositiveBigIntegerField()
    root = models.CharField(max_length=64)
    last_hash = models.CharField(max_length=64)
    peaks = models.JSONField(default=list)
    key = models.CharField(max_length=32)
    signature = models.CharField(max_length=128)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "size", "day"], name="one_head_a_size_and_day")
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "day"], name="heads_by_day")]

    def __str__(self) -> str:
        return f"{self.regency_code} {self.day} #{self.size}"

    @property
    def signed(self) -> signing.Head:
        """The head as it was signed and is exported."""
        return signing.Head(
            self.regency_code, self.day, self.size, self.root, self.last_hash, self.key, self.signature
        )
