"""Money and numbers as Indonesians read them. Amounts are whole rupiah, always integers."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction

_SCALES = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (10**3, "ribu"))
_TIMES = {"ribu": 10**3, "rb": 10**3, "k": 10**3, "juta": 10**6, "jt": 10**6, "miliar": 10**9, "m": 10**9}
_AMOUNT = re.compile(
    r"(?:rp\.?|idr)?\s*([\d.,]+)\s*(ribu|rb|k|juta|jt|miliar|m)?(?:\s*(?:,-|rupiah|/\s*bulan|/\s*bln|per\s*bulan))*"
)
_THOUSANDS_POINTS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?")
_THOUSANDS_COMMAS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?")
_PLAIN = re.compile(r"\d+(?:[.,]\d{1,2})?")


def number(value: int) -> str:
    """`32.268`."""
    return f"{value:,}".replace(",", ".")


def rupiah(value_idr: int) -> str:
    """`Rp1.626.307.200`; a negative amount as `-Rp500`."""
    return f"{'-' if value_idr < 0 else ''}Rp{number(abs(value_idr))}"


def short(value_idr: int) -> str:
    """`Rp1,63 miliar`: two decimals, half up; the full figure belongs beside it. Below a thousand as it is."""
    size = abs(value_idr)
    for scale, name in _SCALES:
        # From 999,995 thousand on, the next smaller name would be given a thousand of it: that is one of this.
        if size >= scale - scale // 200_000 and size >= 1000:
            hundredths = round_half_up(Fraction(size * 100, scale))
            return f"{'-' if value_idr < 0 else ''}Rp{_decimal(hundredths, 2)} {name}"
    return rupiah(value_idr)


def terbilang(value_idr: int) -> str:
    """The amount in words: `satu miliar enam ratus dua puluh enam juta … rupiah`."""
    from lokal import terbilang as spelled  # a tenth of a second, for the few who need words

    return str(spelled(value_idr, currency=True))


def percent(part: int, whole: int, places: int = 2) -> str:
    """`90,43%`, half up; `–` where there is no whole. Say beside it what part and whole are."""
    if whole == 0:
        return "–"
    scaled = round_half_up(Fraction(part * 100 * 10**places, whole))
    sign = "-" if scaled < 0 else ""
    whole_part, rest = divmod(abs(scaled), 10**places)
    return f"{sign}{number(whole_part)}{f',{rest:0{places}d}' if places else ''}%"


def round_half_up(value: Fraction | Decimal | int) -> int:
    """The nearest whole number; a half goes away from zero, as the contribution rules round."""
    exact = Fraction(value)
    rounded = (abs(exact) * 2 + 1) // 2
    return int(rounded) if exact >= 0 else -int(rounded)


def parse_rupiah(text: str | None) -> int | None:
    """The amount that a cell means: `Rp 1.500.000,00`, `1,5 juta`, `1500000`; None where that is not clear.

    Whole rupiah, cents rounded half up. A range or words are not clear.
    """
    match = _AMOUNT.fullmatch((text or "").casefold().replace("\u00a0", " ").strip())
    if not match:
        return None
    digits, times = match[1].rstrip(".,"), _TIMES.get(match[2] or "", 1)
    if times > 1 and _PLAIN.fullmatch(digits):
        return round_half_up(Fraction(digits.replace(",", ".")) * times)
    if _THOUSANDS_POINTS.fullmatch(digits):
        plain = digits.replace(".", "").replace(",", ".")
    elif _THOUSANDS_COMMAS.fullmatch(digits):
        plain = digits.replace(",", "")
    elif _PLAIN.fullmatch(digits):
        plain = digits.replace(",", ".")
    else:
        return None
    if "." in plain and Fraction(plain) < 1000:
        # "1,5" of what? Nobody earns one and a half rupiah.
        return None
    return round_half_up(Fraction(plain) * times)


def _decimal(scaled: int, places: int) -> str:
    """`163` hundredths as `1,63`; zeros at the end are left out."""
    whole, rest = divmod(scaled, 10**places)
    decimals = f"{rest:0{places}d}".rstrip("0")
    return number(whole) + (f",{decimals}" if decimals else "")
