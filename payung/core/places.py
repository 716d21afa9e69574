"""A place's code in words. Pure."""

from __future__ import annotations

from functools import lru_cache

from payung.core import region


@lru_cache(maxsize=4096)
def name_of(code: str) -> str:
    """`64.01.04.2001/003` is `RT 003, Batu Kajang`; a code that is not known stays as it is."""
    place, _, rt = code.partition("/")
    depth = place.count(".")
    if depth == 3:
        desa = region.desa(place)
        name = desa.name if desa else place
        return f"RT {rt}, {name}" if rt else name
    if depth == 2:
        district = region.district(place)
        return f"Kec. {district.name}" if district else place
    found = region.regency(place) if depth == 1 else region.province(place)
    return found.name if found else place
