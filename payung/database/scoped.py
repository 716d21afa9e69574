"""The first wall: tables whose rows are seen only in the scope of whoever asks, and not at all without one."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models import Q, QuerySet

from payung.core.scope import current, is_province

Row = TypeVar("Row", bound=models.Model)


def in_regency() -> Q | None:
    """The condition on `regency_code` of the current scope; None without a scope."""
    scope = current()
    return Q(regency_code=scope.regency) if scope else None


def in_territory() -> Q | None:
    """The condition on `regency_code` and `place` of the current scope; None where nothing may be seen."""
    scope = current()
    # A province's own code is no territory of people: it reads figures only. PostgreSQL is told the same.
    territories = [one for one in scope.territories if one.startswith(scope.regency)] if scope else []
    if scope is None or not territories:
        return None
    inside = Q(regency_code=scope.regency)
    if scope.regency in territories:
        return inside
    places = Q()
    for one in territories:
        places |= _below(one)
    return inside & places


def _below(territory: str) -> Q:
    """The condition on `place` for a territory and all below it.

    SQLite compares byte by byte and takes an index for a range, never for LIKE; PostgreSQL's order is its language's.
    """
    if "/" in territory:  # nothing lies below an RT
        return Q(place=territory)
    if connection.vendor == "sqlite":
        return Q(place__gte=territory, place__lt=f"{territory}{_AFTER_CODES}")
    return Q(place__startswith=territory)


_AFTER_CODES = "~"
"""Comes after every character of a code."""


def shared_with() -> Q | None:
    """The condition on `regency_code` and `shared` of the current scope; None without a scope.

    A regency sees all of its own rows; a province sees what its regencies share, and nothing else.
    """
    scope = current()
    if scope and is_province(scope.regency):
        return Q(shared=True, regency_code__startswith=f"{scope.regency}.")
    return in_regency()


class RegencyManager(models.Manager[Row], Generic[Row]):
    """Rows of the current scope's regency."""

    def get_queryset(self) -> QuerySet[Row]:
        """What the current scope may see; nothing without one."""
        found: QuerySet[Row] = super().get_queryset()
        condition = in_regency()
        return found.none() if condition is None else found.filter(condition)


class TerritoryManager(models.Manager[Row], Generic[Row]):
    """Rows of the current scope's territories."""

    def get_queryset(self) -> QuerySet[Row]:
        """What the current scope may see; nothing without one."""
        found: QuerySet[Row] = super().get_queryset()
        condition = in_territory()
        return found.none() if condition is None else found.filter(condition)


class SharedManager(models.Manager[Row], Generic[Row]):
    """Rows of the current scope's regency, or what the regencies of its province share."""

    def get_queryset(self) -> QuerySet[Row]:
        """What the current scope may see; nothing without one."""
        found: QuerySet[Row] = super().get_queryset()
        condition = shared_with()
        return found.none() if condition is None else found.filter(condition)


class RegencyRow(models.Model):
    """A row of one regency: seen by whoever acts in that regency."""

    regency_code = models.CharField(max_length=5)

    objects: models.Manager[Any] = RegencyManager()
    everything: models.Manager[Any] = models.Manager()
    """Without the wall: for services that must see beyond the actor's scope, and say why."""

    class Meta:
        abstract = True
        base_manager_name = "everything"
        default_manager_name = "objects"


class TerritoryRow(RegencyRow):
    """A row about a place: seen by whoever's territory holds the place.

    `place` is the finest code that is known: regency, kecamatan, desa, or `desa/rt`.
    """

    place = models.CharField(max_length=20)

    objects: models.Manager[Any] = TerritoryManager()
    everything: models.Manager[Any] = models.Manager()

    class Meta(RegencyRow.Meta):
        abstract = True


class SharedRow(RegencyRow):
    """A row of one regency that its province may read where it is marked `shared`. Never about a person."""

    shared = models.BooleanField()

    objects: models.Manager[Any] = SharedManager()
    everything: models.Manager[Any] = models.Manager()

    class Meta(RegencyRow.Meta):
        abstract = True
