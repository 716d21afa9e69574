"""What the cells of a list mean: texts, sex, yes and no, phone numbers, RT numbers. Pure; every reading is remembered."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import lru_cache

from payung.core.numbers import phone as phone
from payung.core.numbers import three_digits as three_digits
from payung.core.rupiah import parse_rupiah
from payung.sheets.table import Cell

income = lru_cache(maxsize=16384)(parse_rupiah)
"""`parse_rupiah`, remembered: incomes are few."""

_MALE = frozenset(
    "l lk laki lakilaki laki2 lelaki pria cowok bapak putra m male jantan 1".split()
)  # 1 and 2 are the codes of civil registration exports.
_FEMALE = frozenset("p pr perempuan prempuan wanita cewek ibu putri f female 2".split())
_YES = frozenset(
    "ya y iya ada benar betul yes 1 true masih aktif v x pelajar mahasiswa mahasiswi siswa siswi sekolah kuliah "
    "masihsekolah pelajarmahasiswa masihkuliah".split()
)
_NO = frozenset(
    "tidak t tdk tdak bukan tidakada n no 0 false nihil belum tidaksekolah tidakbersekolah tidaklagi sudahtamat tamat "
    "lulus bukanpelajar tidakpelajar sudahlulus sudahtidak tidaksedangsekolah".split()
)
PUPIL_WORDS = frozenset("pelajar mahasiswa mahasiswi siswa siswi santri".split())
_EXCEL_ERRORS = frozenset("#REF! #N/A #VALUE! #NAME? #DIV/0! #NUM! #NULL! #GETTING_DATA".split())
_DASHES = re.compile(r"^[\s\-–—_.'`/]*$")


def text_of(cell: Cell) -> str:
    """The cell as a text without spaces around it; "" for nothing. Whole numbers without decimals, dates dd-mm-yyyy."""
    if isinstance(cell, str):
        return cell.strip()
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "Ya" if cell else "Tidak"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e22 else repr(cell)
    if isinstance(cell, date):
        return f"{cell.day:02d}-{cell.month:02d}-{cell.year:04d}"
    return str(cell)


def is_number(cell: Cell) -> bool:
    """Did Excel hold a number here instead of a text?"""
    return isinstance(cell, int | float) and not isinstance(cell, bool)


def day_of(cell: Cell) -> date | None:
    """The day of a cell that Excel held as a date."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else None


@lru_cache(maxsize=65536)
def says_nothing(text: str) -> bool:
    """Is this what people write into a cell that they leave open: nothing, dashes, dots?"""
    return bool(_DASHES.match(text))


@lru_cache(maxsize=4096)
def sex(text: str) -> str | None:
    """`L`, `P`, or None for what says neither."""
    word = re.sub(r"[^a-z0-9]", "", text.casefold())
    if word in _MALE:
        return "L"
    return "P" if word in _FEMALE else None


@lru_cache(maxsize=4096)
def yes_no(text: str) -> bool | None:
    """True for yes, False for no (also written as a dash), None for what says neither."""
    word = re.sub(r"[^a-z0-9]", "", text.casefold())
    if word in _YES:
        return True
    return False if word in _NO or (text and not word) else None


@lru_cache(maxsize=65536)
def is_pupil_work(occupation: str) -> bool:
    """Does somebody name being a pupil as the occupation?"""
    return not PUPIL_WORDS.isdisjoint(re.findall(r"[a-z]+", occupation.casefold()))


@lru_cache(maxsize=4096)
def rt_and_rw(text: str) -> tuple[str | None, str | None]:
    """`003/001` as RT and RW."""
    parts = re.split(r"[/\\|-]|\brw\b", text.casefold())
    values = [three_digits(part) for part in parts if part.strip()]
    return (values[0] if values else None), (values[1] if len(values) > 1 else None)


@lru_cache(maxsize=65536)
def odd_name(name: str) -> bool:
    """Is this hardly a person's name: digits, a single letter, signs, a word for nothing?"""
    letters = re.findall(r"[^\W\d_]", name)
    return (
        len(letters) < 2
        or any(one.isdigit() for one in name)
        or name.upper() in _EXCEL_ERRORS
        or bool(re.search(r"[?#@=<>{}|\\^~]", name))
        or len({one.casefold() for one in letters}) == 1
    )
