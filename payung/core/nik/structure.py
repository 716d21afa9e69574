"""What stands in a NIK, and whether a text can be one. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from payung.core import region
from payung.core.month import NAMES

SEPARATORS = (
    "[ \\t\\n\\r\\f\\v\u001c-\u001f\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000.,'`\u2018\u2019\u00b4_/"
    "\u00ad\u200b-\u200f\u2010-\u2015\u2060\ufeff-]+"
)
"""What people put between the digits of a number, as a regular expression that Python, RE2 and Java read alike."""
_SEPARATORS = re.compile(SEPARATORS)
_DECIMALS = re.compile(r"(\d{9,})[.,]0+", re.ASCII)
_SCIENTIFIC = re.compile(r"[+]?\d(?:[.,]\d+)?[eE][+]?\d{1,2}", re.ASCII)

_PROVINCES = "1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-6]"
_TWO = "(?:0[1-9]|[1-9][0-9])"
_DATE = (
    "(?:0[1-9]|1[0-9]|2[0-8]|4[1-9]|5[0-9]|6[0-8])(?:0[1-9]|1[0-2])[0-9]{2}"
    "|(?:29|69)(?:0[13-9]|1[0-2])[0-9]{2}|(?:29|69)02(?:[02468][048]|[13579][26])"
    "|[37]0(?:0[13-9]|1[0-2])[0-9]{2}|[37]1(?:0[13578]|1[02])[0-9]{2}"
)
_SERIAL = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
VALID_PATTERN = f"^(?:{_PROVINCES}){_TWO}{_TWO}(?:{_DATE}){_SERIAL}$"
"""Structure of a NIK, as a regular expression that Python, RE2 and Java read alike. Placeholders match too."""
_VALID = re.compile(VALID_PATTERN)
_REGION = re.compile(f"(?:{_PROVINCES}){_TWO}{_TWO}")
_BIRTH = re.compile(_DATE)

PLACEHOLDERS: frozenset[str] = frozenset(
    {digit * 16 for digit in "0123456789"}
    | {"1234567890123456", "0123456789012345", "9876543210987654", "1212121212121212", "1111222233334444"}
)
"""What people type when they have no number."""

FAULTS: Mapping[str, str] = {
    "nik_missing": "NIK kosong. Isi 16 angka NIK dari KTP atau KK.",
    "nik_scientific": "NIK berubah menjadi angka pendek oleh Excel (misalnya 6,4E+15). Ketik ulang 16 angka NIK sebagai teks.",
    "nik_letters": "NIK memuat huruf atau tanda lain. Periksa apakah O seharusnya 0 atau l seharusnya 1.",
    "nik_short": "NIK kurang dari 16 angka. Cocokkan dengan KTP atau KK.",
    "nik_long": "NIK lebih dari 16 angka. Cocokkan dengan KTP atau KK.",
    "nik_placeholder": "NIK ini hanya isian sementara, bukan nomor sebenarnya. Isi NIK dari KTP atau KK.",
    "nik_region": "Enam angka pertama NIK bukan kode wilayah. Cocokkan dengan KTP atau KK.",
    "nik_date": "Angka ke-7 sampai ke-12 NIK bukan tanggal lahir. Cocokkan dengan KTP atau KK.",
    "nik_serial": "Empat angka terakhir NIK tidak boleh 0000; angka terakhir mungkin hilang di Excel. Cocokkan dengan KTP atau KK.",
}
"""Code to a plain sentence that says what to do."""

_MOVED: tuple[tuple[str, str, int], ...] = (
    # Regency of the number, regency that its place may belong to since, year. Kemendagri's numbering (not that
    # of BPS, which python-stdnum's table follows); general knowledge, certainty B.
    ("64.01", "64.09", 2002),
    ("64.02", "64.07", 1999),
    ("64.02", "64.08", 1999),
    ("64.02", "64.74", 1999),
    ("64.07", "64.11", 2012),
    ("64.04", "65.01", 2012),
    ("64.05", "65.03", 2012),
    ("64.06", "65.02", 2012),
    ("64.10", "65.04", 2012),
    ("64.73", "65.71", 2012),
)
_OLDEST = 120
"""Years; a birth longer ago than this is not considered."""


@dataclass(frozen=True, slots=True)
class Nik:
    """A structurally valid NIK: 16 digits in `value`."""

    value: str

    @property
    def regency_code(self) -> str:
        """Kemendagri code of the regency of first registration, `64.01`; it may no longer be the code."""
        return f"{self.value[:2]}.{self.value[2:4]}"

    @property
    def district_code(self) -> str:
        """Kemendagri code of the kecamatan of first registration, `64.01.04`; it may no longer be the code."""
        return f"{self.regency_code}.{self.value[4:6]}"

    @property
    def sex(self) -> str:
        """`L` or `P`."""
        return "P" if self.value[6] >= "4" else "L"

    @property
    def birth_day(self) -> int:
        """1 to 31, without the 40 of women."""
        return int(self.value[6:8]) % 40

    @property
    def birth_month(self) -> int:
        """1 to 12."""
        return int(self.value[8:10])

    @property
    def birth_year2(self) -> int:
        """The last two digits of the year, 0 to 99: the century is not in the number."""
        return int(self.value[10:12])

    @property
    def serial(self) -> str:
        """Four digits, from 0001 for each place and date."""
        return self.value[12:]

    def births(self, on: date) -> tuple[date, ...]:
        """The birth dates that the number may mean for somebody alive on `on`, latest first: one or two."""
        found = []
        for century in range(on.year // 100 * 100, on.year - _OLDEST - 100, -100):
            try:
                day = date(century + self.birth_year2, self.birth_month, self.birth_day)
            except ValueError:
                continue
            if day <= on and on.year - day.year <= _OLDEST:
                found.append(day)
        return tuple(found)

    def born_on(self, day: date) -> bool:
        """Does the number say this birth date, in whatever century?"""
        return (self.birth_day, self.birth_month, self.birth_year2) == (day.day, day.month, day.year % 100)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a number was first given. `district` is "" where the code is not one of today's."""

    district: str
    regency: str
    possible_regencies: tuple[str, ...]
    """Codes of today's regencies that this place may lie in, the number's own first if it still exists."""

    @property
    def in_words(self) -> str:
        """`Batu Sopang, Kabupaten Paser`."""
        return ", ".join(part for part in (self.district, self.regency) if part)


def clean(text: str | None) -> str:
    """A cell's text without what people put between digits: spaces, dots, dashes, apostrophes, a trailing `.0`.

    Letters stay, and so does the length: whether it is a NIK is for `faults` to say.
    """
    raw = (text or "").strip()
    if raw.isascii() and raw.isdigit():  # nearly all, and nothing to do
        return raw
    if match := _DECIMALS.fullmatch(raw.lstrip("'`\u2018\u2019")):
        raw = match[1]
    if _SCIENTIFIC.fullmatch(raw):
        return raw.upper().replace(",", ".")
    return _SEPARATORS.sub("", raw)


def parse(text: str | None) -> Nik | None:
    """The number that a text holds, or None if it has any fault."""
    digits = clean(text)
    return Nik(digits) if _VALID.fullmatch(digits) and not _placeholder(digits) else None


def is_valid(text: str | None) -> bool:
    """Can this be a NIK? Whether it is anybody's, only Dukcapil knows."""
    return parse(text) is not None


def valid_sql(column: str) -> str:
    """SQL for `is_valid` of a column of cleaned texts: true, false, or NULL for NULL."""
    values = ", ".join(f"'{value}'" for value in sorted(PLACEHOLDERS))
    return f"(regexp_matches({column}, '{VALID_PATTERN}') and {column} not in ({values}))"


def faults(text: str | None) -> tuple[str, ...]:
    """What is wrong with a text as a NIK: codes of `FAULTS`, () for nothing."""
    digits = clean(text)
    if not any(one.isdigit() for one in digits):
        return ("nik_missing",)
    if _SCIENTIFIC.fullmatch(digits):
        return ("nik_scientific",)
    if not (digits.isascii() and digits.isdigit()):
        return ("nik_letters",)
    if _placeholder(digits):
        return ("nik_placeholder",)
    if len(digits) != 16:
        return ("nik_short" if len(digits) < 16 else "nik_long",)
    found = []
    if not _REGION.match(digits):
        found.append("nik_region")
    if not _BIRTH.fullmatch(digits[6:12]):
        found.append("nik_date")
    if digits[12:] == "0000":
        found.append("nik_serial")
    return tuple(found)


def explain(code: str) -> str:
    """The sentence of a fault code. KeyError for a code that is none."""
    return FAULTS[code]


def _placeholder(digits: str) -> bool:
    """Of a text of digits: one digit over and over, or zeros after the place."""
    zeros_only = len(digits) > 6 and not digits[6:].strip("0")
    return digits in PLACEHOLDERS or len(set(digits)) == 1 or zeros_only


def differences(nik: Nik, birth_on: date | None, sex: str | None) -> tuple[str, ...]:
    """Where a number and a person's other facts say different things: `nik_birth_differs`, `nik_sex_differs`.

    A question, never a refusal: the number is not changed when a birth date is corrected. Unknown facts
    differ from nothing.
    """
    found = []
    if birth_on is not None and not nik.born_on(birth_on):
        found.append("nik_birth_differs")
    if sex is not None and sex != nik.sex:
        found.append("nik_sex_differs")
    return tuple(found)


def mask(text: str | None) -> str:
    """`6401********0001`: the first and last four digits; shorter texts are hidden whole."""
    digits = clean(text)
    return digits[:4] + "*" * (len(digits) - 8) + digits[-4:] if len(digits) >= 12 else "*" * len(digits)


def spaced(text: str | None) -> str:
    """`6401 0141 0890 0001`, for reading aloud."""
    digits = clean(text)
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


@lru_cache(maxsize=8192)
def _place(six: str) -> Place:
    code = f"{six[:2]}.{six[2:4]}"
    since = tuple((new, year) for old, new, year in _MOVED if old == code)
    today = tuple(one for one in (code, *(new for new, _ in since)) if region.regency(one))
    district = region.district(six)
    regency = region.regency(today[0]) if today else None
    return Place(district.name if district else "", regency.name if regency else "", today)


def place(nik: Nik) -> Place:
    """Where the number was first given; its person may live anywhere."""
    return _place(nik.value[:6])


def describe(text: str | None, on: date) -> str:
    """What a number says, in Indonesian; for a faulty one, what is wrong with it. Never repeats the number."""
    nik = parse(text)
    if nik is None:
        return " ".join(explain(code) for code in faults(text))
    sex = "perempuan" if nik.sex == "P" else "laki-laki"
    births = " atau ".join(f"{day.day} {NAMES[day.month - 1]} {day.year}" for day in nik.births(on))
    where = place(nik)
    said = f"{sex}, lahir {births or 'sesudah tanggal acuan'}, pertama terdaftar di "
    said += where.in_words or f"wilayah berkode {nik.district_code}, yang tidak ada di daftar sekarang"
    others = [one.name for code in where.possible_regencies[1:] if (one := region.regency(code))]
    if others and not where.district:
        said += f" (kode kecamatan lama; sekarang mungkin termasuk {' atau '.join(others)})"
    return said
