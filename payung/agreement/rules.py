"""The words of an agreement. Pure."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """What sort of agreement."""

    NK = "nk"
    """Nota Kesepakatan: of several years, names no ceiling."""
    PKS = "pks"
    """Perjanjian kerja sama: of one year, below a Nota Kesepakatan."""
    ADDENDUM = "adendum"
