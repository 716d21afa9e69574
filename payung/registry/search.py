"""Finding people by what somebody typed: which kind of thing it is, the keys it is looked up by, how alike names are.

Pure. A name is looked up by how its words sound (`core.names.sound`), forgiving one letter of the sound, and what is
found is ranked by how alike the written words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from payung.core import names, nik
from payung.core.numbers import phone

SHOWN = 50
"""At most so many people are shown."""
LEAST = 560
"""Of 1000: less alike than that is somebody else."""
SURE = 890
"""Of 1000: as alike as the same name in another spelling."""
_LETTERS = "0BCDGJKLMNPRST"
"""What a sound is made of."""
_WHOLE = "="
"""Before the key of a whole name, so that it never meets that of a word."""
_LONGEST = 60
_WORDS = 6


class Kind(StrEnum):
    """What was typed."""

    NOTHING = "nothing"
    NUMBER = "number"
    """A NIK or KK: found exactly."""
    PHONE = "phone"
    NAME = "name"
    UNCLEAR = "unclear"
    """Digits that are none of these."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for: `text` is a number's digits, or a name in the form in which names are compared."""

    kind: Kind
    text: str = ""


def understand(typed: str) -> Wanted:
    """What somebody means by what they typed in the one search box."""
    typed = " ".join(typed.split())[:200]
    if not typed:
        return Wanted(Kind.NOTHING)
    if number := phone(typed):
        return Wanted(Kind.PHONE, number)
    digits = nik.clean(typed)
    if digits.isascii() and digits.isdigit():
        # A shorter one may stand so in a list; what is too short would be no number but a slip.
        return Wanted(Kind.NUMBER, digits) if 11 <= len(digits) <= 20 else Wanted(Kind.UNCLEAR)
    if re.search(r"\d{6}", digits):
        return Wanted(Kind.UNCLEAR)
    standard = names.standard(typed)
    return Wanted(Kind.NAME, standard) if standard else Wanted(Kind.NOTHING)


def words(standard: str) -> tuple[str, ...]:
    """The words of a name's standard form, each once, in its order."""
    return tuple(dict.fromkeys(standard.split()))[:_WORDS]


@lru_cache(maxsize=65536)
def word_key(word: str) -> str:
    """How a word of a standard form sounds; a word that is all breath and vowels stands for itself."""
    return (names.sound(word).replace(" ", "") or word)[:_LONGEST]


def whole_key(standard: str) -> str:
    """The key of a whole name, its words in any order."""
    return (_WHOLE + " ".join(sorted(word_key(word) for word in words(standard))))[:_LONGEST]


def keys_of(standards: Iterable[str]) -> frozenset[str]:
    """The keys under which a person with these names is found."""
    found: set[str] = set()
    for standard in standards:
        if standard:
            found.add(whole_key(standard))
            found.update(map(word_key, words(standard)))
    return frozenset(found)


def near_keys(key: str) -> frozenset[str]:
    """A word's key and those that differ from it by one letter: wrong, missing, added, or changed with the next.

    Of keys with one letter only longer ones are near, or else everybody would be.
    """
    found = {key}
    if len(key) > 12:
        return frozenset(found)
    for at in range(len(key) + 1):
        found.update(key[:at] + letter + key[at:] for letter in _LETTERS)
        if at < len(key) and len(key) > 1:
            if len(key) > 2:
                found.add(key[:at] + key[at + 1 :])
            found.update(key[:at] + letter + key[at + 1 :] for letter in _LETTERS)
            found.add(key[:at] + key[at + 1 : at + 2] + key[at] + key[at + 2 :])
    return frozenset(found)


@lru_cache(maxsize=262144)
def alike(one: str, other: str) -> int:
    """How alike two words are, 0 to 1000; an initial is somewhat alike to what it may stand for."""
    if one == other:
        return 1000
    if len(one) == 1 or len(other) == 1:
        return 700 if one[0] == other[0] else 0
    written = 1000 - 1000 * distance(one, other) // max(len(one), len(other))
    if other.startswith(one) and len(one) >= 3:
        written = max(written, 850)
    return max(written, 900) if word_key(one) == word_key(other) and written >= 500 else written


def name_score(wanted: str, found: str) -> int:
    """How well a name answers what was looked for, 0 to 1000; both in standard form.

    Each wanted word counts by its length with the most similar word of the name; words that nobody asked for take
    away a little.
    """
    asked, there = wanted.split()[:_WORDS], found.split()
    if not asked or not there:
        return 0
    if asked == there:
        return 1000
    left = list(there)
    points = weight = 0
    for word in sorted(asked, key=len, reverse=True):
        best = max(left, key=lambda other: alike(word, other)) if left else ""
        if best:
            left.remove(best)
            points += alike(word, best) * len(word)
        weight += len(word)
    spare = sum(map(len, left))
    return points // weight - min(60, 4 * spare) - 1


def distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, added, or changed with their neighbour (optimal string alignment)."""
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [i]
        for j, its in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != its))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == its:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
    return row[-1]
