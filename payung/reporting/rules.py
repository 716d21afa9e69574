"""How many of those to be protected are protected. A share never stands without its two numbers, source and date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from payung.core.dates import day, long_day
from payung.core.region import Desa
from payung.core.rupiah import number, percent

LISTS_SOURCE = "orang unik pada daftar RT"
"""What the base is called where no other base was given."""
UNKNOWN = "–"
ELSEWHERE = "Desa belum dikenal"


@dataclass(frozen=True, slots=True)
class Base:
    """The number of workers to be protected in one desa, who says so, and as of when."""

    workers: int
    source: str
    as_of: date

    def __post_init__(self) -> None:
        if self.workers < 0 or not self.source.strip():
            raise ValueError(f"Penyebut harus nol atau lebih dan bersumber: {self.workers}, {self.source!r}")


@dataclass(frozen=True, slots=True)
class Denominators:
    """Bases by desa code. `elsewhere` is the base of a desa that is not named; None leaves it unknown."""

    by_desa: Mapping[str, Base] = field(default_factory=dict)
    elsewhere: Base | None = None
    remark: str = ""

    def of(self, desa_code: str) -> Base | None:
        return self.by_desa.get(desa_code, self.elsewhere)


def from_lists(residents: Mapping[str, int], as_of: date) -> Denominators:
    """The default base: unique residents on the lists by desa code. A desa without a list has none of them."""
    return Denominators(
        {code: Base(count, LISTS_SOURCE, as_of) for code, count in residents.items()},
        Base(0, LISTS_SOURCE, as_of),
        "Penyebut adalah orang unik pada daftar RT, bukan seluruh pekerja. "
        "Beri jumlah pekerja dengan --denominators agar cakupan dapat dibandingkan.",
    )


@dataclass(frozen=True, slots=True)
class Coverage:
    """One place: people covered before, people added, and the number to be protected (None = unknown).

    `source` and `as_of` belong to the denominator; where several bases were added up, `as_of` is the oldest.
    """

    place_code: str
    place: str
    district: str
    covered_before: int
    added: int
    denominator: int | None
    source: str
    as_of: date | None
    note: str = ""
    over_below: int = 0
    """How many desa within this place have more people covered than were to be protected there."""

    @property
    def covered_after(self) -> int:
        return self.covered_before + self.added

    @property
    def before_ratio(self) -> Fraction | None:
        """None where there is no base to divide by."""
        return Fraction(self.covered_before, self.denominator) if self.denominator else None

    @property
    def after_ratio(self) -> Fraction | None:
        return Fraction(self.covered_after, self.denominator) if self.denominator else None

    @property
    def before_percent(self) -> str:
        """`81,20%` or `–`."""
        return percent(self.covered_before, self.denominator or 0)

    @property
    def after_percent(self) -> str:
        return percent(self.covered_after, self.denominator or 0)

    @property
    def unreached(self) -> int | None:
        """People still without cover; 0 where more are covered than were to be protected; None when unknown."""
        return max(0, self.denominator - self.covered_after) if self.denominator else None

    @property
    def over(self) -> bool:
        return self.denominator is not None and self.covered_after > self.denominator

    @property
    def in_words(self) -> str:
        """`81.436 dari 90.052 (90,43%); sumber: …, keadaan 09-08-2024`."""
        if not self.denominator or self.as_of is None:
            return f"{number(self.covered_after)} orang; jumlah yang harus dilindungi belum diketahui"
        return (
            f"{number(self.covered_after)} dari {number(self.denominator)} ({self.after_percent}); "
            f"sumber: {self.source}, keadaan {long_day(self.as_of)}"
        )

    @property
    def remarks(self) -> str:
        """The note, and what is remarkable about the numbers themselves; "" where nothing is."""
        over = (
            f"Yang dilindungi melebihi penyebut ({number(self.denominator or 0)}); periksa penyebutnya."
            if self.over
            else ""
        )
        below = (
            f"Di {number(self.over_below)} desa yang dilindungi melebihi penyebutnya, sehingga yang belum terjangkau "
            "di desa lain lebih banyak daripada angka gabungan ini."
            if self.over_below
            else ""
        )
        return " ".join(text for text in (self.note, over, below) if text)


@dataclass(frozen=True, slots=True)
class CoverageTable:
    """Coverage by desa and kecamatan in the order of codes, and in all; each level adds up to the next."""

    desa: tuple[Coverage, ...]
    districts: tuple[Coverage, ...]
    total: Coverage
    remark: str = ""

    def within(self, district_code: str) -> tuple[Coverage, ...]:
        """The desa of one kecamatan; with "" those that are no known desa."""
        known = {row.place_code for row in self.districts} - {""}
        if not district_code:
            return tuple(row for row in self.desa if row.place_code[:8] not in known)
        return tuple(row for row in self.desa if row.place_code[:8] == district_code)


def coverage(
    places: Sequence[Desa],
    before: Mapping[str, int],
    added: Mapping[str, int],
    denominators: Denominators,
    name: str = "Seluruh kabupaten",
) -> CoverageTable:
    """Coverage of every desa of `places`, by people counted once in the desa they live in.

    People of a code that is not among `places` are not lost: they stand in rows of their own, without a base.
    """
    for count in (*before.values(), *added.values()):
        if count < 0:
            raise ValueError(f"Jumlah orang tidak boleh negatif: {count}")
    rows = [
        _row(place.code, place.name, place.district, before, added, denominators.of(place.code))
        for place in sorted(places, key=lambda place: place.code)
    ]
    known = {place.code for place in places}
    strangers = [
        _row(code, f"{ELSEWHERE} ({code or 'kosong'})", ELSEWHERE, before, added, None)
        for code in sorted({*before, *added} - known)
        if before.get(code, 0) or added.get(code, 0)
    ]
    by_district: dict[str, list[Coverage]] = {}
    names: dict[str, str] = {}
    for place, row in zip(sorted(places, key=lambda place: place.code), rows, strict=True):
        by_district.setdefault(place.district_code, []).append(row)
        names[place.district_code] = place.district
    districts = [_sum(code, names[code], names[code], rows) for code, rows in sorted(by_district.items())]
    if strangers:
        districts.append(_sum("", ELSEWHERE, ELSEWHERE, strangers))
    total = _sum("", name, "", [*rows, *strangers], base_rows=rows)
    return CoverageTable((*rows, *strangers), tuple(districts), total, denominators.remark)


def _row(
    code: str,
    place: str,
    district: str,
    before: Mapping[str, int],
    added: Mapping[str, int],
    base: Base | None,
) -> Coverage:
    return Coverage(
        code, place, district, before.get(code, 0), added.get(code, 0),
        base.workers if base else None, base.source if base else "", base.as_of if base else None,
    )  # fmt: skip


def _sum(
    code: str,
    place: str,
    district: str,
    rows: Iterable[Coverage],
    base_rows: Iterable[Coverage] | None = None,
) -> Coverage:
    """A sum has a base only when every desa in it has one: half a base would flatter."""
    members = list(rows)
    bases = members if base_rows is None else list(base_rows)
    missing = [row for row in bases if row.denominator is None]
    dates = sorted({row.as_of for row in bases if row.as_of})
    notes = []
    if missing and len(missing) < len(bases):
        notes.append(f"{number(len(missing))} desa tanpa penyebut, sehingga persen tidak dihitung.")
    if len(dates) > 1 and not missing:
        notes.append(f"Penyebut dari tanggal yang berbeda, {day(dates[0])} sampai dengan {day(dates[-1])}.")
    whole = not missing and bool(bases)
    return Coverage(
        code,
        place,
        district,
        sum(row.covered_before for row in members),
        sum(row.added for row in members),
        sum(row.denominator or 0 for row in bases) if whole else None,
        "; ".join(sorted({row.source for row in bases if row.source})) if whole else "",
        dates[0] if dates and whole else None,
        " ".join(notes),
        sum(row.over for row in bases) if whole else 0,
    )


def by_need(rows: Iterable[Coverage]) -> list[Coverage]:
    """Most people without cover first; unknown ones last, in the order of names."""
    return sorted(
        rows, key=lambda row: (row.unreached is None, -(row.unreached or 0), row.place, row.place_code)
    )
