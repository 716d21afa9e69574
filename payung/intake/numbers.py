"""What is wrong with the NIK and the KK number of a row, and what they may have been. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from payung.core import dates, kk, nik, region
from payung.core.nik import Repair


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a row before it becomes a finding: the field whose cell it belongs to, code, proposal, words."""

    field: str
    code: str
    proposal: str = ""
    more: str = ""
    """A sentence about the proposal."""
    words: tuple[tuple[str, str], ...] = ()
    """What fills the code's sentence."""
    evidence: str | None = None
    """None: the text of the cell."""


@dataclass(frozen=True, slots=True)
class Numbers:
    """NIK and KK of a row with what else is known of its person."""

    nik: str
    """As written."""
    nik_codes: tuple[str, ...]
    """What `nik.faults` says of it."""
    nik_numeric: bool
    kk: str
    kk_numeric: bool
    birth_on: date | None
    sex: str | None


_SEXES = {"L": "laki-laki", "P": "perempuan"}
_ZERO_SHARE = 5
"""One in so many: twice what chance gives."""
_ZERO_LEAST = 20
"""Fewer numbers say nothing."""


def nik_faults(row: Numbers, districts: frozenset[str], on: date) -> list[Fault]:
    """Faults of the NIK, in its own cell or in the cell that contradicts it. `on` is a day of the policy's span."""
    codes = row.nik_codes
    if codes and not row.nik_numeric:
        if codes == ("nik_missing",):
            return [Fault("nik", "nik_missing")]
        return _with_repair(row, codes, districts)
    if row.nik_numeric:
        lost = [code for code in codes if code in ("nik_short", "nik_long", "nik_region", "nik_date")]
        return _with_repair(row, ("nik_numeric", *lost), districts)
    number = nik.Nik(nik.clean(row.nik))
    if row.kk and nik.clean(row.kk) == number.value:
        return [Fault("nik", "nik_is_kk")]
    differs = nik.differences(number, row.birth_on, row.sex)
    if not differs:
        return []
    found = _repairs(row, districts)
    if found and found[0].code == "nik_swapped_fields":
        return [Fault("nik", "nik_swapped_fields", found[0].value, found[0].message)]
    faults = []
    if "nik_birth_differs" in differs and row.birth_on:
        swap = next((one for one in found if one.code == "nik_neighbours"), None)
        said = _said(number, row.birth_on, on)
        words = (("said", dates.day(said) if said else "lain"), ("written", dates.day(row.birth_on)))
        if swap:  # it explains a sex that differs as well
            return [Fault("nik", "nik_birth_differs", swap.value, swap.message, words)]
        faults.append(Fault("birth_on", "nik_birth_differs", dates.day(said) if said else "", "", words))
    if "nik_sex_differs" in differs and row.sex:
        words = (("said", _SEXES[number.sex]), ("written", _SEXES[row.sex]))
        faults.append(Fault("sex", "nik_sex_differs", number.sex, "", words))
    return faults


def _said(number: nik.Nik, written: date, on: date) -> date | None:
    """The birth date in the number, in the century nearest to what is written."""
    births = number.births(on)
    return min(births, key=lambda day: abs((day - written).days)) if births else None


def _with_repair(row: Numbers, codes: Iterable[str], districts: frozenset[str]) -> list[Fault]:
    found = _repairs(row, districts)
    best = found[0] if found else None
    faults = [Fault("nik", code) for code in codes]
    if best:
        if best.code in ("nik_swapped_fields", "nik_is_kk"):
            return [Fault("nik", best.code, best.value)]
        # What the fault's own sentence says already is not said again.
        said = best.code in ("nik_placeholder", "nik_scientific", "nik_zeroed")
        faults[0] = Fault("nik", faults[0].code, best.value, "" if said else best.message)
    return faults


def _repairs(row: Numbers, districts: frozenset[str]) -> tuple[Repair, ...]:
    return nik.repairs(row.nik, row.birth_on, row.sex, districts, kk=row.kk or None, numeric=row.nik_numeric)


@lru_cache(maxsize=65536)
def kk_faults(text: str, numeric: bool) -> tuple[Fault, ...]:
    """Faults of the KK number; an empty one is a note where the list has the column."""
    codes = kk.faults(text)
    if numeric and codes != ("kk_missing",):
        return (
            Fault("kk", "kk_numeric"),
            *(Fault("kk", one) for one in codes if one in ("kk_short", "kk_long")),
        )
    return tuple(Fault("kk", code) for code in codes)


def usual_districts(numbers: Iterable[str], regency: str) -> frozenset[str]:
    """Districts (six digits) where the numbers of a list usually come from: the regency's own and frequent ones."""
    seen = Counter(text[:6] for text in numbers)
    least = max(3, seen.total() // 50)
    often = {six for six, count in seen.items() if count >= least}
    return frozenset(often | {one.code.replace(".", "") for one in region.districts(regency)})


def zero_share(numbers: Iterable[str]) -> tuple[int, int] | None:
    """(ending in 0, all) when so many valid numbers of a list end in 0 that Excel must have cut them; else None.

    Chance gives one in ten. More than one in five is asked about, and for short lists only what lies five
    standard deviations (of a binomial share of 1/10) above.
    """
    last = Counter(text[-1] for text in numbers)
    zero, total = last["0"], last.total()
    surplus = 10 * zero - total
    if (
        total >= _ZERO_LEAST
        and zero * _ZERO_SHARE > total
        and surplus > 0
        and surplus * surplus > 225 * total
    ):
        return zero, total
    return None
