"""Numbers that people write in many ways: of phones, and of an RT or RW. Pure; every reading is remembered."""

from __future__ import annotations

import re
from functools import lru_cache

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10}


@lru_cache(maxsize=65536)
def phone(text: str) -> str | None:
    """A phone number as `08…` (or `0…` for a landline); None for what is none."""
    first = re.split(r"[/;,]|\bdan\b|\batau\b", text.casefold())[0]
    digits = re.sub(r"[\s.\-()'`\u00a0\u2010-\u2015]", "", first)
    digits = re.sub(r"^(?:wa|hp|telp?|tlp)[:.]?", "", digits)
    found = re.fullmatch(r"(?:\+?620?|0062|0)?([2-9][0-9]{7,11})", digits)
    return f"0{found[1]}" if found and (digits[:1] in "+06" or found[1][0] == "8") else None


@lru_cache(maxsize=4096)
def three_digits(text: str) -> str | None:
    """The number of an RT or RW as three digits: `3`, `RT 03`, `003`, `III`, `3.0`; None for what is none or zero."""
    found = re.fullmatch(r"(?:rt|rw|no|nomor)?[\s.:]*0*([1-9][0-9]{0,2})(?:[.,]0+)?", text.casefold().strip())
    if found:
        return f"{int(found[1]):03d}"
    number = _ROMAN.get(re.sub(r"^(?:rt|rw)[\s.:]*", "", text.casefold().strip()))
    return f"{number:03d}" if number else None
