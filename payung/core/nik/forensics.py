"""What may have happened to a broken NIK, and what it may have been. Proposals only: nothing is ever applied."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from payung.core.nik.structure import _SCIENTIFIC, Nik, _placeholder, clean, parse


class Confidence(StrEnum):
    """How sure a proposal is; whatever it says, a person decides with the card in hand."""

    HIGH = "tinggi"
    MEDIUM = "sedang"
    LOW = "rendah"


@dataclass(frozen=True, slots=True)
class Repair:
    """One explanation of a broken number.

    `value` is the number proposed, with `?` for digits nobody can know, "" where only the card helps.
    `message` is a plain Indonesian sentence without the number itself.
    """

    code: str
    value: str
    confidence: Confidence
    message: str


_LOOKALIKES = str.maketrans("OoQDIilL|!SsBZzGg", "00001111115582266")
WORDS: dict[str, str] = {
    "nik_swapped_fields": "NIK dan nomor KK kemungkinan tertukar tempat.",
    "nik_is_kk": "Nomor ini sama dengan nomor KK. Isi NIK orangnya dari KTP atau KK.",
    "nik_is_kpj": "Ini kemungkinan nomor kartu BPJS Ketenagakerjaan (KPJ, 11 angka), bukan NIK.",
    "nik_is_bpjs_kesehatan": "Ini kemungkinan nomor BPJS Kesehatan (13 angka), bukan NIK.",
    "nik_is_phone": "Ini kemungkinan nomor HP, bukan NIK.",
    "nik_placeholder": "Ini hanya isian sementara. Isi NIK dari KTP atau KK.",
    "nik_scientific": "Excel memendekkan nomor ini; angka terakhirnya hilang. Ketik ulang sebagai teks.",
    "nik_zeroed": "Excel mengganti angka ke-16 dengan 0. Isi angka terakhir dari KTP atau KK.",
    "nik_lookalike": "Huruf yang mirip angka terketik di NIK (O untuk 0, l untuk 1).",
    "nik_words": "Ada kata atau tanda lain di sel NIK. Sisakan 16 angkanya saja.",
    "nik_digit_lost": "Satu angka hilang.",
    "nik_digit_added": "Ada satu angka berlebih.",
    "nik_neighbours": "Dua angka bersebelahan kemungkinan tertukar.",
    "nik_digit_wrong": "Satu angka kemungkinan salah ketik; periksa NIK dan tanggal lahir.",
    "nik_district": "Kode wilayah kemungkinan salah satu angka.",
}
"""Code of a repair to its sentence."""
REPAIR_CODES: tuple[str, ...] = tuple(WORDS)
_LESS = {
    Confidence.HIGH: Confidence.MEDIUM,
    Confidence.MEDIUM: Confidence.LOW,
    Confidence.LOW: Confidence.LOW,
}
_MOST_UNKNOWN = 6
"""A proposal with more unknown digits than this helps nobody."""


def repairs(
    text: str | None,
    birth_on: date | None = None,
    sex: str | None = None,
    district_codes: Iterable[str] = (),
    *,
    kk: str | None = None,
    numeric: bool = False,
) -> tuple[Repair, ...]:
    """What may have happened to a number, most likely first; () for one that has nothing wrong with it.

    `birth_on` and `sex` are what the row says of the person, `district_codes` (`64.01.04`) where numbers of
    these lists usually come from, `kk` the family card number beside it; `numeric` says that the cell held a
    number instead of text. A valid number is only questioned when it contradicts the birth date.
    """
    case = _Case(clean(text), birth_on, sex, frozenset(code.replace(".", "") for code in district_codes))
    found = list(_of_other_things(case, clean(kk)))
    if not found:
        found = list(_of_excel(case, numeric)) or list(_of_typing(case))
    order = list(Confidence)
    unique = {(one.code, one.value): one for one in found}
    return tuple(sorted(unique.values(), key=lambda one: order.index(one.confidence)))


@dataclass(frozen=True, slots=True)
class _Case:
    """A cleaned number and what else is known of its person."""

    digits: str
    birth_on: date | None
    sex: str | None
    districts: frozenset[str]

    def agrees(self, digits: str) -> bool:
        """Could this be the person's number: valid, and saying the same birth date and sex, if known?"""
        nik = parse(digits)
        return nik is not None and self.fits(nik)

    def fits(self, nik: Nik) -> bool:
        return (self.birth_on is None or nik.born_on(self.birth_on)) and self.sex in (None, nik.sex)

    @property
    def middles(self) -> tuple[str, ...]:
        """What digits 7 to 12 should be: one for a known sex, two for an unknown one, none without birth."""
        if self.birth_on is None:
            return ()
        rest = f"{self.birth_on.month:02d}{self.birth_on.year % 100:02d}"
        added = {"L": (0,), "P": (40,)}.get(self.sex or "", (0, 40))
        return tuple(f"{self.birth_on.day + plus:02d}{rest}" for plus in added)

    def home(self, digits: str) -> bool:
        """Does it start like the numbers of these lists? True where nothing is known of them."""
        return not self.districts or digits[:6] in self.districts


def _repair(code: str, value: str, confidence: Confidence) -> Repair:
    return Repair(code, value, confidence, WORDS[code])


def _of_other_things(case: _Case, kk: str) -> Iterator[Repair]:
    """Something else stands where the number should."""
    digits = case.digits
    if digits.isdigit() and _placeholder(digits):
        yield _repair("nik_placeholder", "", Confidence.HIGH)
    elif kk and digits == kk:
        yield _repair("nik_is_kk", "", Confidence.MEDIUM if case.agrees(digits) else Confidence.HIGH)
    elif case.birth_on is not None and kk and case.agrees(kk) and not case.agrees(digits):
        # A family card issued on the day somebody was born looks like that person's number, too.
        yield _repair("nik_swapped_fields", kk, Confidence.HIGH if parse(digits) else Confidence.MEDIUM)
    elif re.fullmatch(r"(?:\+?62|0)8[0-9]{8,11}", digits):
        yield _repair("nik_is_phone", "", Confidence.HIGH)
    elif re.fullmatch(r"[0-9]{11}", digits):
        yield _repair("nik_is_kpj", "", Confidence.MEDIUM)
    elif re.fullmatch(r"0{2}[0-9]{11}", digits):
        yield _repair("nik_is_bpjs_kesehatan", "", Confidence.MEDIUM)


def _of_excel(case: _Case, numeric: bool) -> Iterator[Repair]:
    """The spreadsheet changed the number."""
    digits = case.digits
    if _SCIENTIFIC.fullmatch(digits):
        # 6.40104E+15: only the digits of the mantissa are left; the person's birth date gives six more.
        left = digits.split("E")[0].replace(".", "").lstrip("+")
        middle = case.middles[0] if len(case.middles) == 1 and len(left) <= 12 else ""
        value = left.ljust(16, "?")
        if middle and len(left) >= 6 and middle.startswith(left[6:12]):
            value = f"{left[:6]}{middle}????"
        yield _repair("nik_scientific", value, Confidence.LOW)
    elif re.fullmatch("[0-9]{15}0", digits) and (numeric or digits.endswith("0000")):
        yield _repair("nik_zeroed", digits[:15] + "?", Confidence.HIGH if numeric else Confidence.MEDIUM)


def _of_typing(case: _Case) -> Iterator[Repair]:
    """A hand slipped."""
    digits = case.digits
    if not digits.isdigit():
        replaced = digits.translate(_LOOKALIKES)
        if replaced != digits and case.agrees(replaced):
            yield _repair("nik_lookalike", replaced, Confidence.HIGH)
        runs = re.findall("[0-9]+", digits)
        if len(runs) == 1 and case.agrees(runs[0]):
            yield _repair("nik_words", runs[0], Confidence.HIGH)
    elif len(digits) == 15:
        yield from _one_lost(case)
    elif len(digits) == 17:
        yield from _one_added(case)
    elif len(digits) == 16 and not case.agrees(digits):
        yield from _one_off(case)


def _one_lost(case: _Case) -> Iterator[Repair]:
    """Every place and digit that would make it the person's number: one way is sure, several are shown as one."""
    digits = case.digits
    if case.birth_on is None:
        return
    ways = {
        digits[:at] + digit + digits[at:]
        for at in range(16)
        for digit in "0123456789"
        if case.agrees(digits[:at] + digit + digits[at:])
    }
    fitting = sorted(way for way in ways if case.home(way))
    if len(fitting) == 1:
        yield _repair("nik_digit_lost", fitting[0], Confidence.HIGH)
    elif fitting:
        # Serials are small numbers: of 024, 0024 is the likely whole; of 002 nobody can say.
        likely = f"{digits[:12]}0{digits[12:]}"
        if {way[:12] for way in fitting} == {digits[:12]} and re.fullmatch("0[1-9][0-9]", digits[12:]):
            yield _repair("nik_digit_lost", likely, Confidence.MEDIUM)
        else:
            yield _repair("nik_digit_lost", _merged(fitting), Confidence.LOW)


def _merged(ways: list[str]) -> str:
    """What all ways have in common, `?` where they differ; "" where that says next to nothing."""
    merged = "".join(each[0] if len(set(each)) == 1 else "?" for each in zip(*ways, strict=True))
    return merged if merged.count("?") <= _MOST_UNKNOWN else ""


def _one_added(case: _Case) -> Iterator[Repair]:
    digits = case.digits
    ways = {digits[:at] + digits[at + 1 :] for at in range(17)}
    fitting = sorted(way for way in ways if case.agrees(way) and case.home(way))
    if len(fitting) == 1:
        yield _repair(
            "nik_digit_added", fitting[0], Confidence.LOW if case.birth_on is None else Confidence.HIGH
        )
        return
    # A doubled key is the usual accident, and serials are small numbers: where both point to one way, it is likely.
    doubled = {digits[:at] + digits[at + 1 :] for at in range(16) if digits[at] == digits[at + 1]}
    small = [way for way in fitting if way[12:14] == "00"]
    likely = [way for way in small if way in doubled] or small
    if len(likely) == 1 and case.birth_on is not None:
        yield _repair("nik_digit_added", likely[0], Confidence.MEDIUM)
    elif fitting:
        yield _repair("nik_digit_added", _merged(fitting), Confidence.LOW)


def _one_off(case: _Case) -> Iterator[Repair]:
    """Sixteen digits that cannot be this person's: which single slips would make them so?

    A slip that is not the only one possible is a step less sure.
    """
    found = list(dict.fromkeys((*_swapped_neighbours(case), *_wrong_digits(case), *_near_districts(case))))
    alone = len({value for _, value, _ in found}) == 1
    for code, value, sure in found:
        yield _repair(code, value, sure if alone else _LESS[sure])


_Slip = tuple[str, str, Confidence]


def _swapped_neighbours(case: _Case) -> Iterator[_Slip]:
    digits = case.digits
    if case.birth_on is None:
        return
    swaps = {digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :] for at in range(15)} - {digits}
    sure = Confidence.HIGH if parse(digits) is None else Confidence.MEDIUM
    for way in sorted(swaps):
        if case.agrees(way) and case.home(way):
            yield "nik_neighbours", way, sure


def _wrong_digits(case: _Case) -> Iterator[_Slip]:
    digits = case.digits
    for middle in case.middles:
        wrong = [at for at in range(6) if digits[6 + at] != middle[at]]
        value = digits[:6] + middle + digits[12:]
        # A sex that differs by the 40 alone is a question about the sex, not about the number.
        if len(wrong) == 1 and parse(value) and not _only_sex(case, digits):
            yield "nik_digit_wrong", value, Confidence.MEDIUM


def _near_districts(case: _Case) -> Iterator[_Slip]:
    digits = case.digits
    if parse(digits) is not None:
        return
    near = [
        six for six in sorted(case.districts) if sum(a != b for a, b in zip(six, digits, strict=False)) == 1
    ]
    fitting = [six + digits[6:] for six in near if case.agrees(six + digits[6:])]
    if len(fitting) == 1:
        yield "nik_district", fitting[0], Confidence.MEDIUM


def _only_sex(case: _Case, digits: str) -> bool:
    nik = parse(digits)
    return nik is not None and case.birth_on is not None and nik.born_on(case.birth_on)
