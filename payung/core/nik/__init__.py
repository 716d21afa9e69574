"""NIK, the national identity number: its structure, what it says of a person, and what may be wrong with it.

Sixteen digits: district of first registration (6), birth date as DDMMYY with 40 added to the day of women (6),
serial (4). There is no check digit; the number never changes, neither by moving nor by a corrected birth date.
"""

from payung.core.nik.forensics import Confidence, Repair, repairs
from payung.core.nik.structure import (
    FAULTS,
    PLACEHOLDERS,
    SEPARATORS,
    VALID_PATTERN,
    Nik,
    Place,
    clean,
    describe,
    differences,
    explain,
    faults,
    is_valid,
    mask,
    parse,
    place,
    spaced,
    valid_sql,
)

__all__ = [
    "FAULTS",
    "PLACEHOLDERS",
    "SEPARATORS",
    "VALID_PATTERN",
    "Confidence",
    "Nik",
    "Place",
    "Repair",
    "clean",
    "describe",
    "differences",
    "explain",
    "faults",
    "is_valid",
    "mask",
    "parse",
    "place",
    "repairs",
    "spaced",
    "valid_sql",
]
