"""Calendar months and spans of them: `2022-10`, `2022-10..2022-12`. Inclusive at both ends."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

NAMES = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 9998 and 1 <= self.month <= 12):
            raise ValueError(f"Bulan tidak ada: {self.year:04d}-{self.month:02d}")

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `YYYY-MM`; ValueError with an Indonesian sentence otherwise."""
        match = _MONTH.fullmatch(text.strip())
        if not match:
            raise ValueError(f"Bulan harus ditulis TTTT-BB, misalnya 2022-10: {text!r}")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last_day(self) -> date:
        return date(self.year, self.month, calendar.monthrange(self.year, self.month)[1])

    def plus(self, count: int) -> Month:
        index = self.year * 12 + self.month - 1 + count
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def in_words(self) -> str:
        return f"{NAMES[self.month - 1]} {self.year}"


@dataclass(frozen=True, slots=True, order=True)
class MonthSpan:
    """A run of months, both ends included; never empty."""

    first: Month
    last: Month

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"Rentang bulan terbalik: {self.first}..{self.last}")

    @classmethod
    def parse(cls, text: str) -> MonthSpan:
        """Read `YYYY-MM..YYYY-MM` or a single `YYYY-MM`."""
        first, dots, last = text.partition("..")
        return cls(Month.parse(first), Month.parse(last if dots else first))

    def __iter__(self) -> Iterator[Month]:
        month = self.first
        while month <= self.last:
            yield month
            month = month.plus(1)

    def __len__(self) -> int:
        return (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1

    def __contains__(self, month: object) -> bool:
        return isinstance(month, Month) and self.first <= month <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}..{self.last}"

    @property
    def in_words(self) -> str:
        """`Oktober sampai dengan Desember 2022`."""
        if self.first == self.last:
            return self.first.in_words
        if self.first.year == self.last.year:
            return f"{NAMES[self.first.month - 1]} sampai dengan {self.last.in_words}"
        return f"{self.first.in_words} sampai dengan {self.last.in_words}"
