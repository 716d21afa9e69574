"""Numbers of the law as dated tables: `{id, law, certainty, source, unit, values: [{from, to, when, value}]}`.

A table says over which dates it holds (`covers`) and over which dimensions (`dimensions`); its values must then
cover every date and every combination exactly once. A hole or an overlap is an error at load, so that a month
is never priced by whichever line happens to come first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise, product

from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.policy.reading import Cell, fault

OPEN_END = date.max
UNITS = (
    "idr", "idr_per_month", "percent", "percent_of_wage", "months", "days", "working_days", "hours", "years",
    "day_of_month", "month_offset", "count", "bands",
)  # fmt: skip


class Certainty(StrEnum):
    """How well a figure is known. B and C are to be confirmed or replaced by the office."""

    A = "A"
    """Read in the primary source."""
    A_STAR = "A*"
    """Read in a secondary source."""
    B = "B"
    """General knowledge, believed right."""
    C = "C"
    """Uncertain: configuration."""


CERTAINTIES = tuple(certainty.value for certainty in Certainty)


@dataclass(frozen=True, slots=True)
class Band:
    """One income band: incomes up to `income_to_idr` (None: no upper end) count as `base_idr` a month."""

    income_to_idr: int | None
    base_idr: int
    jkk_idr: int
    certainty: Certainty


@dataclass(frozen=True, slots=True)
class Value:
    """What holds from `valid_from` to `valid_to`, both inclusive, under `when` (absent dimension: all of it)."""

    valid_from: date
    valid_to: date
    when: Mapping[str, tuple[str, ...]]
    value: Fraction
    bands: tuple[Band, ...]
    law: str
    certainty: Certainty
    source: str
    note: str
    place: str

    def holds(self, on: date, case: Mapping[str, str]) -> bool:
        return self.valid_from <= on <= self.valid_to and all(case[key] in v for key, v in self.when.items())


@dataclass(frozen=True, slots=True)
class Table:
    """One number or table of the law."""

    id: str
    title: str
    unit: str
    covers_from: date
    covers_to: date
    outside: Fraction | None
    """What holds on days outside `covers`; None: nothing does, and asking is an error."""
    dimensions: Mapping[str, tuple[str, ...]]
    values: tuple[Value, ...]
    law: str
    certainty: Certainty
    source: str
    note: str
    place: str

    def at(self, on: date, case: Mapping[str, str]) -> Value | None:
        """The value of that day and case; None outside `covers` where `outside` says what holds instead.

        PayungError(Exit.POLICY) when the table does not cover the day or does not know the case.
        """
        known = {key: self._known(key, case.get(key)) for key in self.dimensions}
        if not self.covers_from <= on <= self.covers_to:
            if self.outside is not None:
                return None
            raise PayungError(
                f"Aturan {self.id} tidak mencakup {on:%d-%m-%Y}; berlaku {period(self.covers_from, self.covers_to)}.",
                todo="Pilih bulan lain atau lengkapi berkas aturan.",
                exit_code=Exit.POLICY,
            )
        return next(value for value in self.values if value.holds(on, known))

    def _known(self, key: str, given: str | None) -> str:
        if given is None or given not in self.dimensions[key]:
            said = "belum disebut" if given is None else f'"{given}" tidak dikenal'
            raise PayungError(
                f"Aturan {self.id}: {key} {said}.",
                todo=f"Pilih salah satu: {', '.join(self.dimensions[key])}.",
                exit_code=Exit.POLICY,
            )
        return given


def period(first: date, last: date) -> str:
    """`01-07-2015 sampai sekarang`, `01-01-2026 s.d. 31-03-2027`."""
    return f"sejak {first:%d-%m-%Y}" if last == OPEN_END else f"{first:%d-%m-%Y} s.d. {last:%d-%m-%Y}"


def read_period(start: Cell, end: Cell) -> tuple[date, date]:
    """A dated period; `to: null` is an open end."""
    first, last = start.day(), end.day_or_none() or OPEN_END
    if last < first:
        raise end.fail(f"berakhir ({last}) sebelum mulai ({first}).")
    return first, last


def read_table(cell: Cell) -> Table:
    """One law file. PayungError(Exit.POLICY) names file and line of whatever is wrong."""
    top = cell.mapping(
        ("id", "title", "law", "certainty", "source", "unit", "covers", "values"), ("dimensions", "note")
    )
    covers = top["covers"].mapping(("from", "to"), ("outside",))
    first, last = read_period(covers["from"], covers["to"])
    dimensions = {
        key: value.texts()
        for key, value in (top["dimensions"].open_mapping() if "dimensions" in top else {}).items()
    }
    unit = top["unit"].choice(UNITS)
    table = Table(
        id=top["id"].text(),
        title=top["title"].text(),
        unit=unit,
        covers_from=first,
        covers_to=last,
        outside=covers["outside"].number() if "outside" in covers else None,
        dimensions=dimensions,
        values=tuple(_read_value(item, top, unit, dimensions) for item in top["values"].items()),
        law=top["law"].text(),
        certainty=Certainty(top["certainty"].choice(CERTAINTIES)),
        source=top["source"].text(),
        note=top["note"].text() if "note" in top else "",
        place=cell.place,
    )
    _check_cover(table)
    return table


def _read_value(
    cell: Cell, top: Mapping[str, Cell], unit: str, dimensions: Mapping[str, tuple[str, ...]]
) -> Value:
    item = cell.mapping(("from", "to", "value"), ("when", "law", "certainty", "source", "note"))
    first, last = read_period(item["from"], item["to"])
    when: dict[str, tuple[str, ...]] = {}
    for key, given in (item["when"].open_mapping() if "when" in item else {}).items():
        if key not in dimensions:
            raise given.fail(f'"{key}" tidak ada di dimensions.')
        chosen = given.texts() if given.is_list else (given.text(),)
        if not chosen:
            raise given.fail(f"{key} tidak menyebut apa pun.")
        if strange := [word for word in chosen if word not in dimensions[key]]:
            raise given.fail(f'{key} "{strange[0]}" tidak ada di dimensions: {", ".join(dimensions[key])}.')
        when[key] = chosen
    certainty = item.get("certainty", top["certainty"])
    bands = _read_bands(item["value"]) if unit == "bands" else ()
    return Value(
        valid_from=first,
        valid_to=last,
        when=when,
        value=Fraction(0) if bands else item["value"].number(),
        bands=bands,
        law=item.get("law", top["law"]).text(),
        certainty=Certainty(certainty.choice(CERTAINTIES)),
        source=item.get("source", top["source"]).text(),
        note=item["note"].text() if "note" in item else "",
        place=cell.place,
    )


def _read_bands(cell: Cell) -> tuple[Band, ...]:
    bands: list[Band] = []
    for item in cell.items():
        row = item.mapping(("income_to", "base", "jkk"), ("certainty",))
        upper = None if row["income_to"].is_null else row["income_to"].integer(1)
        base, jkk = row["base"].integer(1), row["jkk"].integer(1)
        if jkk * 100 != base:
            raise row["jkk"].fail(f"jkk {jkk} bertentangan dengan 1% dari base {base}.")
        if bands:
            before = bands[-1].income_to_idr
            if before is None or (upper is not None and upper <= before) or base <= bands[-1].base_idr:
                raise item.fail(
                    "lapis penghasilan harus naik; baris ini tumpang tindih dengan baris sebelumnya."
                )
            if not before < base:
                raise row["base"].fail(
                    f"base {base} tidak terletak di atas batas lapis sebelumnya ({before})."
                )
        if upper is not None and base > upper:
            raise row["base"].fail(f"base {base} di atas batas lapisnya ({upper}).")
        certainty = (
            Certainty(row["certainty"].choice(CERTAINTIES)) if "certainty" in row else Certainty.A_STAR
        )
        bands.append(Band(upper, base, jkk, certainty))
    if not bands or bands[-1].income_to_idr is not None:
        raise cell.fail("lapis terakhir harus tanpa batas atas (income_to: null).")
    return tuple(bands)


def cases(dimensions: Mapping[str, tuple[str, ...]]) -> Iterator[dict[str, str]]:
    """Every combination of the dimensions' words."""
    for words in product(*dimensions.values()):
        yield dict(zip(dimensions, words, strict=True))


def _check_cover(table: Table) -> None:
    for case in cases(table.dimensions):
        mine = [v for v in table.values if all(case[key] in words for key, words in v.when.items())]
        named = ", ".join(f"{key} {word}" for key, word in case.items())
        check_periods(
            [(v.valid_from, v.valid_to, v.place) for v in mine],
            (table.covers_from, table.covers_to),
            table.place,
            f"{table.id}{f' ({named})' if named else ''}",
        )
    if table.id.startswith(("iuran/", "keringanan/")):
        for value in table.values:
            whole = value.valid_to == OPEN_END or value.valid_to == Month.of(value.valid_to).last_day
            if value.valid_from.day != 1 or not whole:
                raise fault(value.place, f"{table.id}: iuran dihitung per bulan; pakai awal dan akhir bulan.")


def check_periods(
    periods: list[tuple[date, date, str]], covers: tuple[date, date], place: str, what: str
) -> None:
    """Periods `(from, to, file:line)` must cover `covers` exactly once, each day."""
    periods = sorted(periods)
    if not periods:
        raise fault(place, f"{what}: tidak ada nilai untuk {period(*covers)}.")
    for before, after in pairwise(periods):
        if after[0] <= before[1]:
            raise fault(
                after[2],
                f"{what}: tumpang tindih dengan {before[2]}; keduanya berlaku {after[0]:%d-%m-%Y}.",
            )
        if before[1] + timedelta(days=1) < after[0]:
            raise fault(
                after[2],
                f"{what}: lubang antara {before[1]:%d-%m-%Y} dan {after[0]:%d-%m-%Y} (lihat {before[2]}).",
            )
    if periods[0][0] != covers[0]:
        raise fault(
            periods[0][2],
            f"{what}: mulai {periods[0][0]:%d-%m-%Y}, padahal covers mulai {covers[0]:%d-%m-%Y}.",
        )
    if periods[-1][1] != covers[1]:
        raise fault(
            periods[-1][2],
            f"{what}: {period(periods[-1][0], periods[-1][1])}, padahal covers {period(*covers)}.",
        )
