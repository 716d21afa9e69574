"""People, their households, what was observed of them, their neighbourhoods; what registers said, and were asked."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payung.database.scoped import RegencyRow, TerritoryRow
from payung.registry.rules import REGISTERS, Kind
from payung.vault.fields import SealedJSON, SealedText

BLIND = 32
"""Characters of a blind index."""


class Household(TerritoryRow):
    """A family card (KK). `place` is where its members are known to live, as far down as they share it."""

    kk = SealedText()
    kk_index = models.CharField(max_length=BLIND)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "kk_index"], name="one_household_a_card")
        ]


class Person(TerritoryRow):
    """Somebody, as is now believed from everything observed of them (`payung.registry.current`).

    Never edited by hand: `recompute` makes the same row again. `standard` is the name in the form in which names are
    compared. Somebody found to be the same as another points there; who was taken off has `removed_at`.
    """

    household = models.ForeignKey(Household, null=True, on_delete=models.SET_NULL, related_name="members")
    nik = SealedText(null=True)
    nik_index = models.CharField(max_length=BLIND, blank=True)
    kk = SealedText(null=True)
    name = models.CharField(max_length=300)
    standard = models.CharField(max_length=300, blank=True)
    birth_on = models.DateField(null=True)
    birth_place = models.CharField(max_length=200, blank=True)
    sex = models.CharField(max_length=1, blank=True)
    mother_name = SealedText(null=True)
    phone = SealedText(null=True)
    phone_index = models.CharField(max_length=BLIND, blank=True)
    desa_code = models.CharField(max_length=13, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    group = models.CharField(max_length=60, blank=True)
    address = models.CharField(max_length=500, blank=True)
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    """Rises with every change."""

    class Meta(TerritoryRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "nik_index"], name="person_by_nik"),
            models.Index(fields=["regency_code", "phone_index"], name="person_by_phone"),
            models.Index(
                fields=["regency_code", "place"],
                condition=Q(merged_into__isnull=True, removed_at__isnull=True),
                name="people_here",
            ),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=models.F("id")),
                name="not_merged_into_self",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_live(self) -> bool:
        return self.merged_into_id is None and self.removed_at is None


class Observation(TerritoryRow):
    """What one row of one source said of a person; never changed.

    The same row that comes with other facts is one `edition` more; with the same facts it is nothing new, and only a
    `Sighting` tells that a later import holds it too.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="observations")
    source = models.CharField(max_length=20)
    """`daftar` for the lists, else a register's name."""
    source_ref = models.CharField(max_length=60)
    source_on = models.DateField()
    row_id = models.CharField(max_length=64)
    edition = models.PositiveIntegerField(default=1)
    facts = SealedJSON()
    digest = models.CharField(max_length=BLIND)
    """Blind index of what was said, to know the same again."""
    fingerprint = models.CharField(max_length=BLIND)
    """Blind index of `core.identity.fingerprint`."""
    saved_at = models.DateTimeField()
    saved_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "source", "row_id", "edition"], name="one_observation_a_row"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "source_ref"], name="observations_of_import"),
            models.Index(fields=["regency_code", "fingerprint"], name="observation_by_fingerprint"),
        ]


class Sighting(RegencyRow):
    """An import that holds a row which had been saved from an earlier one already."""

    observation = models.ForeignKey(Observation, on_delete=models.CASCADE, related_name="sightings")
    source_ref = models.CharField(max_length=60)

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["observation", "source_ref"], name="one_sighting")
        ]
        indexes: ClassVar = [models.Index(fields=["regency_code", "source_ref"], name="sightings_of_import")]


class NameKey(TerritoryRow):
    """A key by which a person is found by name: how a word sounds, or all words (`payung.registry.search`)."""

    # Made from the person in the same transaction, five a person: a check of each by the database takes longer than
    # all the rest of a large import.
    person = models.ForeignKey(
        Person, on_delete=models.CASCADE, related_name="name_keys", db_constraint=False
    )
    key = models.CharField(max_length=61)

    class Meta(TerritoryRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "key", "place", "person"], name="people_by_name")
        ]


class Rt(TerritoryRow):
    """A neighbourhood: its `place` is `64.01.04.2002/005`."""

    head_name = models.CharField(max_length=150, blank=True)
    phone = SealedText(null=True)
    household_count = models.PositiveIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "place"], name="one_neighbourhood")
        ]
        ordering: ClassVar = ["place"]

    def __str__(self) -> str:
        return self.place

    @property
    def desa_code(self) -> str:
        return self.place.partition("/")[0]

    @property
    def number(self) -> str:
        """Three digits."""
        return self.place.partition("/")[2]


_REGISTER_CHOICES = [(one.name, one.title) for one in REGISTERS.values()]


class Request(RegencyRow):
    """What we asked a register's owner about our rows. `code` names the rows; the workbook is sealed."""

    register = models.CharField(max_length=20, choices=_REGISTER_CHOICES)
    about = models.CharField(max_length=40, blank=True)
    """For what alone it was asked: `Putaran 3`. Empty where it asks about everybody on the lists; only then does the
    answer stand for the register."""
    code = models.CharField(max_length=12, blank=True)
    row_count = models.PositiveIntegerField(null=True)
    path = models.CharField(max_length=200, blank=True)
    """Below the folder of stored files; empty until it is written."""
    rows_path = models.CharField(max_length=200, blank=True)
    """The row ids that were asked about, one a line, sealed."""
    asked_at = models.DateTimeField()
    asked_by = models.BigIntegerField(null=True)
    written_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    """When the workbook was taken out to be sent, first."""

    class Meta(RegencyRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "register", "-asked_at"], name="requests_newest")
        ]


class Delivery(RegencyRow):
    """A register's file that arrived: its original and, once read, its rows as a sealed Parquet snapshot."""

    register = models.CharField(max_length=20, choices=_REGISTER_CHOICES)
    kind = models.CharField(max_length=10, blank=True, choices=[(kind.value, kind.value) for kind in Kind])
    as_of = models.DateField(null=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    original_path = models.CharField(max_length=200)
    snapshot_path = models.CharField(max_length=200, blank=True)
    row_count = models.PositiveIntegerField(null=True)
    notes = models.JSONField(default=list)
    """Sentences for the user: what was left out, which words nobody understands."""
    request = models.ForeignKey(Request, null=True, on_delete=models.SET_NULL, related_name="answers")
    request_code = models.CharField(max_length=12, blank=True)
    """The request that the file itself names."""
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    fault = models.TextField(blank=True)
    todo = models.TextField(blank=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.BigIntegerField(null=True)
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta(RegencyRow.Meta):
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "register", "-received_at"], name="deliveries_newest")
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "register", "sha256"],
                condition=Q(withdrawn_at__isnull=True, fault=""),
                name="one_delivery_a_file",
            )
        ]

    @property
    def is_usable(self) -> bool:
        return self.read_at is not None and not self.fault and self.withdrawn_at is None
