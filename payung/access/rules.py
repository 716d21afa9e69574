"""Who sits on a chair from when to when: what a handover ends, and what it may not do. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from payung.access.policy import LEVELS, Level, Role, fits
from payung.core import region

DEFINITIVE = "definitif"


class Old(StrEnum):
    """What happens to whoever holds the post now."""

    BEFORE = "sebelum"
    """It ends the day before the new holder begins."""
    NOW = "sekarang"
    STAYS = "tetap"


@dataclass(frozen=True, slots=True)
class Held:
    """A tenure of the chair that has not been ended; both days are included."""

    id: int
    user: int
    kind: str
    valid_from: date
    valid_to: date | None

    def overlaps(self, valid_from: date, valid_to: date | None) -> bool:
        """Whether both are held on some day."""
        return (self.valid_to is None or valid_from <= self.valid_to) and (
            valid_to is None or self.valid_from <= valid_to
        )


@dataclass(frozen=True, slots=True)
class Handover:
    """Who is to hold the chair: user, on what ground, from when to when (None: until further notice)."""

    user: int
    kind: str
    valid_from: date
    valid_to: date | None
    old: Old


@dataclass(frozen=True, slots=True)
class Plan:
    """What a handover does: `ends` names each tenure that ends with its last day, None for at once."""

    ends: Mapping[int, date | None]
    problems: tuple[str, ...]


def plan(held: Sequence[Held], new: Handover, today: date) -> Plan:
    """What has to end for `new` to begin, and why it cannot: `problems` are Indonesian sentences, none if it can."""
    problems = []
    if new.valid_from < today:
        problems.append("Mulai paling cepat hari ini.")
    if new.valid_to and new.valid_to < new.valid_from:
        problems.append("Hari terakhir terletak sebelum hari pertama.")
    if new.kind != DEFINITIVE and new.valid_to is None:
        problems.append("Plt., Plh., dan wakil perlu hari terakhir.")
    if new.kind == DEFINITIVE and new.valid_to:
        problems.append("Pejabat definitif tidak diberi hari terakhir; pakai Plt. untuk waktu tertentu.")
    if new.kind == DEFINITIVE and new.old is Old.STAYS:
        problems.append("Jabatan yang diisi definitif hanya satu orang: pilih kapan pejabat lama berakhir.")
    ends: dict[int, date | None] = {}
    for one in held:
        if not one.overlaps(new.valid_from, new.valid_to):
            continue
        if one.valid_from > today:
            problems.append(
                f"Sudah ada penugasan yang mulai {one.valid_from:%d-%m-%Y}. Batalkan dahulu yang itu."
            )
        elif new.old is Old.STAYS:
            if one.user == new.user:
                problems.append("Orang ini sudah memegang jabatan itu pada waktu yang sama.")
        else:
            before = new.valid_from - timedelta(days=1)
            at_once = new.old is Old.NOW or before < max(one.valid_from, today)
            ends[one.id] = None if at_once else before
    return Plan(ends, tuple(dict.fromkeys(problems)))


def problems_of_chair(role: str, territory: str, regency: str) -> tuple[str, ...]:
    """Why there can be no such chair in a regency; none where there can."""
    if role not in set(Role):
        return ("Peran itu tidak ada.",)
    if not fits(Role(role), territory):
        return (f"Wilayah peran ini ditulis seperti {LEVELS[Role(role)]}.",)
    level = LEVELS[Role(role)]
    # A province's chair belongs to the province: whoever sits on it sees figures of several regencies.
    inside = territory == regency if level is Level.PROVINCE else territory.startswith(regency)
    code = territory.partition("/")[0]
    known = _known(level, code)
    if not inside or not known:
        if level is Level.PROVINCE:
            return ("Jabatan provinsi dibuka pengelola pemasangan: payung setup --province.",)
        return (f"Wilayah {territory} tidak ada di kabupaten ini.",)
    return ()


def _known(level: Level, code: str) -> bool:
    if level is Level.PROVINCE:
        return region.province(code) is not None
    if level is Level.REGENCY:
        return region.regency(code) is not None
    if level is Level.DISTRICT:
        return region.district(code) is not None
    return region.desa(code) is not None
