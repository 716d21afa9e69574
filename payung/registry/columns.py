"""Which column of a register's file holds what. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from payung.core.errors import PayungError
from payung.core.headers import field_among, field_of, key
from payung.registry.mapping import FIELDS, RegisterMapping
from payung.registry.requests import ROW_ID_HEADER
from payung.registry.rules import Kind

HEADER_ROWS = 20
"""Within so many rows the header must stand."""
_SINGLE = ("nik", "row_id", "request_id", "status")
_SHOWN = {
    "nik": "NIK",
    "row_id": "ID BARIS",
    "request_id": "ID PERMINTAAN",
    "status": "STATUS",
    "name": "NAMA",
    "birth_on": "TANGGAL LAHIR",
}


def shown(text: str) -> str:
    """A cell as a message may carry it: short, and no number long enough to be somebody's."""
    return re.sub(r"\d{6,}", "…", " ".join(text.split()))[:40]


@dataclass(frozen=True, slots=True)
class Columns:
    """Field to the 0-based column that holds it; `unknown` are headers that nobody has taught us."""

    at: dict[str, int]
    unknown: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    sheets: bool = False
    """Whether rows say on which sheet they stand."""

    def __contains__(self, name: str) -> bool:
        return name in self.at

    @property
    def lead(self) -> str:
        """The field by which a row is known."""
        return "nik" if "nik" in self.at else "row_id"

    @property
    def asked_by_us(self) -> bool:
        """Whether the row ids are those of a request, by the words that a request uses."""
        return "row_id" in self.at and key(self.header[self.at["row_id"]]) == key(ROW_ID_HEADER)


def find_columns(header: Sequence[str], mapping: RegisterMapping) -> Columns:
    """The columns of a header row: the mapping's names first, in its order, then the words that everybody uses.

    PayungError when NIK, status or an id stands above two columns: which one is meant is not ours to guess.
    """
    keys = [key(text) if text.strip() else "" for text in header]
    at: dict[str, int] = {}
    taken: set[int] = set()
    for name, column in mapping.columns.items():
        for wanted in column.names:
            found = [place for place, text in enumerate(keys) if text and text == key(wanted)]
            if found:
                _refuse_twice(name, found, header)
                at[name] = found[0]
                taken.update(found)
                break
    for place, text in enumerate(header):
        if place in taken or not text.strip():
            continue
        meant = field_among(text, FIELDS)
        if meant is None:
            continue
        if meant not in at:
            at[meant] = place
            taken.add(place)
        elif not (mapping.explicit and meant in mapping.columns):
            _refuse_twice(meant, [at[meant], place], header)
    unknown = tuple(shown(text) for text in header if text.strip() and not _known(text, mapping))
    return Columns(at, unknown, tuple(header))


def _known(text: str, mapping: RegisterMapping) -> bool:
    return field_of(text) is not None or any(
        key(text) == key(name) for column in mapping.columns.values() for name in column.names
    )


def _refuse_twice(name: str, places: Sequence[int], header: Sequence[str]) -> None:
    if len(places) > 1 and name in _SINGLE:
        both = ", ".join(f'"{shown(header[place])}"' for place in places)
        raise PayungError(
            f"Ada dua kolom {_SHOWN[name]} ({both}); tidak jelas yang mana yang dipakai.",
            todo="Hapus salah satu kolom itu, atau sebut kolomnya dalam berkas pemetaan.",
        )


def find_header(rows: Sequence[Sequence[str]], mapping: RegisterMapping) -> tuple[int, Columns] | None:
    """The header among the first rows: the first with the most known columns, NIK or a row id among them."""
    best: tuple[int, Columns] | None = None
    for number, row in enumerate(rows[:HEADER_ROWS]):
        if sum(bool(text.strip()) for text in row) < 2:
            continue
        columns = find_columns(row, mapping)
        if ("nik" in columns or "row_id" in columns) and (best is None or len(columns.at) > len(best[1].at)):
            best = number, columns
    return best


def kind_of(columns: Columns, mapping: RegisterMapping) -> Kind:
    """Extract or answer: as the mapping says, else an answer carries our ids back."""
    if mapping.kind is not None:
        return mapping.kind
    ours = "request_id" in columns or columns.asked_by_us or ("row_id" in columns and "nik" not in columns)
    return Kind.ANSWER if ours else Kind.EXTRACT


def require(columns: Columns, mapping: RegisterMapping, kind: Kind, file: str) -> None:
    """PayungError unless the columns are there without which the file cannot be what it is said to be."""
    needed = ("row_id", "status") if kind is Kind.ANSWER else (mapping.key or ("nik",))
    missing = [name for name in needed if name not in columns]
    if not missing:
        return
    absent = ", ".join(_SHOWN.get(name, name) for name in missing)
    what = "jawaban" if kind is Kind.ANSWER else "register"
    seen = ", ".join(shown(text) for text in columns.header if text.strip()) or "tidak ada"
    raise PayungError(
        f"{file}: kolom {absent} tidak ada, jadi berkas ini tidak dapat dibaca sebagai {what} {mapping.register}. "
        f"Kolom yang ada: {seen}.",
        todo="Minta kolom itu kepada pemilik data, atau sebut nama kolomnya dalam berkas pemetaan.",
    )
