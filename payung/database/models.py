"""What is true of the whole installation: its keys, and the regencies that work in it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q


class Installation(models.Model):
    """What is true of the whole installation; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    key_check = models.TextField()
    """Sealed with the keys of this installation: with others it does not start."""
    opened_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_installation")]


class Regency(models.Model):
    """A regency or city that works here. Not personal: jobs read it to know for whom to work."""

    code = models.CharField(max_length=5, primary_key=True)
    name = models.CharField(max_length=120)
    policy = models.CharField(max_length=200)
    """Id of the local policy in force (`paser-2022`), or the path of its file."""
    procedure = models.CharField(max_length=200, default="umum")
    """Id of the procedure in force (chains of approval, instruments, terms), or the path of its file."""
    is_demo = models.BooleanField(default=False)
    opened_on = models.DateField()

    def __str__(self) -> str:
        return self.name
