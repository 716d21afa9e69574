"""Mapping files: what a register's columns are called by its owner, which kind of file it is, and its day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from payung.core.errors import Exit, PayungError
from payung.policy.reading import Cell, compose, fault
from payung.registry.rules import REGISTERS, Kind

FIELDS = (
    "row_id", "request_id", "nik", "kk", "name", "birth_on", "sex", "desa", "phone",
    "status", "segment", "payer", "valid_from", "valid_until", "detail",
)  # fmt: skip
"""What a register's column can be."""
DATES = ("birth_on", "valid_from", "valid_until")
SHIPPED = Path(__file__).parent / "mappings"


class Format(StrEnum):
    """How a column's texts are written, where the usual reading (day before month) would mistake them."""

    TEXT = "teks"
    DAY_FIRST = "dd-mm-yyyy"
    MONTH_FIRST = "mm-dd-yyyy"
    YEAR_FIRST = "yyyy-mm-dd"
    DIGITS_YEAR_FIRST = "yyyymmdd"
    DIGITS_DAY_FIRST = "ddmmyyyy"


@dataclass(frozen=True, slots=True)
class Column:
    """The headers under which a field may stand, in order of preference, and how its texts are written."""

    names: tuple[str, ...]
    format: Format = Format.TEXT


@dataclass(frozen=True, slots=True)
class RegisterMapping:
    """One mapping file. `kind` None: told from the columns. `key`: fields without which nothing can be read.

    `explicit`: the office wrote it for this very file, so that it decides between two columns.
    """

    register: str
    kind: Kind | None
    as_of: date | None
    key: tuple[str, ...]
    columns: Mapping[str, Column]
    explicit: bool = True


def read_mapping(path: Path) -> RegisterMapping:
    """A mapping file of the office. PayungError(Exit.POLICY) names file and line of what is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise fault(str(path), "bukan teks UTF-8.", "Simpan ulang berkas sebagai UTF-8.") from None
    except OSError as error:
        raise PayungError(
            f"Berkas pemetaan {path} tidak dapat dibaca ({error.strerror}).", exit_code=Exit.POLICY
        ) from None
    return parse_mapping(text, str(path))


@cache
def shipped_mapping(register: str) -> RegisterMapping:
    """The mapping that comes with Payung for a register of `REGISTERS`."""
    path = SHIPPED / f"{register}.yaml"
    text = path.read_text(encoding="utf-8")
    return replace(parse_mapping(text, f"payung/registry/mappings/{path.name}"), explicit=False)


def parse_mapping(text: str, file: str) -> RegisterMapping:
    """The mapping that a YAML text says; `file` is how messages name it."""
    cells = compose(text, file).mapping(("register", "columns"), ("kind", "as_of", "key"))
    kind = cells.get("kind")
    as_of = cells.get("as_of")
    return RegisterMapping(
        register=cells["register"].choice(tuple(REGISTERS)),
        kind=None if kind is None or kind.is_null else Kind(kind.choice(tuple(Kind))),
        as_of=None if as_of is None else as_of.day_or_none(),
        key=_key(cells.get("key")),
        columns=_columns(cells["columns"]),
    )


def _key(cell: Cell | None) -> tuple[str, ...]:
    if cell is None:
        return ()
    cells = cell.items() if cell.is_list else (cell,)
    return tuple(one.choice(FIELDS) for one in cells)


def _columns(cell: Cell) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    said: dict[str, str] = {}
    for field, inner in cell.open_mapping().items():
        if field not in FIELDS:
            raise inner.fail(f'kolom "{field}" tidak dikenal; yang dikenal: {", ".join(FIELDS)}.')
        parts = inner.mapping(("names",), ("format",))
        names = parts["names"].texts()
        for name in names:
            if said.setdefault(name.casefold(), field) != field:
                raise parts["names"].fail(f'"{name}" sudah dipakai untuk kolom {said[name.casefold()]}.')
        form = Format.TEXT
        if "format" in parts:
            form = Format(parts["format"].choice(tuple(Format)))
            if form is not Format.TEXT and field not in DATES:
                raise parts["format"].fail(f"format tanggal hanya untuk {', '.join(DATES)}.")
        columns[field] = Column(names, form)
    return columns
