"""The real villages that the invented people live in, and the district codes that their numbers may carry."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from random import Random

from payung.core import region

PASER = "64.01"
_PROVINCES = ("64", "63", "73", "35", "62", "61", "33", "32")
"""Where villages are taken from when one regency is not enough: Kalimantan Timur first."""
_ORIGINS = ("63", "73", "35", "33", "91", "53")
"""Provinces from which families came: their district codes stand in the first six digits of old numbers."""
MAX_VILLAGES = 9000


@dataclass(frozen=True, slots=True)
class Village:
    """A desa or kelurahan with the share of the people that live in it."""

    index: int
    code: str
    name: str
    kelurahan: bool
    district_code: str
    district: str
    regency_code: str
    regency: str
    weight: float
    rt_count: int


@cache
def villages(count: int, seed: int) -> tuple[Village, ...]:
    """The first `count` villages: Paser's 144, then the rest of the province, then further ones."""
    if not 1 <= count <= MAX_VILLAGES:
        raise ValueError(f"between 1 and {MAX_VILLAGES} villages, not {count}")
    found: list[Village] = []
    regencies = [above.code for province in _PROVINCES for above in region.regencies(province)]
    for regency in sorted(regencies, key=lambda code: code != PASER):
        for place in region.villages(regency):
            rng = Random(f"{seed}|{place.code}")
            kelurahan = place.kind == "kelurahan"
            weight = rng.lognormvariate(0, 0.45) * (3.0 if kelurahan else 1.0)
            found.append(
                Village(
                    len(found), place.code, place.name, kelurahan, place.district_code, place.district,
                    place.regency_code, place.regency, weight, max(2, min(30, round(6.3 * weight))),
                )
            )  # fmt: skip
            if len(found) == count:
                return tuple(found)
    raise ValueError(f"fewer than {count} villages known")


@dataclass(frozen=True, slots=True)
class Registration:
    """A district whose numbers people of one village may carry.

    Serial numbers of a district and day are shared out: this village takes `slot`, of `slots`, so that
    villages can be generated apart from each other and no number is given twice.
    """

    prefix: str
    share: float
    slot: int
    slots: int


def _six(district_code: str) -> str:
    return district_code.replace(".", "")


@cache
def registrations(count: int, seed: int) -> tuple[tuple[Registration, ...], ...]:
    """For each village the districts of first registration of its people, the home district first."""
    places = villages(count, seed)
    inside = {place.regency_code for place in places} | {PASER}
    districts: dict[str, list[str]] = {}
    for place in places:
        known = districts.setdefault(place.regency_code, [])
        if place.district_code not in known:
            known.append(place.district_code)
    neighbours = [district.code for district in region.districts("64.09")]
    origins = [
        district.code
        for province in _ORIGINS
        for regency in region.regencies(province)
        if regency.code not in inside
        for district in region.districts(regency.code)
    ]
    Random(f"{seed}|origins").shuffle(origins)
    group = max(1, len(origins) // 5)
    users: dict[str, int] = {}
    wanted: list[list[tuple[str, float, int]]] = []
    for place in places:
        own = districts[place.regency_code]
        position = own.index(place.district_code)
        picks = [(place.district_code, 0.68), (own[(position + 1) % len(own)], 0.1)]
        if place.regency_code == PASER:
            picks.append((neighbours[position % len(neighbours)], 0.04))
        first = place.index % group
        picks += [(origins[first + group * step], 0.06) for step in range(3)]
        rows = []
        for code, share in dict(reversed(picks)).items():
            rows.append((code, share, users.get(code, 0)))
            users[code] = users.get(code, 0) + 1
        wanted.append(rows[::-1])
    return tuple(
        tuple(Registration(_six(code), share, slot, users[code]) for code, share, slot in rows)
        for rows in wanted
    )
