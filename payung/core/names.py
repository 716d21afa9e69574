r"""Names of persons: the form in which they are compared, and what stands around a name.

The raw name is what stays on lists; the forms made here only serve to find the same person. Each form is one
ordered table of rules, from which both the Python function and the SQL expression are made: a property test
holds the two equal. Patterns therefore keep to what Python's `re` and RE2 read alike (no look-around, no
back-references inside a pattern); a replacement may name groups as `\1`.

Source of the spellings: the spelling reforms of 1947 (oe) and 1972 (dj, tj, sj, nj, ch, j), and common usage.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

TITLES_BEFORE = (
    "H", "HI", "HJ", "HJH", "HAJI", "HAJAH", "HAJJAH", "K H", "KH", "KYAI", "KIAI", "KI", "UST", "USTAD", "USTADZ",
    "USTAZ", "USTZ", "USTADZAH", "USTADZH", "USTAZAH", "GURU", "TGH", "TUAN", "DR", "DRS", "DRA", "DRG", "DRH", "IR",
    "PROF", "APT", "NS", "PDT", "PENDETA", "ROMO", "PASTOR", "BPK", "BAPAK", "PAK", "IBU", "BU", "NY", "NYONYA", "NN",
    "TN", "SDR", "SDRI", "SDRA", "ALM", "ALMH", "ALMARHUM", "ALMARHUMAH",
)  # fmt: skip
"""Words before a name that are no part of it, as they look without dots."""

TITLES_AFTER = (
    "S PD I", "S PD SD", "S PD K", "S PD H", "S PD AUD", "S PD", "SPD I", "SPD SD", "SPD", "SPDI", "S AG", "SAG",
    "S SOS I", "S SOS", "SSOS", "S E", "SE", "S H", "SH", "S HI", "SHI", "S T", "ST", "S TP", "S T P", "STP", "S ST",
    "SST", "S STP", "S P", "SP", "S PT", "SPT", "S PI", "SPI", "S HUT", "SHUT", "S KOM", "SKOM", "S KM", "SKM",
    "S KEP", "SKEP", "S SI", "SSI", "S IP", "SIP", "S AP", "S TH", "S TH I", "STHI", "S PSI", "S FARM", "S K PM",
    "A MD", "AMD", "A MD KEB", "AMD KEB", "AMD KEP", "A MD KEP", "A MA", "AMA", "A MA PD", "AMA PD", "B A", "BA",
    "LC", "M PD", "MPD", "M PD I", "MPDI", "M SI", "MSI", "M M", "MM", "M H", "MH", "M AG", "MAG", "M KES", "MKES",
    "M AP", "MAP", "M E", "M SC", "M KOM", "MKOM", "M T", "M P", "PH D", "PHD", "NERS", "NS", "ALM", "ALMH",
    "ALMARHUM", "ALMARHUMAH",
)  # fmt: skip
"""Degrees and the like after a name."""

FATHER_MARKS = ("BIN", "BINTI", "BINTE", "BTE", "BTI", "BT", "BNT", "B")
"""After the first word of a name: the father's name follows."""

ALIAS_MARKS = ("ALIAS", "ALS", "ALIYAS", "AL", "AKA", "QQ")
"""After the first word of a name: another name of the same person follows."""


def _words(words: tuple[str, ...]) -> str:
    """An alternation, longest word first, so that both regex engines find the longest."""
    return "|".join(sorted(words, key=lambda word: (-len(word), word)))


def _doubled(letters: str) -> tuple[str, str]:
    """One rule for up to nine letters (engines count groups to nine): a doubled letter becomes one."""
    pattern = "|".join(f"({letter}){letter}+" for letter in letters)
    return pattern, "".join(rf"\{index}" for index in range(1, len(letters) + 1))


SPLIT_OFF = (
    rf"^(?:(?:{_words(TITLES_BEFORE)}) )+"
    rf"| (?:{_words(tuple(mark for mark in FATHER_MARKS + ALIAS_MARKS if mark != 'AL'))}) .*$"
    rf"|(?: (?:{_words(TITLES_AFTER)}))+$"
)

STANDARD_RULES: tuple[tuple[str, str], ...] = (
    # One rule for everything that is no letter; single spaces, the commonest, are left alone for speed.
    (r" *[^A-Z ][^A-Z]*|  +", " "),
    (r"^ | $", ""),
    (SPLIT_OFF, ""),
    # Old spelling; ch and kh are both heard and written as h.
    ("OE", "U"),
    ("TJ", "C"),
    ("DJ", "J"),
    ("SJ", "SY"),
    ("NJ", "NY"),
    ("[CK]H", "H"),
    _doubled("ADLMNRSTU"),
    _doubled("BEFGIKOPZ"),
    # Old j for y, where no modern name is meant.
    (r"\bJ(USU|UNUS|AHY|AHJ|ASIN|ATI)|([RH]|HIDA|RAHA|SETI)J", r"\2Y\1"),
    (r"\b(?:M[OU]HAM[AE][DT]|M[OU]HD?|MHM?D|MD)\b|^M\b", "MUHAMAD"),
    (r"\bAHM[AE][DT]\b", "AHMAD"),
    (r"\bABD\b", "ABDUL"),
    (r"\bABDU[LR]? ?RA", "ABDUL RA"),
    (r"\bABDU[LS]? ?SA", "ABDUL SA"),
    (r"^STI?\b", "SITI"),
)
"""Applied in order to the name in ASCII capitals."""

SOUND_RULES: tuple[tuple[str, str], ...] = (
    (r"\b[AEIOU]", "0"),
    (r"\bY", "J"),
    ("[AEIOUYHW]+", ""),
    ("[FV]", "P"),
    ("Z", "J"),
    ("Q", "K"),
    ("X", "KS"),
)
"""Applied in order to the standard form."""


def _plain_table() -> tuple[str, str]:
    """Letters outside ASCII with the capital they stand for, then characters to delete.

    Compatibility forms (NFKC) and accents are resolved letter by letter, so that SQL can do the same with
    `translate`: the characters without a counterpart are deleted.
    """
    kept: list[tuple[str, str]] = []
    deleted = [chr(code) for code in (*range(0x300, 0x370), 0xAD, *range(0x200B, 0x2010), 0x2060, 0xFEFF)]
    for code in (*range(0xA0, 0x250), *range(0x1E00, 0x1F00), *range(0xFF21, 0xFF5B)):
        letter = "".join(
            part for part in unicodedata.normalize("NFKD", chr(code)) if not unicodedata.combining(part)
        )
        if len(letter) == 1 and letter.isascii() and letter.isalpha():
            kept.append((chr(code), letter.upper()))
    deleted += ["\u2018", "\u2019", "\u02bc", "\u00b4", "\u02bb"]
    return "".join(one for one, _ in kept) + "".join(deleted), "".join(other for _, other in kept)


PLAIN_FROM, PLAIN_TO = _plain_table()
_PLAIN = {
    ord(one): PLAIN_TO[index] if index < len(PLAIN_TO) else None for index, one in enumerate(PLAIN_FROM)
}
_APOSTROPHES = str.maketrans("", "", "'`")
_STANDARD = tuple((re.compile(pattern, re.ASCII), new) for pattern, new in STANDARD_RULES)
_SOUND = tuple((re.compile(pattern, re.ASCII), new) for pattern, new in SOUND_RULES)
_LOWER = "abcdefghijklmnopqrstuvwxyz"
_CAPITALS = str.maketrans(_LOWER, _LOWER.upper())


def _capitals(name: str) -> str:
    return name.translate(_PLAIN).translate(_APOSTROPHES).translate(_CAPITALS)


@lru_cache(maxsize=65536)
def standard(name: str) -> str:
    """The form in which a name is compared: ASCII capitals, one spelling, without titles or father's name.

    Words keep their order. "" for a text without letters. Never shown in place of the raw name.
    """
    text = _capitals(name)
    for pattern, new in _STANDARD:
        text = pattern.sub(new, text)
    return text


def sound(name: str) -> str:
    """A coarse key of how a name sounds: per word its consonants, `0` for a vowel at its start."""
    text = standard(name)
    for pattern, new in _SOUND:
        text = pattern.sub(new, text)
    return text


def standard_sql(column: str, *, reference: str = "\\") -> str:
    r"""SQL for `standard` of a text column, in portable DuckDB SQL.

    `reference` marks a group in a replacement: `\` in DuckDB, `$` in engines on Java.
    Works on any text; NULL stays NULL. Evaluate it once per distinct name.
    """
    plain = (
        f"case when regexp_matches({column}, '[^ -~]') then translate({column}, {_quoted(PLAIN_FROM)}, "
        f"{_quoted(PLAIN_TO)}) else {column} end"
    )
    # What is not a Latin letter must be gone before upper(), whose reach beyond ASCII differs between engines.
    text = f"upper(regexp_replace(replace(replace({plain}, '''', ''), '`', ''), '[^ -~]', ' ', 'g'))"
    return _replaced(text, STANDARD_RULES, reference)


def sound_sql(standard_column: str, *, reference: str = "\\") -> str:
    """SQL for `sound`, of a column that already holds the standard form."""
    return _replaced(standard_column, SOUND_RULES, reference)


def _replaced(text: str, rules: tuple[tuple[str, str], ...], reference: str) -> str:
    for pattern, new in rules:
        if pattern.isalpha():
            text = f"replace({text}, {_quoted(pattern)}, {_quoted(new)})"
        elif not new and (letters := re.fullmatch(r"\[([A-Z]+)\]\+", pattern)):
            # Deleting letters one by one takes half the time of a regular expression.
            text = f"translate({text}, {_quoted(letters[1])}, '')"
        else:
            text = (
                f"regexp_replace({text}, {_quoted(pattern)}, {_quoted(new.replace(chr(92), reference))}, 'g')"
            )
    return text


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@dataclass(frozen=True, slots=True)
class NameParts:
    """A name taken apart. `raw` is what was written; `titles` in their order; `patronym` and `alias` in
    capitals as written, "" where there is none."""

    raw: str
    standard: str
    titles: tuple[str, ...]
    patronym: str
    alias: str


_BEFORE = re.compile(rf"(?:{_words(TITLES_BEFORE)}) ")
_AFTER = re.compile(rf" ({_words(TITLES_AFTER)})$")
_FATHER = re.compile(rf" (?:{_words(FATHER_MARKS)}) ")
_ALIAS = re.compile(rf" (?:{_words(tuple(mark for mark in ALIAS_MARKS if mark != 'AL'))}) ")


def parts(name: str) -> NameParts:
    """Take a written name apart: titles and degrees, the father's name after bin or binti, another name."""
    text = _capitals(name)
    for pattern, new in _STANDARD[:2]:
        text = pattern.sub(new, text)
    text, alias = _cut(text, _ALIAS)
    text, father = _cut(text, _FATHER)
    titles: list[str] = []
    while match := _BEFORE.match(text):
        titles.append(match[0].strip())
        text = text[match.end() :]
    after: list[str] = []
    for cut in (text, father, alias):
        while match := _AFTER.search(cut):
            after.insert(0, match[1])
            cut = cut[: match.start()]
    return NameParts(
        name, standard(name), tuple(titles + after), _AFTER.sub("", father), _AFTER.sub("", alias)
    )


def _cut(text: str, mark: re.Pattern[str]) -> tuple[str, str]:
    match = mark.search(text)
    return (text[: match.start()], text[match.end() :]) if match else (text, "")
