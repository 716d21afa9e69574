"""When a row of a list is about a person whom we know already. Pure.

As in screening, a same valid NIK decides only where nothing contradicts it: two people may carry one mistyped number.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from payung.registry.search import alike, word_key

_NEAR_NAME = 850
_HALF_NAME = 800


@dataclass(frozen=True, slots=True)
class Known:
    """What tells one person from another: `standard` is the name in the form in which names are compared."""

    person: int
    standard: str
    birth_on: date | None
    sex: str | None


def contradicts(one: Known, other: Known) -> bool:
    """Whether two people with the same NIK are still two people, by name, birth date or sex."""
    if one.sex and other.sex and one.sex != other.sex:
        return True
    return not (_same_birth(one.birth_on, other.birth_on) and same_name(one.standard, other.standard))


def _same_birth(one: date | None, other: date | None) -> bool:
    """Nothing known, the same, day and month swapped, or two of the three parts the same."""
    if one is None or other is None or one == other:
        return True
    if one.year == other.year and (one.day, one.month) == (other.month, other.day):
        return True
    return (one.day == other.day) + (one.month == other.month) + (one.year == other.year) >= 2


def same_name(one: str, other: str) -> bool:
    """Whether two names in standard form can be one person's: same sound, few letters wrong, or parts left out.

    A missing name contradicts: the number alone is not enough.
    """
    if not one or not other:
        return False
    if one == other or one.replace(" ", "") == other.replace(" ", ""):
        return True
    first, second = one.split(), other.split()
    if sorted(map(word_key, first)) == sorted(map(word_key, second)):
        return True
    if alike(one.replace(" ", ""), other.replace(" ", "")) >= _NEAR_NAME:
        return True
    return _stands_in(first, second) or _stands_in(second, first)


def _stands_in(words: list[str], name: list[str]) -> bool:
    """Whether each word, or its initial, is among those of a name that may have more."""
    return all(
        max(alike(word, its) for its in name) >= (700 if len(word) == 1 else _HALF_NAME) for word in words
    )
