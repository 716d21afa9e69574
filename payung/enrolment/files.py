"""The roll as files that an office can work with, and as a table that the next run can read again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

from payung.allocation.roll import (
    ROLL_COLUMNS,
    RollEntry,
    RollRow,
    Totals,
    in_order,
    roll_hash,
)
from payung.core.application import APPLICATION_COLUMNS, Application
from payung.core.dates import day
from payung.core.errors import Exit, PayungError
from payung.core.month import Month
from payung.core.rupiah import number, rupiah, terbilang
from payung.engine.engine import Engine
from payung.enrolment.explain import group_title, place_names, source_title
from payung.enrolment.workbook import Book, Column, Value, workbook
from payung.policy.local import LocalPolicy

_ROLL = (
    Column("No", 7, "count"),
    Column("NIK", 19, "code"),
    Column("Nama", 28),
    Column("L/P", 5),
    Column("Tanggal Lahir", 12),
    Column("Alamat", 28),
    Column("RT", 6),
    Column("RW", 6),
    Column("Desa/Kelurahan", 20),
    Column("Kecamatan", 18),
    Column("Kelompok Pekerjaan", 22),
    Column("Segmen", 9),
    Column("Sumber Dana", 22),
    Column("Dari", 15),
    Column("Sampai", 15),
    Column("Bulan", 7, "count"),
    Column("Iuran per Bulan", 13, "idr"),
    Column("JKK", 13, "idr"),
    Column("JKM", 13, "idr"),
    Column("Jumlah", 14, "idr"),
    Column("Keterangan", 30),
)
_SUMMARY = (
    Column("Nama", 44),
    Column("Orang", 12, "count"),
    Column("JKK", 20, "idr"),
    Column("JKM", 20, "idr"),
    Column("Jumlah", 20, "idr"),
)


def write_roll(entries: Iterable[RollEntry], policy: LocalPolicy, out: Path) -> str:
    """Write the roll as a workbook and return its hash: sheet `Daftar` in canonical order, sheet `Rekap` with sums.

    All sums are whole rupiah; every part of `Rekap` adds up to the same total.
    """
    ordered = in_order(entries)
    total, sha256 = Totals.of(ordered), roll_hash(entry.row for entry in ordered)
    with workbook(out) as book:
        sheet = book.sheet("Daftar", _ROLL)
        for place, entry in enumerate(ordered, start=1):
            sheet.add(_roll_values(place, entry, policy))
        sheet.filter_from_header()
        blank: list[Value] = [None] * len(_ROLL)
        blank[0], blank[2] = total.people, "Jumlah"
        blank[17:20] = [total.jkk_idr, total.jkm_idr, total.amount_idr]
        sheet.total(blank)
        _write_summary(book, ordered, total, sha256, policy)
    return sha256


def _roll_values(place: int, entry: RollEntry, policy: LocalPolicy) -> tuple[Value, ...]:
    row, application = entry.row, entry.application
    desa, district = place_names(row.desa_code)
    return (
        place, row.nik, row.name_raw.upper(), row.sex, day(row.birth_on), application.address, row.rt,
        application.rw, desa, district, group_title(row.group, policy), row.segment,
        source_title(row.source, policy), row.month_from.in_words, row.month_to.in_words, len(entry.months),
        row.price_idr, entry.jkk_idr, entry.jkm_idr, row.amount_idr, _remark(entry),
    )  # fmt: skip


def _remark(entry: RollEntry) -> str:
    remarks = []
    if len(entry.months) < len(entry.span):
        remarks.append("Hanya " + ", ".join(month.in_words for month in entry.months) + ".")
    if entry.row.price_idr * len(entry.months) != entry.row.amount_idr:
        remarks.append("Iuran per bulan berubah di dalam masa ini; yang tertulis iuran bulan pertama.")
    return " ".join(remarks)


def _write_summary(
    book: Book, ordered: Sequence[RollEntry], total: Totals, sha256: str, policy: LocalPolicy
) -> None:
    sheet = book.sheet(
        "Rekap",
        _SUMMARY,
        "Rekapitulasi daftar penerima",
        (
            f"{number(total.people)} orang, {rupiah(total.amount_idr)} ({terbilang(total.amount_idr)})",
            f"JKK {rupiah(total.jkk_idr)}, JKM {rupiah(total.jkm_idr)}",
            f"Sidik daftar (SHA-256): {sha256}",
        ),
    )
    parts: tuple[tuple[str, Callable[[RollEntry], str]], ...] = (
        ("Kecamatan", lambda e: place_names(e.row.desa_code)[1]),
        ("Desa/Kelurahan", lambda e: ", ".join(place_names(e.row.desa_code))),
        ("Kelompok Pekerjaan", lambda e: group_title(e.row.group, policy)),
        ("Sumber Dana", lambda e: source_title(e.row.source, policy)),
    )
    for place, (title, key) in enumerate(parts):
        if place:
            sheet.gap()
            sheet.head((Column(title, 0), *_SUMMARY[1:]))
        else:
            sheet.add((f"Per {title.lower()}", None, None, None, None))
        for name, part in totals_by(ordered, key):
            sheet.add((name, part.people, part.jkk_idr, part.jkm_idr, part.amount_idr))
        sheet.total(("Jumlah", total.people, total.jkk_idr, total.jkm_idr, total.amount_idr))


def totals_by(
    ordered: Iterable[RollEntry], key: Callable[[RollEntry], str]
) -> tuple[tuple[str, Totals], ...]:
    """Sums by any name of an entry, in the order in which the names first occur."""
    found: dict[str, list[int]] = {}
    for entry in ordered:
        sums = found.setdefault(key(entry), [0, 0, 0])
        sums[0] += 1
        sums[1] += entry.jkk_idr
        sums[2] += entry.jkm_idr
    return tuple((name, Totals(*sums)) for name, sums in found.items())


_TYPES = {
    "birth_on": "DATE",
    "collected_on": "DATE",
    "price_idr": "BIGINT",
    "amount_idr": "BIGINT",
    "jkk_idr": "BIGINT",
    "jkm_idr": "BIGINT",
    "income_idr": "BIGINT",
    "row": "BIGINT",
    "pupil": "BOOLEAN",
    "continuity": "BOOLEAN",
}
_OF_APPLICATION = tuple(f"app_{name}" for name in APPLICATION_COLUMNS)
PARQUET_COLUMNS = (*ROLL_COLUMNS, "jkk_idr", "jkm_idr", "months", "continuity", *_OF_APPLICATION)
"""Columns of the roll's Parquet: the canonical ones, the split, `months` as `2022-10 2022-11`, the application's own."""


def write_roll_parquet(engine: Engine, entries: Iterable[RollEntry], out: Path) -> None:
    """Write the roll with all that is known of its people to one Parquet file, in canonical order.

    `read_roll` reads it again: for months already paid, forms filled in from the last roll, and cards.
    """
    types = {name: _TYPES.get(name.removeprefix("app_"), "VARCHAR") for name in PARQUET_COLUMNS}
    engine.load(
        "roll_out",
        {"place": "BIGINT", **types},
        ((place, *_stored(entry)) for place, entry in enumerate(in_order(entries), start=1)),
    )
    names = ", ".join(f'"{name}"' for name in PARQUET_COLUMNS)
    engine.write_parquet(f"SELECT {names} FROM roll_out ORDER BY place", out)
    engine.execute("DROP TABLE roll_out")


def _stored(entry: RollEntry) -> tuple[object, ...]:
    row, application = entry.row, entry.application
    return (
        row.regency, row.nik, row.name_raw, row.birth_on, row.sex, row.desa_code, row.rt, row.group, row.segment,
        row.source, str(row.month_from), str(row.month_to), row.price_idr, row.amount_idr, entry.jkk_idr,
        entry.jkm_idr, " ".join(map(str, entry.months)), entry.continuity,
        *(getattr(application, name) for name in APPLICATION_COLUMNS),
    )  # fmt: skip


def read_roll(engine: Engine, path: Path) -> tuple[RollEntry, ...]:
    """The entries of a roll that `write_roll_parquet` wrote; PayungError where the file is not one."""
    names = ", ".join(f'"{name}"' for name in PARQUET_COLUMNS)
    todo = "Pakai berkas daftar.parquet dari hasil payung run yang terdahulu."
    if not path.is_file():
        raise PayungError(f"Daftar penerima {path.name} tidak ada.", todo=todo, exit_code=Exit.INPUT)
    try:
        engine.read("roll_in", path, {name: name for name in PARQUET_COLUMNS})
        rows = engine.rows(f"SELECT {names} FROM roll_in")
        engine.execute("DROP TABLE roll_in")
        return tuple(in_order(map(_entry, rows)))
    except PayungError:
        raise
    except Exception as error:
        # Whatever an engine says of a foreign file: it may quote values, so only the file is named.
        raise PayungError(
            f"Berkas {path.name} bukan daftar penerima yang ditulis Payung.", todo=todo, exit_code=Exit.INPUT
        ) from error


def _entry(values: Sequence[object]) -> RollEntry:
    found = dict(zip(PARQUET_COLUMNS, values, strict=True))
    known = {name: found[f"app_{name}"] for name in APPLICATION_COLUMNS}
    row = RollRow(
        **{name: found[name] for name in ROLL_COLUMNS if not name.startswith("month_")},  # type: ignore[arg-type]
        month_from=Month.parse(str(found["month_from"])),
        month_to=Month.parse(str(found["month_to"])),
    )
    assert isinstance(row.birth_on, date)
    return RollEntry(
        row,
        Application(**known),  # type: ignore[arg-type]
        jkk_idr=found["jkk_idr"],  # type: ignore[arg-type]
        jkm_idr=found["jkm_idr"],  # type: ignore[arg-type]
        months=tuple(Month.parse(text) for text in str(found["months"]).split()),
        continuity=bool(found["continuity"]),
    )
