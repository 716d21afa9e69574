"""Small tables for the tests of the intake, and the people who stand in them."""

from __future__ import annotations

from pathlib import Path

from payung.core.finding import Finding, Severity
from payung.intake.lists import ReadList
from payung.intake.mapping import ListMapping
from payung.intake.pipeline import read_list
from payung.policy import loader
from payung.sheets.table import Cell, SheetTable, TableFile

POLICY = loader.local("paser-2022")
HEADER: tuple[Cell, ...] = ("No", "NIK", "Nama", "Tanggal Lahir", "L/P", "RT", "Desa", "Pekerjaan", "No KK")
SITI: tuple[Cell, ...] = (
    1, "6401044108900001", "Siti Aminah", "01-08-1990", "P", "003", "Janju", "Petani", "6401042010150002",
)  # fmt: skip
BUDI: tuple[Cell, ...] = (
    2, "6401040502850003", "Budi Santoso", "05-02-1985", "L", "003", "Janju", "Nelayan", "6401042010150004",
)  # fmt: skip


def person(base: tuple[Cell, ...] = SITI, /, **changes: Cell) -> tuple[Cell, ...]:
    """A row with some cells changed, by field."""
    fields = ("number", "nik", "name", "birth_on", "sex", "rt", "desa", "occupation", "kk")
    return tuple(changes.get(field, cell) for field, cell in zip(fields, base, strict=True))


def table(*sheets: tuple[str, list[tuple[Cell, ...]]], kind: str = "xlsx", remark: str = "") -> TableFile:
    return TableFile(
        Path(f"daftar.{kind}"), "ab" * 32, kind, tuple(SheetTable(n, tuple(r)) for n, r in sheets), remark
    )


def read(
    *rows: tuple[Cell, ...],
    file: str = "640104 TANAH GROGOT/daftar.xlsx",
    name: str = "Sheet1",
    mapping: ListMapping | None = None,
) -> ReadList:
    """Understand one sheet of rows."""
    return read_list(table((name, list(rows))), file, POLICY, mapping=mapping)


def codes(found: ReadList) -> list[tuple[int, str, str]]:
    """Row, field and code of what must be mended or answered."""
    return [(f.row, f.column, f.code) for f in found.findings if f.severity is not Severity.NOTE]


def finding(found: ReadList, code: str) -> Finding:
    (one,) = [f for f in found.findings if f.code == code]
    return one
