"""Text of users that is safe to pass on, in a report or a message: one line, no number of a person, no longer than it may be.

Pure.
"""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\+?\d(?:[\s.'\u2019_/-]{0,3}\d)*")
_NUMBERS = re.compile(r"(?<!\d)(?:\d{16,}|\d{4}([ ._-])\d{4}\1\d{4}\1\d{4}|\d{6}([ ._-])\d{6}\2\d{4})(?!\d)")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]+")


def safe(text: str) -> str:
    """A user's text (a file name, a remark) on one line and without anything that may be a number of a person."""
    return _DIGITS.sub(_hidden, " ".join(_CONTROL.sub(" ", text).split()))


def _hidden(match: re.Match[str]) -> str:
    """A NIK, KK, card number or phone gives way to a remark; dates, months and RT numbers stay."""
    digits = re.sub(r"\D", "", match[0])
    personal = (
        re.search(r"\d{9}", match[0]) is not None
        or 15 <= len(digits) <= 17
        or (len(digits) >= 9 and re.match(r"\+|08|62", match[0]) is not None)
    )
    return "(nomor disamarkan)" if personal else match[0]


def private(name: str) -> str:
    """The name of a file or a sheet in which no NIK or KK can be read; the rest of it still tells the place.

    Of 16 digits or more, also in groups, four at each end are left; the others become `x`, which every file system takes.
    """
    return _NUMBERS.sub(_crossed, name)


def _crossed(found: re.Match[str]) -> str:
    digits = [one for one in found[0] if one.isdigit()]
    return "".join(digits[:4]) + "x" * (len(digits) - 8) + "".join(digits[-4:])


def shortened(text: str, length: int) -> str:
    """At most `length` characters; what was cut off is an ellipsis."""
    return text if len(text) <= length else text[: max(0, length - 1)].rstrip() + "…"


def shortened_file(path: str, length: int) -> str:
    """A file's name without its folders; where it is too long the middle goes, so that its end can be recognised."""
    name = path.rsplit("/", 1)[-1]
    if len(name) <= length:
        return name
    tail = (length - 1) // 2
    return f"{name[: length - 1 - tail]}…{name[len(name) - tail :]}"
