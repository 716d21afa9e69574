"""Rolls that have been paid already: which months, by NIK. A month is paid once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from payung.core import nik
from payung.core.errors import PayungError
from payung.core.month import NAMES, Month, MonthSpan
from payung.engine.engine import Engine
from payung.sheets.reading import read_table
from payung.sheets.table import Cell

_HEADERS = ("NIK", "Dari", "Sampai")
_COUNT = "Bulan"
"""How many months of the span were paid: fewer where another paid for one between."""
_HEADER_WITHIN = 20


def read_paid(paths: Sequence[Path], engine: Engine) -> Mapping[str, frozenset[Month]]:
    """Months by NIK over all rolls: `daftar.parquet` or `daftar.xlsx` of an earlier run.

    PayungError for a file that is no roll, or whose months cannot be read: what was paid is never guessed.
    """
    months: dict[str, set[Month]] = defaultdict(set)
    for path in paths:
        rows = _parquet(path, engine) if path.suffix.lower() == ".parquet" else _workbook(path)
        for number, paid in rows:
            months[number].update(paid)
    return {number: frozenset(paid) for number, paid in months.items()}


def _parquet(path: Path, engine: Engine) -> Iterator[tuple[str, Iterable[Month]]]:
    if not {"nik", "months"} <= set(engine.header(path)):
        raise _no_roll(path)
    engine.read("paid_roll", path)
    for number, months in engine.rows("SELECT nik, months FROM paid_roll"):
        yield number, [Month.parse(month) for month in months.split()]
    engine.execute("DROP TABLE paid_roll")


def _workbook(path: Path) -> Iterator[tuple[str, Iterable[Month]]]:
    for sheet in read_table(path).sheets:
        for place, row in enumerate(sheet.rows[:_HEADER_WITHIN]):
            texts = [str(cell).strip() if cell is not None else "" for cell in row]
            if all(header in texts for header in _HEADERS):
                columns = [texts.index(header) if header in texts else -1 for header in (*_HEADERS, _COUNT)]
                yield from _rows(path, sheet.rows[place + 1 :], columns, place + 2)
                return
    raise _no_roll(path)


def _rows(
    path: Path, rows: Sequence[Sequence[Cell]], columns: Sequence[int], first_row: int
) -> Iterator[tuple[str, MonthSpan]]:
    for number, row in enumerate(rows, start=first_row):
        number_text, first, last, count = (
            str(row[at]).strip() if 0 <= at < len(row) and row[at] is not None else "" for at in columns
        )
        if not number_text:
            continue  # the totals row
        try:
            span = MonthSpan(_month(first), _month(last))
        except ValueError:
            raise PayungError(
                f"{path.name} baris {number}: bulan {first!r} sampai {last!r} tidak terbaca.",
                todo="Pakai daftar.parquet atau daftar.xlsx dari hasil Payung yang tidak diubah.",
            ) from None
        if count and count not in (str(len(span)), f"{len(span)}.0"):
            raise PayungError(
                f"{path.name} baris {number}: {count} bulan di antara {first} dan {last}; tidak jelas yang mana.",
                todo="Pakai daftar.parquet dari hasil yang sama: di sana tertulis setiap bulannya.",
            )
        yield nik.clean(number_text), span


def _month(text: str) -> Month:
    """`Oktober 2022` or `2022-10`."""
    name, _, year = text.partition(" ")
    if name in NAMES and year.isdecimal():
        return Month(int(year), NAMES.index(name) + 1)
    return Month.parse(text)


def _no_roll(path: Path) -> PayungError:
    return PayungError(
        f"{path.name} bukan daftar penetapan.",
        todo="Berikan daftar.parquet atau daftar.xlsx dari hasil Payung sebelumnya pada --paid.",
    )
