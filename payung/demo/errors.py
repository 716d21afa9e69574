"""The error model: what goes wrong between an identity card and a list, with the rate of each kind, as data.

A rate is the share of the rows that the kind can befall: initials need a name of two parts, a variant of
Muhammad needs its bearer. Kinds of one field's `once` group exclude each other; others fall independently.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

EXCEL_EPOCH = date(1899, 12, 30)
PLACEHOLDERS = (
    "1111111111111111", "0000000000000000", "1234567890123456", "9999999999999999", "6401000000000000",
    "0", "-",
)  # fmt: skip


@dataclass(slots=True)
class Row:
    """One line of a list as it is written: every field is text, empty where nothing stands."""

    nik: str
    kk: str
    name: str
    birth_on: str
    sex: str
    desa: str
    phone: str


@dataclass(slots=True)
class Context:
    """What a mistake may borrow from: other people of the house, the line above, the villages around."""

    born: date
    household_niks: tuple[str, ...] = ()
    above_nik: str = ""
    other_desa: tuple[str, ...] = ()
    districts: tuple[str, ...] = ("640104",)
    husband: str = ""


Damage = Callable[[Row, Context, Random], bool]
"""Changes the row and says so; False where the kind does not apply."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of error."""

    field: str
    code: str
    rate: float
    damage: Damage
    once: bool = False
    """At most one of the field's `once` kinds befalls a row."""


def _one_digit(text: str, rng: Random) -> str:
    at = rng.randrange(len(text))
    return text[:at] + str((int(text[at]) + 1 + rng.randrange(9)) % 10) + text[at + 1 :]


def _swap_digits(text: str, rng: Random) -> str:
    places = [i for i in range(len(text) - 1) if text[i] != text[i + 1]]
    if not places:
        return text
    at = rng.choice(places)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def nik_digit(row: Row, context: Context, rng: Random) -> bool:
    row.nik = _one_digit(row.nik, rng)
    return True


def nik_two_digits(row: Row, context: Context, rng: Random) -> bool:
    first, second = rng.sample(range(16), 2)
    digits = list(row.nik)
    for at in (first, second):
        digits[at] = str((int(digits[at]) + 1 + rng.randrange(9)) % 10)
    row.nik = "".join(digits)
    return True


def nik_swapped(row: Row, context: Context, rng: Random) -> bool:
    row.nik = _swap_digits(row.nik, rng)
    return True


def nik_length(row: Row, context: Context, rng: Random) -> bool:
    at = rng.randrange(16)
    if rng.random() < 0.6:
        row.nik = row.nik[:at] + row.nik[at + 1 :]
    else:
        row.nik = row.nik[:at] + rng.choice((row.nik[at], str(rng.randrange(10)))) + row.nik[at:]
    return True


def nik_excel_zero(row: Row, context: Context, rng: Random) -> bool:
    if row.nik[15] == "0":
        return False
    row.nik = row.nik[:15] + "0"
    return True


def nik_scientific(row: Row, context: Context, rng: Random) -> bool:
    places = rng.choice((2, 5, 5, 5, 14))
    row.nik = f"{float(row.nik):.{places}E}"
    if rng.random() < 0.5:
        row.nik = row.nik.replace(".", ",")
    return True


def nik_missing(row: Row, context: Context, rng: Random) -> bool:
    row.nik = ""
    return True


def nik_household(row: Row, context: Context, rng: Random) -> bool:
    others = [nik for nik in context.household_niks if nik != row.nik]
    if not others:
        return False
    row.nik = rng.choice(others)
    return True


def nik_above(row: Row, context: Context, rng: Random) -> bool:
    if not context.above_nik or context.above_nik == row.nik:
        return False
    row.nik = context.above_nik
    return True


def nik_placeholder(row: Row, context: Context, rng: Random) -> bool:
    row.nik = rng.choice(PLACEHOLDERS)
    return True


def nik_reissued(row: Row, context: Context, rng: Random) -> bool:
    elsewhere = [code for code in context.districts if code != row.nik[:6]]
    if not elsewhere:
        return False
    row.nik = rng.choice(elsewhere) + row.nik[6:12] + f"{rng.randrange(300, 9000):04d}"
    return True


def nik_punctuated(row: Row, context: Context, rng: Random) -> bool:
    n, first, middle, last = row.nik, row.nik[:6], row.nik[6:12], row.nik[12:]
    row.nik = rng.choice(
        (
            f"'{n}",
            f"`{n}",
            f"{n}.0",
            f"{n} ",
            f" {n}",
            f"\u00a0{n}",
            f"{n[:8]}\u200b{n[8:]}",
            f"{n[:4]} {n[4:8]} {n[8:12]} {last}",
            f"{first}.{middle}.{last}",
            f"{first}-{middle}-{last}",
        )
    )
    return True


def nik_letters(row: Row, context: Context, rng: Random) -> bool:
    swaps = [(i, letter) for digit, letter in (("0", "O"), ("1", "l")) for i in _places(row.nik, digit)]
    if not swaps:
        return False
    for at, letter in rng.sample(swaps, min(len(swaps), 1 + rng.randrange(2))):
        row.nik = row.nik[:at] + letter + row.nik[at + 1 :]
    return True


def _places(text: str, char: str) -> list[int]:
    return [i for i, c in enumerate(text) if c == char]


def nik_is_kk(row: Row, context: Context, rng: Random) -> bool:
    if not row.kk:
        return False
    row.nik, row.kk = row.kk, row.nik
    return True


def nik_is_kpj(row: Row, context: Context, rng: Random) -> bool:
    row.nik = f"{rng.randrange(10, 24):02d}{rng.randrange(10**9):09d}"
    return True


def nik_drift(row: Row, context: Context, rng: Random) -> bool:
    if int(row.nik) <= 2**53:
        return False
    row.nik = str(int(row.nik) + rng.choice((-1, 1)))
    return True


def _birth(change: Callable[[date, Random], date | None]) -> Damage:
    def damage(row: Row, context: Context, rng: Random) -> bool:
        changed = change(context.born, rng)
        if changed is None or changed == context.born:
            return False
        row.birth_on = changed.isoformat()
        context.born = changed
        return True

    return damage


def _day_month(born: date, rng: Random) -> date | None:
    return date(born.year, born.day, born.month) if born.day <= 12 else None


def _year_off(born: date, rng: Random) -> date:
    year = born.year + rng.choice((-10, -2, -1, -1, -1, 1, 1, 1, 2, 10))
    return date(year, born.month, min(born.day, 28) if born.month == 2 else born.day)


def birth_missing(row: Row, context: Context, rng: Random) -> bool:
    row.birth_on = ""
    return True


def birth_format(row: Row, context: Context, rng: Random) -> bool:
    """Another way to write the same day: dd-mm-yyyy, d/m/yyyy, words, two-digit year, Excel serial."""
    if not row.birth_on:
        return False
    born = context.born
    row.birth_on = write_date(born, rng.choice(DATE_STYLES[1:]))
    return True


MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
DATE_STYLES = ("iso", "dashes", "slashes", "words", "short", "serial", "dots")


def write_date(day: date, style: str) -> str:
    """`day` in one of DATE_STYLES; never month before day."""
    if style == "iso":
        return day.isoformat()
    if style == "dashes":
        return f"{day.day:02d}-{day.month:02d}-{day.year}"
    if style == "slashes":
        return f"{day.day}/{day.month}/{day.year}"
    if style == "words":
        return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
    if style == "short":
        return f"{day.day:02d}/{day.month:02d}/{day.year % 100:02d}"
    if style == "dots":
        return f"{day.day:02d}.{day.month:02d}.{day.year}"
    return str((day - EXCEL_EPOCH).days)


_KEYS = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "WQWEEYTIUOSAADGFHJKXZCVBNH", strict=True))


def name_typing(row: Row, context: Context, rng: Random) -> bool:
    name = row.name
    places = [i for i, c in enumerate(name) if c.isalpha() and i > 0]
    if len(places) < 3:
        return False
    at = rng.choice(places)
    kind = rng.randrange(4)
    if kind == 0:
        row.name = name[:at] + name[at + 1 :]
    elif kind == 1:
        row.name = name[:at] + name[at] + name[at:]
    elif kind == 2:
        row.name = name[:at] + _KEYS.get(name[at], name[at]) + name[at + 1 :]
    elif at + 1 < len(name) and name[at + 1] not in (" ", name[at]):
        row.name = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    else:
        row.name = name[:at] + name[at + 1 :]
    return row.name != name


def _rewriter(pairs: tuple[tuple[str, str], ...]) -> Damage:
    """Rewrites one of the sounds that occur in the name."""

    def damage(row: Row, context: Context, rng: Random) -> bool:
        found = [(old, new) for old, new in pairs if old in row.name]
        if not found:
            return False
        old, new = rng.choice(found)
        at = rng.choice([m.start() for m in re.finditer(re.escape(old), row.name)])
        row.name = row.name[:at] + new + row.name[at + len(old) :]
        return True

    return damage


_SOUNDS = (
    ("I", "Y"), ("F", "P"), ("V", "F"), ("Z", "J"), ("SY", "S"), ("DH", "D"), ("AH", "A"), ("TT", "T"),
    ("LL", "L"), ("UDIN", "UDDIN"), ("NUR", "NOR"), ("NOR", "NUR"), ("KH", "H"), ("Q", "K"),
    ("AI", "AE"), ("TH", "T"), ("DD", "D"), ("AN", "AAN"), ("U", "O"), ("H ", " "), ("C", "K"),
    ("X", "KS"),
)  # fmt: skip
_OLD = (("U", "OE"), ("J", "DJ"), ("C", "TJ"), ("SY", "SJ"), ("Y", "J"), ("KH", "CH"), ("NY", "NJ"))
_TITLES = {
    "L": (
        "H. {}",
        "H {}",
        "UST. {}",
        "KH. {}",
        "DRS. {}",
        "{}, S.PD",
        "{} S.PD.I",
        "BPK {}",
        "{} (ALM)",
        "IR. {}",
    ),
    "P": ("HJ. {}", "HJ {}", "IBU {}", "{}, S.PD", "{} A.MD", "USTZ. {}", "DRA. {}", "NY. {}"),
}
_NICKNAMES = {
    "MUHAMMAD": "MAMAT", "AHMAD": "AMAT", "ABDUL": "DUL", "SYAMSUDIN": "UDIN", "KAMARUDDIN": "UDIN",
    "SITI": "ITI", "FATIMAH": "IFAT", "AISYAH": "ICHA", "NURHAYATI": "YATI", "RAHMAWATI": "WATI",
    "BAMBANG": "BENG", "IBRAHIM": "BRAHIM", "ISMAIL": "MAIL", "SULAIMAN": "LEMAN", "ZAINAL": "INAL",
    "HALIMAH": "IMAH", "SALMAH": "AMAH", "SLAMET": "MAMET", "SYAHRANI": "RANI", "MAIMUNAH": "MUNAH",
    "KHADIJAH": "IJAH", "HADIJAH": "IJAH", "JAMILAH": "MILAH", "ZAINAB": "INAB",
}  # fmt: skip
_MUHAMMAD = (
    "MUH.",
    "MUH",
    "MOH.",
    "MOHD.",
    "M.",
    "M",
    "MUHAMAD",
    "MOHAMMAD",
    "MOCHAMAD",
    "MOHAMAD",
    "MHD",
    "MD.",
)


def name_title(row: Row, context: Context, rng: Random) -> bool:
    row.name = rng.choice(_TITLES["P" if row.sex == "P" else "L"]).format(row.name)
    return True


def name_bin(row: Row, context: Context, rng: Random) -> bool:
    father = rng.choice(_FATHERS)
    row.name = f"{row.name} {'BINTI' if row.sex == 'P' else rng.choice(('BIN', 'BIN', 'B.'))} {father}"
    return True


_FATHERS = (
    "AHMAD", "SULAIMAN", "ABDULLAH", "HASAN", "USMAN", "MASRANI", "JAMRI", "TAHANG", "SURIANSYAH",
    "BAHRAN", "UMAR", "SABRAN",
)  # fmt: skip


def name_initials(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    if len(parts) < 2:
        return False
    at = rng.choice((0, len(parts) - 1)) if len(parts) > 2 else len(parts) - 1
    parts[at] = parts[at][0] + rng.choice((".", ""))
    row.name = " ".join(parts)
    return True


def name_dropped(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    if len(parts) < 2:
        return False
    parts.pop(rng.choice((0, len(parts) - 1, len(parts) - 1)))
    row.name = " ".join(parts)
    return True


def name_order(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    if len(parts) < 2 or parts[0] == parts[-1]:
        return False
    row.name = " ".join([parts[-1], *parts[:-1]])
    return True


def name_nickname(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    at = next((i for i, part in enumerate(parts) if part in _NICKNAMES), None)
    if at is None:
        return False
    parts[at] = _NICKNAMES[parts[at]]
    row.name = " ".join(parts)
    return True


def name_joined(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    if len(parts) < 2:
        return False
    row.name = " ".join([parts[0] + parts[1], *parts[2:]])
    return True


def name_muhammad(row: Row, context: Context, rng: Random) -> bool:
    parts = row.name.split()
    if "MUHAMMAD" not in parts:
        return False
    parts[parts.index("MUHAMMAD")] = rng.choice(_MUHAMMAD)
    row.name = " ".join(parts)
    return True


def name_husband(row: Row, context: Context, rng: Random) -> bool:
    if row.sex != "P" or not context.husband:
        return False
    row.name = f"{row.name} {context.husband.split()[-1]}"
    return True


def kk_missing(row: Row, context: Context, rng: Random) -> bool:
    row.kk = ""
    return True


def kk_mistyped(row: Row, context: Context, rng: Random) -> bool:
    if len(row.kk) != 16:
        return False
    row.kk = _one_digit(row.kk, rng) if rng.random() < 0.7 else _swap_digits(row.kk, rng)
    return True


def kk_reissued(row: Row, context: Context, rng: Random) -> bool:
    issued = date(2015, 1, 1) + timedelta(days=rng.randrange(2700))
    row.kk = rng.choice(context.districts) + issued.strftime("%d%m%y") + f"{rng.randrange(300, 9000):04d}"
    return True


def sex_wrong(row: Row, context: Context, rng: Random) -> bool:
    row.sex = "L" if row.sex == "P" else "P"
    return True


def sex_missing(row: Row, context: Context, rng: Random) -> bool:
    row.sex = ""
    return True


def desa_wrong(row: Row, context: Context, rng: Random) -> bool:
    others = [desa for desa in context.other_desa if desa != row.desa]
    if not others:
        return False
    row.desa = rng.choice(others)
    return True


def desa_missing(row: Row, context: Context, rng: Random) -> bool:
    row.desa = ""
    return True


def phone_changed(row: Row, context: Context, rng: Random) -> bool:
    if not row.phone:
        return False
    row.phone = row.phone[:4] + str(rng.randrange(10_000_000, 100_000_000))
    return True


def phone_written(row: Row, context: Context, rng: Random) -> bool:
    if not row.phone:
        return False
    row.phone = rng.choice(
        ("+62" + row.phone[1:], row.phone[1:], f"{row.phone[:4]}-{row.phone[4:8]}-{row.phone[8:]}")
    )
    return True


CANDIDATE_KINDS: tuple[Kind, ...] = (
    # names first: a title or "bin" is chosen by the sex, which may be damaged later
    Kind("name", "muhammad", 0.5, name_muhammad),
    Kind("name", "typing", 0.06, name_typing),
    Kind("name", "sound", 0.06, _rewriter(_SOUNDS)),
    Kind("name", "old_spelling", 0.03, _rewriter(_OLD)),
    Kind("name", "initials", 0.04, name_initials, once=True),
    Kind("name", "dropped", 0.06, name_dropped, once=True),
    Kind("name", "order", 0.01, name_order, once=True),
    Kind("name", "joined", 0.01, name_joined, once=True),
    Kind("name", "nickname", 0.01, name_nickname, once=True),
    Kind("name", "husband", 0.01, name_husband),
    Kind("name", "bin", 0.05, name_bin),
    Kind("name", "title", 0.06, name_title),
    Kind("kk", "missing", 0.06, kk_missing, once=True),
    Kind("kk", "mistyped", 0.02, kk_mistyped, once=True),
    Kind("kk", "reissued", 0.04, kk_reissued, once=True),
    Kind("nik", "digit", 0.03, nik_digit, once=True),
    Kind("nik", "swapped", 0.015, nik_swapped, once=True),
    Kind("nik", "length", 0.01, nik_length, once=True),
    Kind("nik", "excel_zero", 0.02, nik_excel_zero, once=True),
    Kind("nik", "scientific", 0.01, nik_scientific, once=True),
    Kind("nik", "missing", 0.02, nik_missing, once=True),
    Kind("nik", "household", 0.007, nik_household, once=True),
    Kind("nik", "above", 0.002, nik_above, once=True),
    Kind("nik", "placeholder", 0.005, nik_placeholder, once=True),
    Kind("nik", "reissued", 0.006, nik_reissued, once=True),
    Kind("nik", "two_digits", 0.004, nik_two_digits, once=True),
    Kind("nik", "is_kk", 0.003, nik_is_kk, once=True),
    Kind("nik", "is_kpj", 0.002, nik_is_kpj, once=True),
    Kind("nik", "drift", 0.3, nik_drift, once=True),
    Kind("nik", "letters", 0.003, nik_letters, once=True),
    Kind("nik", "punctuated", 0.03, nik_punctuated, once=True),
    Kind("birth_on", "day_month", 0.02, _birth(_day_month), once=True),
    Kind("birth_on", "new_year", 0.01, _birth(lambda born, rng: date(born.year, 1, 1)), once=True),
    Kind("birth_on", "year_off", 0.012, _birth(_year_off), once=True),
    Kind(
        "birth_on",
        "day_off",
        0.012,
        _birth(lambda d, rng: d + timedelta(days=rng.choice((-1, 1)))),
        once=True,
    ),
    Kind("birth_on", "missing", 0.02, birth_missing, once=True),
    Kind("birth_on", "format", 0.06, birth_format),
    Kind("sex", "wrong", 0.007, sex_wrong, once=True),
    Kind("sex", "missing", 0.012, sex_missing, once=True),
    Kind("desa", "wrong", 0.02, desa_wrong, once=True),
    Kind("desa", "missing", 0.005, desa_missing, once=True),
    Kind("phone", "changed", 0.06, phone_changed, once=True),
    Kind("phone", "written", 0.03, phone_written),
)
"""What befalls the rows of a neighbourhood list."""

REGISTER_KINDS: tuple[Kind, ...] = (
    Kind("name", "typing", 0.012, name_typing),
    Kind("name", "dropped", 0.004, name_dropped, once=True),
    Kind("kk", "missing", 0.02, kk_missing, once=True),
    Kind("kk", "reissued", 0.02, kk_reissued, once=True),
    Kind("nik", "digit", 0.002, nik_digit, once=True),
    Kind("nik", "swapped", 0.001, nik_swapped, once=True),
    Kind("nik", "reissued", 0.001, nik_reissued, once=True),
    Kind("birth_on", "day_month", 0.002, _birth(_day_month), once=True),
    Kind("birth_on", "year_off", 0.001, _birth(_year_off), once=True),
    Kind("desa", "wrong", 0.02, desa_wrong, once=True),
    Kind("phone", "changed", 0.08, phone_changed, once=True),
)
"""What befalls a register, which spells names as on the identity card."""


@dataclass(frozen=True, slots=True)
class ErrorModel:
    """Kinds of error with rates that add up; made by `errors`."""

    kinds: tuple[Kind, ...]
    _fields: tuple[tuple[tuple[Kind, ...], tuple[Kind, ...], float], ...] = field(repr=False)

    def damage(self, row: Row, context: Context, rng: Random) -> list[str]:
        """Damage `row` in place; the codes `field.kind` of what happened."""
        happened: list[str] = []
        for free, once, once_total in self._fields:
            if once and (draw := rng.random()) < once_total:
                for kind in once:
                    if draw < kind.rate:
                        if kind.damage(row, context, rng):
                            happened.append(f"{kind.field}.{kind.code}")
                        break
                    draw -= kind.rate
            happened += [
                f"{kind.field}.{kind.code}"
                for kind in free
                if rng.random() < kind.rate and kind.damage(row, context, rng)
            ]
        return happened


def errors(rate_multiplier: float = 1.0, kinds: tuple[Kind, ...] = CANDIDATE_KINDS) -> ErrorModel:
    """The error model with every rate multiplied (a half stays the ceiling of one kind)."""
    scaled = tuple(
        Kind(k.field, k.code, min(k.rate * rate_multiplier, max(k.rate, 0.5)), k.damage, k.once)
        for k in kinds
    )
    fields = []
    for name in dict.fromkeys(kind.field for kind in scaled):
        free = tuple(k for k in scaled if k.field == name and not k.once)
        once = tuple(k for k in scaled if k.field == name and k.once)
        fields.append((free, once, sum(k.rate for k in once)))
    return ErrorModel(scaled, tuple(fields))
