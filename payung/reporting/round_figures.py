"""A frozen round in numbers: by kecamatan, desa, group, sex and age, and why others were not chosen. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from payung.core import region
from payung.policy.local import LocalPolicy

_SEXES = {"L": "Laki-laki", "P": "Perempuan", "": "Tidak diketahui"}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a table: people, person-months and rupiah."""

    title: str
    people: int
    person_months: int
    jkk_idr: int
    jkm_idr: int

    @property
    def amount_idr(self) -> int:
        return self.jkk_idr + self.jkm_idr

    @property
    def numbers(self) -> tuple[int, int, int, int, int]:
        """In the order of the columns."""
        return self.people, self.person_months, self.jkk_idr, self.jkm_idr, self.amount_idr


@dataclass(frozen=True, slots=True)
class Section:
    """One table: what its lines are, the lines, and their sum."""

    key: str
    title: str
    head: str
    rows: tuple[Row, ...]
    total: Row


def sections(figures: Mapping[str, Any], policy: LocalPolicy) -> tuple[Section, ...]:
    """The tables of a freeze's figures; each adds up to the whole round."""
    total = _row("Jumlah", figures)
    return tuple(
        Section(key, title, head, tuple(_row(name, one) for name, one in _named(key, figures, policy)), total)
        for key, title, head in (
            ("sources", "Menurut sumber dana", "Sumber dana"),
            ("districts", "Menurut kecamatan", "Kecamatan"),
            ("desas", "Menurut desa dan kelurahan", "Desa atau kelurahan"),
            ("groups", "Menurut kelompok pekerjaan", "Kelompok"),
            ("sexes", "Menurut jenis kelamin", "Jenis kelamin"),
            ("ages", "Menurut umur pada bulan pertama", "Umur"),
        )
        if figures.get(key)
    )


def _named(
    key: str, figures: Mapping[str, Any], policy: LocalPolicy
) -> Sequence[tuple[str, Mapping[str, int]]]:
    lines: Mapping[str, Mapping[str, int]] = figures[key]
    return [(_name(key, code, policy), one) for code, one in lines.items()]


def _name(key: str, code: str, policy: LocalPolicy) -> str:
    if key == "sources":
        return next((one.title for one in policy.sources if one.id == code), code)
    if key == "districts":
        found = region.district(code)
        return found.name if found else code
    if key == "desas":
        desa = region.desa(code)
        return desa.in_words if desa else code
    if key == "groups":
        return policy.groups.by_id[code].title if code in policy.groups.by_id else code
    if key == "sexes":
        return _SEXES.get(code, code)
    return f"{code} tahun"


def _row(title: str, one: Mapping[str, int]) -> Row:
    return Row(title, one["people"], one["person_months"], one["jkk_idr"], one["jkm_idr"])
