"""Figures, dates and numbers of people as text, for templates. None and "" are written as a dash: they are unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils import timezone

from payung.core import dates, nik
from payung.core import rupiah as money
from payung.core.month import Month
from payung.core.places import name_of

UNKNOWN = "–"


def rupiah(value: int | str | None) -> str:
    """`Rp1.626.307.200`."""
    return UNKNOWN if value is None or value == "" else money.rupiah(int(value))


def rupiah_singkat(value: int | str | None) -> str:
    """`Rp1,63 miliar`; the full figure belongs beside it."""
    return UNKNOWN if value is None or value == "" else money.short(int(value))


def angka(value: int | Decimal | float | str | None) -> str:
    """`32.268`; a Decimal keeps its decimals: `0,54`."""
    if value is None or value == "":
        return UNKNOWN
    if isinstance(value, (Decimal, float)):
        whole, _, decimals = f"{abs(value)}".partition(".")
        return f"{'-' if value < 0 else ''}{money.number(int(whole))}{f',{decimals}' if decimals else ''}"
    return money.number(int(value))


def persen(part: int | float | Fraction | str | None, whole: int | None = None) -> str:
    """`{{ part|persen:whole }}` or `{{ share|persen }}` of a share between 0 and 1: `87,3%`, half up."""
    if part is None or part == "" or (whole is not None and not isinstance(whole, int)):
        return UNKNOWN
    if whole is not None:
        return money.percent(int(part), whole, 1)
    share = Fraction(str(part))
    return money.percent(share.numerator, share.denominator, 1)


def tanggal(value: date | datetime | None) -> str:
    """`22-11-2026`, for tables. An instant gives the day of the office's own clock."""
    return dates.day(_day(value)) if value else UNKNOWN


def tanggal_panjang(value: date | datetime | None) -> str:
    """`22 November 2026`, for sentences and letters."""
    return dates.long_day(_day(value)) if value else UNKNOWN


def jam(value: datetime | None) -> str:
    """`14.05 WITA`, by the office's own clock."""
    if not value:
        return UNKNOWN
    here = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{here:%H.%M} {here.tzname() or ''}".strip()


def waktu(value: datetime | None) -> str:
    """`22-11-2026, 14.05 WITA`."""
    return f"{tanggal(value)}, {jam(value)}" if value else UNKNOWN


def bulan(value: Month | date | str | None) -> str:
    """`November 2026`, from a month, a day in it, or `2026-11`."""
    if not value:
        return UNKNOWN
    if isinstance(value, str):
        return Month.parse(value).in_words
    return (value if isinstance(value, Month) else Month.of(value)).in_words


def nik_samar(value: str | None) -> str:
    """`6401********0001`: for every list. Also for a KK number."""
    return nik.mask(value) or UNKNOWN


def nik_lengkap(value: str | None) -> str:
    """`6401 0141 0890 0001`: only where showing it was asked for and is logged. Also for a KK number."""
    return nik.spaced(value) or UNKNOWN


def tempat(code: str | None) -> str:
    """A place's code in words, as `core.places` says it."""
    return name_of(code) if code else UNKNOWN


def _day(value: date | datetime) -> date:
    if isinstance(value, datetime):
        return timezone.localtime(value).date() if timezone.is_aware(value) else value.date()
    return value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "rupiah": rupiah,
    "rupiah_singkat": rupiah_singkat,
    "angka": angka,
    "persen": persen,
    "tanggal": tanggal,
    "tanggal_panjang": tanggal_panjang,
    "jam": jam,
    "waktu": waktu,
    "bulan": bulan,
    "nik": nik_samar,
    "nik_lengkap": nik_lengkap,
    "tempat": tempat,
}
