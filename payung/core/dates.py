"""Dates as people write them in Indonesia: day before month, always. What is ambiguous is asked, not guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from payung.core.month import NAMES

EARLIEST = date(1900, 1, 1)
_EXCEL_EPOCH = date(1899, 12, 30)
_MONTHS: Mapping[str, int] = {
    **{name.casefold(): index for index, name in enumerate(NAMES, 1)},
    **{name.casefold()[:3]: index for index, name in enumerate(NAMES, 1)},
    "pebruari": 2, "peb": 2, "febuari": 2, "mrt": 3, "may": 5, "agust": 8, "agst": 8, "agt": 8, "ags": 8,
    "agus": 8, "aug": 8, "august": 8, "sept": 9, "oct": 10, "october": 10, "nopember": 11, "nop": 11, "dec": 12,
    "december": 12, "january": 1, "february": 2, "march": 3, "june": 6, "july": 7,
    "i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12,
}  # fmt: skip
"""Indonesian, English and Roman names of months, with their usual short and old forms."""

MESSAGES: Mapping[str, str] = {
    "date_missing": "Tanggal kosong. Isi hari-bulan-tahun, misalnya 17-08-1980.",
    "date_unreadable": "Tanggal tidak terbaca. Tulis hari-bulan-tahun, misalnya 17-08-1980.",
    "date_incomplete": "Tanggal tidak lengkap. Tulis hari, bulan dan tahun, misalnya 17-08-1980.",
    "date_impossible": "Tanggal ini tidak ada di kalender. Cocokkan dengan KTP atau KK.",
    "date_month_first": "Bulan ditulis sebelum hari. Tulis hari-bulan-tahun, misalnya 17-08-1980.",
    "date_century": "Tahun dua angka dapat berarti dua abad. Tulis tahun dengan empat angka.",
    "date_order": "Delapan angka ini dapat dibaca dengan dua cara. Tulis hari-bulan-tahun, misalnya 17-08-1980.",
    "date_outside": "Tanggal ini terlalu lama atau belum terjadi. Cocokkan dengan KTP atau KK.",
}
"""Code to a plain sentence that says what to do."""


@dataclass(frozen=True, slots=True)
class ParsedDate:
    """What a cell's text says of a date.

    `value` is set only where there is one reading; `code` is then "". Else `code` is one of `MESSAGES` and
    `proposals` what may have been meant; more than one makes it `ambiguous`.
    """

    value: date | None
    code: str = ""
    proposals: tuple[date, ...] = ()

    @property
    def ambiguous(self) -> bool:
        return len(self.proposals) > 1

    @property
    def message(self) -> str:
        """The Indonesian sentence of the code, "" where there is none."""
        return MESSAGES.get(self.code, "")


_TIME = re.compile(r"[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?:\.\d+)?\s*(?:z|wita|wib|wit)?$", re.IGNORECASE)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{1,2})", re.ASCII)
_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/. ]\s*(\d{1,2})\s*[-/. ]\s*(\d{4}|\d{2})", re.ASCII)
_IN_WORDS = re.compile(r"(\d{1,2})\s*[-/. ]?\s*([a-z]+)\.?\s*[-/., ']?\s*(\d{4}|\d{2})", re.ASCII)
_EIGHT = re.compile(r"\d{8}", re.ASCII)
_SERIAL = re.compile(r"(\d{4,5})(?:[.,]\d+)?", re.ASCII)
_MONTH_FIRST = re.compile(r"([a-z]{3,})\.?\s*(\d{1,2})(?:st|nd|rd|th)?\s*,?\s*(\d{4})", re.ASCII)
_NAMED = "|".join(sorted(_MONTHS, key=lambda name: (-len(name), name)))
_PART = re.compile(
    rf"(?:(?:{_NAMED}|\d{{1,2}})[-/. ]+)?\d{{4}}|(?:{_NAMED})|\d{{1,2}}[-/. ]+(?:\d{{1,2}}|{_NAMED})",
    re.ASCII,
)
_YEARS = (1900, 2000)
_WEEKDAY = re.compile(r"^(?:senin|selasa|rabu|kamis|jum.?at|sabtu|minggu|ahad)\b[, ]*", re.IGNORECASE)


@lru_cache(maxsize=65536)
def parse_date(text: str | None, earliest: date = EARLIEST, latest: date | None = None) -> ParsedDate:
    """Read dd-mm-yyyy (with - / . or spaces), yyyy-mm-dd, `17 Agustus 1945`, ddmmyyyy, or an Excel serial.

    Never month before day. What lies before `earliest` or after `latest` is no reading; a two-digit year is
    understood only if one century lies within. Text before a comma (a birth place, a day's name) is ignored.
    """
    raw = _tidy(text)
    if not raw:
        return ParsedDate(None, "date_missing")
    last = latest or date.max
    if match := _YEAR_FIRST.fullmatch(raw):
        return _judged(match[3], match[2], match[1], earliest, last)
    if match := _DAY_FIRST.fullmatch(raw):
        return _judged(match[1], match[2], match[3], earliest, last)
    if match := _IN_WORDS.fullmatch(raw):
        month = _MONTHS.get(match[2])
        if month is None:
            return ParsedDate(None, "date_unreadable")
        return _judged(match[1], str(month), match[3], earliest, last)
    if (match := _MONTH_FIRST.fullmatch(raw)) and match[1] in _MONTHS:
        turned = _judged(match[2], str(_MONTHS[match[1]]), match[3], earliest, last)
        return ParsedDate(None, "date_month_first", (turned.value,)) if turned.value else turned
    if _EIGHT.fullmatch(raw):
        ways = (_day(raw[:2], raw[2:4], raw[4:]), _day(raw[6:], raw[4:6], raw[:4]))
        return _chosen(tuple(way for way in ways if way), earliest, last, "date_order")
    if (match := _SERIAL.fullmatch(raw)) and not (len(match[1]) == 4 and raw[:2] in ("19", "20")):
        return _chosen((_EXCEL_EPOCH + timedelta(days=int(match[1])),), earliest, last, "date_order")
    return ParsedDate(None, "date_incomplete" if _PART.fullmatch(raw) else "date_unreadable")


def _tidy(text: str | None) -> str:
    raw = re.sub(r"[\s\u00a0\u200b-\u200f\ufeff]+", " ", text or "").strip(" '`\u2018\u2019.;")
    raw = re.sub(r"[\u2010-\u2015\\]", "-", raw)
    if (
        "," in raw
        and re.search(r"\d.*$", raw.rsplit(",", 1)[1])
        and not re.search(r"\d", raw.rsplit(",", 1)[0])
    ):
        raw = raw.rsplit(",", 1)[1]
    raw = _TIME.sub("", _WEEKDAY.sub("", raw.strip())).casefold()
    return "" if raw.strip(" -/.") == "" else raw


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _judged(day: str, month: str, year: str, earliest: date, latest: date) -> ParsedDate:
    """Day, month and year as written, the year with two or four digits."""
    years = (year,) if len(year) == 4 else tuple(str(century + int(year)) for century in _YEARS)
    found = tuple(way for one in years if (way := _day(day, month, one)))
    if found:
        return _chosen(found, earliest, latest, "date_century")
    if int(month) > 12 and int(day) <= 12:
        turned = tuple(way for one in years if (way := _day(month, day, one)) and earliest <= way <= latest)
        if turned:
            return ParsedDate(None, "date_month_first", turned)
    return ParsedDate(None, "date_impossible")


def _chosen(found: tuple[date, ...], earliest: date, latest: date, code: str) -> ParsedDate:
    within = tuple(dict.fromkeys(way for way in found if earliest <= way <= latest))
    if len(within) == 1:
        return ParsedDate(within[0])
    if within:
        return ParsedDate(None, code, within)
    return ParsedDate(None, "date_outside" if found else "date_impossible")


def day(value: date) -> str:
    """`22-11-2026`, for tables."""
    return f"{value.day:02d}-{value.month:02d}-{value.year:04d}"


def long_day(value: date) -> str:
    """`22 November 2026`, for letters."""
    return f"{value.day} {NAMES[value.month - 1]} {value.year}"


def age(birth_on: date, on: date) -> int:
    """Whole years between a birth and `on`; somebody born on 29 February has a birthday on 1 March."""
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))
