"""Working days: national holidays and joint leave (cuti bersama) by year, and deadlines that fall on them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

import yaml

from payung.core.errors import Exit, PayungError


@dataclass(frozen=True, slots=True)
class Holiday:
    """One day on which offices are closed. Islamic dates may still move by a day until they are decreed."""

    on: date
    name: str
    joint_leave: bool
    """A day of cuti bersama, not a public holiday."""


@cache
def _older() -> dict[int, tuple[Holiday, ...]]:
    text = resources.files("payung.core").joinpath("data/holidays.yaml").read_text(encoding="utf-8")
    years = yaml.safe_load(text)["years"]
    return {
        year: tuple(Holiday(day["date"], day["name"], day.get("joint_leave", False)) for day in days)
        for year, days in years.items()
    }


@cache
def holidays(year: int) -> tuple[Holiday, ...]:
    """The holidays and joint leave of a year, in order.

    PayungError (POLICY) for a year whose holidays are not known: no year is silently without holidays.
    """
    import lokal  # a tenth of a second, for the few who need deadlines

    if year in lokal.HOLIDAY_YEARS:
        return tuple(
            Holiday(date.fromisoformat(one.date), one.name, one.type == "cuti_bersama")
            for one in lokal.get_holidays(year).holidays
        )
    if year in _older():
        return _older()[year]
    raise PayungError(
        f"Hari libur tahun {year} belum diketahui.",
        todo="Pilih bulan pada tahun 2022 sampai 2027, atau perbarui Payung bila keputusan hari liburnya sudah terbit.",
        exit_code=Exit.POLICY,
    )


@cache
def _closed(year: int) -> frozenset[date]:
    return frozenset(day.on for day in holidays(year))


def is_working_day(day: date) -> bool:
    """Monday to Friday, no holiday, no joint leave. PayungError for a year whose holidays are not known."""
    return day.weekday() < 5 and day not in _closed(day.year)


def next_working_day(day: date) -> date:
    """`day` itself if it is a working day, else the first one after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_days(day: date, count: int) -> date:
    """The `count`-th working day after `day`, which itself is not counted; `count` at least 1."""
    if count < 1:
        raise ValueError(f"at least one working day, not {count}")
    for _ in range(count):
        day = next_working_day(day + timedelta(days=1))
    return day
