"""Finding people by what somebody typed: which kind of thing it is, the keys it is looked up by, how alike names are.

Pure. A name is looked up by how its words sound (`core.names.sound`), forgiving one letter of the sound, and what is
found is ranked by how alike the written words are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from payung.core import names, nik
from payung.core.numbers import phone

SHOWN = 50
"""At most so many people are shown."""
LEAST = 560
"""Of 1000: less alike than that is somebody else."""
_SPACES = 30
"""What wrongly placed spaces take away."""
SURE = 890
"""Of 1000: as alike as the same name in another spelling."""
_LETTERS = "0BCDGJKLMNPRST"
"""What a sound is made of."""
_WHOLE, _JOINED = "=", "~"
"""Before the keys of a whole name, so that they never meet that of a word."""
_LONGEST_NEAR = 24
"""Sounds that are longer have no near ones: nobody types so long a name."""
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


def joined_key(standard: str) -> str:
    """The key of a whole name without its spaces, which may stand anywhere."""
    return (_JOINED + word_key(standard.replace(" ", "")))[:_LONGEST]


def near_joined(standard: str) -> frozenset[str]:
    """The joined keys from which a name differs by one letter of its sound."""
    return frozenset(_JOINED + key for key in near_keys(joined_key(standard).removeprefix(_JOINED)))


def keys_of(standards: Iterable[str]) -> frozenset[str]:
    """The keys under which a person with these names is found."""
    found: set[str] = set()
    for standard in standards:
        if standard:
            found.update((whole_key(standard), joined_key(standard)))
            found.update(map(word_key, words(standard)))
    return frozenset(found)


def near_keys(key: str) -> frozenset[str]:
    """A word's key and those that differ from it by one letter: wrong, missing, added, or changed with the next.

    Of keys with one letter only longer ones are near, or else everybody would be.
    """
    found = {key}
    if len(key) > _LONGEST_NEAR:
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
    longest = max(len(one), len(other))
    # So many letters at least are wrong; most pairs need no closer look.
    at_least = max(
        longest - sum(letter in other for letter in one), longest - sum(letter in one for letter in other)
    )
    if 2 * at_least > longest:
        return 1000 - 1000 * at_least // longest
    written = 1000 - 1000 * distance(one, other) // longest
    if other.startswith(one) and len(one) >= 3:
        written = max(written, 850)
    return max(written, 900) if written >= 500 and word_key(one) == word_key(other) else written


def name_score(wanted: str, found: str) -> int:
    """How well a name answers what was looked for, 0 to 1000; both in standard form.

    Each wanted word counts by its length with the most similar word of the name; words that nobody asked for take
    away a little. Spaces that stand elsewhere take away a little too.
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
    score = points // weight - min(60, 4 * sum(map(len, left))) - 1
    if (score < SURE and len(asked) != len(there)) or score < LEAST:
        score = max(score, alike("".join(asked), "".join(there)) - _SPACES)
    return score


def distance(one: str, other: str) -> int:
    """How many letters are wrong, missing, added, or changed with their neighbour (optimal string alignment).

    All rows of the usual table at once, as bits of integers: Hyyrö, "A bit-vector algorithm for computing
    Levenshtein and Damerau edit distances", 2003.
    """
    if not one or not other:
        return len(one) + len(other)
    places, length = _places_of(one), len(one)
    full, last = (1 << length) - 1, 1 << (length - 1)
    up, down, same, before, found = full, 0, 0, 0, length
    for letter in other:
        here = places.get(letter, 0)
        turned = ((~same & here) << 1) & before
        same = ((((here & up) + up) ^ up) | here | down | turned) & full
        right, left = down | (full & ~(same | up)), same & up
        if right & last:
            found += 1
        elif left & last:
            found -= 1
        right = ((right << 1) | 1) & full
        left = (left << 1) & full
        up, down = left | (full & ~(same | right)), right & same
        before = here
    return found


@lru_cache(maxsize=4096)
def _places_of(word: str) -> Mapping[str, int]:
    """Each letter to the bits of its places."""
    found: dict[str, int] = {}
    for at, letter in enumerate(word):
        found[letter] = found.get(letter, 0) | 1 << at
    return found
