"""Lists that were sent: their sealed originals, their rows as they were understood, what was mended, and the announcement."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from payung.core.passing_on import private
from payung.database.scoped import TerritoryRow
from payung.vault.fields import SealedJSON, SealedText

BLIND = 32
"""Characters of a blind index."""
FILE_NAME = 400
"""Characters of a file's name with the folders inside its zip."""


class Batch(TerritoryRow):
    """What somebody sent at once: one or several files, or zips of them. `place` is for where it was sent."""

    territory = models.CharField(max_length=20)
    """Where its sender may write; rows outside are faults."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    """When everything in it had been read."""
    refused = models.JSONField(default=list)
    """`[name, why]` of files that were too large to be taken in, or of zips that cannot be opened."""
    packed_path = models.CharField(max_length=200, blank=True)
    """The marked workbooks as one sealed zip, below the folder of stored files."""
    packed_at = models.DateTimeField(null=True)

    class Meta(TerritoryRow.Meta):
        indexes: ClassVar = [models.Index(fields=["regency_code", "-made_at"], name="batches_newest")]

    def __str__(self) -> str:
        return f"unggahan {self.pk}"


class Sent(TerritoryRow):
    """One file as it was sent; a zip is taken apart by the job, each file in it becomes an `Upload`."""

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="sent")
    name = models.CharField(max_length=FILE_NAME)
    path = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    expanded_at = models.DateTimeField(null=True)


class Upload(TerritoryRow):
    """One list file. What it says is always derived from the sealed original, the place, the mapping and the edits.

    `version` rises with everything that somebody decides about it; the rows are those of `derived_version`. `place` is
    as far down as all its rows agree, within `given_place`.
    """

    batch = models.ForeignKey(Batch, on_delete=models.CASCADE, related_name="uploads")
    file = models.CharField(max_length=FILE_NAME)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    path = models.CharField(max_length=200)
    kind = models.CharField(max_length=8, blank=True)
    territory = models.CharField(max_length=20)
    given_place = models.CharField(max_length=20)
    place_chosen = models.BooleanField(default=False)
    received_at = models.DateTimeField()
    received_by = models.BigIntegerField(null=True)
    version = models.PositiveIntegerField(default=1)
    derived_version = models.PositiveIntegerField(default=0)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.BigIntegerField(null=True)
    read_at = models.DateTimeField(null=True)
    """When it was read first: from then on its rows are acknowledged."""
    good = models.PositiveIntegerField(default=0)
    to_fix = models.PositiveIntegerField(default=0)
    already = models.PositiveIntegerField(default=0)
    not_person = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    """Rows, among those to fix, that were changed here and in the file: somebody must choose."""
    missing = models.PositiveIntegerField(default=0)
    """Rows of the list that it mends which it lacks."""
    stops = models.JSONField(default=list)
    """Codes of what keeps the whole file out until somebody answers."""
    general: models.Field[Any, Any] = SealedJSON(default=list)
    """Findings about the file as a whole, as lists of values."""
    layout: models.Field[Any, Any] = SealedJSON(default=list)
    """Its sheets as they were understood, with samples of each column, masked."""
    signature = models.CharField(max_length=BLIND, blank=True)
    """Blind index of its headers: lists of the same make have the same."""
    mapping = models.JSONField(null=True)
    mapping_seen = models.BooleanField(default=False)
    """Somebody has looked at how its columns are understood."""
    accepted = models.JSONField(default=list)
    decided = models.JSONField(default=dict)
    """By row id `baru` or `lama`, for rows that were changed on both sides."""
    remark = models.TextField(blank=True)
    failure = models.TextField(blank=True)
    todo = models.TextField(blank=True)
    twin = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="twins")
    """The list that is the same file to the byte: this one changes nothing."""
    saved_at = models.DateTimeField(null=True)
    saved_by = models.BigIntegerField(null=True)
    saved_version = models.PositiveIntegerField(default=0)
    """The version whose good rows were saved last."""
    verified_at = models.DateTimeField(null=True)
    verified_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "sha256"],
                condition=Q(undone_at__isnull=True, twin__isnull=True, failure=""),
                name="one_upload_a_file",
            ),
            models.UniqueConstraint(fields=["batch", "file"], name="one_upload_a_name"),
            models.CheckConstraint(condition=Q(conflicts__lte=F("to_fix")), name="conflicts_are_to_fix"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "-received_at"], name="uploads_newest"),
            models.Index(fields=["regency_code", "place"], name="uploads_here"),
        ]

    def __str__(self) -> str:
        return self.file

    @property
    def rows(self) -> int:
        """All rows of the file; the four numbers add up to it."""
        return self.good + self.to_fix + self.already + self.not_person

    @property
    def is_live(self) -> bool:
        """Its rows count: it was read, is no twin, was not undone, and nothing keeps it out."""
        return bool(
            self.read_at and not self.undone_at and not self.twin_id and not self.failure and not self.stops
        )

    @property
    def is_current(self) -> bool:
        """What is shown is what was decided last; else it is being read again."""
        return self.derived_version == self.version

    @property
    def source_ref(self) -> str:
        """The name by which the registry knows what was saved from here."""
        return f"unggahan-{self.pk}"


class State(models.TextChoices):
    """What a row is, for the four numbers."""

    GOOD = "good", _("Baik")
    TO_FIX = "to_fix", _("Perlu diperbaiki")
    ALREADY = "already", _("Sudah ada")


class Row(TerritoryRow):
    """One row that is a person, as it was understood last; the ids of a list's rows rise as the rows stand in the file.

    `live` rows are those that count: of one `row_id` there is at most one in a regency. A row that came in again, mended,
    takes the place of the earlier one (`superseded_by`).
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="row_set")
    row_id = models.CharField(max_length=64)
    sheet = SealedText()
    """Somebody may have written a number of a person on its tab: what is shown of it is `tab`."""
    row = models.PositiveIntegerField()
    name = models.CharField(max_length=300, blank=True)
    rt = models.CharField(max_length=3, blank=True)
    state = models.CharField(max_length=8, choices=State)
    conflict = models.BooleanField(default=False)
    """Changed here and in the file: somebody must choose."""
    live = models.BooleanField()
    said: models.Field[Any, Any] = SealedJSON()
    """`[facts, fingerprint]`: all that is known, and what identifies the person (`core.identity`)."""
    faults = models.CharField(max_length=400, blank=True)
    """Codes of its faults, in the order of the fields, with a space between."""
    content = models.CharField(max_length=BLIND)
    """Blind index of what it says and what is wrong with it (`returning.contents`)."""
    given_back = models.CharField(max_length=BLIND, blank=True)
    """The same as it stood in the workbook that was given back last."""
    saved = models.CharField(max_length=BLIND, blank=True)
    """The same as it was saved to the registry last."""
    fingerprint = models.CharField(max_length=BLIND)
    superseded_by = models.ForeignKey(Upload, null=True, on_delete=models.SET_NULL, related_name="supersedes")
    """The list in which the same row came again, mended."""

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["regency_code", "row_id"], condition=Q(live=True), name="one_live_row_an_id"
            ),
            models.UniqueConstraint(fields=["upload", "row_id"], name="one_row_an_upload"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["regency_code", "live", "place", "state"], name="rows_by_place"),
            models.Index(fields=["upload", "state", "id"], name="rows_of_upload"),
        ]

    def __str__(self) -> str:
        return self.row_id

    @property
    def tab(self) -> str:
        """The sheet's name without anybody's number."""
        return private(self.sheet)


class RowFault(TerritoryRow):
    """One finding about a row: a fault, a question, or a note."""

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="+")
    row = models.ForeignKey(Row, on_delete=models.DO_NOTHING, related_name="fault_set")
    """Whoever removes rows removes their findings first: thousands at once, without loading them."""
    column = models.CharField(max_length=40)
    code = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    said: models.Field[Any, Any] = SealedJSON()
    """`[evidence, proposal, message]`"""

    class Meta(TerritoryRow.Meta):
        indexes: ClassVar = [models.Index(fields=["upload", "code", "severity"], name="faults_of_upload")]


class Repair(TerritoryRow):
    """One act of mending, of one row or of many: edits of cells, or answers that something is right as it stands.

    Undone, it is left out and the list is derived again; nothing else changes.
    """

    upload = models.ForeignKey(Upload, on_delete=models.CASCADE, related_name="repairs")
    code = models.CharField(max_length=60)
    action = models.CharField(max_length=20)
    row_count = models.PositiveIntegerField()
    edits: models.Field[Any, Any] = SealedJSON(default=list)
    confirmations: models.Field[Any, Any] = SealedJSON(default=list)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.BigIntegerField(null=True)


class RememberedMapping(TerritoryRow):
    """How the columns of lists of one make are understood, as somebody at a place said it once."""

    signature = models.CharField(max_length=BLIND)
    mapping = models.JSONField()
    """`{"columns": {header key: field}, "ignore": [header key]}`; `{}` for: as the machine understood it."""
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "place", "signature"], name="one_mapping_a_place")
        ]


class Announcement(TerritoryRow):
    """A desa's list hung out for everybody: the meeting that settled it, its days, its papers."""

    meeting: models.Field[Any, Any] = SealedJSON()
    """The fields of `minutes.Meeting` as they were typed."""
    first_on = models.DateField()
    last_on = models.DateField()
    paper = models.CharField(max_length=4)
    people = models.PositiveIntegerField()
    list_hash = models.CharField(max_length=64)
    minutes_path = models.CharField(max_length=200)
    sheet_path = models.CharField(max_length=200)
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="announcement_days"),
            models.UniqueConstraint(
                fields=["regency_code", "place"],
                condition=Q(opened_at__isnull=False, closed_at__isnull=True),
                name="one_open_announcement",
            ),
        ]


class Objection(TerritoryRow):
    """What somebody says against a list that hangs out, keyed in at the desk, and what was answered."""

    class Kind(models.TextChoices):
        NOT_ENTITLED = "tidak_berhak", _("Ada yang tidak berhak")
        MISSING = "belum_terdaftar", _("Ada yang belum terdaftar")
        WRONG = "data_salah", _("Data seseorang salah")

    class Outcome(models.TextChoices):
        ACCEPTED = "diterima", _("Diterima")
        PARTLY = "sebagian", _("Diterima sebagian")
        REFUSED = "tidak_diterima", _("Tidak diterima")

    announcement = models.ForeignKey(
        Announcement, null=True, on_delete=models.PROTECT, related_name="objections"
    )
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    row_id = models.CharField(max_length=64, blank=True)
    """The row that it is about, where it is one of the list's."""
    about = models.CharField(max_length=300)
    """Whom it is about, as it was said."""
    content = SealedText()
    by_name = SealedText()
    by_phone = SealedText(null=True)
    received_on = models.DateField()
    due_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField(null=True)
    outcome = models.CharField(max_length=20, choices=Outcome, blank=True)
    answer = SealedText(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.BigIntegerField(null=True)

    class Meta(TerritoryRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "year", "number"], name="one_objection_a_number")
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["regency_code", "due_on"],
                condition=Q(answered_at__isnull=True),
                name="objections_due",
            )
        ]

    @property
    def title(self) -> str:
        """`12/2026`"""
        return f"{self.number}/{self.year}"
