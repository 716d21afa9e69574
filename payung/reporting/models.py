"""Figures without people, computed beforehand."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from payung.database.scoped import RegencyRow, SharedRow
from payung.reporting.published import Key


class Figure(SharedRow):
    """One number about a regency or a kecamatan. Nothing in it points to a person.

    The office's own (`shared` False) are as they were counted. Those that the province reads (`shared` True) stand
    beside them, of the whole regency alone and without what could tell of fewer than five people: where such a number
    was left out, `value` is None.
    """

    place = models.CharField(max_length=8)
    """`64.01`, or `64.01.04`."""
    key = models.CharField(max_length=20, choices=[(key.value, key.value) for key in Key])
    value = models.PositiveBigIntegerField(null=True)
    whole = models.PositiveBigIntegerField(null=True)
    """The number of which `value` is a part; None where it is a part of none."""
    as_of = models.DateField()
    """The day on which it was so: of what was screened, the day of the screening."""
    computed_at = models.DateTimeField()

    class Meta(SharedRow.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["regency_code", "shared", "place", "key"], name="one_figure"),
            models.CheckConstraint(
                condition=Q(value__isnull=False) | Q(shared=True), name="own_figures_are_whole"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.key}"

    @property
    def kind(self) -> Key:
        return Key(self.key)


class Denominator(RegencyRow):
    """A number of which the covered are a part, as an office outside says it; never changed, a later one takes its place."""

    name = models.CharField(max_length=120)
    """What it counts: `angkatan kerja`, `pekerja bukan penerima upah`."""
    value = models.PositiveBigIntegerField()
    source = models.CharField(max_length=200)
    as_of = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.BigIntegerField()

    class Meta(RegencyRow.Meta):
        constraints: ClassVar = [models.CheckConstraint(condition=Q(value__gt=0), name="whole_of_something")]
        indexes: ClassVar = [models.Index(fields=["regency_code", "name", "-id"], name="newest_whole")]

    def __str__(self) -> str:
        return self.name
